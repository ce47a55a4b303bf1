import { buildCommand, buildRouteMap } from "@stricli/core";
import type { Context } from "../context.ts";
import { PLAIN_EXIT_STATUS_HELP } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";

export interface ScheduleRunFlags extends CommonFlags {
  readonly once: boolean;
}

export interface ScheduleListFlags extends CommonFlags {
  readonly format: string;
}

export interface ScheduleUninstallFlags extends CommonFlags {
  readonly with: string;
  readonly print: boolean;
}

export interface ScheduleInstallFlags extends ScheduleUninstallFlags {
  readonly service: boolean;
  readonly image?: string;
  readonly action?: string;
}

const runCommand = buildCommand<ScheduleRunFlags, [], Context>({
  docs: {
    brief: "Scan, audit and rotate at their times, until it is stopped",
    fullDescription: `A service in the foreground: runs what the configuration schedules when it is due, once what it missed, and nothing twice. Of several on
one ledger one leads and the others stand by. SIGHUP reads the configuration anew, as a change of it does; SIGTERM finishes the step in
hand. Its log on stdout is one JSON object a line.

EXIT STATUS
  0    it was stopped; with --once: nothing to tell
  1    with --once: findings, or a rotation that needs a person
  2    bad usage or configuration: nothing was done
  3    with --once: something that should have been read was not
  4    an operation failed: the log says which
  130  interrupted`,
  },
  parameters: {
    flags: {
      once: {
        kind: "boolean",
        brief: "Run what is due now, and end: for cron and its like, every few minutes",
        default: false,
        withNegated: false,
      },
      ...commonFlags,
    },
  },
  async func(flags) {
    await reporting(this, flags.verbose, async () => {
      const { runSchedule } = await import("../schedule/run-schedule.ts");
      await runSchedule(this, flags);
    });
  },
});

const listCommand = buildCommand<ScheduleListFlags, [], Context>({
  docs: {
    brief: "Say what runs next, in local time",
    fullDescription: `Says of each job when it runs next and how it ran last. Nothing is changed.\n\nFormats: pretty (the default), json.\n\n${PLAIN_EXIT_STATUS_HELP}`,
  },
  parameters: {
    flags: {
      format: { kind: "parsed", parse: String, brief: "pretty or json", default: "pretty", placeholder: "FORMAT" },
      ...commonFlags,
    },
  },
  async func(flags) {
    await reporting(this, flags.verbose, async () => {
      const { runScheduleList } = await import("../schedule/run-schedule-list.ts");
      await runScheduleList(this, flags);
    });
  },
});

const systemFlag = {
  kind: "parsed",
  parse: String,
  brief: "cron, systemd, launchd, kubernetes or github-actions",
  placeholder: "SYSTEM",
} as const;

const installFlags = {
  with: systemFlag,
  print: { kind: "boolean", brief: "Show it, and change nothing", default: false, withNegated: false },
  service: {
    kind: "boolean",
    brief: "systemd: a service that stays, instead of a timer",
    default: false,
    withNegated: false,
  },
  image: {
    kind: "parsed",
    parse: String,
    brief: "kubernetes: the image to run, with its tag or digest",
    optional: true,
    placeholder: "IMAGE",
  },
  action: {
    kind: "parsed",
    parse: String,
    brief: "github-actions: where the action is kept",
    optional: true,
    placeholder: "OWNER/REPOSITORY@COMMIT",
  },
  ...commonFlags,
} as const;

const installCommand = buildCommand<ScheduleInstallFlags, [], Context>({
  docs: {
    brief: "Let this machine, a cluster or GitHub start keysweep",
    fullDescription: `Writes what makes the system start keysweep every few minutes, so that what is due runs; shows what it wrote, and what is to be done with it. A second
install changes nothing. GitHub Actions get scans and audits only: the journal of a rotation must outlive the machine it runs on.

${PLAIN_EXIT_STATUS_HELP}`,
  },
  parameters: { flags: installFlags },
  async func(flags) {
    await reporting(this, flags.verbose, async () => {
      const { runScheduleInstall } = await import("../schedule/run-schedule-install.ts");
      await runScheduleInstall(this, flags);
    });
  },
});

const uninstallFlags = {
  with: systemFlag,
  print: { kind: "boolean", brief: "Show what would go, and change nothing", default: false, withNegated: false },
  ...commonFlags,
} as const;

const uninstallCommand = buildCommand<ScheduleUninstallFlags, [], Context>({
  docs: {
    brief: "Take out what install wrote, and nothing else",
    fullDescription: `Takes out what keysweep wrote, and says what is to be done then.\n\n${PLAIN_EXIT_STATUS_HELP}`,
  },
  parameters: { flags: uninstallFlags },
  async func(flags) {
    await reporting(this, flags.verbose, async () => {
      const { runScheduleUninstall } = await import("../schedule/run-schedule-install.ts");
      await runScheduleUninstall(this, flags);
    });
  },
});

export const scheduleRoutes = buildRouteMap({
  routes: { run: runCommand, list: listCommand, install: installCommand, uninstall: uninstallCommand },
  docs: { brief: "Scan, audit and rotate by themselves" },
});

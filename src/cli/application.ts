import { buildApplication, buildRouteMap, ExitCode, run } from "@stricli/core";
import { version } from "../generated/version.ts";
import { systemClock } from "../runtime/clock.ts";
import { standardInput, standardStream } from "../runtime/standard-streams.ts";
import { thisSystem } from "../runtime/system.ts";
import { allowCommand } from "./commands/allow.ts";
import { auditCommand } from "./commands/audit.ts";
import { dashboardCommand } from "./commands/dashboard.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { explainCommand } from "./commands/explain.ts";
import { hookRoutes } from "./commands/hook.ts";
import { reportCommand } from "./commands/report.ts";
import { rotateRoutes } from "./commands/rotate.ts";
import { scanCommand } from "./commands/scan.ts";
import { scheduleRoutes } from "./commands/schedule.ts";
import { targetsCommand } from "./commands/targets.ts";
import type { Context } from "./context.ts";
import { EXIT, EXIT_STATUS_HELP, type ExitStatus, errorExit } from "./exit.ts";
import { followerOf } from "./follower.ts";
import { tidyHelp } from "./help-text.ts";
import { INTERRUPTING, interruptionOfProcess, leave, listen } from "./interruption.ts";
import { parserText } from "./parser-text.ts";
import { report } from "./reporting.ts";

const routes = buildRouteMap({
  routes: {
    scan: scanCommand,
    audit: auditCommand,
    rotate: rotateRoutes,
    schedule: scheduleRoutes,
    allow: allowCommand,
    explain: explainCommand,
    doctor: doctorCommand,
    hook: hookRoutes,
    report: reportCommand,
    dashboard: dashboardCommand,
    targets: targetsCommand,
  },
  docs: {
    brief: "Find static AWS access keys, and the way off each",
    fullDescription: `Find static AWS access keys, and the way off each.\n\n${EXIT_STATUS_HELP}`,
  },
});

const application = buildApplication(routes, {
  name: "keysweep",
  versionInfo: { currentVersion: version },
  scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
  documentation: { caseStyle: "convert-camel-to-kebab", disableAnsiColor: true },
  localization: { text: parserText },
});

export async function main(): Promise<void> {
  const argv = withDashboard(helpAsOption(process.argv.slice(2)));
  const stderr = standardStream(2);
  const interruption = interruptionOfProcess(stderr);
  const endListening = listen(interruption, INTERRUPTING);
  const isUnfinished = argv.length === 1 && UNFINISHED.includes(argv[0] ?? "");
  const stdout = isUnfinished ? stderr : standardStream(1);
  const io = {
    // Commands write to the context's own; this one is for help.
    stdout: { write: (text: string) => stdout.write(tidyHelp(text)) },
    stderr,
    env: process.env,
    exitCode: null as number | string | null,
  };
  let status: number | null = null;
  const context: Context = {
    process: io,
    system: thisSystem(),
    clock: systemClock,
    // Made only when it is read: that takes milliseconds.
    get stdin() {
      return standardInput();
    },
    stdout,
    stderr,
    signal: interruption.signal,
    endWhenInterrupted: endListening,
    finishWhenInterrupted: () => interruption.finish(),
    version,
    follower: followerOf(process.env, () => systemClock.now()),
    exitWith(code) {
      status = code;
    },
  };
  if (argv.length === 0) {
    stderr.write(SHORT_HELP);
    process.exitCode = EXIT.usage;
    return;
  }
  try {
    await run(application, argv, context);
  } catch (error) {
    // Help that cannot be written, for one; what commands throw has been told already.
    await report(stderr, error, false);
    process.exitCode = errorExit(error);
    return;
  }
  // What was interrupted may still be waiting for input.
  if (interruption.signal.aborted) leave();
  process.exitCode = isUnfinished ? EXIT.usage : (status ?? statusOf(io.exitCode));
}

/** The status for Stricli's own, which is negative where it refuses: bad usage, unless something went wrong inside. */
function statusOf(code: number | string | null): ExitStatus {
  if (code === null || code === ExitCode.Success) return EXIT.clean;
  return code === ExitCode.InvalidArgument || code === ExitCode.UnknownCommand ? EXIT.usage : EXIT.failed;
}

/** `keysweep` alone is the dashboard where there is a terminal that can show one. */
function withDashboard(argv: string[]): string[] {
  // Node's own streams are made only where somebody may be sitting there: that takes milliseconds.
  if (argv.length > 0 || process.env.TERM === "dumb") return argv;
  return process.stdin.isTTY && process.stdout.isTTY ? ["dashboard"] : argv;
}

/** Commands that do nothing without one of their own: their help is a complaint then. */
const UNFINISHED: readonly string[] = ["hook", "rotate", "schedule"];

/** For somebody who typed `keysweep` alone. */
const SHORT_HELP = `keysweep finds static AWS access keys, and names the way off each.

  keysweep                 the dashboard, on a terminal
  keysweep scan            your home directory, your processes' environments
  keysweep scan PATH…      files and folders
  keysweep help [COMMAND]  all commands and options; also: keysweep --help
`;

/** `keysweep help [COMMAND]` is `keysweep [COMMAND] --help`. */
function helpAsOption([first, ...rest]: readonly string[]): string[] {
  if (first === "help") return [...rest.filter((word) => !word.startsWith("-")), "--help"];
  return first === undefined ? [] : [first, ...rest];
}

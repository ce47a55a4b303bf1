import type { ScheduleConfiguration } from "../../config/schedule.ts";
import { KeysweepError } from "../../model/error.ts";
import { githubWorkflow } from "../../schedule/install/github-actions.ts";
import { githubCron } from "../../schedule/install/github-cron.ts";
import type { Artefact } from "../../schedule/install/installation.ts";
import type { ScheduleInstallFlags } from "../commands/schedule.ts";
import type { Context } from "../context.ts";
import { say } from "./schedule-say.ts";

/** GitHub's workflow for what is scheduled. @throws KeysweepError `usage` where GitHub has nothing to do or no such schedule. */
export function workflowFor(
  context: Context,
  flags: ScheduleInstallFlags,
  action: string,
  path: string,
  configuration: ScheduleConfiguration,
): Artefact {
  const { jobs } = configuration;
  if (!/^[\w.-]+\/[\w.-]+@[\w./-]+$/.test(action)) {
    throw new KeysweepError("usage", `--action ${action}: expected OWNER/REPOSITORY@COMMIT`);
  }
  const times = (job: "scan" | "audit"): string | null => {
    const setting = jobs.find((one) => one.job === job);
    if (setting === undefined) return null;
    const { times } = setting;
    if (times.kind === "cron" && !["UTC", "Etc/UTC"].includes(times.timezone))
      say(context, flags, `schedule.${job}: GitHub's clock is UTC, so it runs by that and not by ${times.timezone}`);
    return githubCron(job, times);
  };
  const [scan, auditCron] = [times("scan"), times("audit")];
  if (scan === null && auditCron === null) {
    throw new KeysweepError("usage", "neither a scan nor an audit is scheduled, and GitHub gets nothing else", {
      hint: "The journal of a rotation must outlive the machine it runs on: use cron, systemd or kubernetes for it.",
    });
  }
  const organization = jobs.some((setting) => setting.job === "audit" && setting.organization);
  if (jobs.some(({ job }) => job === "rotate"))
    say(context, flags, "rotations are left out: their journal must outlive the runner");
  for (const left of leftOut(configuration))
    say(context, flags, `${left}: left out: the workflow scans its repository, and tells GitHub what it finds`);
  return githubWorkflow({ path, action, scan, audit: auditCron === null ? null : { cron: auditCron, organization } });
}

/** The settings that a runner has no use for, or no place. */
function leftOut({ jobs, jitterMs, metricsPort }: ScheduleConfiguration): string[] {
  const named = (of: string, settings: Readonly<Record<string, boolean>>): string[] => {
    const names = Object.keys(settings).filter((name) => settings[name]);
    return names.length === 0 ? [] : [`${of}: ${names.join(", ")}`];
  };
  return [
    ...named("schedule", { jitter: jitterMs > 0, metrics: metricsPort !== null }),
    ...jobs.flatMap((setting) => {
      if (setting.job === "rotate") return [];
      const reports = setting.reports.length > 0;
      if (setting.job === "audit") return named("schedule.audit", { reports });
      const { paths, history, environment, identify } = setting;
      return named("schedule.scan", { paths: paths.length > 0, reports, history: !history, environment, identify });
    }),
  ];
}

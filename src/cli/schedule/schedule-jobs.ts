import type { JobSetting } from "../../config/schedule.ts";
import type { AuditReport } from "../../model/audit-report.ts";
import type { ScanReport } from "../../model/scan-report.ts";
import { clipped } from "../../report/escape.ts";
import { cronTimes } from "../../runtime/cron-times.ts";
import type { Waiting } from "../../runtime/waiting.ts";
import type { Entry } from "../../schedule/planner.ts";
import type { JobOutcome, Log } from "../../schedule/ports.ts";
import { everyTimes, rememberedTimes } from "../../schedule/times.ts";
import type { CommonFlags } from "../commands/common-flags.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { lineSink } from "./schedule-log.ts";

/** A job as the planner knows it. */
export function entryOf({ job, times, timeoutMs }: JobSetting): Entry {
  const own = times.kind === "every" ? everyTimes(times.ms) : cronTimes(times.expression, times.timezone);
  return { job, times: rememberedTimes(own), timeoutMs };
}

/** From this severity on findings fail a job, and people are told of them. */
export const JOBS_FAIL_ON = "medium";

export interface JobWorld {
  readonly waiting: Waiting;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called with what a scan or an audit found, within the context of the job. */
  onReport(context: Context, job: "scan" | "audit", report: ScanReport | AuditReport): Promise<void>;
}

/** Does what a job is about, as the command does it that a person would type; what it says goes to the log. */
export async function performJob(
  context: Context,
  flags: CommonFlags,
  setting: JobSetting,
  { waiting, log, signal, onReport }: JobWorld,
): Promise<JobOutcome> {
  const { job } = setting;
  let status = EXIT.clean as ExitStatus;
  const stdout = lineSink((line) => tellOf(log, setting, line));
  const stderr = lineSink((line) => {
    if (line !== "") log("warning", "job.message", { job, text: line });
  });
  const step: Context = {
    process: { stdout, stderr },
    system: context.system,
    clock: context.clock,
    stdin: nobody(),
    stdout,
    stderr,
    signal,
    endWhenInterrupted() {},
    finishWhenInterrupted() {},
    lendKeyboard() {},
    version: context.version,
    exitWith(code) {
      status = code;
    },
  };
  let partial = false;
  const told: JobWorld["onReport"] = async (of, name, report) => {
    partial = !report.coverage.complete;
    if (partial) tellUnread(log, name, report);
    await onReport(of, name, report);
  };
  await reporting(step, flags.verbose, () => runSetting(step, flags, setting, { waiting, onReport: told }));
  stdout.end();
  stderr.end();
  const interrupted = status === EXIT.interrupted;
  return {
    status,
    interrupted,
    completed: [EXIT.clean, EXIT.findings, EXIT.incomplete].some((good) => good === status),
    partial,
  };
}

async function runSetting(
  context: Context,
  common: CommonFlags,
  setting: JobSetting,
  { waiting, onReport }: Pick<JobWorld, "waiting" | "onReport">,
): Promise<void> {
  const shared = { ...common, failOn: JOBS_FAIL_ON, format: "jsonl", sinceLast: false } as const;
  switch (setting.job) {
    case "scan": {
      const { runScan } = await import("../scan/run-scan.ts");
      const flags = {
        ...shared,
        report: setting.reports.map(([format, path]) => `${format}=${path}`),
        noHistory: !setting.history,
        environment: setting.environment,
        identify: setting.identify,
        staged: false,
        stdin: false,
        noRepositoryConfig: false,
      };
      return runScan(context, flags, setting.paths, { onReport: (found) => onReport(context, "scan", found) });
    }
    case "audit": {
      const { runAudit } = await import("../audit/run-audit.ts");
      const report = setting.reports.map(([format, path]) => `${format}=${path}`);
      const flags = { ...shared, report, organization: setting.organization, exact: false };
      return runAudit(context, flags, waiting, { onReport: (found) => onReport(context, "audit", found) });
    }
    case "rotate": {
      const { runRotateRun } = await import("../rotate/run-rotate.ts");
      return runRotateRun(context, { ...common, format: "jsonl", due: true, wait: false }, [], waiting);
    }
  }
}

/** Of a report only what a log is for: how it ended, and how far each rotation has come. */
function tellOf(log: Log, { job }: JobSetting, line: string): void {
  // The one with all findings may be long: it is not even parsed.
  if (line.startsWith('{"type":"rotation",')) {
    const { name, state, accountId, userName, nextStepAt, reason } = JSON.parse(line) as Record<string, unknown>;
    log("info", "rotation", { name, state, accountId, userName, nextStepAt, reason });
  } else if (line.startsWith('{"type":"summary",') && job !== "rotate") {
    const { summary, coverage, changes } = JSON.parse(line) as Summary;
    const complete = coverage?.complete;
    log("info", `${job}.summary`, { ...summary, complete, new: changes?.new.length ?? null });
  }
}

/** Of what was not read, so many are named in the log. */
const MOST_NAMED = 10;
/** Longer names are cut off there, in characters. */
const LONGEST_NAME = 300;

/** What was not looked at though it should have been. */
function tellUnread(log: Log, job: "scan" | "audit", report: ScanReport | AuditReport): void {
  const unread =
    "skipped" in report.coverage
      ? report.coverage.skipped
          .filter(({ failure, allowed }) => failure && allowed === undefined)
          .map(({ place, reason, detail }) => [place, `${reason}: ${detail}`] as const)
      : report.coverage.accounts
          .filter(({ status }) => status === "error")
          .map(({ id, reason, permission }) => [id, permission ?? reason ?? ""] as const);
  const places = unread
    .slice(0, MOST_NAMED)
    .map(([place, why]) => ({ place: clipped(place, LONGEST_NAME), why: clipped(why, LONGEST_NAME) }));
  log("warning", `${job}.unread`, { count: unread.length, places });
}

interface Summary {
  readonly summary?: Readonly<Record<string, number>>;
  readonly coverage?: { readonly complete: boolean };
  readonly changes?: { readonly new: readonly unknown[] } | null;
}

/** Standard input of a service: nothing. */
async function* nobody(): AsyncGenerator<Uint8Array> {}

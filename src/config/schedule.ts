import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import * as z from "zod/mini";
import { durationMs } from "../model/duration.ts";
import { JOB_NAMES, type JobName } from "../model/scheduled-job.ts";
import { cronTimes } from "../runtime/cron-times.ts";
import type { ConfigurationDocument } from "./document.ts";
import { loadOperatorDocument } from "./load.ts";
import { problemIn } from "./problem.ts";
import { scheduleSchema, type WrittenSchedule, type WrittenTimes } from "./schedule-schema.ts";
import { operatorSchema } from "./schema.ts";

/** When a job runs: at what clocks show in a time zone, or again and again. */
export type JobTimes =
  | { readonly kind: "cron"; readonly expression: string; readonly timezone: string }
  | { readonly kind: "every"; readonly ms: number };

interface Timed {
  readonly times: JobTimes;
  /** How long a run may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** A report to write: its format and its file. */
export type ReportSetting = readonly [format: string, path: string];

export interface ScanJob extends Timed {
  readonly job: "scan";
  /** Absolute; none: the home directory, and what else a scan without a PATH looks at. */
  readonly paths: readonly string[];
  readonly history: boolean;
  readonly environment: boolean;
  readonly identify: boolean;
  readonly reports: readonly ReportSetting[];
}

export interface AuditJob extends Timed {
  readonly job: "audit";
  readonly organization: boolean;
  readonly reports: readonly ReportSetting[];
}

export interface RotateJob extends Timed {
  readonly job: "rotate";
}

export type JobSetting = ScanJob | AuditJob | RotateJob;

/** What the operator says is to run by itself. */
export interface ScheduleConfiguration {
  readonly jobs: readonly JobSetting[];
  /** A job begins up to so much later than it is due, in milliseconds. */
  readonly jitterMs: number;
  /** Where metrics are told on the loopback interface; null: nowhere. */
  readonly metricsPort: number | null;
}

/** More often helps nobody: AWS is asked each time. In milliseconds. */
const LEAST_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
const USUAL_TIMEZONE = "UTC";
/** Longer than any scan or audit was seen to take, in milliseconds. */
const USUAL_TIMEOUT_MS = 12 * 3_600_000;
const LEAST_TIMEOUT_MS = 60_000;
const MOST_TIMEOUT_MS = 7 * DAY_MS;

/**
 * @param home what `~` stands for.
 * @throws KeysweepError `configuration` that names file, line, column and key, and says what would be right.
 */
export function loadScheduleConfiguration(path: string, nowMs: number, home = homedir()): ScheduleConfiguration {
  const { document } = loadOperatorDocument(path, operatorSchema);
  const result = z.safeParse(scheduleSchema, document.value ?? {}, { reportInput: true });
  if (!result.success) throw problemIn({ document, schema: scheduleSchema, base: [] }, result.error.issues);
  const written = result.data.schedule ?? {};
  const jitterMs = durationMs(written.jitter ?? "0s") ?? 0;
  if (jitterMs > DAY_MS) throw document.error(["schedule", "jitter"], "must be a day at most");
  const place = (text: string): string =>
    resolve(
      dirname(resolve(path)),
      text.replace(/^~(?=\/|$)/, () => home),
    );
  const reading: Reading = { document, written, nowMs, place };
  const jobs = JOB_NAMES.flatMap((job) => jobFrom(reading, job) ?? []);
  checkFiles(document, jobs);
  return {
    jobs,
    jitterMs,
    metricsPort: written.metrics?.port ?? null,
  };
}

interface Reading {
  readonly document: ConfigurationDocument;
  readonly written: WrittenSchedule;
  readonly nowMs: number;
  /** The absolute path that a text means. */
  place(text: string): string;
}

/** Each report has a file of its own: the next one would take the place of the one before. */
function checkFiles(document: ConfigurationDocument, jobs: readonly JobSetting[]): void {
  const named = new Set<string>();
  for (const setting of jobs) {
    for (const [format, file] of setting.job === "rotate" ? [] : setting.reports) {
      if (named.has(file))
        throw document.error(["schedule", setting.job, "reports", format], "is another report's file");
      named.add(file);
    }
  }
}

function jobFrom(reading: Reading, job: JobName): JobSetting | null {
  const { written, place } = reading;
  const reports = (named: Readonly<Record<string, string | undefined>> = {}): ReportSetting[] =>
    Object.entries(named).flatMap(([format, path]): ReportSetting[] =>
      path === undefined ? [] : [[format, place(path)]],
    );
  switch (job) {
    case "scan": {
      if (written.scan === undefined) return null;
      const { paths = [], history = true, environment = false, identify = false } = written.scan;
      return {
        job,
        ...timedFrom(reading, job, written.scan),
        paths: paths.map(place),
        history,
        environment,
        identify,
        reports: reports(written.scan.reports),
      };
    }
    case "audit": {
      if (written.audit === undefined) return null;
      const { organization = false } = written.audit;
      return {
        job,
        ...timedFrom(reading, job, written.audit),
        organization,
        reports: reports(written.audit.reports),
      };
    }
    case "rotate":
      return written.rotate === undefined ? null : { job, ...timedFrom(reading, job, written.rotate) };
  }
}

function timedFrom(reading: Reading, job: JobName, written: WrittenTimes): Timed {
  const timeoutMs = written.timeout === undefined ? USUAL_TIMEOUT_MS : (durationMs(written.timeout) ?? 0);
  if (timeoutMs < LEAST_TIMEOUT_MS || timeoutMs > MOST_TIMEOUT_MS) {
    throw reading.document.error(["schedule", job, "timeout"], "must be from a minute to seven days, e.g. 12h");
  }
  return { times: timesFrom(reading, job, written), timeoutMs };
}

function timesFrom(
  { document, written, nowMs }: Reading,
  job: JobName,
  { at, every, timezone }: WrittenTimes,
): JobTimes {
  const keys = ["schedule", job];
  if (at !== undefined && every !== undefined)
    throw document.error([...keys, "every"], "at and every exclude each other");
  if (at !== undefined) {
    const times = {
      kind: "cron",
      expression: at.trim(),
      timezone: timezone ?? written.timezone ?? USUAL_TIMEZONE,
    } as const;
    if (cronTimes(times.expression, times.timezone).next(nowMs) === null) {
      throw document.error([...keys, "at"], "never comes: there is no such date");
    }
    return times;
  }
  if (every === undefined) throw document.error(keys, 'needs a time: at: "0 2 * * *", or every: 15m');
  if (timezone !== undefined) throw document.error([...keys, "timezone"], "means nothing beside every");
  const ms = durationMs(every) ?? 0;
  if (ms < LEAST_EVERY_MS) throw document.error([...keys, "every"], "must be a minute at least, e.g. 15m");
  return { kind: "every", ms };
}

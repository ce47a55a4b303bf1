import type { JobHistory, JobName } from "../model/scheduled-job.ts";
import type { Times } from "./times.ts";

/** A job and its times. */
export interface Scheduled {
  readonly job: JobName;
  readonly times: Times;
}

/** A job as it is run. */
export interface Entry extends Scheduled {
  /** How long a run may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** When a job runs next. Times in milliseconds since 1970. */
export interface Planned {
  readonly job: JobName;
  readonly dueMs: number;
  /** When it begins: later than it is due by its jitter. Past: it should have begun. */
  readonly startMs: number;
}

/** So that not all machines begin at the same moment. */
export interface Jitter {
  readonly mostMs: number;
  /** From 0 up to 1: a job's share of it. */
  share(job: JobName): number;
}

export const NO_JITTER: Jitter = { mostMs: 0, share: () => 0 };

/** How often a run that is cut off is begun again for the same scheduled time: what makes the process die must not do so for ever. */
export const MOST_ATTEMPTS = 5;

/** By so much a clock may be set back without a job's running twice for one time, in milliseconds. */
const SET_BACK_MS = 3_600_000;

/**
 * What runs when, the first first; what never comes is left out. Runs that were missed are made up for by one, and a run that was cut off is
 * begun again.
 * @param historyOf what is remembered of a job; one that runs now must not be asked about.
 */
export function plan(
  entries: readonly Scheduled[],
  nowMs: number,
  historyOf: (job: JobName) => JobHistory,
  jitter: Jitter = NO_JITTER,
): Planned[] {
  return entries
    .flatMap((entry) => planned(entry, nowMs, historyOf(entry.job), jitter) ?? [])
    .toSorted((a, b) => a.startMs - b.startMs);
}

function planned(
  { job, times }: Pick<Entry, "job" | "times">,
  nowMs: number,
  history: JobHistory,
  jitter: Jitter,
): Planned | null {
  const { last } = history;
  if (last !== null && last.endedMs === null && last.attempts < MOST_ATTEMPTS) {
    return { job, dueMs: last.dueMs, startMs: Math.min(nowMs, last.startedMs) };
  }
  const until = last === null ? history.sinceMs : Math.max(last.dueMs, last.startedMs);
  // Remembered by a clock that was far ahead, and is not any more: nothing would run until it is as late again. What runs now sets it right.
  if (until > nowMs + SET_BACK_MS) return { job, dueMs: nowMs, startMs: nowMs };
  const dueMs = times.next(until);
  if (dueMs === null) return null;
  // Half of the time until it is due again, so that no two runs become one.
  const gapMs = (times.next(dueMs) ?? Number.POSITIVE_INFINITY) - dueMs;
  return { job, dueMs, startMs: dueMs + Math.floor(jitter.share(job) * Math.min(jitter.mostMs, gapMs / 2)) };
}

import type { JobName, JobRecord } from "../model/scheduled-job.ts";
import type { Entry } from "./planner.ts";

/** So often in a row a job may come to nothing before that is told. */
const MOST_FAILURES = 3;

/** Tells of jobs that fail again and again, by what is remembered of them. */
export class FailingJobs {
  readonly #record: Pick<JobRecord, "known">;
  /** While a job runs it is as it was before. */
  readonly #before = new Map<JobName, string | null>();

  constructor(record: Pick<JobRecord, "known">) {
    this.#record = record;
  }

  /** Which jobs fail, as a sentence; null: none. @throws KeysweepError `ledger`. */
  among(entries: readonly Pick<Entry, "job" | "times">[]): string | null {
    const told = entries.flatMap((entry) => this.#of(entry) ?? []);
    return told.length === 0 ? null : told.join("; ");
  }

  #of({ job, times }: Pick<Entry, "job" | "times">): string | null {
    const history = this.#record.known(job);
    if (history === null || history.last === null) return null;
    const { sinceMs, last, completedMs } = history;
    if (last.endedMs === null) return this.#before.get(job) ?? null;
    let dueMs: number | null = completedMs ?? sinceMs;
    for (let count = 0; count < MOST_FAILURES && dueMs !== null; count += 1) dueMs = times.next(dueMs);
    const isFailing = dueMs !== null && last.dueMs >= dueMs;
    const since =
      completedMs === null ? "not succeeded yet" : `not succeeded since ${new Date(completedMs).toISOString()}`;
    const told = isFailing ? `the ${job} has ${since}: the log says why` : null;
    this.#before.set(job, told);
    return told;
  }
}

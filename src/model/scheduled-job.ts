/** What a schedule can do. */
export const JOB_NAMES = ["scan", "audit", "rotate"] as const;

export type JobName = (typeof JOB_NAMES)[number];

/** A run of a job. Times in milliseconds since 1970. */
export interface JobRun {
  /** The scheduled time that it was for. */
  readonly dueMs: number;
  readonly startedMs: number;
  /** Null: it still runs, or it was cut off. */
  readonly endedMs: number | null;
  /** Its exit status; null until it ended. */
  readonly status: number | null;
  /** How often one was started for that time, this one counted. */
  readonly attempts: number;
}

/** What is remembered of a job. */
export interface JobHistory {
  /** When it was first met, in milliseconds since 1970: what was due before is not made up for. */
  readonly sinceMs: number;
  /** Null: none was started yet. */
  readonly last: JobRun | null;
  /** When one last came to its end with a result, good or bad, and had looked at all that it should; null: never. */
  readonly completedMs: number | null;
}

/** The record of what ran by a schedule. All throw a KeysweepError `ledger` when they cannot. */
export interface JobRecord {
  /** What is remembered of a job; null: it was never met. */
  known(job: JobName): JobHistory | null;
  /** What is remembered of a job; from now on it is known. */
  of(job: JobName, nowMs: number): JobHistory;
  /** A run begins: what is due until `dueMs` is done by it. */
  begin(job: JobName, dueMs: number, nowMs: number): void;
  /** It ended. @param completed whether it came to a result, of all that it should have looked at. */
  end(job: JobName, nowMs: number, status: number, completed: boolean): void;
}

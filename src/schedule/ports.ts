import type { JobName, JobRecord } from "../model/scheduled-job.ts";
import type { Waiting } from "../runtime/waiting.ts";

/** A right that one process at a time has. */
export interface HeldLease {
  /** Renews it. False: it has run out or somebody else has it. */
  hold(): boolean;
  release(): void;
}

export interface ScheduleLeases {
  /** Takes it if nobody has it, if it has run out, or if its holder is gone. `heldBy` is for people. */
  acquire(name: string): HeldLease | { readonly heldBy: string };
}

export function isHeld(answer: HeldLease | { readonly heldBy: string }): answer is HeldLease {
  return "hold" in answer;
}

/** How a run ended. */
export interface JobOutcome {
  /** An exit status. */
  readonly status: number;
  /** Cut off: it is to be begun again. */
  readonly interrupted: boolean;
  /** Whether it came to a result, good or bad. */
  readonly completed: boolean;
  /** Whether something that it should have looked at was not. */
  readonly partial: boolean;
}

export type LogLevel = "info" | "warning" | "error";

/** Says what happens; never with a secret. */
export type Log = (level: LogLevel, event: string, details?: Readonly<Record<string, unknown>>) => void;

/** What runs are done with. */
export interface RunWorld {
  readonly waiting: Waiting;
  readonly record: JobRecord;
  readonly leases: ScheduleLeases;
  readonly log: Log;
  /** Does what the job is about. Soon after the signal was given it ends: with the step in hand, and no other. */
  perform(job: JobName, signal: AbortSignal): Promise<JobOutcome>;
}

import { KeysweepError } from "../model/error.ts";
import type { JobName } from "../model/scheduled-job.ts";
import { type Entry, NO_JITTER, plan } from "./planner.ts";
import { type HeldLease, isHeld, type JobOutcome, type RunWorld } from "./ports.ts";

/** A lease is renewed so often while a job runs, in milliseconds; leases last several times as long. */
const RENEW_MS = 60_000;

/** So long a job that took too long may take to end once it was told to, in milliseconds. */
export const GRACE_MS = 5 * 60_000;

/** The exit status of what failed. */
const FAILED = 4;

/** Nothing of these is lost with their process. A rotation is never left in the middle of a step: each of its steps has a limit of its own. */
const MAY_BE_LEFT: ReadonlySet<JobName> = new Set(["scan", "audit"]);

/** Why nothing was run: another process does so, or has done so meanwhile (null). */
export interface NotRun {
  readonly heldBy: string | null;
}

/** It was told to end and does not: what it hangs in (a disk that does not answer) ends with the process alone. */
export interface Hung {
  readonly hangs: true;
}

/**
 * Runs a job that is due, unless another process does or has done so. It never runs twice at the same time, whoever begins it. One that takes
 * longer than it may is told to end.
 * @param onHanging called when it does not do so in time.
 * @throws KeysweepError `ledger`.
 */
export async function runJob(
  entry: Entry,
  world: RunWorld,
  signal: AbortSignal,
  onHanging: () => void = () => {},
): Promise<JobOutcome | NotRun | Hung> {
  const { job } = entry;
  const { leases, log, record, waiting } = world;
  const lease = leases.acquire(`schedule/${job}`);
  if (!isHeld(lease)) return lease;
  try {
    const now = waiting.now();
    const [due] = plan([entry], now, () => record.of(job, now), NO_JITTER);
    if (due === undefined || due.dueMs > now) return { heldBy: null };
    const { last } = record.of(job, now);
    record.begin(job, due.dueMs, now);
    const again = last !== null && last.endedMs === null && last.dueMs === due.dueMs;
    log("info", "job.started", { job, due: new Date(due.dueMs).toISOString(), ...(again ? { again } : {}) });
    const result = await performed(entry, lease, world, signal, onHanging);
    if (isHung(result)) {
      // It is not begun again for the same time: it would hang again.
      record.end(job, waiting.now(), FAILED, false);
      return result;
    }
    const { status, interrupted, completed, partial } = result;
    // What was cut off is left open, so that it is begun again.
    if (!interrupted) record.end(job, waiting.now(), status, completed && !partial);
    const level = !completed && !interrupted ? "error" : interrupted || partial ? "warning" : "info";
    log(level, interrupted ? "job.interrupted" : "job.ended", { job, status, ms: waiting.now() - now });
    return result;
  } finally {
    lease.release();
  }
}

/** Keeps the lease while the job is done; where it is lost, or the time is up, the job is stopped. */
async function performed(
  { job, timeoutMs }: Entry,
  lease: HeldLease,
  { waiting, log, perform }: RunWorld,
  signal: AbortSignal,
  onHanging: () => void,
): Promise<JobOutcome | Hung> {
  const ended = new AbortController();
  const lost = new AbortController();
  const late = new AbortController();
  const hung = Promise.withResolvers<Hung>();
  const keeping = (async () => {
    for (;;) {
      await waiting.sleep(RENEW_MS, ended.signal);
      if (lease.hold()) continue;
      log("error", "job.lease-lost", { job });
      lost.abort();
      return;
    }
  })().catch((error: unknown) => {
    // That it ended is no news; a ledger that cannot be written is.
    if (!ended.signal.aborted) lost.abort(error);
  });
  const timing = (async () => {
    await waiting.sleep(timeoutMs, ended.signal);
    log("error", "job.timed-out", { job, after: timeoutMs });
    late.abort();
    await waiting.sleep(GRACE_MS, ended.signal);
    log("error", "job.hangs", { job });
    onHanging();
    if (MAY_BE_LEFT.has(job)) hung.resolve({ hangs: true });
  })().catch(() => {
    // It ended in time.
  });
  try {
    const outcome = perform(job, AbortSignal.any([signal, lost.signal, late.signal]));
    const result = await Promise.race([outcome, hung.promise]);
    if (isHung(result) || !late.signal.aborted || !result.interrupted) return result;
    // It did not fit into its time and would not do so if it were begun again at once.
    return { status: FAILED, interrupted: false, completed: false, partial: false };
  } finally {
    ended.abort();
    await Promise.all([keeping, timing]);
  }
}

export function wasRun(result: JobOutcome | NotRun | Hung): result is JobOutcome {
  return "status" in result;
}

export function isHung(result: JobOutcome | NotRun | Hung): result is Hung {
  return "hangs" in result;
}

/** Why a job could not be run. What others' errors say may hold what they were told: only their kind is told. */
export function whyFailed(error: unknown): string {
  if (error instanceof KeysweepError) return error.message;
  return `an internal error (${error instanceof Error ? error.name : "unknown"})`;
}

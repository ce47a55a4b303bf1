import type { JobName } from "../model/scheduled-job.ts";
import { type Entry, NO_JITTER, plan } from "./planner.ts";
import { type HeldLease, isHeld, type JobOutcome, type RunWorld } from "./ports.ts";

/** A lease is renewed so often while a job runs, in milliseconds; leases last several times as long. */
const RENEW_MS = 60_000;

/** Why nothing was run: another process does so, or has done so meanwhile (null). */
export interface NotRun {
  readonly heldBy: string | null;
}

/**
 * Runs a job that is due, unless another process does or has done so. It never runs twice at the same time, whoever begins it.
 * @throws KeysweepError `ledger`.
 */
export async function runJob(entry: Entry, world: RunWorld, signal: AbortSignal): Promise<JobOutcome | NotRun> {
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
    const outcome = await performed(job, lease, world, signal);
    const { status, interrupted, completed } = outcome;
    // What was cut off is left open, so that it is begun again.
    if (!interrupted) record.end(job, waiting.now(), status, completed);
    const level = completed ? "info" : interrupted ? "warning" : "error";
    log(level, interrupted ? "job.interrupted" : "job.ended", { job, status, ms: waiting.now() - now });
    return outcome;
  } finally {
    lease.release();
  }
}

/** Keeps the lease while the job is done; where it is lost, the job is stopped. */
async function performed(
  job: JobName,
  lease: HeldLease,
  { waiting, log, perform }: RunWorld,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const ended = new AbortController();
  const lost = new AbortController();
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
  try {
    return await perform(job, AbortSignal.any([signal, lost.signal]));
  } finally {
    ended.abort();
    await keeping;
  }
}

export function wasRun(result: JobOutcome | NotRun): result is JobOutcome {
  return "status" in result;
}

import type { JobName } from "../model/scheduled-job.ts";
import { type Entry, plan } from "./planner.ts";
import type { JobOutcome, RunWorld } from "./ports.ts";
import { runJob, wasRun } from "./run-job.ts";

/** The shortest first: a rotation is not to wait for a scan. */
const ORDER: readonly JobName[] = ["rotate", "audit", "scan"];

/**
 * Runs what is due now, one after the other, for whoever starts it again and again. There is no jitter: that is the business of whoever does.
 * @throws KeysweepError `ledger`.
 */
export async function runOnce(
  entries: readonly Entry[],
  world: RunWorld,
  signal: AbortSignal,
): Promise<readonly JobOutcome[]> {
  const now = world.waiting.now();
  const due = plan(entries, now, (job) => world.record.of(job, now)).filter(({ startMs }) => startMs <= now);
  const outcomes: JobOutcome[] = [];
  for (const job of ORDER) {
    const entry = entries.find((one) => one.job === job);
    if (signal.aborted || entry === undefined || !due.some((planned) => planned.job === job)) continue;
    const result = await runJob(entry, world, signal);
    if (wasRun(result)) outcomes.push(result);
    else if (result.heldBy !== null) world.log("info", "job.busy", { job, heldBy: result.heldBy });
  }
  return outcomes;
}

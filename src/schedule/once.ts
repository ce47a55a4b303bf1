import type { JobName } from "../model/scheduled-job.ts";
import { type Entry, plan } from "./planner.ts";
import type { JobOutcome, RunWorld } from "./ports.ts";
import { isHung, runJob, wasRun } from "./run-job.ts";

/** The shorter first. */
const LONG: readonly JobName[] = ["audit", "scan"];

/** While one of those runs, it is looked so often whether rotations are due again, in milliseconds. */
const LOOK_MS = 15_000;

/** What was run. */
export interface RunsOfOnce {
  readonly outcomes: readonly JobOutcome[];
  /** What does not end, so that the process has to; null: nothing. */
  readonly hanging: JobName | null;
}

/**
 * Runs what is due now, for whoever starts it again and again: audit and scan one after the other, and rotations beside them, for a step of
 * theirs is not to wait for hours. There is no jitter: that is the business of whoever starts it.
 * @throws KeysweepError `ledger`.
 */
export async function runOnce(entries: readonly Entry[], world: RunWorld, signal: AbortSignal): Promise<RunsOfOnce> {
  const { log, record, waiting } = world;
  const outcomes: JobOutcome[] = [];
  let hanging: JobName | null = null;
  const over = new AbortController();
  const giveUp = new AbortController();
  const stop = AbortSignal.any([signal, giveUp.signal]);
  const begun = waiting.now();
  const due = new Set(
    plan(entries, begun, (job) => record.of(job, begun))
      .filter(({ startMs }) => startMs <= begun)
      .map(({ job }) => job),
  );
  const isDue = (entry: Entry, now: number): boolean =>
    plan([entry], now, (job) => record.of(job, now)).some(({ startMs }) => startMs <= now);
  const run = async (entry: Entry | undefined): Promise<void> => {
    if (entry === undefined || stop.aborted || !isDue(entry, waiting.now())) return;
    const { job } = entry;
    const result = await runJob(entry, world, stop);
    if (isHung(result)) {
      hanging = job;
      giveUp.abort();
    } else if (wasRun(result)) outcomes.push(result);
    else if (result.heldBy !== null) log("info", "job.busy", { job, heldBy: result.heldBy });
  };
  const entryOf = (job: JobName): Entry | undefined => entries.find((entry) => entry.job === job);
  const rotating = (async () => {
    do await run(entryOf("rotate"));
    while (await passed(waiting.sleep(LOOK_MS, AbortSignal.any([over.signal, stop]))));
  })();
  const long = (async () => {
    try {
      for (const job of LONG) if (due.has(job)) await run(entryOf(job));
    } finally {
      over.abort();
    }
  })();
  // Both are waited for, whatever becomes of one: nothing goes on behind whoever has ended.
  const settled = await Promise.allSettled([rotating, long]);
  for (const one of settled) if (one.status === "rejected") throw one.reason;
  return { outcomes, hanging };
}

/** Whether the time passed, and nobody ended it. */
async function passed(sleep: Promise<void>): Promise<boolean> {
  return sleep.then(
    () => true,
    () => false,
  );
}

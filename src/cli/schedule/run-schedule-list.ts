import { existsSync } from "node:fs";
import { KeysweepError } from "../../model/error.ts";
import type { JobHistory, JobName } from "../../model/scheduled-job.ts";
import { jsonText } from "../../report/escape.ts";
import { plan } from "../../schedule/planner.ts";
import type { ScheduleListFlags } from "../commands/schedule.ts";
import type { Context } from "../context.ts";
import { ledgerLocation, openLedgerAt } from "../ledger-location.ts";
import { openSource } from "./run-schedule.ts";
import { scheduleDoubts } from "./schedule-doubts.ts";
import { entryOf } from "./schedule-jobs.ts";
import { say } from "./schedule-say.ts";

/** The command `schedule list`: what runs next, by this machine's clock. */
export async function runScheduleList(context: Context, flags: ScheduleListFlags): Promise<void> {
  if (flags.format !== "pretty" && flags.format !== "json") {
    throw new KeysweepError("usage", `--format ${flags.format}: no such format`, {
      hint: "There are pretty and json.",
    });
  }
  const source = await openSource(context, flags, () => {});
  for (const doubt of scheduleDoubts(source.configuration)) say(context, flags, doubt);
  const now = context.clock.now();
  const histories = await historiesOf(
    context,
    flags,
    source.configuration.jobs.map(({ job }) => job),
  );
  const unknown: JobHistory = { sinceMs: now, last: null, completedMs: null };
  const of = (job: JobName): JobHistory => histories.get(job) ?? unknown;
  const { jitterMs, jobs } = source.configuration;
  const rows = plan(jobs.map(entryOf), now, of).map(({ job, dueMs, startMs }) => {
    const { last } = of(job);
    return {
      job,
      next: startMs <= now ? null : dueMs,
      last: last?.startedMs ?? null,
      status: last?.status ?? null,
      isOpen: last !== null && last.endedMs === null,
    };
  });
  if (flags.format === "json") {
    const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
    const told = rows.map(({ job, next, last, status }) => ({
      job,
      next: time(next),
      due: next === null,
      lastStartedAt: time(last),
      lastStatus: status,
    }));
    context.stdout.write(`${jsonText({ schema: "keysweep/schedule@1", jitterMs, jobs: told }, 2)}\n`);
    return;
  }
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const lines = rows.map(({ job, next, last, status, isOpen }) => {
    const when =
      next === null ? (isOpen ? "runs now, or was cut off" : "now: it was missed") : localTime(next, timeZone);
    const before =
      last === null ? "not run yet" : `last ${localTime(last, timeZone)}${status === null ? "" : `, status ${status}`}`;
    return `${job.padEnd(8)}${when.padEnd(26)}${before}\n`;
  });
  const jitter = jitterMs === 0 ? "" : `, up to ${Math.round(jitterMs / 1000)} s later each`;
  context.stdout.write(`${lines.join("")}Times of ${timeZone}${jitter}.\n`);
}

/** What the ledger remembers; it is neither made nor changed. */
async function historiesOf(
  context: Context,
  flags: ScheduleListFlags,
  jobs: readonly JobName[],
): Promise<ReadonlyMap<JobName, JobHistory>> {
  const location = ledgerLocation(context, flags.ledger);
  if (location === null || !existsSync(location.path)) return new Map();
  const ledger = await openLedgerAt(location);
  try {
    return new Map(
      jobs.flatMap((job) => {
        const history = ledger.jobs.known(job);
        return history === null ? [] : [[job, history]];
      }),
    );
  } finally {
    ledger.close();
  }
}

/** `2027-01-31 02:00 GMT+1` */
function localTime(ms: number, timeZone: string): string {
  const zone = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "short" })
    .formatToParts(ms)
    .find(({ type }) => type === "timeZoneName")?.value;
  return `${new Date(ms).toLocaleString("sv", { timeZone }).slice(0, 16)} ${zone ?? ""}`;
}

import { describe, expect, it } from "vitest";
import type { JobHistory, JobRun } from "../../src/model/scheduled-job.ts";
import { cronTimes } from "../../src/runtime/cron-times.ts";
import { type Jitter, MOST_ATTEMPTS, plan, type Scheduled } from "../../src/schedule/planner.ts";
import { everyTimes } from "../../src/schedule/times.ts";

const NIGHTLY: Scheduled = { job: "scan", times: cronTimes("0 2 * * *", "Europe/Berlin") };
const QUARTERLY: Scheduled = { job: "rotate", times: everyTimes(900_000) };

const ms = (time: string): number => Date.parse(time);
const iso = (time: number): string => new Date(time).toISOString().slice(0, 16);

function history(last: Partial<JobRun> | null, since = "2027-01-01T00:00Z"): JobHistory {
  const run = { dueMs: 0, startedMs: 0, endedMs: 0, status: 0, attempts: 1, ...last };
  return { sinceMs: ms(since), last: last === null ? null : run, completedMs: null };
}

/** `scan 2027-01-05T01:00 2027-01-05T01:00`: the job, when it is due, when it begins. */
function planned(entries: readonly Scheduled[], now: string, of: JobHistory, jitter?: Jitter): string[] {
  return plan(entries, ms(now), () => of, jitter).map(
    ({ job, dueMs, startMs }) => `${job} ${iso(dueMs)} ${iso(startMs)}`,
  );
}

describe("what runs when", () => {
  it("is the next scheduled time for what never ran: nothing from before is made up for", () => {
    expect(planned([NIGHTLY], "2027-01-05T12:00Z", history(null, "2027-01-05T12:00Z"))).toEqual([
      "scan 2027-01-06T01:00 2027-01-06T01:00",
    ]);
  });

  it("is told the first first", () => {
    const of = history(null, "2027-01-05T12:01Z");
    expect(planned([NIGHTLY, QUARTERLY], "2027-01-05T12:01Z", of)).toEqual([
      "rotate 2027-01-05T12:15 2027-01-05T12:15",
      "scan 2027-01-06T01:00 2027-01-06T01:00",
    ]);
  });

  it("is at once, and once, what was missed for days; and then the next", () => {
    const missed = history({ dueMs: ms("2027-01-02T01:00Z"), startedMs: ms("2027-01-02T01:00Z") });
    expect(planned([NIGHTLY], "2027-01-05T12:00Z", missed)).toEqual(["scan 2027-01-03T01:00 2027-01-03T01:00"]);
    const madeUpFor = history({ dueMs: ms("2027-01-03T01:00Z"), startedMs: ms("2027-01-05T12:00Z") });
    expect(planned([NIGHTLY], "2027-01-05T13:00Z", madeUpFor)).toEqual(["scan 2027-01-06T01:00 2027-01-06T01:00"]);
  });

  it("is nothing where there is no time any more", () => {
    const never: Scheduled = { job: "scan", times: { next: () => null } };
    expect(planned([never], "2027-01-05T12:00Z", history(null))).toEqual([]);
  });

  it("is once more what was cut off, though not for ever", () => {
    const cutOff = { dueMs: ms("2027-01-05T01:00Z"), startedMs: ms("2027-01-05T01:03Z"), endedMs: null, status: null };
    expect(planned([NIGHTLY], "2027-01-05T12:00Z", history(cutOff))).toEqual([
      "scan 2027-01-05T01:00 2027-01-05T01:03",
    ]);
    expect(planned([NIGHTLY], "2027-01-05T12:00Z", history({ ...cutOff, attempts: MOST_ATTEMPTS }))).toEqual([
      "scan 2027-01-06T01:00 2027-01-06T01:00",
    ]);
  });
});

describe("a clock that is set back", () => {
  const ran = history({ dueMs: ms("2027-01-05T01:00Z"), startedMs: ms("2027-01-05T01:00Z") });

  it("makes nothing run twice", () => {
    expect(planned([NIGHTLY], "2027-01-05T00:59Z", ran)).toEqual(["scan 2027-01-06T01:00 2027-01-06T01:00"]);
  });

  it("does not stop everything until it is as late again", () => {
    const ahead = history({ dueMs: ms("2037-01-05T01:00Z"), startedMs: ms("2037-01-05T01:00Z") });
    // At once: the next time after a moment is never that moment, so that waiting for it would have no end.
    expect(planned([NIGHTLY], "2027-01-05T12:00Z", ahead)).toEqual(["scan 2027-01-05T12:00 2027-01-05T12:00"]);
  });
});

describe("jitter", () => {
  const of = history(null, "2027-01-05T12:01Z");

  it("begins later what is due", () => {
    const jitter = { mostMs: 600_000, share: () => 0.5 };
    expect(planned([NIGHTLY], "2027-01-05T12:01Z", of, jitter)).toEqual(["scan 2027-01-06T01:00 2027-01-06T01:05"]);
  });

  it("never makes one run of two", () => {
    const jitter = { mostMs: 3_600_000, share: () => 0.999 };
    expect(planned([QUARTERLY], "2027-01-05T12:01Z", of, jitter)).toEqual(["rotate 2027-01-05T12:15 2027-01-05T12:22"]);
  });
});

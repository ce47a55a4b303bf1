import { expect, it } from "vitest";
import type { JobHistory, JobRun } from "../../src/model/scheduled-job.ts";
import { FailingJobs } from "../../src/schedule/failing-jobs.ts";
import { everyTimes } from "../../src/schedule/times.ts";

const HOUR = 3_600_000;
const ENTRIES = [{ job: "scan", times: everyTimes(HOUR) }] as const;

/** What is told of a job that succeeded at midnight of 1970 and has failed since, its last run due after so many hours. */
function told(jobs: { history: JobHistory | null }): string | null {
  return new FailingJobs({ known: () => jobs.history }).among(ENTRIES);
}

const run = (hours: number, more: Partial<JobRun> = {}): JobRun => ({
  dueMs: hours * HOUR,
  startedMs: hours * HOUR,
  endedMs: hours * HOUR + 1,
  status: 4,
  attempts: 1,
  ...more,
});

it.each([
  ["one that was never met", null, false],
  ["one that has not run yet", { sinceMs: 0, last: null, completedMs: null }, false],
  ["two failures", { sinceMs: 0, last: run(2), completedMs: 0 }, false],
  ["three failures", { sinceMs: 0, last: run(3), completedMs: 0 }, true],
  ["three failures, and no success ever", { sinceMs: 0, last: run(3), completedMs: null }, true],
  ["a success after many", { sinceMs: 0, last: run(9), completedMs: 9 * HOUR + 1 }, false],
  ["one that was down for long, and runs now", { sinceMs: 0, last: run(9, { endedMs: null }), completedMs: 0 }, false],
])("a job fails again and again, or does not: %s", (_, history, isTold) => {
  expect(told({ history }) !== null).toBe(isTold);
});

it("a job that fails again and again does so while it runs once more, until it succeeds", () => {
  let history: JobHistory = { sinceMs: 0, last: run(3), completedMs: 0 };
  const failing = new FailingJobs({ known: () => history });
  expect(failing.among(ENTRIES)).toBe("the scan has not succeeded since 1970-01-01T00:00:00.000Z: the log says why");
  history = { ...history, last: run(4, { endedMs: null, status: null }) };
  expect(failing.among(ENTRIES)).toContain("not succeeded");
  history = { ...history, last: run(4, { status: 0 }), completedMs: 4 * HOUR + 1 };
  expect(failing.among(ENTRIES)).toBeNull();
});

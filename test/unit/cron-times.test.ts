import { expect, test } from "vitest";
import { cronTimes, isTimeZone, problemOfCron } from "../../src/runtime/cron-times.ts";

function times(expression: string, timezone: string, after: string, count: number): (string | null)[] {
  const schedule = cronTimes(expression, timezone);
  const found: (string | null)[] = [];
  let last = Date.parse(after);
  for (let number = 0; number < count; number++) {
    const next = schedule.next(last);
    found.push(next === null ? null : new Date(next).toISOString());
    last = next ?? last;
  }
  return found;
}

test("a time that a change of clocks leaves out comes right after, and one that comes twice counts once", () => {
  expect(times("30 2 * * *", "Europe/Berlin", "2027-03-27T00:00:00Z", 3)).toEqual([
    "2027-03-27T01:30:00.000Z",
    "2027-03-28T01:00:00.000Z",
    "2027-03-29T00:30:00.000Z",
  ]);
  expect(times("30 2 * * *", "Europe/Berlin", "2027-10-30T12:00:00Z", 2)).toEqual([
    "2027-10-31T00:30:00.000Z",
    "2027-11-01T01:30:00.000Z",
  ]);
});

test("a schedule without any time has none", () => {
  expect(times("0 0 31 2 *", "UTC", "2027-01-01T00:00:00Z", 1)).toEqual([null]);
});

test("the next time is never the one that is asked from", () => {
  expect(times("0 3 1 * *", "UTC", "2027-01-01T03:00:00Z", 1)).toEqual(["2027-02-01T03:00:00.000Z"]);
});

test.each(["0 3 1 * *", "*/10 0 3 1 * *", "0 3 * * MON"])("%s is a schedule", (expression) => {
  expect(problemOfCron(expression)).toBeNull();
});

test.each(["", "@daily", "0 25 * * *", "0 3 1 * * * *", "2027-01-01"])("%j is none", (expression) => {
  expect(problemOfCron(expression)).not.toBeNull();
});

test("there are time zones by their names", () => {
  expect(["Europe/Berlin", "UTC", "Europe/Berlim", ""].map(isTimeZone)).toEqual([true, true, false, false]);
});

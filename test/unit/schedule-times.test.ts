import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cronTimes } from "../../src/runtime/cron-times.ts";

/** What clocks in the zone show. */
function shown(ms: number, timezone: string): string {
  return new Date(ms).toLocaleString("sv", { timeZone: timezone }).slice(0, 16);
}

/** The times within these days, as clocks show them and in UTC. */
function times(expression: string, timezone: string, from: string, until: string): string[] {
  const schedule = cronTimes(expression, timezone);
  const found: string[] = [];
  for (let at = schedule.next(Date.parse(from)); at !== null && at <= Date.parse(until); at = schedule.next(at)) {
    found.push(`${shown(at, timezone)} ${new Date(at).toISOString().slice(11, 16)}Z`);
  }
  return found;
}

describe("a time that clocks leave out comes once, right after", () => {
  it.each([
    ["Europe/Berlin", "30 2 * * *", "2027-03-27T22:00Z", "2027-03-28T22:00Z", ["2027-03-28 03:00 01:00Z"]],
    ["America/New_York", "30 2 * * *", "2027-03-14T05:00Z", "2027-03-15T03:00Z", ["2027-03-14 03:00 07:00Z"]],
    // Half an hour, from 2:00 to 2:30.
    ["Australia/Lord_Howe", "15 2 * * *", "2027-10-02T13:00Z", "2027-10-03T12:00Z", ["2027-10-03 02:30 15:30Z"]],
    // The whole of 30 December 2011.
    ["Pacific/Apia", "0 12 30 12 *", "2011-12-30T00:00Z", "2012-01-01T00:00Z", ["2011-12-31 00:00 10:00Z"]],
  ])("%s, %s", (timezone, expression, from, until, expected) => {
    expect(times(expression, timezone, from, until)).toEqual(expected);
  });
});

describe("a time that clocks show twice comes once", () => {
  it.each([
    ["Europe/Berlin", "30 2 * * *", "2027-10-30T22:00Z", "2027-10-31T22:00Z", ["2027-10-31 02:30 00:30Z"]],
    ["America/New_York", "30 1 * * *", "2027-11-07T03:00Z", "2027-11-08T04:00Z", ["2027-11-07 01:30 05:30Z"]],
    ["Australia/Lord_Howe", "45 1 * * *", "2027-04-03T13:00Z", "2027-04-04T13:00Z", ["2027-04-04 01:45 14:45Z"]],
    // What cron 4 had come an hour before, too.
    ["America/New_York", "30 2 * * *", "2027-11-07T03:00Z", "2027-11-08T04:00Z", ["2027-11-07 02:30 07:30Z"]],
    ["Australia/Lord_Howe", "0 2 * * *", "2027-04-03T13:00Z", "2027-04-04T13:00Z", ["2027-04-04 02:00 15:30Z"]],
  ])("%s, %s", (timezone, expression, from, until, expected) => {
    expect(times(expression, timezone, from, until)).toEqual(expected);
  });

  it("also when it is asked from between the two", () => {
    const between = Date.parse("2027-10-31T00:45Z");
    expect(cronTimes("30 2 * * *", "Europe/Berlin").next(between)).toBe(Date.parse("2027-11-01T01:30Z"));
  });
});

describe("what comes every hour", () => {
  it.each([
    ["Europe/Berlin", "2027-03-27T23:00Z", "2027-03-28T22:00Z", 23],
    ["Europe/Berlin", "2027-10-30T22:00Z", "2027-10-31T23:00Z", 25],
    ["America/New_York", "2027-11-07T04:00Z", "2027-11-08T05:00Z", 25],
  ])("comes in every hour of the day in %s (from %s)", (timezone, from, until, count) => {
    expect(times("0 * * * *", timezone, from, until)).toHaveLength(count);
  });
});

/** The same, told minute by minute by what clocks show. */
function walked(hour: number, minute: number, timezone: string, from: number, until: number): number[] {
  const met = new Map<string, number>();
  const wanted = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
  let before = shown(from, timezone);
  for (let at = from + 60_000; at <= until; at += 60_000) {
    const now = shown(at, timezone);
    const [day, time = ""] = now.split(" ");
    const [dayBefore, timeBefore = ""] = before.split(" ");
    const isLeftOut = day === dayBefore && timeBefore < wanted && wanted < time;
    if ((time === wanted || isLeftOut) && !met.has(`${day}`)) met.set(`${day}`, at);
    before = now;
  }
  return [...met.values()];
}

const CHANGES: readonly (readonly [string, string])[] = [
  ["Europe/Berlin", "2027-03-28T01:00Z"],
  ["Europe/Berlin", "2027-10-31T01:00Z"],
  ["America/New_York", "2027-03-14T07:00Z"],
  ["America/New_York", "2027-11-07T06:00Z"],
  ["Australia/Lord_Howe", "2027-10-02T15:30Z"],
  ["Australia/Lord_Howe", "2027-04-03T15:00Z"],
];

it("no day has none and no day has two, whatever the time of day", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CHANGES),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 59 }),
      ([timezone, change], hour, minute) => {
        const from = Date.parse(change) - 20 * 3_600_000;
        const until = Date.parse(change) + 20 * 3_600_000;
        const schedule = cronTimes(`${minute} ${hour} * * *`, timezone);
        const found: number[] = [];
        for (let at = schedule.next(from); at !== null && at <= until; at = schedule.next(at)) found.push(at);
        expect(found).toEqual(walked(hour, minute, timezone, from, until));
      },
    ),
    { numRuns: 40 },
  );
});

it("goes on with the first time after the one it is asked from, to the millisecond", () => {
  const schedule = cronTimes("0 3 * * *", "UTC");
  const three = Date.parse("2027-01-02T03:00Z");
  expect(schedule.next(three - 1)).toBe(three);
  expect(schedule.next(three)).toBe(three + 86_400_000);
});

it("says where there is none", () => {
  expect(cronTimes("0 0 31 2 *", "Europe/Berlin").next(Date.parse("2027-01-01T00:00Z"))).toBeNull();
});

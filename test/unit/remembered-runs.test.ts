import { expect, test } from "vitest";
import { chosenRun, type Run, timeRange } from "../../src/cli/report/remembered-runs.ts";

function run(id: number, finishedAt: string, about = "/work"): Run {
  const summary = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  return { id, finishedAt: `${finishedAt}T12:00:00.000Z`, complete: true, summary, detailed: true, about };
}

const RUNS = [
  run(4, "2027-02-03"),
  run(1, "2026-12-30"),
  run(2, "2027-01-05"),
  run(3, "2027-01-20"),
  run(5, "2027-01-25", "/elsewhere"),
];

function chosen(flags: Parameters<typeof chosenRun>[1], runs: readonly Run[] = RUNS): (number | undefined)[] {
  const { run: one, since } = chosenRun(runs, flags, "scan");
  return [one.id, since?.id];
}

test("the last run is told, or the one that is named", () => {
  expect(chosen({})).toEqual([4, undefined]);
  expect(chosen({ run: "2" })).toEqual([2, undefined]);
  expect(chosen({ until: "2027-01-20" })).toEqual([3, undefined]);
  expect(chosen({ until: "2027-01-20T11:00:00Z" })).toEqual([2, undefined]);
});

test("a time is told by its last run against the last of the same before it, else against the first in it", () => {
  const same = RUNS.filter(({ about }) => about === "/work");
  expect(chosen({ since: "2027-01-01", until: "2027-01-31" }, same)).toEqual([3, 1]);
  expect(chosen({ since: "2026-01-01", until: "2027-01-31" }, same)).toEqual([3, 1]);
  expect(chosen({ since: "2027-01-01", until: "2027-01-31" })).toEqual([5, undefined]);
  expect(chosen({ since: "2027-02-01" })).toEqual([4, 3]);
});

test("what there is not is refused, with how to find out what there is", () => {
  const hint = expect.stringContaining("keysweep report scan --list");
  for (const flags of [{ run: "9" }, { run: "x" }, { since: "2028-01-01" }, { until: "2026-01-01" }]) {
    expect(() => chosen(flags)).toThrow(expect.objectContaining({ code: "usage", hint }));
  }
  expect(() => chosen({}, [])).toThrow(expect.objectContaining({ code: "usage", hint }));
});

test("a time is a day, all of it, or a moment with its zone", () => {
  expect(timeRange({ since: "2027-01-01", until: "2027-01-01" })).toEqual({
    from: "2027-01-01T00:00:00.000Z",
    to: "2027-01-02T00:00:00.000Z",
  });
  expect(timeRange({ since: "2027-01-01T02:00:00+02:00" })).toEqual({ from: "2027-01-01T00:00:00.000Z", to: null });
  for (const since of ["soon", "2027-13-01", "2027-02-30T00:00:00Z", "2027-01-01T00:00:00", "1"]) {
    expect(() => timeRange({ since })).toThrow(expect.objectContaining({ code: "usage" }));
  }
  expect(() => timeRange({ run: "1", until: "2027-01-01" })).toThrow("exclude each other");
});

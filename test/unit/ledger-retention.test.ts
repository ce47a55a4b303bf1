import { expect, it } from "vitest";
import { RETENTION } from "../../src/ledger/retention.ts";
import { temporaryLedger } from "../support/ledger/folder.ts";
import { finding, fingerprint, HOME, hour, run } from "../support/ledger/scans.ts";

const DAY = 24;

it("tells the findings of the last runs only, and the counts of those before", () => {
  const { scans } = temporaryLedger({ retention: { ...RETENTION, detailedRuns: 3 } });
  for (let index = 0; index < 6; index++) scans.remember(run(hour(21 + index), [finding(index), finding(99)]));
  const runs = scans.runs(HOME);
  expect(runs.slice(0, 3).map(({ detailed }) => detailed)).toEqual([true, true, true]);
  expect(runs.slice(0, 3).map(({ id }) => scans.report(id)?.findings.length)).toEqual([2, 2, 2]);
  // Of the first day, the last.
  expect(runs.slice(3)).toMatchObject([{ detailed: false, summary: { high: 2 } }]);
  expect(scans.report(runs[3]?.id ?? 0)).toBeNull();
  expect(scans.sighting(fingerprint(99))).toEqual({ firstSeen: hour(21), lastSeen: hour(26) });
});

it("keeps one run a day of those long past, and none past the last day", () => {
  const { scans } = temporaryLedger({ retention: { ...RETENTION, detailedRuns: 1, days: 3 } });
  for (let day = 0; day < 6; day++) {
    for (const at of [1, 2]) scans.remember(run(hour(day * DAY + at), []));
  }
  expect(scans.runs(HOME).map(({ finishedAt }) => finishedAt)).toEqual([5, 4, 3, 2].map((day) => hour(day * DAY + 2)));
});

it("forgets findings earlier when they change too much", () => {
  const { scans } = temporaryLedger({ retention: { ...RETENTION, endedFindings: 10 } });
  for (let index = 0; index < 8; index++) {
    scans.remember(
      run(
        hour(index),
        Array.from({ length: 4 }, (_, one) => finding(index * 4 + one)),
      ),
    );
  }
  const runs = scans.runs(HOME);
  const told = runs.filter(({ detailed }) => detailed).map(({ id }) => scans.report(id)?.findings.length);
  expect(told).toEqual([4, 4, 4]);
});

it("always tells the last run's findings", () => {
  const { scans } = temporaryLedger({ retention: { detailedRuns: 1, endedFindings: 0, days: 1, scopes: 1 } });
  scans.remember(run(hour(0), [finding(1), finding(2)]));
  scans.remember(run(hour(1), [finding(2), finding(3)]));
  const [last] = scans.runs(HOME);
  expect(scans.report(last?.id ?? 0)?.findings).toHaveLength(2);
  expect(scans.changes(run(hour(2), [finding(3)]))?.gone).toHaveLength(1);
});

it("forgets what nobody scans any more, but not when its credentials were seen", () => {
  const { scans, problems } = temporaryLedger({ retention: { ...RETENTION, scopes: 2, days: 30 } });
  const scope = (name: string) => ({ scope: { ...HOME, roots: [name] } });
  scans.remember(run(hour(0), [finding(1)], scope("/a")));
  scans.remember(run(hour(1), [finding(1)], scope("/a")));
  scans.remember(run(hour(2), [], scope("/b")));
  scans.remember(run(hour(3), [], scope("/c")));
  expect(scans.scopes().map((one) => one.scope.roots)).toEqual([["/c"], ["/b"]]);
  expect(scans.sighting(fingerprint(1))).toEqual({ firstSeen: hour(0), lastSeen: hour(1) });
  scans.remember(run(hour(31 * DAY), [], scope("/c")));
  expect(scans.scopes().map((one) => one.scope.roots)).toEqual([["/c"]]);
  expect(scans.sighting(fingerprint(1))).toBeNull();
  expect(problems()).toEqual([]);
});

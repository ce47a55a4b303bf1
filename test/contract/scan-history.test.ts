import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { skipped } from "../../src/model/coverage.ts";
import type { Finding } from "../../src/model/finding.ts";
import { temporaryLedger } from "../support/ledger/folder.ts";
import { finding, fingerprint, HOME, hour, idAlone, place, remembered, report, run } from "../support/ledger/scans.ts";

const ELSEWHERE = { ...HOME, roots: ["/srv"] };

describe.each(["local", "network"] as const)("what is remembered of scans, on a %s file system", (kind) => {
  it("has nothing to compare the first scan with", () => {
    const { scans } = temporaryLedger({ kind });
    expect(scans.changes(run(hour(0), [finding(1)]))).toBeNull();
  });

  it("tells what is new, what is gone and since when", () => {
    const { scans } = temporaryLedger({ kind });
    scans.remember(run(hour(0), [finding(1), finding(2)]));
    const changes = scans.changes(run(hour(1), [finding(2), finding(3)]));
    expect(changes).toMatchObject({
      since: hour(0),
      new: [fingerprint(3)],
      gone: [{ fingerprint: fingerprint(1), place: { path: "/home/ada/1" } }],
      unread: [],
    });
  });

  it("tells what has become worse: more severe, or allowed no longer", () => {
    const { scans } = temporaryLedger({ kind });
    const allowed = { reason: "known", owner: "ada", expires: "2027-01-01" };
    const before = [
      finding(1),
      finding(2, { allowed }),
      finding(3, { severity: "critical" }),
      finding(4),
      finding(5, { allowed }),
    ];
    const after = [
      finding(1, { severity: "critical" }),
      finding(2),
      finding(3),
      finding(4, { allowed }),
      finding(5, { allowed }),
    ];
    scans.remember(run(hour(0), before));
    expect(scans.changes(run(hour(1), after))).toMatchObject({
      new: [],
      worse: [fingerprint(1), fingerprint(2)],
      gone: [],
    });
  });

  it("writes nothing when it is asked what would change", () => {
    const { scans } = temporaryLedger({ kind });
    scans.remember(run(hour(0), []));
    for (const _ of [1, 2]) expect(scans.changes(run(hour(1), [finding(1)]))?.new).toEqual([fingerprint(1)]);
    expect(scans.runs(HOME)).toHaveLength(1);
  });

  it("compares scans of the same scope only", () => {
    const { scans } = temporaryLedger({ kind });
    scans.remember(run(hour(0), [finding(1)]));
    for (const scope of [
      ELSEWHERE,
      { ...HOME, history: false },
      { ...HOME, repositoryConfiguration: false },
      { ...HOME, environment: false },
      { ...HOME, catalogue: false },
    ])
      expect(scans.changes(run(hour(1), [], { scope }))).toBeNull();
    expect(
      scans.changes(run(hour(1), [], { scope: { ...HOME, roots: ["/home/ada", "/home/ada"] } }))?.gone,
    ).toHaveLength(1);
  });

  it("calls nothing gone that it could not look at, and nothing new when it can again", () => {
    const { scans } = temporaryLedger({ kind });
    const blind = { lookedAt: () => false };
    scans.remember(run(hour(0), [finding(1)]));
    expect(scans.changes(run(hour(1), [], blind))).toMatchObject({
      gone: [],
      unread: [{ fingerprint: fingerprint(1) }],
    });
    scans.remember(run(hour(1), [], blind));
    scans.remember(run(hour(2), [], blind));
    expect(scans.changes(run(hour(3), [], blind))).toMatchObject({
      gone: [],
      unread: [{ fingerprint: fingerprint(1) }],
    });
    expect(scans.changes(run(hour(3), [finding(1)]))).toMatchObject({ since: hour(2), new: [], gone: [], unread: [] });
    expect(scans.changes(run(hour(3), []))).toMatchObject({ gone: [{ fingerprint: fingerprint(1) }], unread: [] });
  });

  it("says that a finding may still be there when one of its places could not be looked at", () => {
    const { scans } = temporaryLedger({ kind });
    scans.remember(run(hour(0), [finding(1, { places: [place("/home/ada/a"), place("/home/ada/b")] })]));
    const lookedAt = (where: object) => JSON.stringify(where).includes('/a"');
    expect(scans.changes(run(hour(1), [], { lookedAt }))).toMatchObject({
      gone: [],
      unread: [{ fingerprint: fingerprint(1) }],
    });
  });

  it("calls an id that was found together with its secret neither new nor gone", () => {
    const { scans } = temporaryLedger({ kind });
    const pair = finding(1);
    const half = idAlone(2, pair);
    scans.remember(run(hour(0), [half]));
    expect(scans.changes(run(hour(1), [pair]))).toMatchObject({ new: [fingerprint(1)], gone: [], unread: [] });
    scans.remember(run(hour(1), [pair]));
    expect(scans.changes(run(hour(2), [half]))).toMatchObject({ new: [], gone: [{ fingerprint: fingerprint(1) }] });
    expect(scans.changes(run(hour(2), []))).toMatchObject({ new: [], gone: [{ fingerprint: fingerprint(1) }] });
  });

  it("calls a secret that is part of a pair now not gone", () => {
    const { scans } = temporaryLedger({ kind });
    const pair = finding(1);
    const secret = finding(2, {
      rule: "aws-secret-access-key",
      accessKeyId: null,
      accountId: null,
      places: pair.places,
    });
    scans.remember(run(hour(0), [secret]));
    expect(scans.changes(run(hour(1), [pair]))).toMatchObject({ new: [fingerprint(1)], gone: [] });
    scans.remember(run(hour(0), [{ ...secret, places: [place("/home/ada/other")] }]));
    expect(scans.changes(run(hour(1), [pair]))?.gone).toMatchObject([{ fingerprint: fingerprint(2) }]);
  });

  it("remembers when a credential was first and last seen, in whatever scan", () => {
    const { scans } = temporaryLedger({ kind });
    scans.remember(run(hour(0), [finding(1)]));
    scans.remember(run(hour(1), [finding(1, { severity: "critical" })]));
    scans.remember(run(hour(2), [finding(1)], { scope: ELSEWHERE }));
    expect(scans.sighting(fingerprint(1))).toEqual({ firstSeen: hour(0), lastSeen: hour(2) });
    scans.remember(run(hour(3), [], { scope: ELSEWHERE }));
    scans.remember(run(hour(4), []));
    expect(scans.sighting(fingerprint(1))).toEqual({ firstSeen: hour(0), lastSeen: hour(2) });
    scans.remember(run(hour(5), [finding(1)]));
    expect(scans.sighting(fingerprint(1))).toEqual({ firstSeen: hour(0), lastSeen: hour(5) });
    scans.remember(run(hour(6), [], { lookedAt: () => false }));
    expect(scans.sighting(fingerprint(1))).toEqual({ firstSeen: hour(0), lastSeen: hour(5) });
    scans.remember(run(hour(7), []));
    expect(scans.sighting(fingerprint(1))).toEqual({ firstSeen: hour(0), lastSeen: hour(5) });
    expect(scans.sighting(fingerprint(2))).toBeNull();
  });

  it("knows the keys that the last scans found with their secret, where and when", () => {
    const { scans } = temporaryLedger({ kind });
    const pair = finding(1, { places: [place("/home/ada/a"), place("/home/ada/b")], placesLeftOut: 3 });
    const decoy = finding(2, { canary: true, severity: "info" });
    scans.remember(run(hour(0), [pair, decoy, idAlone(4, finding(3)), finding(5)]));
    expect(scans.foundKeys()).toEqual([
      { accessKeyId: pair.accessKeyId, place: place("/home/ada/a"), morePlaces: 4, seenAt: hour(0) },
      { accessKeyId: finding(5).accessKeyId, place: place("/home/ada/5"), morePlaces: 0, seenAt: hour(0) },
    ]);
    scans.remember(run(hour(1), [finding(1, { places: [place("/srv/c")] })], { scope: ELSEWHERE }));
    scans.remember(run(hour(2), [pair]));
    scans.remember(run(hour(3), [], { scope: ELSEWHERE }));
    expect(scans.foundKeys()).toMatchObject([{ place: { path: "/home/ada/a" }, seenAt: hour(2) }]);
    // What could not be looked at may still be there, but nobody saw it.
    scans.remember(run(hour(4), [], { lookedAt: () => false }));
    expect(scans.foundKeys()).toEqual([]);
  });

  it("gives back the report of each run, without remedies", () => {
    const { scans } = temporaryLedger({ kind });
    const row = skipped("/home/ada/locked", "permission-denied", "EACCES");
    const reports = [
      report(hour(0), [finding(1)]),
      report(hour(1), [finding(3, { severity: "critical" }), finding(2)], { complete: false, skipped: [row] }),
      report(hour(2), [finding(3, { severity: "critical" }), finding(4, { severity: "critical" }), finding(2)]),
      report(hour(3), []),
      // Nothing has changed.
      report(hour(4), []),
    ];
    for (const one of reports) scans.remember({ scope: HOME, report: one, lookedAt: () => true });
    const runs = scans.runs(HOME);
    expect(runs.map(({ finishedAt, complete }) => [finishedAt, complete])).toEqual([
      [hour(4), true],
      [hour(3), true],
      [hour(2), true],
      [hour(1), false],
      [hour(0), true],
    ]);
    expect(runs.map(({ id }) => scans.report(id)).reverse()).toEqual(
      reports.map((one) => ({ ...one, findings: one.findings.map(remembered) })),
    );
    expect(scans.report(99)).toBeNull();
  });

  it("names the scopes, the last scanned first", () => {
    const { scans } = temporaryLedger({ kind });
    scans.remember(run(hour(0), [], { scope: ELSEWHERE }));
    scans.remember(run(hour(1), []));
    expect(scans.scopes()).toEqual([
      { scope: HOME, lastFinishedAt: hour(1) },
      { scope: ELSEWHERE, lastFinishedAt: hour(0) },
    ]);
    expect(scans.runs(ELSEWHERE)).toMatchObject([{ summary: { high: 0 }, toolVersion: "1.2.3", detailed: true }]);
  });
});

/** Of ten credentials: which are found, in which form, and which places can be looked at. */
const scan = fc.record({
  found: fc.uniqueArray(fc.tuple(fc.nat(9), fc.constantFrom("high", "critical")), { selector: ([number]) => number }),
  hidden: fc.uniqueArray(fc.nat(9)),
});

/** What an observer with a good memory would say of a scan. */
interface Told {
  readonly new: readonly number[];
  readonly gone: readonly number[];
  readonly unread: readonly number[];
}

describe("any course of scans", () => {
  it("gives back what each saw, and tells the changes that a plain comparison tells", () => {
    fc.assert(
      fc.property(fc.array(scan, { maxLength: 12 }), (scans) => {
        const { scans: history, problems } = temporaryLedger();
        let known: readonly number[] = [];
        const told: (Told | null)[] = [];
        const expected: (Told | null)[] = [];
        const reports: (readonly Finding[])[] = [];
        for (const [index, { found, hidden }] of scans.entries()) {
          const findings = found
            .filter(([number]) => !hidden.includes(number))
            .map(([number, severity]) => finding(number, { severity }));
          const lookedAt = (where: object) => !hidden.some((number) => JSON.stringify(where).includes(`/${number}"`));
          const one = run(hour(index), findings, { lookedAt });
          const seen = numbers(findings);
          const missing = known.filter((number) => !seen.includes(number));
          const changes = history.changes(one);
          told.push(
            changes === null
              ? null
              : {
                  new: numbers(changes.new.map((text) => ({ fingerprint: text }))),
                  gone: numbers(changes.gone),
                  unread: numbers(changes.unread),
                },
          );
          expected.push(
            index === 0
              ? null
              : {
                  new: seen.filter((number) => !known.includes(number)),
                  gone: missing.filter((number) => !hidden.includes(number)),
                  unread: missing.filter((number) => hidden.includes(number)),
                },
          );
          history.remember(one);
          known = [...seen, ...missing.filter((number) => hidden.includes(number))].sort((a, b) => a - b);
          reports.push(findings);
        }
        expect(told).toEqual(expected);
        const remember = history.runs(HOME).map(({ id }) => history.report(id)?.findings ?? []);
        expect(remember.reverse().map(essence)).toEqual(reports.map(essence));
        expect(problems()).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

function numbers(findings: readonly { readonly fingerprint: string }[]): number[] {
  return findings.map(({ fingerprint: text }) => Number.parseInt(text.slice(4), 16)).sort((a, b) => a - b);
}

function essence(findings: readonly { readonly fingerprint: string; readonly severity: string }[]): string[] {
  return findings.map(({ fingerprint: text, severity }) => `${text} ${severity}`).sort();
}

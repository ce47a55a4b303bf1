import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AccountRecord } from "../../src/ledger/audit-history.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { RETENTION } from "../../src/ledger/retention.ts";
import type { AccessKeyId } from "../../src/model/access-key-id.ts";
import type { AuditChanges } from "../../src/model/audit-changes.ts";
import { account, auditFinding, heading, key, NOTHING, record, user } from "../support/ledger/audits.ts";
import { temporaryLedger } from "../support/ledger/folder.ts";
import { fingerprint, hour } from "../support/ledger/scans.ts";

const [A, B, C] = [account(1), account(2), account(3)];
const KEY = "key of ci" as AccessKeyId;

function audited(ledger: Ledger, at: number, records: readonly AccountRecord[]): AuditChanges | null {
  const recorder = ledger.audits.begin(heading(hour(at)));
  for (const one of records) recorder.account(one, hour(at));
  const changes = recorder.changes();
  recorder.finish({ finishedAt: hour(at), complete: true, summary: NOTHING });
  return changes;
}

describe("what is remembered of audits", () => {
  it("tells what is new and what is gone since the last one", () => {
    const ledger = temporaryLedger();
    expect(audited(ledger, 0, [record(A, { findings: [auditFinding(1, A), auditFinding(2, A)] })])).toBeNull();
    const findings = [auditFinding(2, A, "critical"), auditFinding(3, A)];
    expect(audited(ledger, 1, [record(A, { findings })])).toEqual({
      since: hour(0),
      new: [fingerprint(3)],
      worse: [fingerprint(2)],
      gone: [auditFinding(1, A)],
      unread: [],
    });
    expect(audited(ledger, 2, [record(A, { findings })])).toMatchObject({ since: hour(1), new: [], gone: [] });
    expect([...(ledger.audits.report(ledger.audits.runs()[0]?.id ?? 0)?.findings ?? [])]).toEqual(findings);
  });

  it.each(["error", "skipped"] as const)("calls nothing gone in an account with the status %s", (status) => {
    const ledger = temporaryLedger();
    audited(ledger, 0, [record(A, { findings: [auditFinding(1, A)] })]);
    for (const at of [1, 2]) {
      expect(audited(ledger, at, [record(A, { status })])).toMatchObject({
        new: [],
        gone: [],
        unread: [auditFinding(1, A)],
      });
    }
    expect(audited(ledger, 3, [record(A, { findings: [auditFinding(1, A)] })])).toMatchObject({
      new: [],
      gone: [],
      unread: [],
    });
  });

  it("says nothing of accounts that were not looked at", () => {
    const ledger = temporaryLedger();
    audited(ledger, 0, [record(A, { findings: [auditFinding(1, A)] })]);
    expect(audited(ledger, 1, [record(B)])).toMatchObject({ new: [], gone: [], unread: [] });
    expect([...(ledger.audits.report(ledger.audits.runs()[0]?.id ?? 0)?.findings ?? [])]).toEqual([]);
    audited(ledger, 2, [record(A, { status: "error" })]);
    expect(audited(ledger, 3, [record(B)])).toMatchObject({ new: [], gone: [], unread: [] });
  });

  it("gives back the report of each run", () => {
    const ledger = temporaryLedger();
    const users = [user(A, "ada"), user(A, "ci", [key(KEY)])];
    audited(ledger, 0, [record(A, { users, findings: [auditFinding(1, A, "low"), auditFinding(2, A, "critical")] })]);
    audited(ledger, 1, [record(B, { findings: [auditFinding(3, B)] }), record(A, { status: "error" })]);
    const [last, first] = ledger.audits.runs();
    expect(first).toMatchObject({ startedAt: hour(0), finishedAt: hour(0), complete: true, detailed: true });
    const report = ledger.audits.report(first?.id ?? 0);
    expect(report).toMatchObject({ ...heading(hour(0)), finishedAt: hour(0), coverage: { accounts: [{ id: A }] } });
    for (const _ of [1, 2]) {
      expect([...(report?.users ?? [])]).toEqual(users);
      expect([...(report?.findings ?? [])]).toEqual([auditFinding(2, A, "critical"), auditFinding(1, A, "low")]);
    }
    const later = ledger.audits.report(last?.id ?? 0);
    expect([...(later?.findings ?? [])]).toEqual([auditFinding(3, B)]);
    expect(later?.coverage.accounts.map(({ id, status }) => [id, status])).toEqual([
      [A, "error"],
      [B, "audited"],
    ]);
    expect([...(later?.of(1).findings ?? [])]).toEqual([auditFinding(3, B)]);
    expect([...(later?.of(0).findings ?? [])]).toEqual([]);
  });

  it("does not count an audit that was cut short, but keeps what it read", () => {
    const ledger = temporaryLedger();
    const recorder = ledger.audits.begin(heading(hour(0)));
    recorder.account(record(A, { users: [user(A, "ci", [key(KEY)])] }), hour(0));
    expect(ledger.audits.runs()).toEqual([]);
    expect(ledger.keys.ownerOf(KEY)?.userName).toBe("ci");
    expect(audited(ledger, 1, [record(A)])).toBeNull();
  });

  it("tells what an audit that was cut short had seen first as new", () => {
    const ledger = temporaryLedger();
    audited(ledger, 0, [record(A, { findings: [auditFinding(1, A)] })]);
    const cut = ledger.audits.begin(heading(hour(1)));
    cut.account(record(A, { findings: [auditFinding(2, A), auditFinding(3, A)] }), hour(1));
    expect(audited(ledger, 2, [record(A, { findings: [auditFinding(2, A)] })])).toMatchObject({
      since: hour(0),
      new: [fingerprint(2)],
      gone: [auditFinding(1, A)],
      unread: [],
    });
  });

  it("tells nothing of what only an audit that was cut short had seen", () => {
    const ledger = temporaryLedger();
    audited(ledger, 0, [record(A)]);
    ledger.audits.begin(heading(hour(1))).account(record(A, { findings: [auditFinding(1, A)] }), hour(1));
    expect(audited(ledger, 2, [record(A, { status: "error" })])).toMatchObject({ new: [], gone: [], unread: [] });
  });

  it("takes down two audits at once", () => {
    const ledger = temporaryLedger();
    audited(ledger, 0, [record(A)]);
    const slow = ledger.audits.begin(heading(hour(1)));
    const quick = ledger.audits.begin(heading(hour(1)));
    quick.account(record(A, { findings: [auditFinding(1, A)] }), hour(1));
    quick.finish({ finishedAt: hour(1), complete: true, summary: NOTHING });
    slow.account(record(A), hour(2));
    expect(slow.changes()).toMatchObject({ since: hour(1), new: [], gone: [auditFinding(1, A)] });
    slow.finish({ finishedAt: hour(2), complete: true, summary: NOTHING });
    expect(audited(ledger, 3, [record(A)])).toMatchObject({ since: hour(2), new: [], gone: [] });
    expect(ledger.problems()).toEqual([]);
  });

  it("lists users as they were read last", () => {
    const ledger = temporaryLedger();
    audited(ledger, 0, [
      record(A, { users: [user(A, "ada"), user(A, "bob")] }),
      record(B, { users: [user(B, "cyd")] }),
    ]);
    audited(ledger, 1, [record(A, { users: [user(A, "bob")] })]);
    expect([...ledger.audits.users()].map(({ userName }) => userName)).toEqual(["bob", "cyd"]);
    expect([...ledger.audits.users(B)].map(({ userName }) => userName)).toEqual(["cyd"]);
    expect(ledger.audits.accounts()).toEqual([
      { id: A, organizationId: null, auditedAt: hour(1) },
      { id: B, organizationId: null, auditedAt: hour(0) },
    ]);
  });

  it("lets several go through the users at once, and one stop in the middle", () => {
    const ledger = temporaryLedger();
    audited(ledger, 0, [record(A, { users: [user(A, "ada"), user(A, "bob")] })]);
    const users = ledger.audits.users();
    const seen = [];
    for (const outer of users) {
      for (const inner of users) seen.push(`${outer.userName} ${inner.userName}`);
      break;
    }
    expect(seen).toEqual(["ada ada", "ada bob"]);
    audited(ledger, 1, [record(A)]);
    expect([...users]).toEqual([]);
  });

  it("forgets old runs", () => {
    const ledger = temporaryLedger({ retention: { ...RETENTION, detailedRuns: 2, days: 3 } });
    audited(ledger, 0, [record(B)]);
    for (let day = 0; day < 8; day++) audited(ledger, day * 24, [record(A, { findings: [auditFinding(day, A)] })]);
    const runs = ledger.audits.runs();
    expect(runs.map(({ finishedAt, detailed }) => [finishedAt, detailed])).toEqual(
      [7, 6, 5, 4].map((day) => [hour(day * 24), day > 5]),
    );
    expect(ledger.audits.report(runs[2]?.id ?? 0)).toBeNull();
    expect([...(ledger.audits.report(runs[1]?.id ?? 0)?.findings ?? [])]).toHaveLength(1);
    expect(ledger.audits.accounts().map(({ id }) => id)).toEqual([A]);
    const db = new DatabaseSync(ledger.location, { readOnly: true });
    expect(db.prepare("SELECT count(*) AS rows FROM audit_finding").get()).toEqual({ rows: 2 });
    db.close();
    expect(ledger.problems()).toEqual([]);
  });
});

describe("the owner of a key", () => {
  it("is who had it when the account was read last", () => {
    const { audits, keys } = temporaryLedger();
    expect(keys.ownerOf(KEY)).toBeNull();
    const recorder = audits.begin(heading(hour(0)));
    recorder.account(
      record(A, { users: [user(A, "ci", [key(KEY, { status: "Inactive", lastUsedAt: hour(-5) })])] }),
      hour(1),
    );
    expect(keys.ownerOf(KEY)).toEqual({
      accountId: A,
      userName: "ci",
      status: "Inactive",
      createdAt: "2025-01-01T00:00:00.000Z",
      lastUsedAt: hour(-5),
      asOf: hour(1),
    });
  });

  it("is nobody once the key is gone", () => {
    const ledger = temporaryLedger();
    audited(ledger, 0, [record(A, { users: [user(A, "ci", [key(KEY)])] })]);
    audited(ledger, 1, [record(A, { users: [user(A, "ci")] })]);
    expect(ledger.keys.ownerOf(KEY)).toBeNull();
  });

  it("changes with the key", () => {
    const ledger = temporaryLedger();
    audited(ledger, 0, [record(A, { users: [user(A, "ci", [key(KEY)])] })]);
    audited(ledger, 1, [record(A, { users: [user(A, "ci", [key(KEY, { lastUsedAt: hour(1) })])] })]);
    expect(ledger.keys.ownerOf(KEY)).toMatchObject({ lastUsedAt: hour(1), asOf: hour(1) });
    expect([...ledger.audits.users(A)]).toEqual([user(A, "ci", [key(KEY, { lastUsedAt: hour(1) })])]);
    audited(ledger, 2, [record(A)]);
    expect(ledger.keys.ownerOf(KEY)).toBeNull();
  });

  it("stays known while the account cannot be read", () => {
    const ledger = temporaryLedger();
    audited(ledger, 0, [record(A, { users: [user(A, "ci", [key(KEY)])] })]);
    audited(ledger, 1, [record(A, { status: "error" })]);
    audited(ledger, 2, [record(A, { status: "error", users: [user(A, "ci")] })]);
    expect(ledger.keys.ownerOf(KEY)).toMatchObject({ userName: "ci", asOf: hour(0) });
  });

  it("is told as new as a part of an account that could be read", () => {
    const ledger = temporaryLedger();
    audited(ledger, 0, [record(A, { users: [user(A, "ci", [key(KEY)])] })]);
    audited(ledger, 1, [record(A, { status: "error", users: [user(A, "ci", [key(KEY, { status: "Inactive" })])] })]);
    expect(ledger.keys.ownerOf(KEY)).toMatchObject({ status: "Inactive", asOf: hour(1) });
  });
});

describe("an account", () => {
  it("is outside of no organisation as long as none was listed", () => {
    const ledger = temporaryLedger();
    audited(ledger, 0, [record(A)]);
    expect(ledger.keys.outsideOrganization(C)).toBeNull();
  });

  it("is outside when the organisation does not list it", () => {
    const { audits, keys } = temporaryLedger();
    const recorder = audits.begin(heading(hour(0), "o-1"));
    recorder.listed("o-1", [A, B], hour(0));
    expect(keys.outsideOrganization(A)).toBeNull();
    expect(keys.outsideOrganization(C)).toEqual({ organizationId: "o-1", asOf: hour(0) });
    recorder.listed("o-1", [A], hour(1));
    expect(keys.outsideOrganization(B)).toEqual({ organizationId: "o-1", asOf: hour(1) });
  });

  it("is not outside when it was audited by itself, or is of another organisation", () => {
    const ledger = temporaryLedger();
    const recorder = ledger.audits.begin(heading(hour(0), "o-1"));
    recorder.listed("o-1", [A], hour(0));
    recorder.listed("o-2", [B], hour(0));
    audited(ledger, 1, [record(C)]);
    expect([A, B, C].map((id) => ledger.keys.outsideOrganization(id))).toEqual([null, null, null]);
  });
});

/** Of three accounts: whether each was read wholly, in part or not at all, and which of five things are wrong there. */
const run = fc.array(
  fc.record({ status: fc.constantFrom("audited" as const, "error" as const), wrong: fc.uniqueArray(fc.nat(4)) }),
  { minLength: 3, maxLength: 3 },
);

describe("any course of audits", () => {
  it("tells the changes that a plain comparison tells", () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 8 }), (runs) => {
        const ledger = temporaryLedger();
        const told: unknown[] = [];
        const expected: unknown[] = [];
        const known = new Set<number>();
        for (const [at, accounts] of runs.entries()) {
          const wrong = accounts.flatMap((one, index) => one.wrong.map((number) => index * 5 + number));
          const missing = [...known].filter((number) => !wrong.includes(number));
          const isWhole = (number: number) => accounts[Math.floor(number / 5)]?.status === "audited";
          const changes = audited(
            ledger,
            at,
            accounts.map((one, index) => {
              const id = account(index + 1);
              return record(id, {
                status: one.status,
                findings: one.wrong.map((number) => auditFinding(index * 5 + number, id)),
              });
            }),
          );
          told.push(changes && [changes.new.map(numberOf), changes.gone, changes.unread].map((each) => sorted(each)));
          expected.push(
            at === 0
              ? null
              : [
                  wrong.filter((number) => !known.has(number)),
                  missing.filter((number) => isWhole(number)),
                  missing.filter((number) => !isWhole(number)),
                ].map((each) => sorted(each)),
          );
          for (const number of missing) if (isWhole(number)) known.delete(number);
          for (const number of wrong) known.add(number);
        }
        expect(told).toEqual(expected);
        expect(ledger.problems()).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

function numberOf(text: string): number {
  return Number.parseInt(text.slice(4), 16);
}

function sorted(all: readonly (number | { readonly fingerprint: string })[]): number[] {
  return all.map((one) => (typeof one === "number" ? one : numberOf(one.fingerprint))).sort((a, b) => a - b);
}

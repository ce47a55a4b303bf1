import { describe, expect, test } from "vitest";
import { acts } from "../../src/dashboard/acts.ts";
import { figuresOf } from "../../src/dashboard/figures.ts";
import type { Look } from "../../src/dashboard/look.ts";
import { accountRow, diskRow, FINDINGS, userRow } from "../../src/dashboard/rows.ts";
import type { State } from "../../src/dashboard/state.ts";
import { emptyTable, withFilter, withRows } from "../../src/dashboard/table.ts";
import { update } from "../../src/dashboard/view-model.ts";
import { detailLines } from "../../src/dashboard/views/detail.ts";
import { tableLines } from "../../src/dashboard/views/table-lines.ts";
import { NOW, press, stateOf } from "../support/dashboard/states.ts";
import { account, auditFinding, key, user } from "../support/ledger/audits.ts";
import { place } from "../support/ledger/scans.ts";
import { scanFinding } from "../support/reports.ts";

const LOOK: Look = { color: false, ascii: false, screenReader: false };

/** The dashboard on its findings, of which there are these. */
function showing(rows: readonly Parameters<typeof FINDINGS.id>[0][], columns = 80): State {
  const remembered = {
    diskFindings: rows.filter(({ source }) => source.kind === "disk"),
    accountFindings: rows.filter(({ source }) => source.kind === "account"),
    users: [],
  };
  return press(update(stateOf(0, columns), { kind: "remembered", remembered }).state, "2").state;
}

function actOf(state: State, letter: string) {
  return acts(state).find((act) => act.key === letter);
}

const spread = diskRow(scanFinding(1, { places: [place("/home/ada/first"), place("/srv/evil/other")] }), false);
const ofUser = accountRow({ ...auditFinding(1, account(1)), userName: "deploy-travis-of-the-shop" }, false);
const ofAccount = accountRow({ ...auditFinding(2, account(1)), userName: null, check: "password-policy" }, false);

test("a filter looks at all places of a finding, not at the first alone", () => {
  const table = withRows(FINDINGS, emptyTable({ column: "severity", descending: false }), [spread]);
  expect(withFilter(FINDINGS, table, "evil").passing).toEqual([0]);
  expect(withFilter(FINDINGS, table, "elsewhere").passing).toEqual([]);
});

test("of a path the end is shown where there is little room, of a user the beginning", () => {
  const table = withRows(FINDINGS, emptyTable({ column: "severity", descending: false }), [
    diskRow(scanFinding(1, { places: [place(`/home/ada/${"deep/".repeat(20)}end.env`)] }), false),
    ofUser,
  ]);
  const lines = tableLines(FINDINGS, table, LOOK, { width: 80, height: 9, home: "", beside: false, empty: [] });
  const text = lines.map(({ spans }) => spans.map((span) => span.text).join("")).join("\n");
  expect(text).toContain("end.env");
  expect(text).toContain("deploy-travis");
});

test("keys of documentations are not counted as exposed", () => {
  const rows = [diskRow(scanFinding(1), false), diskRow(scanFinding(2, { severity: "info" }), false)];
  expect(figuresOf(rows, [], [], NOW).liveOnDisk).toBe(1);
});

test.each([
  ["critical", "critical", { critical: 1, high: 0 }, "disk"],
  ["high", "critical", { critical: 1, high: 0 }, "account"],
  ["critical", "high", { critical: 1, high: 0 }, "disk"],
] as const)("a key of which a scan says %s and an audit %s counts once", (onDisk, inAccount, counts, worst) => {
  const found = scanFinding(1, { severity: onDisk, hasSecret: true });
  const { accessKeyId } = found;
  const audited = { ...auditFinding(2, account(1), inAccount), check: "key-on-disk", accessKeyId };
  const rows = [accountRow(audited, false), diskRow(found, false)];
  const figures = figuresOf(rows, [], [], NOW);
  expect(figures.bySeverity).toMatchObject(counts);
  expect(figures.worst.map(({ source }) => source.kind)).toEqual([worst]);
  expect(figures.liveOnDisk).toBe(1);
  const another = accountRow({ ...audited, check: "key-age" }, false);
  expect(figuresOf([...rows, another], [], [], NOW).worst).toHaveLength(2);
});

test("who has a password and no second factor is counted, and nobody else", () => {
  const one = user(account(1), "ada", [key("a")]);
  const users = [
    one,
    { ...one, console: { enabled: true, lastUsedAt: null } },
    { ...one, console: { enabled: true, lastUsedAt: null }, mfa: [{ serial: "m", kind: "virtual" as const }] },
  ].map((each) => userRow(each, [], NOW));
  expect(figuresOf([], users, [], NOW).withoutMfa).toBe(1);
});

describe("of what an audit found", () => {
  test("the account's own has no rotation, and says so", () => {
    expect(actOf(showing([ofAccount]), "p")?.refused).toBe("it is about the account, and no user's key");
    expect(actOf(showing([ofUser]), "p")?.refused).toContain("no rotation of deploy-travis-of-the-shop is configured");
  });

  test("how it is accepted is said", () => {
    expect(actOf(showing([ofAccount]), "a")?.refused).toMatch(/"check: password-policy": docs\/audit\.md/);
  });
});

test("the fingerprint is copied by a key of its own, and stands in one piece beside a table", () => {
  const state = showing([spread], 120);
  expect(actOf(state, "C")?.begin).toEqual({ effect: { kind: "copy", text: spread.id } });
  const lines = detailLines(state, 46) ?? [];
  expect(lines.map(({ spans }) => spans.map(({ text }) => text).join(""))).toContain(spread.id);
});

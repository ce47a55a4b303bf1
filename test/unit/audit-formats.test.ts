import { describe, expect, test } from "vitest";
import type { AuditedAccount, AuditFinding, AuditReport } from "../../src/model/audit-report.ts";
import type { IamUser } from "../../src/model/iam-user.ts";
import { auditFormats } from "../../src/report/audit/audit-formats.ts";
import { auditedAccount, auditFinding, auditReport, iamUser } from "../support/reports.ts";

const NONE = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
const ONE = "111122223333";
const TWO = "444455556666";

function user(userName: string): IamUser {
  return iamUser(ONE, userName);
}

function finding(userName: string | null, given: Partial<AuditFinding> = {}): AuditFinding {
  return auditFinding(ONE, userName, { accessKeyId: "KEY-1", ...given });
}

/** A report whose users and findings are all of the first account. */
function report(
  [first, ...others]: readonly [AuditedAccount, ...AuditedAccount[]],
  users: readonly IamUser[],
  findings: readonly AuditFinding[],
): AuditReport {
  const empty = others.map((other) => [other, [], []] as const);
  return auditReport([[first, users, findings], ...empty], { summary: first.summary });
}

async function written(
  format: (typeof auditFormats.names)[number],
  subject: AuditReport,
  verbose = false,
): Promise<string> {
  return [
    ...(await auditFormats.load(format)).write(
      subject,
      { color: false, hyperlinks: false, width: 100, verbose },
      { fails: () => true, folder: "/work" },
    ),
  ].join("");
}

const NOT_AUDITED = auditedAccount(TWO, {
  name: "production",
  status: "error",
  reason: "iam:ListUsers: iam:ListUsers is denied by a service control policy",
  permission: "iam:ListUsers",
  notAssessed: [{ check: "key-age", reason: "iam:ListUsers is denied", permission: "iam:ListUsers", failure: true }],
});

test("pretty groups findings by user, whoever has the worst first, and says what was not audited", async () => {
  const findings = [
    finding("bob", {
      check: "admin-with-key",
      severity: "critical",
      accessKeyId: null,
      detail: "The user may do everything.",
    }),
    finding("ada"),
    finding("bob"),
    finding(null, { check: "password-policy", accessKeyId: null, detail: "Old passwords may come back." }),
    finding("cyd", { severity: "high", allowed: { reason: "a robot", owner: "ops", expires: "2027-01-31" } }),
  ];
  const first = auditedAccount(ONE, { summary: { ...NONE, critical: 1, medium: 3 } });
  const text = await written("pretty", report([first, NOT_AUDITED], [user("ada"), user("bob")], findings));
  expect(text).toBe(`Account 111122223333: 1 critical, 3 medium
  bob  made 2024-01-02, password, no MFA
    CRITICAL  admin-with-key: The user may do everything.
    MEDIUM    key-age KEY-1: The key is 100 days old.
  ada  made 2024-01-02, password, no MFA
    MEDIUM    key-age KEY-1: The key is 100 days old.
  the account itself
    MEDIUM    password-policy: Old passwords may come back.
  cyd
    allowed   key-age KEY-1: The key is 100 days old. Allowed until 2027-01-31: a robot

What to do about a check: keysweep explain admin-with-key

NOT AUDITED  1 account, or parts of them:
    444455556666 (production): iam:ListUsers: iam:ListUsers is denied by a service control policy
      missing: iam:ListUsers

Audited 1 account: 2 users with 2 keys, 114 calls in 9.0 s: 1 critical, 3 medium found; NOT
   EVERYTHING COULD BE AUDITED.
`);
});

test("pretty shows few accounts and users unless all are asked for", async () => {
  const findings = Array.from({ length: 30 }, (_, index) => finding(`u${index}`));
  const subject = report([auditedAccount(ONE, { summary: { ...NONE, medium: 30 } })], [], findings);
  expect(await written("pretty", subject)).toContain("and 20 more users: --verbose");
  const all = await written("pretty", subject, true);
  expect(all).not.toContain("keysweep explain");
  expect(all).toContain("  u29\n");
  expect(all).toContain("key-age: Retire the key\n  1. Do it.\n");
});

test("an empty audit is one sentence", async () => {
  expect(await written("pretty", report([auditedAccount(ONE)], [], []))).toBe(
    "Audited 1 account: 1 user with 1 key, 57 calls in 9.0 s: nothing found.\n",
  );
});

/** A name that means something wherever it is shown. */
const EVIL = '=1+1\u001b[31m\u202e\n| <b>`x`</b> , "q"\r\n@';
const evilReport = report(
  [
    auditedAccount(ONE, {
      name: EVIL,
      summary: { ...NONE, medium: 1 },
      status: "error",
      reason: EVIL,
      permission: EVIL,
    }),
  ],
  [user(EVIL)],
  [finding(EVIL, { detail: EVIL, remedy: { title: "t", steps: [EVIL] } })],
);

test("no cell of a table is a formula", async () => {
  for (const line of (await written("csv", evilReport)).split("\r\n")) expect(line).not.toMatch(/(?:^|,)[=+@-]/);
});

test("no markup comes through a page, but for what stands in code", async () => {
  const text = await written("markdown", evilReport);
  expect(text.replace(/(`+) .*? \1/g, "")).not.toMatch(/<b>|`x`/);
});

describe.each(auditFormats.names)("%s", (format) => {
  test("lets no name reach a terminal as more than text", async () => {
    const text = await written(format, evilReport, true);
    // biome-ignore lint: control characters are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  test("says what was not audited", async () => {
    const text = await written(format, report([auditedAccount(ONE), NOT_AUDITED], [], []));
    expect(text).toContain(TWO);
    expect(text.replaceAll("\\", "")).toContain("iam:ListUsers is denied by a service control policy");
  });

  test("is written in pieces, and none grows with the number of findings", async () => {
    const { write } = await auditFormats.load(format);
    const longest = (count: number): number => {
      const findings = Array.from({ length: count }, (_, index) => finding(`u${index}`));
      const pieces = write(
        report([auditedAccount(ONE, { summary: { ...NONE, medium: count } })], [], findings),
        { color: false, hyperlinks: false, width: 80, verbose: true },
        { fails: () => true, folder: "/work" },
      );
      return Math.max(...Array.from(pieces, ({ length }) => length));
    };
    expect(longest(500) - longest(50)).toBeLessThan(50);
  });
});

test("json is JSON whatever there is of users and findings", async () => {
  for (const count of [0, 1, 2]) {
    const many = Array.from({ length: count }, (_, index) => finding(`u${index}`));
    const parsed = JSON.parse(
      await written("json", report([auditedAccount(ONE)], [user("ada")].slice(0, count), many)),
    ) as AuditReport;
    expect([...parsed.findings]).toEqual(many);
    expect(Object.keys(parsed)).not.toContain("of");
  }
});

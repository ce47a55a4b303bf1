import { type AccessKeyId, type AccountId, accessKeyId, accountId } from "../../src/model/access-key-id.ts";
import type { AuditedAccount, AuditFinding, AuditReport } from "../../src/model/audit-report.ts";
import { skipped } from "../../src/model/coverage.ts";
import type { Finding, Fingerprint, UseCase } from "../../src/model/finding.ts";
import type { IamUser } from "../../src/model/iam-user.ts";
import type { GitPlace, Place } from "../../src/model/place.ts";
import type { ScanReport } from "../../src/model/scan-report.ts";
import { generateMaterial } from "./material.ts";

/** A name that means something wherever it is shown: terminals, pages, spreadsheets, workflow commands, XML, JSON. */
export const HOSTILE =
  "=1+1\x1b[31m\x00\u202e\u2028\ud800\ufffe\r\n::error file=x::y%0A ]]></a><img src=x onerror=alert(1)> | `x` & \"q\" 'p' , @";

const NONE = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };

export function fingerprint(digit: string): Fingerprint {
  return `ks1:${digit.repeat(32)}`;
}

export function filePlace(path: string, line = 1, within: readonly string[] = []): Place {
  return { kind: "file", path, within, line, column: 2 };
}

export function gitPlace(given: Partial<GitPlace> = {}): GitPlace {
  return {
    kind: "git",
    repository: "/work",
    object: "blob",
    path: "src/config.ts",
    within: [],
    line: 3,
    column: 9,
    blob: "b".repeat(40),
    commit: "c".repeat(40),
    author: "Ada Lovelace <ada@example.com>",
    date: "2024-05-01T10:00:00Z",
    reachable: true,
    refs: ["refs/heads/main"],
    inHead: false,
    versions: 3,
    last: { commit: "d".repeat(40), date: "2025-02-03T00:00:00Z" },
    ...given,
  };
}

/** A finding of a scan; the key is made of the number. */
export function scanFinding(number: number, given: Partial<Finding> = {}): Finding {
  const key = generateMaterial(number);
  return {
    fingerprint: fingerprint(String(number % 10)),
    rule: "aws-access-key-pair",
    severity: "high",
    title: "AWS access key with its secret",
    accessKeyId: accessKeyId(key.id),
    accountId: accountId(key.accountId),
    hasSecret: true,
    canary: false,
    useCase: "ci-github" as UseCase,
    remedy: { title: "Let GitHub assume a role", steps: ["First this.", "Then that."] },
    allowed: null,
    owner: null,
    places: [filePlace("/work/.env")],
    ...given,
  };
}

export function scanReport(
  changes: Partial<ScanReport> = {},
  coverage: Partial<ScanReport["coverage"]> = {},
): ScanReport {
  return {
    schema: "keysweep/scan@1",
    tool: { name: "keysweep", version: "1.2.3" },
    startedAt: "2026-06-01T00:00:00.000Z",
    finishedAt: "2026-06-01T00:00:01.500Z",
    coverage: {
      complete: true,
      files: 12,
      bytes: 3456,
      repositories: 0,
      objects: 0,
      processes: 0,
      skipped: [],
      excluded: [],
      ...coverage,
    },
    findings: [],
    summary: NONE,
    ...changes,
  };
}

/** One of everything that a report of a scan may hold, with a hostile name wherever a name may stand. */
export function scanOfEverything(): ScanReport {
  const owner = {
    accountId: "111122223333" as AccountId,
    userName: HOSTILE,
    status: "Active",
    createdAt: "2026-01-01T00:00:00Z",
    lastUsedAt: null,
    asOf: "2026-02-01T00:00:00Z",
  } as const;
  const findings = [
    scanFinding(1, {
      severity: "critical",
      owner,
      outsideOrganization: { organizationId: "o-example", asOf: "2026-02-01T00:00:00Z" },
      places: [
        filePlace(`/work/${HOSTILE}`),
        filePlace("/elsewhere/a b#c?.zip", 4, [HOSTILE, "inner.env"]),
        gitPlace({ author: HOSTILE, path: HOSTILE }),
        gitPlace({ path: null, object: "commit", commit: "e".repeat(40), last: null }),
        {
          kind: "index",
          repository: "/work",
          path: "staged.env",
          within: [],
          line: 1,
          column: 1,
          blob: "f".repeat(40),
        },
        { kind: "process", pid: 12, command: HOSTILE, variable: HOSTILE },
        { kind: "process", pid: 13, command: "sh", variable: null },
        { kind: "environment", variable: HOSTILE },
        { kind: "stdin", name: HOSTILE, within: [], line: 1, column: 1 },
      ],
      placesLeftOut: 7,
    }),
    scanFinding(2, { places: [gitPlace({ inHead: true, commit: null, author: null, date: null, last: null })] }),
    scanFinding(3, { severity: "medium", allowed: { reason: HOSTILE, owner: HOSTILE, expires: "2999-01-31" } }),
    scanFinding(4, {
      severity: "low",
      rule: "aws-access-key-id",
      canary: true,
      allowExpired: { reason: HOSTILE, owner: "ada", expires: "2020-01-31" },
      places: [{ kind: "environment", variable: "AWS" }],
    }),
    scanFinding(5, { severity: "info", accessKeyId: null, accountId: null, useCase: null, rule: "of-another-version" }),
  ];
  return scanReport(
    {
      findings,
      summary: { critical: 1, high: 1, medium: 0, low: 1, info: 1 },
      identification: {
        asOf: "2026-06-01T00:00:01.000Z",
        asked: 2,
        unidentified: [
          {
            accessKeyId: generateMaterial(2).id as AccessKeyId,
            accountId: null,
            reason: HOSTILE,
            permission: "iam:GetAccessKeyLastUsed",
          },
        ],
        leftOut: 1,
      },
      changes: {
        since: "2026-05-01T00:00:00.000Z",
        new: [fingerprint("1")],
        worse: [fingerprint("2")],
        gone: [],
        unread: [],
      },
    },
    {
      complete: false,
      skipped: [
        skipped(HOSTILE, "permission-denied", HOSTILE),
        {
          ...skipped("/t/bad.zip", "archive-damaged", "it ends early"),
          allowed: { reason: HOSTILE, owner: "ada", expires: null },
        },
        skipped("/s", "special-file", "a FIFO"),
      ],
      excluded: [{ by: HOSTILE, pattern: HOSTILE, count: 3 }],
    },
  );
}

export function auditedAccount(id: string, given: Partial<AuditedAccount> = {}): AuditedAccount {
  return {
    id: id as AccountId,
    name: null,
    state: null,
    status: "audited",
    reason: null,
    permission: null,
    notAssessed: [],
    calls: 57,
    users: 1,
    keys: 1,
    summary: NONE,
    reportGeneratedAt: null,
    ...given,
  };
}

export function iamUser(account: string, userName: string): IamUser {
  return {
    accountId: account as AccountId,
    userName,
    arn: `arn:aws:iam::${account}:user/service/${userName}`,
    createdAt: "2024-01-02T03:04:05.000Z",
    console: { enabled: true, lastUsedAt: null },
    mfa: [],
    keys: [],
    tags: { team: "ops" },
  };
}

export function auditFinding(
  account: string,
  userName: string | null,
  given: Partial<AuditFinding> = {},
): AuditFinding {
  return {
    fingerprint: fingerprint("a"),
    check: "key-age",
    severity: "medium",
    title: "An active access key is old",
    detail: "The key is 100 days old.",
    accountId: account as AccountId,
    userName,
    accessKeyId: null,
    compliance: { "cis-aws-3": ["1.14"], fsbp: ["IAM.3"] },
    remedy: { title: "Retire the key", steps: ["Do it."] },
    allowed: null,
    ...given,
  };
}

/** A report of these accounts, each with its own users and findings. */
export function auditReport(
  accounts: readonly (readonly [AuditedAccount, readonly IamUser[], readonly AuditFinding[]])[],
  given: Partial<AuditReport> = {},
): AuditReport {
  return {
    schema: "keysweep/audit@1",
    tool: { name: "keysweep", version: "1.2.3" },
    startedAt: "2026-11-21T00:00:00.000Z",
    finishedAt: "2026-11-21T00:00:09.000Z",
    organization: null,
    coverage: {
      complete: accounts.every(([{ status }]) => status !== "error"),
      accounts: accounts.map(([account]) => account),
    },
    users: accounts.flatMap(([, users]) => users),
    findings: accounts.flatMap(([, , findings]) => findings),
    of: (index) => ({ users: accounts[index]?.[1] ?? [], findings: accounts[index]?.[2] ?? [] }),
    summary: NONE,
    ...given,
  };
}

/** One of everything that a report of an audit may hold, with a hostile name wherever a name may stand. */
export function auditOfEverything(): AuditReport {
  const [one, two, three] = ["111122223333", "444455556666", "777788889999"];
  const key = generateMaterial(9).id;
  const findings = [
    auditFinding(one, HOSTILE, { severity: "critical", accessKeyId: key, detail: `${HOSTILE} ${"long ".repeat(400)}` }),
    auditFinding(one, "ada", {
      fingerprint: fingerprint("b"),
      severity: "low",
      allowed: { reason: HOSTILE, owner: "ops", expires: null },
    }),
    auditFinding(one, null, {
      fingerprint: fingerprint("c"),
      check: "password-policy",
      severity: "info",
      compliance: {},
      remedy: { title: "t".repeat(300), steps: [HOSTILE.repeat(20)] },
    }),
  ];
  const gone = auditFinding(one, "gone", { fingerprint: fingerprint("d") });
  return auditReport(
    [
      [
        auditedAccount(one, { name: HOSTILE, summary: { ...NONE, critical: 1 } }),
        [iamUser(one, HOSTILE), iamUser(one, "ada")],
        findings,
      ],
      [
        auditedAccount(two, {
          status: "error",
          reason: HOSTILE,
          permission: "iam:ListUsers",
          notAssessed: [
            { check: "key-age", reason: HOSTILE, permission: "iam:ListUsers", failure: true },
            { check: "root-central", reason: "it is no management account", permission: null, failure: false },
          ],
        }),
        [],
        [],
      ],
      [auditedAccount(three, { status: "skipped", reason: "its state is SUSPENDED" }), [], []],
    ],
    {
      organization: { id: "o-example", managementAccountId: one as AccountId },
      summary: { ...NONE, critical: 1, info: 1 },
      changes: { since: "2026-11-20T00:00:00.000Z", new: [fingerprint("a")], gone: [gone], unread: [] },
    },
  );
}

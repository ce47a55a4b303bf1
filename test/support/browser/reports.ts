import { CHECKS } from "../../../src/audit/checks/all.ts";
import { type AccessKeyId, type AccountId, accessKeyId, accountId } from "../../../src/model/access-key-id.ts";
import type { AuditedAccount, AuditFinding, AuditReport } from "../../../src/model/audit-report.ts";
import { type Skipped, skipped } from "../../../src/model/coverage.ts";
import type { EarlierRun } from "../../../src/model/earlier-run.ts";
import type { Finding, Fingerprint, UseCase } from "../../../src/model/finding.ts";
import type { AccessKey, IamUser, MfaKind } from "../../../src/model/iam-user.ts";
import type { Place } from "../../../src/model/place.ts";
import type { RotationReport, RotationState } from "../../../src/model/rotation.ts";
import type { ScanReport } from "../../../src/model/scan-report.ts";
import { SEVERITIES, type Severity, severityRank } from "../../../src/model/severity.ts";
import { remedyFor } from "../../../src/scan/remedy.ts";
import { generateAccountId, generateKeyId } from "../material.ts";
import { HEX, type Random, randomFrom } from "../random.ts";

/*
 * Reports as large as they are asked for, with everything in them that a page draws; the same size gives the same report.
 */

const NOW = Date.parse("2026-11-21T09:00:00.000Z");
const FINISHED_AT = "2026-11-21T09:00:00.000Z";
const DAY_MS = 86_400_000;

/** Where the reports' words come from; a test of hostile names gives its own. */
export interface Naming {
  readonly path: (random: Random) => string;
  readonly user: (random: Random) => string;
  readonly account: (random: Random, index: number) => string;
  readonly author: (random: Random) => string;
  readonly text: (random: Random, plain: string) => string;
}

export const ORDINARY: Naming = {
  path: (random) =>
    `/home/${random.pick(["ada", "bob", "mira"])}/${random.pick(["src", "work", "old-laptop/backup"])}/${random.pick(["shop", "billing-api", "infrastructure", "website"])}/${random.pick([".env", "config/production.yml", "terraform.tfvars", "docker-compose.yml", "deploy.sh", ".travis.yml"])}`,
  user: (random) =>
    `${random.pick(["deploy", "backup", "ci", "svc", "ada", "bob", "mira"])}-${random.pick(["travis", "shop", "billing", "logs", "legacy", "reports"])}-${random.below(400)}`,
  account: (_random, index) =>
    `${["production", "staging", "sandbox", "data-platform", "billing", "security", "logs", "network"][index % 8]}${index < 8 ? "" : `-${Math.floor(index / 8) + 1}`}`,
  author: (random) => random.pick(["Ada <ada@example.org>", "Bob B. <bob@example.org>"]),
  text: (_random, plain) => plain,
};

const RULES = [
  ["aws-access-key-pair", "AWS access key with its secret"],
  ["aws-access-key-id", "AWS access key id"],
  ["aws-secret-access-key", "AWS secret access key"],
  ["ses-smtp-password", "Amazon SES SMTP password"],
  ["codecommit-credential", "AWS CodeCommit password"],
] as const;
const USES = [
  "ci-github",
  "ci-travis",
  "container",
  "infrastructure-code",
  "person",
  "backup-tool",
  "unknown",
] as const;

/** A scan that found `size` credentials. */
export function scanReport(size: number, { naming = ORDINARY, gaps = 30 } = {}): ScanReport {
  const random = randomFrom(size + 1);
  const accounts = Array.from({ length: 12 }, () => accountId(generateAccountId(random)) as AccountId);
  const findings = worstFirst(Array.from({ length: size }, (_, index) => finding(random, index, accounts, naming)));
  const rows = Array.from({ length: gaps }, (_, index) => skippedRow(random, index, naming)).sort(
    (a, b) => Number(b.failure) - Number(a.failure),
  );
  const open = findings.filter(({ allowed }) => allowed === null);
  return {
    schema: "keysweep/scan@1",
    tool: { name: "keysweep", version: "0.1.0" },
    startedAt: "2026-11-21T08:58:51.200Z",
    finishedAt: FINISHED_AT,
    coverage: {
      complete: gaps === 0,
      files: 184_211,
      bytes: 48_120_334_112,
      repositories: 41,
      objects: 1_204_991,
      processes: 63,
      skipped: rows,
      excluded: [
        {
          by: "/home/ada/.config/keysweep/config.yaml",
          pattern: naming.text(random, "**/node_modules/**"),
          count: 1204,
        },
      ],
    },
    changes: {
      since: "2026-11-14T09:00:00.000Z",
      new: findings.slice(0, Math.ceil(size / 7)).map(({ fingerprint }) => fingerprint),
      worse: findings.slice(-1).map(({ fingerprint }) => fingerprint),
      gone: findings.slice(0, 3).map((gone) => ({ ...gone, place: place(random, naming) })),
      unread: findings.slice(3, 5).map((unread) => ({ ...unread, place: place(random, naming) })),
    },
    identification: {
      asOf: FINISHED_AT,
      asked: size,
      unidentified: findings
        .filter(({ owner }) => owner === null)
        .slice(0, 9)
        .flatMap(({ accessKeyId: id, accountId: account }) =>
          id === null
            ? []
            : [
                {
                  accessKeyId: id,
                  accountId: account,
                  reason: naming.text(random, "not allowed to enter the account"),
                  permission: "sts:AssumeRole",
                },
              ],
        ),
      leftOut: 0,
    },
    findings,
    summary: summaryOf(open),
  };
}

function finding(random: Random, index: number, accounts: readonly AccountId[], naming: Naming): Finding {
  const account = random.pick(accounts);
  const id = accessKeyId(generateKeyId(random, { account })) as AccessKeyId;
  const [rule, title] = random.pick(RULES);
  const useCase = random.pick(USES) as string as UseCase;
  const isOwned = random.oneIn(2);
  const created = 1 + random.below(1500);
  return {
    fingerprint: fingerprint(random),
    rule,
    severity: random.pick(["critical", "high", "high", "medium", "medium", "medium", "low", "info"]),
    title: naming.text(random, title),
    accessKeyId: id,
    accountId: account,
    hasSecret: rule === "aws-access-key-pair",
    canary: index % 97 === 96,
    useCase,
    remedy: remedyFor(useCase, { accountId: account, accessKeyId: id, temporary: false, rule }),
    allowed: random.oneIn(12)
      ? { reason: naming.text(random, "a decoy for tests"), owner: "ada", expires: "2027-01-31" }
      : null,
    owner: isOwned
      ? {
          accountId: account,
          userName: naming.user(random),
          status: random.oneIn(4) ? "Inactive" : "Active",
          createdAt: ago(created),
          lastUsedAt: random.oneIn(4) ? null : ago(random.below(created)),
          asOf: ago(1),
        }
      : null,
    ...(random.oneIn(9) ? { outsideOrganization: { organizationId: "o-a1b2c3d4e5", asOf: ago(1) } } : {}),
    places: Array.from({ length: random.oneIn(40) ? 300 : 1 + random.below(4) }, () => place(random, naming)),
  };
}

function place(random: Random, naming: Naming): Place {
  const [line, column] = [1 + random.below(200), 1 + random.below(40)];
  if (random.oneIn(8))
    return {
      kind: "process",
      pid: 1 + random.below(9999),
      command: naming.text(random, "node"),
      variable: "AWS_ACCESS_KEY_ID",
    };
  if (random.oneIn(2)) {
    return {
      kind: "file",
      path: naming.path(random),
      within: random.oneIn(5) ? [naming.text(random, "backup.tar.gz"), "app/.env"] : [],
      line,
      column,
    };
  }
  return {
    kind: "git",
    repository: "/home/ada/work/shop",
    object: "blob",
    path: naming.path(random).slice(1),
    within: [],
    line,
    column,
    blob: random.text(HEX, 40),
    commit: random.text(HEX, 40),
    author: naming.author(random),
    date: ago(random.below(900)),
    reachable: true,
    refs: [naming.text(random, "refs/heads/main")],
    inHead: random.oneIn(3),
    versions: 1 + random.below(3),
    last: null,
  };
}

function skippedRow(random: Random, index: number, naming: Naming): Skipped {
  const reason =
    index % 3 === 0 ? "permission-denied" : random.pick(["special-file", "archive-encrypted", "other-user"] as const);
  const row = skipped(naming.path(random), reason, naming.text(random, "EACCES: it may not be read"));
  return index % 9 === 3
    ? { ...row, allowed: { reason: naming.text(random, "another team's"), owner: "ada", expires: null } }
    : row;
}

/** An audit of an organisation with `size` findings, about as many users, in `accountCount` accounts. */
export function auditReport(size: number, { naming = ORDINARY, accountCount = 24, gaps = 2 } = {}): AuditReport {
  const random = randomFrom(size + 2);
  const ids = Array.from({ length: accountCount }, () => accountId(generateAccountId(random)) as AccountId);
  const users = Array.from({ length: Math.max(accountCount, size) }, () => user(random, random.pick(ids), naming));
  const findings = worstFirst(Array.from({ length: size }, () => auditFinding(random, random.pick(users), naming)));
  const open = findings.filter(({ allowed }) => allowed === null);
  const accounts = ids.map((id, index) => audited(random, id, index, gaps, users, open, naming));
  return {
    schema: "keysweep/audit@1",
    tool: { name: "keysweep", version: "0.1.0" },
    startedAt: "2026-11-21T08:57:22.000Z",
    finishedAt: FINISHED_AT,
    organization: { id: "o-a1b2c3d4e5", managementAccountId: ids[0] as AccountId },
    coverage: { complete: gaps === 0, accounts },
    changes: {
      since: "2026-11-14T09:00:00.000Z",
      new: findings.slice(0, Math.ceil(size / 9)).map((found) => found.fingerprint),
      worse: findings.slice(-1).map((found) => found.fingerprint),
      gone: findings.slice(0, 2),
      unread: findings.slice(2, 3),
    },
    users,
    findings,
    of: (index) => ({
      users: users.filter(({ accountId: id }) => id === ids[index]),
      findings: findings.filter(({ accountId: id }) => id === ids[index]),
    }),
    summary: summaryOf(open),
  };
}

function user(random: Random, account: AccountId, naming: Naming): IamUser {
  const userName = naming.user(random);
  const kinds: readonly MfaKind[] = ["virtual", "virtual", "hardware", "fido"];
  return {
    accountId: account,
    userName,
    arn: `arn:aws:iam::${account}:user/${userName}`,
    createdAt: ago(2000),
    console: { enabled: random.oneIn(2), lastUsedAt: null },
    mfa: random.oneIn(4) ? [] : [{ serial: "GAHT1", kind: random.pick(kinds) }],
    keys: Array.from({ length: random.below(3) }, () => accessKey(random, account)),
    tags: { team: naming.text(random, "ops") },
  };
}

function accessKey(random: Random, account: AccountId): AccessKey {
  // Most keys are young, and some are as old as the account.
  const days = random.oneIn(5) ? random.below(1800) : random.below(200);
  return {
    accessKeyId: generateKeyId(random, { account }),
    status: random.oneIn(6) ? "Inactive" : "Active",
    createdAt: ago(days),
    lastUsedAt: random.oneIn(6) ? null : ago(random.below(days + 1)),
    lastUsedService: null,
    lastUsedRegion: null,
  };
}

function auditFinding(random: Random, { accountId: account, userName, keys }: IamUser, naming: Naming): AuditFinding {
  const check = random.pick(CHECKS);
  const id = keys[0]?.accessKeyId ?? null;
  const values = { accountId: account, userName, accessKeyId: id };
  return {
    fingerprint: fingerprint(random),
    check: check.name,
    severity: check.severity,
    title: check.title,
    detail: naming.text(random, `The key is ${random.below(900)} days old (made 2024-05-17).`),
    ...values,
    compliance: check.compliance,
    remedy: {
      title: check.remedy.title,
      steps: check.remedy.steps.map((step) =>
        step.replace(
          /\{(accountId|userName|accessKeyId)\}/g,
          (hole, name: keyof typeof values) => values[name] ?? hole,
        ),
      ),
    },
    allowed: random.oneIn(15)
      ? { reason: naming.text(random, "replaced next year"), owner: "ada", expires: "2027-01-31" }
      : null,
  };
}

function audited(
  random: Random,
  id: AccountId,
  index: number,
  gaps: number,
  users: readonly IamUser[],
  findings: readonly AuditFinding[],
  naming: Naming,
): AuditedAccount {
  const own = users.filter(({ accountId: account }) => account === id);
  const isError = index < gaps;
  const isSkipped = !isError && index < gaps + 1;
  return {
    id,
    name: naming.account(random, index),
    state: isSkipped ? "SUSPENDED" : "ACTIVE",
    status: isError ? "error" : isSkipped ? "skipped" : "audited",
    reason: isError
      ? naming.text(random, "iam:ListUsers is denied by a service control policy")
      : isSkipped
        ? "its state is SUSPENDED"
        : null,
    permission: isError ? "iam:ListUsers" : null,
    notAssessed: isError
      ? [
          {
            check: "key-age",
            reason: naming.text(random, "iam:ListUsers is denied"),
            permission: "iam:ListUsers",
            failure: true,
          },
        ]
      : [
          {
            check: "ssh-key-age",
            reason: "12 users without a password or a key were not asked about; --exact does",
            permission: null,
            failure: false,
          },
        ],
    calls: 57 + random.below(90),
    users: own.length,
    keys: own.reduce((total, { keys }) => total + keys.length, 0),
    summary: summaryOf(findings.filter(({ accountId: account }) => account === id)),
    reportGeneratedAt: FINISHED_AT,
  };
}

/** The runs of `count` weeks before. */
export function earlierRuns(count: number): EarlierRun[] {
  const random = randomFrom(count);
  return Array.from({ length: count }, (_, index) => ({
    finishedAt: ago(7 * (count - index)),
    complete: index % 6 !== 4,
    summary: {
      critical: Math.max(0, 4 - Math.floor(index / 3)),
      high: 14 - Math.floor(index / 2) + random.below(3),
      medium: 20 - index + random.below(6),
      low: 6 + random.below(3),
      info: 3,
    },
  }));
}

export function rotationReports(count: number, naming = ORDINARY): RotationReport[] {
  const random = randomFrom(count);
  const states: readonly RotationState[] = ["done", "done", "soaking", "quarantined", "stuck"];
  return Array.from({ length: count }, (_, index) => {
    const from = 30 - index;
    const account = accountId(generateAccountId(random)) as AccountId;
    const state = states[index % states.length] ?? "done";
    return {
      name: naming.text(random, `deploy-${index}`),
      id: null,
      state,
      accountId: account,
      userName: naming.user(random),
      oldKeyId: null,
      newKeyId: null,
      startedAt: ago(from),
      nextStepAt: state === "done" || state === "stuck" ? null : ago(from - 12),
      reason: state === "stuck" ? naming.text(random, "the repository's secret could not be written: 403") : null,
      targets: [],
      history: ["created", "written", "old key inactive"].map((event, step) => ({
        at: ago(from - 2 * step),
        event: naming.text(random, event),
      })),
    };
  });
}

function worstFirst<T extends { readonly severity: Severity }>(findings: readonly T[]): T[] {
  return findings.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity));
}

function summaryOf(findings: readonly { readonly severity: Severity }[]): Record<Severity, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const severity of SEVERITIES) counts[severity] = findings.filter((found) => found.severity === severity).length;
  return counts;
}

function fingerprint(random: Random): Fingerprint {
  return `ks1:${random.text(HEX, 32)}`;
}

function ago(days: number): string {
  return new Date(NOW - days * DAY_MS).toISOString();
}

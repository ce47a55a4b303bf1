import type { AuditedAccount, AuditFinding, AuditReport } from "../../model/audit-report.ts";
import type { IamUser } from "../../model/iam-user.ts";
import { type Severity, severityRank } from "../../model/severity.ts";
import { plural } from "../summary-text.ts";

/** `Audited 12 accounts: 240 users with 31 keys, 1,234 calls in 9.3 s`. */
export function auditedText({ coverage, startedAt, finishedAt }: AuditReport): string {
  const audited = coverage.accounts.filter(({ status }) => status === "audited").length;
  const sum = (count: (account: AuditedAccount) => number): number =>
    coverage.accounts.reduce((total, account) => total + count(account), 0);
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  const users = `${plural(
    sum(({ users: count }) => count),
    "user",
  )} with ${plural(
    sum(({ keys }) => keys),
    "key",
  )}`;
  const calls = plural(
    sum(({ calls: count }) => count),
    "call",
  );
  return `Audited ${plural(audited, "account")}: ${users}, ${calls} in ${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
}

/** `123456789012 (production)` */
export function accountText({ id, name }: Pick<AuditedAccount, "id" | "name">): string {
  return name === null ? id : `${id} (${name})`;
}

/** A user of one account, or the account itself, with all that is wrong there. */
export interface Concerned {
  /** Null: the account itself. */
  readonly userName: string | null;
  readonly user: IamUser | null;
  readonly findings: readonly AuditFinding[];
}

/** Findings of one account by user, as a person would go through them: whoever has the worst first. */
export function byUser(users: Iterable<IamUser>, findings: Iterable<AuditFinding>): Concerned[] {
  const groups = Map.groupBy(findings, ({ userName }) => userName);
  const known = new Map<string, IamUser>();
  for (const user of users) if (groups.has(user.userName)) known.set(user.userName, user);
  return [...groups]
    .map(([userName, concerned]) => ({
      userName,
      user: userName === null ? null : (known.get(userName) ?? null),
      findings: concerned,
    }))
    .sort((a, b) => rank(a) - rank(b) || b.findings.length - a.findings.length);
}

function rank({ findings }: Concerned): number {
  return Math.min(...findings.map(({ severity, allowed }) => (allowed === null ? severityRank(severity) : 9)));
}

/** `made 2024-01-02, 2 keys, password, no MFA` */
export function userText({ createdAt, keys, console, mfa }: IamUser): string {
  return [
    `made ${createdAt.slice(0, 10)}`,
    ...(keys.length > 0 ? [plural(keys.length, "key")] : []),
    ...(console.enabled ? ["password"] : []),
    mfa.length === 0 ? "no MFA" : `MFA ${[...new Set(mfa.map(({ kind }) => kind))].join(" and ")}`,
  ].join(", ");
}

/** Checks that were not made, by reason, with the number of accounts that each concerns. */
export function notAssessedByReason(
  accounts: readonly AuditedAccount[],
): { readonly checks: string; readonly reason: string; readonly accounts: number; readonly failure: boolean }[] {
  const rows = new Map<string, { checks: Set<string>; reason: string; accounts: Set<string>; failure: boolean }>();
  for (const { id, notAssessed } of accounts) {
    for (const { check, reason, failure } of notAssessed) {
      // Counts of users differ from account to account: what is the same but for them is one.
      const general = reason.replace(/^\d+ users/, "users");
      const row = rows.get(general) ?? { checks: new Set(), reason: general, accounts: new Set(), failure };
      row.checks.add(check);
      row.accounts.add(id);
      rows.set(general, row);
    }
  }
  return [...rows.values()].map(({ checks, reason, accounts: ids, failure }) => ({
    checks: [...checks].join(", "),
    reason,
    accounts: ids.size,
    failure,
  }));
}

/** The accounts that have findings, those with the worst first, each with its place in the coverage. */
export function accountsWithFindings(
  accounts: readonly AuditedAccount[],
): { account: AuditedAccount; index: number }[] {
  return accounts
    .map((account, index) => ({ account, index }))
    .filter(({ account }) => Object.values(account.summary).some((count) => count > 0))
    .sort((a, b) => compareSummaries(a.account.summary, b.account.summary) || a.index - b.index);
}

function compareSummaries(a: AuditedAccount["summary"], b: AuditedAccount["summary"]): number {
  for (const severity of ["critical", "high", "medium", "low", "info"] satisfies Severity[]) {
    if (a[severity] !== b[severity]) return b[severity] - a[severity];
  }
  return 0;
}

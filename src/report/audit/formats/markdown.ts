import type { AuditFinding, AuditReport } from "../../../model/audit-report.ts";
import { markdown, markdownCode } from "../../escape.ts";
import { changesText, comparedWith, countsText, plural } from "../../summary-text.ts";
import type { AuditFormat } from "../audit-format.ts";
import { accountsWithFindings, accountText, auditedText, byUser, notAssessedByReason } from "../summary-text.ts";

/** The most accounts, and the most findings of each, that are listed: a comment has its limits. */
const MOST_ACCOUNTS = 50;
const MOST_FINDINGS = 50;

/** For a ticket, a wiki or a job's summary. */
export const markdownFormat: AuditFormat = {
  name: "markdown",
  *write(report) {
    const { accounts, complete } = report.coverage;
    yield `## keysweep audit: ${countsText(report.summary)} found\n\n`;
    if (!complete) yield "**Not everything could be audited: see below.**\n\n";
    const concerned = accountsWithFindings(accounts);
    for (const { account, index } of concerned.slice(0, MOST_ACCOUNTS)) {
      yield `### ${markdown(accountText(account))}: ${countsText(account.summary)}\n\n`;
      yield* table(report, index);
    }
    if (concerned.length > MOST_ACCOUNTS)
      yield `And ${plural(concerned.length - MOST_ACCOUNTS, "more account")} with findings.\n\n`;
    yield* coverage(report);
    yield `${markdown(auditedText(report))}.\n`;
  },
};

function* table(report: AuditReport, index: number): Generator<string> {
  const { users, findings } = report.of(index);
  const rows = byUser(users, findings).flatMap((group) => group.findings);
  yield "| user | severity | check | key | what |\n|---|---|---|---|---|\n";
  for (const finding of rows.slice(0, MOST_FINDINGS)) yield row(finding);
  yield rows.length > MOST_FINDINGS ? `\nand ${plural(rows.length - MOST_FINDINGS, "more finding")}\n\n` : "\n";
}

function row({ userName, severity, check, accessKeyId, detail, allowed }: AuditFinding): string {
  const cells = [
    userName === null ? "" : markdownCode(userName),
    allowed === null ? severity : `${severity} (allowed)`,
    check,
    accessKeyId === null ? "" : markdownCode(accessKeyId),
    markdown(detail),
  ];
  return `| ${cells.join(" | ")} |\n`;
}

function* coverage({ coverage: { accounts }, changes }: AuditReport): Generator<string> {
  const errors = accounts.filter(({ status }) => status === "error");
  if (errors.length > 0) {
    yield `### Not audited: ${plural(errors.length, "account")}, or parts of them\n\n`;
    for (const account of errors.slice(0, MOST_ACCOUNTS)) {
      const missing = account.permission === null ? "" : `; missing: ${markdownCode(account.permission)}`;
      yield `- ${markdown(accountText(account))}: ${markdown(account.reason ?? "")}${missing}\n`;
    }
    if (errors.length > MOST_ACCOUNTS) yield `- and ${errors.length - MOST_ACCOUNTS} more\n`;
    yield "\n";
  }
  const skipped = accounts.filter(({ status }) => status === "skipped");
  for (const [reason, rows] of Map.groupBy(skipped, (account) => account.reason)) {
    yield `- left out: ${plural(rows.length, "account")} (${markdown(reason ?? "")})\n`;
  }
  for (const { checks, reason, accounts: count, failure } of notAssessedByReason(accounts)) {
    if (!failure) yield `- not assessed in ${plural(count, "account")}: ${checks} (${markdown(reason)})\n`;
  }
  if (changes)
    yield `\nAgainst ${markdown(comparedWith(changes, "the last audit"))}: ${markdown(changesText(changes))}.\n`;
  yield "\n";
}

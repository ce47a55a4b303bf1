import type { AuditFinding, AuditReport } from "../../../model/audit-report.ts";
import type { Fingerprint } from "../../../model/finding.ts";
import { Budget, code, fitting, leftOutText, list, MOST_CHARACTERS, text } from "../../bounded-markdown.ts";
import { markdown } from "../../escape.ts";
import { type Standing, standingIn } from "../../standing.ts";
import { changesText, comparedWith, countsText, plural } from "../../summary-text.ts";
import type { AuditFormat } from "../audit-format.ts";
import { accountsWithFindings, accountText, auditedText, byUser, notAssessedByReason } from "../summary-text.ts";

/** The most accounts, and the most findings of each, that are listed. */
const MOST_ACCOUNTS = 50;
const MOST_FINDINGS = 50;

const TABLE = "| user | severity | check | key | what |\n|---|---|---|---|---|\n";

/**
 * For a ticket, a wiki or a job's summary, and no longer than a comment may be: what was not audited comes first, and what is left out for
 * its length is counted.
 */
export const markdownFormat: AuditFormat = {
  name: "markdown",
  *write(report) {
    const budget = new Budget(MOST_CHARACTERS);
    const standing = standingIn(report.changes);
    const head = [...headPart(report)].join("");
    const tail = [...tailPart(report)].join("");
    for (const piece of [head, tail, leftOutText(MOST_ACCOUNTS, "account")]) budget.reserve(piece);
    yield head;
    const concerned = accountsWithFindings(report.coverage.accounts);
    yield* fitting(concerned.slice(0, MOST_ACCOUNTS), budget, "account", ({ account, index }) => [
      `### ${text(accountText(account))}: ${countsText(account.summary)}\n\n`,
      ...table(report, index, standing),
    ]);
    if (concerned.length > MOST_ACCOUNTS)
      yield `And ${plural(concerned.length - MOST_ACCOUNTS, "more account")} with findings.\n\n`;
    yield tail;
  },
};

function* table(
  report: AuditReport,
  index: number,
  standing: (fingerprint: Fingerprint) => Standing | null,
): Generator<string> {
  const { users, findings } = report.of(index);
  const rows = byUser(users, findings).flatMap((group) => group.findings);
  yield TABLE;
  for (const finding of rows.slice(0, MOST_FINDINGS)) yield row(finding, standing(finding.fingerprint));
  yield rows.length > MOST_FINDINGS ? `\nand ${plural(rows.length - MOST_FINDINGS, "more finding")}\n\n` : "\n";
}

function row(
  { userName, severity, check, accessKeyId, detail, allowed }: AuditFinding,
  standing: Standing | null,
): string {
  const marks = [
    ...(allowed === null ? [] : ["allowed"]),
    ...(standing === null || standing === "known" ? [] : [standing]),
  ];
  const cells = [
    userName === null ? "" : code(userName),
    severity + marks.map((mark) => ` (${mark})`).join(""),
    check,
    accessKeyId === null ? "" : code(accessKeyId),
    text(detail),
  ];
  return `| ${cells.join(" | ")} |\n`;
}

function* headPart({ coverage: { accounts, complete }, summary }: AuditReport): Generator<string> {
  yield `## keysweep audit: ${countsText(summary)} found\n\n`;
  if (!complete) yield "**Not everything could be audited.**\n\n";
  const errors = accounts.filter(({ status }) => status === "error");
  if (errors.length === 0) return;
  yield `### Not audited: ${plural(errors.length, "account")}, or parts of them\n\n`;
  yield* list(errors, (account) => {
    const missing = account.permission === null ? "" : `; missing: ${code(account.permission)}`;
    return `${text(accountText(account))}: ${text(account.reason ?? "")}${missing}`;
  });
  yield "\n";
}

function* tailPart(report: AuditReport): Generator<string> {
  const { coverage, changes } = report;
  const skipped = Map.groupBy(
    coverage.accounts.filter(({ status }) => status === "skipped"),
    ({ reason }) => reason,
  );
  yield* list([...skipped], ([reason, rows]) => `left out: ${plural(rows.length, "account")} (${text(reason ?? "")})`);
  yield* list(
    notAssessedByReason(coverage.accounts).filter(({ failure }) => !failure),
    ({ checks, reason, accounts }) => `not assessed in ${plural(accounts, "account")}: ${checks} (${text(reason)})`,
  );
  if (changes) yield `\nAgainst ${text(comparedWith(changes, "the last audit"))}: ${markdown(changesText(changes))}.\n`;
  yield `\n${markdown(auditedText(report))}.\n`;
}

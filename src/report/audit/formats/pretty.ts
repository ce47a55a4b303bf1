import type { AuditedAccount, AuditFinding, AuditReport } from "../../../model/audit-report.ts";
import type { Severity } from "../../../model/severity.ts";
import { visible } from "../../escape.ts";
import type { Appearance } from "../../format.ts";
import { changesText, countsText, plural } from "../../summary-text.ts";
import type { AuditFormat } from "../audit-format.ts";
import {
  accountsWithFindings,
  accountText,
  auditedText,
  byUser,
  type Concerned,
  notAssessedByReason,
  userText,
} from "../summary-text.ts";

/** How many accounts, and how many users of each, are shown unless all are asked for. */
const FEW_ACCOUNTS = 20;
const FEW_USERS = 10;

/** Colours that are legible on a light and on a dark background. */
const COLORS: Readonly<Record<Severity, number>> = { critical: 35, high: 31, medium: 33, low: 36, info: 2 };
const RED = 31;
const BOLD = 1;
const DIM = 2;
const SEVERITY_WIDTH = 8;

type Paint = (text: string, code: number) => string;

/** For a person at a terminal: account by account, user by user, the worst first. */
export const pretty: AuditFormat = {
  name: "pretty",
  *write(report, appearance) {
    const paint: Paint = (text, code) => (appearance.color ? `\x1b[${code}m${text}\x1b[0m` : text);
    const concerned = accountsWithFindings(report.coverage.accounts);
    const shown = appearance.verbose ? concerned : concerned.slice(0, FEW_ACCOUNTS);
    for (const { account, index } of shown) yield* accountLines(report, account, index, appearance, paint);
    if (shown.length < concerned.length) {
      yield `And ${plural(concerned.length - shown.length, "more account")} with findings: --verbose, or --format csv\n\n`;
    }
    if (appearance.verbose) yield* remedyLines(report, paint);
    yield* coverageLines(report, appearance, paint);
  },
};

function* accountLines(
  report: AuditReport,
  account: AuditedAccount,
  index: number,
  { verbose }: Appearance,
  paint: Paint,
): Generator<string> {
  const { users, findings } = report.of(index);
  const groups = byUser(users, findings);
  const shown = verbose ? groups : groups.slice(0, FEW_USERS);
  yield `${paint(`Account ${visible(accountText(account))}`, BOLD)}: ${countsText(account.summary)}\n`;
  for (const group of shown) yield* groupLines(group, paint);
  if (shown.length < groups.length) yield `  and ${plural(groups.length - shown.length, "more user")}: --verbose\n`;
  yield "\n";
}

function* groupLines({ userName, user, findings }: Concerned, paint: Paint): Generator<string> {
  const name = userName === null ? "the account itself" : visible(userName);
  yield `  ${name}${user === null ? "" : `  ${paint(userText(user), DIM)}`}\n`;
  for (const finding of findings) yield findingLine(finding, paint);
}

function findingLine({ severity, check, accessKeyId, detail, allowed }: AuditFinding, paint: Paint): string {
  const word = allowed === null ? severity.toUpperCase() : "allowed";
  const what = [check, ...(accessKeyId === null ? [] : [visible(accessKeyId)])].join(" ");
  const why = allowed === null ? detail : `${detail} Allowed until ${allowed.expires}: ${allowed.reason}`;
  return `    ${paint(word.padEnd(SEVERITY_WIDTH), allowed === null ? COLORS[severity] : DIM)}  ${what}: ${visible(why)}\n`;
}

/** What to do, once for each check. */
function* remedyLines({ findings }: AuditReport, paint: Paint): Generator<string> {
  const told = new Set<string>();
  for (const { check, allowed, remedy } of findings) {
    if (told.has(check) || allowed !== null) continue;
    told.add(check);
    yield `${paint(check, BOLD)}: ${remedy.title}\n`;
    for (const [index, step] of remedy.steps.entries()) yield `  ${index + 1}. ${visible(step)}\n`;
    yield "\n";
  }
}

function* coverageLines(report: AuditReport, { verbose }: Appearance, paint: Paint): Generator<string> {
  const { accounts, complete } = report.coverage;
  const errors = accounts.filter(({ status }) => status === "error");
  if (errors.length > 0) {
    yield `${paint("NOT AUDITED", RED)}  ${plural(errors.length, "account")}, or parts of them:\n`;
    const shown = verbose ? errors : errors.slice(0, FEW_ACCOUNTS);
    for (const account of shown) {
      yield `    ${visible(accountText(account))}: ${visible(account.reason ?? "")}\n`;
      if (account.permission !== null) yield `      missing: ${visible(account.permission)}\n`;
    }
    if (shown.length < errors.length) yield `    and ${errors.length - shown.length} more: --verbose\n`;
    yield "\n";
  }
  const skipped = accounts.filter(({ status }) => status === "skipped");
  for (const [reason, rows] of Map.groupBy(skipped, (account) => account.reason)) {
    yield `Left out: ${plural(rows.length, "account")} (${visible(reason ?? "")})\n`;
  }
  for (const { checks, reason, accounts: count, failure } of notAssessedByReason(accounts)) {
    if (!failure) yield `Not assessed in ${plural(count, "account")}: ${checks} (${visible(reason)})\n`;
  }
  const found = `${countsText(report.summary)} found`;
  yield `${auditedText(report)}: ${found}${complete ? "." : "; NOT EVERYTHING COULD BE AUDITED."}\n`;
  if (report.changes) yield `Against the last audit: ${changesText(report.changes)}.\n`;
}

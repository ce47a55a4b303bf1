import type { AuditedAccount, AuditFinding, AuditReport } from "../../../model/audit-report.ts";
import type { Fingerprint } from "../../../model/finding.ts";
import { severityRank } from "../../../model/severity.ts";
import { visible } from "../../escape.ts";
import type { Appearance } from "../../format.ts";
import { type Standing, standingIn } from "../../standing.ts";
import { changesText, comparedWith, countsText, plural } from "../../summary-text.ts";
import { BOLD, DIM, type Paint, painter, RED, SEVERITY_COLORS, words, wrapped } from "../../terminal.ts";
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

const SEVERITY_WIDTH = 8;

/** For a person at a terminal: account by account, user by user, the worst first. */
export const pretty: AuditFormat = {
  name: "pretty",
  *write(report, appearance) {
    const paint = painter(appearance.color);
    const concerned = accountsWithFindings(report.coverage.accounts);
    const shown = appearance.verbose ? concerned : concerned.slice(0, FEW_ACCOUNTS);
    const standing = standingIn(report.changes);
    for (const { account, index } of shown)
      yield* accountLines({ report, standing, appearance, paint }, account, index);
    if (shown.length < concerned.length) {
      yield `And ${plural(concerned.length - shown.length, "more account")} with findings: --verbose, or --format csv\n\n`;
    }
    if (appearance.verbose) yield* remedyLines(report, appearance, paint);
    else yield* nextStep(report);
    yield* coverageLines(report, appearance, paint);
  },
};

interface Telling {
  readonly report: AuditReport;
  readonly standing: (fingerprint: Fingerprint) => Standing | null;
  readonly appearance: Appearance;
  readonly paint: Paint;
}

function* accountLines(telling: Telling, account: AuditedAccount, index: number): Generator<string> {
  const { report, appearance, paint } = telling;
  const { users, findings } = report.of(index);
  const groups = byUser(users, findings);
  const shown = appearance.verbose ? groups : groups.slice(0, FEW_USERS);
  yield `${paint(`Account ${visible(accountText(account))}`, BOLD)}: ${countsText(account.summary)}\n`;
  for (const group of shown) yield* groupLines(group, telling);
  if (shown.length < groups.length) yield `  and ${plural(groups.length - shown.length, "more user")}: --verbose\n`;
  yield "\n";
}

function* groupLines({ userName, user, findings }: Concerned, telling: Telling): Generator<string> {
  const { paint } = telling;
  const name = userName === null ? "the account itself" : visible(userName);
  yield `  ${name}${user === null ? "" : `  ${paint(userText(user), DIM)}`}\n`;
  for (const finding of findings) yield* findingLines(finding, telling);
}

/** One finding, its further lines below its check. */
function findingLines(
  { severity, check, accessKeyId, detail, allowed, fingerprint }: AuditFinding,
  { standing, appearance: { width }, paint }: Telling,
): Iterable<string> {
  const how = standing(fingerprint);
  const mark = how === null || how === "known" ? "" : ` (${how})`;
  const word = (allowed === null ? severity.toUpperCase() : "allowed").padEnd(SEVERITY_WIDTH);
  const key = accessKeyId === null ? "" : ` ${visible(accessKeyId)}`;
  const until = allowed === null || allowed.expires === null ? "" : ` until ${allowed.expires}`;
  const why = allowed === null ? detail : `${detail} Allowed${until}: ${allowed.reason}`;
  const head = `${paint(word, allowed === null ? SEVERITY_COLORS[severity] : DIM)}  ${check}${key}${mark}:`;
  return wrapped([head, ...words(why)], { width, indent: "    ", hanging: " ".repeat(SEVERITY_WIDTH + 2) });
}

/** Where what to do is told, by the check that matters most. */
function* nextStep({ findings }: AuditReport): Generator<string> {
  let worst: AuditFinding | null = null;
  for (const finding of findings) {
    if (finding.allowed !== null) continue;
    if (worst === null || severityRank(finding.severity) < severityRank(worst.severity)) worst = finding;
  }
  if (worst !== null) yield `What to do about a check: keysweep explain ${worst.check}\n\n`;
}

/** What to do, once for each check. */
function* remedyLines({ findings }: AuditReport, { width }: Appearance, paint: Paint): Generator<string> {
  const told = new Set<string>();
  for (const { check, allowed, remedy } of findings) {
    if (told.has(check) || allowed !== null) continue;
    told.add(check);
    yield `${paint(check, BOLD)}: ${remedy.title}\n`;
    for (const [index, step] of remedy.steps.entries())
      yield* wrapped(words(`${index + 1}. ${step}`), { width, indent: "  " });
    yield "\n";
  }
}

function* coverageLines(report: AuditReport, { verbose, width }: Appearance, paint: Paint): Generator<string> {
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
    yield* wrapped(words(`Left out: ${plural(rows.length, "account")} (${reason ?? ""})`), { width });
  }
  for (const { checks, reason, accounts: count, failure } of notAssessedByReason(accounts)) {
    if (failure) continue;
    yield* wrapped(words(`Not assessed in ${plural(count, "account")}: ${checks} (${reason})`), { width });
  }
  const { changes } = report;
  if (changes) {
    const against = comparedWith(changes, "the last audit");
    yield* wrapped(words(`Against ${against}: ${changesText(changes)}.`), { width });
  }
  const found = `${auditedText(report)}: ${countsText(report.summary)} found`;
  yield* wrapped(words(`${found}${complete ? "." : "; NOT EVERYTHING COULD BE AUDITED."}`), { width });
}

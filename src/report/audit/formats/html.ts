import type { AccountId } from "../../../model/access-key-id.ts";
import type { AuditedAccount, AuditFinding, AuditReport } from "../../../model/audit-report.ts";
import { daysBetween } from "../../html/age-counts.ts";
import { keyAgeChart } from "../../html/charts/key-age.ts";
import { mfaChart } from "../../html/charts/mfa.ts";
import { pageText, type Section, type Warning } from "../../html/document.ts";
import type { Grid } from "../../html/grid.ts";
import type { Markup } from "../../html/markup.ts";
import { neverUsedGrid } from "../../html/never-used.ts";
import type { GridDetail, GridRow } from "../../html/page-data.ts";
import {
  allowedText,
  findingFigures,
  headlineText,
  rotationsSection,
  STATUS,
  sectionBody,
  standingMarks,
  type TitledGrid,
  trendSection,
} from "../../html/parts.ts";
import { RemedyBook } from "../../html/remedies.ts";
import { UserFigures } from "../../html/user-figures.ts";
import { standingIn } from "../../standing.ts";
import { changesText, comparedWith, plural } from "../../summary-text.ts";
import type { AuditFormat } from "../audit-format.ts";
import { accountText, auditedText, notAssessedByReason } from "../summary-text.ts";

/** A page for people: one file, with nothing loaded from elsewhere. */
export const htmlFormat: AuditFormat = {
  name: "html",
  *write(report, _appearance, circumstances) {
    const { coverage, finishedAt, organization, summary, tool, changes } = report;
    const names = new Map(coverage.accounts.map((account) => [account.id, account]));
    const nameOf = (id: AccountId): string => accountText(names.get(id) ?? { id, name: null });
    const figures = new UserFigures(report.users, finishedAt);
    const { findings, allowed } = counted(report.findings);
    const incomplete = coverage.accounts.filter(({ status }) => status === "error").length;
    yield* pageText({
      kind: `keysweep audit${organization === null ? "" : ` of organization ${organization.id}`}`,
      version: tool.version,
      finishedAt,
      headline: headlineText(summary, "finding", "findings"),
      lead: [
        `${auditedText(report)}.`,
        ...(changes ? [`Against ${comparedWith(changes, "the last audit")}: ${changesText(changes)}.`] : []),
      ],
      warning: warningOf(coverage.complete, incomplete),
      figures: [
        ...findingFigures(summary, allowed, changes),
        {
          label: "not fully audited",
          value: incomplete,
          tone: "high apart",
          section: "coverage",
          choose: { grid: "accounts", filters: { Status: "error" } },
        },
      ],
      sections: [
        findingsSection(report, nameOf, findings > 0),
        keysSection(figures, nameOf),
        mfaSection(figures, nameOf),
        neverUsedSection(report, figures, nameOf),
        changes ? changesSection(report, nameOf) : null,
        trendSection(circumstances, { finishedAt, complete: coverage.complete, summary }),
        rotationsSection(circumstances),
        coverageSection(report),
      ].filter((section) => section !== null),
    });
  },
};

type NameOf = (id: AccountId) => string;

function counted(all: Iterable<AuditFinding>): { readonly findings: number; readonly allowed: number } {
  let findings = 0;
  let allowed = 0;
  for (const finding of all) {
    findings++;
    if (finding.allowed !== null) allowed++;
  }
  return { findings, allowed };
}

function warningOf(complete: boolean, incomplete: number): Warning | null {
  if (complete) return null;
  return {
    text: `Not everything could be audited: ${plural(incomplete, "account")}, or parts of them.`,
    section: "coverage",
  };
}

function findingsSection(report: AuditReport, nameOf: NameOf, hasFindings: boolean): Section {
  const heading = { id: "findings", title: "Findings" };
  if (!hasFindings) return { ...heading, intro: "Nothing was found.", body: [] };
  const book = new RemedyBook();
  const grid: Grid = {
    id: "findings",
    head: {
      noun: ["finding", "findings"],
      columns: [
        { title: "Severity", kind: "severity" },
        { title: "Finding", kind: "text", opens: true },
        { title: "User", kind: "text", beside: "code" },
        { title: "Account", kind: "word", wide: true },
        { title: "Check", kind: "code", wide: true },
      ],
      filters: [
        { kind: "choices", label: "Severity", column: 0 },
        { kind: "select", label: "Check", column: 4 },
        { kind: "select", label: "Account", column: 3 },
        STATUS,
      ],
    },
    rows: findingRows(report, nameOf, book),
    remedies: () => book.templates,
  };
  return { ...heading, body: sectionBody([{ grid }]) };
}

function* findingRows({ findings, changes }: AuditReport, nameOf: NameOf, book: RemedyBook): Generator<GridRow> {
  const standingOf = standingIn(changes);
  for (const finding of findings) {
    const { fingerprint, severity, title, detail, check, userName, accessKeyId, accountId, allowed } = finding;
    const marks = [...standingMarks(standingOf(fingerprint)), ...(allowed === null ? [] : ["allowed"])];
    yield {
      id: fingerprint,
      cells: [
        severity,
        [title, detail],
        [userName ?? "the account itself", accessKeyId ?? ""],
        accountCell(accountId, nameOf),
        check,
      ],
      ...(marks.length === 0 ? {} : { marks }),
      detail: detailOf(finding, nameOf, book),
    };
  }
}

/** The id, and below it the account's name. */
function accountCell(id: AccountId, nameOf: NameOf): readonly [string, string] {
  const text = nameOf(id);
  return [id, text.startsWith(`${id} (`) ? text.slice(id.length + 2, -1) : ""];
}

function detailOf(finding: AuditFinding, nameOf: NameOf, book: RemedyBook): GridDetail {
  const { fingerprint, detail, check, userName, accessKeyId, accountId, compliance, remedy, allowed } = finding;
  const facts: (readonly [string, string | null])[] = [
    ["Account", nameOf(accountId)],
    ["User", userName],
    ["Access key", accessKeyId],
    ["Allowed", allowed === null ? null : allowedText(allowed)],
    ["Check", check],
    ...Object.entries(compliance).map(([name, ids]) => [name, ids.join(", ")] as const),
    ["Fingerprint", fingerprint],
  ];
  return {
    text: detail,
    facts: facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
    remedy: book.use(remedy, [userName, accessKeyId, accountId]),
    commands: [["More about it:", `keysweep explain ${check}`]],
  };
}

function keysSection(figures: UserFigures, nameOf: NameOf): Section | null {
  const chart = keyAgeChart(figures.ages(nameOf), "Age of active access keys");
  if (chart === null) return null;
  const { inactiveKeys } = figures;
  return {
    id: "keys",
    title: "Access keys",
    ...(inactiveKeys === 0 ? {} : { intro: `Without ${plural(inactiveKeys, "inactive key")}.` }),
    body: [chart],
  };
}

function mfaSection(figures: UserFigures, nameOf: NameOf): Section | null {
  const chart = mfaChart(figures.mfa(nameOf));
  return chart === null ? null : { id: "mfa", title: "MFA", body: [chart] };
}

function neverUsedSection(report: AuditReport, { neverUsedKeys }: UserFigures, nameOf: NameOf): Section | null {
  if (neverUsedKeys === 0) return null;
  const filters = [{ kind: "select", label: "Status", column: 3 }] as const;
  const grid = neverUsedGrid(neverUsedRows(report, nameOf), { filters });
  return {
    id: "never-used",
    title: "Keys never used",
    intro: "As far as IAM knows; it tells of a use some hours late. Such a key can mostly be deleted at once.",
    body: sectionBody([{ grid }]),
  };
}

function* neverUsedRows({ users, finishedAt }: AuditReport, nameOf: NameOf): Generator<GridRow> {
  for (const { userName, accountId, keys } of users) {
    for (const { accessKeyId, status, createdAt, lastUsedAt } of keys) {
      if (lastUsedAt !== null) continue;
      const days = daysBetween(createdAt, finishedAt);
      yield {
        cells: [accessKeyId, userName, accountCell(accountId, nameOf), status, createdAt.slice(0, 10), days],
      };
    }
  }
}

function changesSection({ changes }: AuditReport, nameOf: NameOf): Section | null {
  if (!changes || changes.gone.length + changes.unread.length === 0) return null;
  const rowOf = (finding: AuditFinding, now: string): GridRow => ({
    cells: [
      finding.severity,
      [finding.title, finding.detail],
      [finding.userName ?? "the account itself", finding.accessKeyId ?? ""],
      accountCell(finding.accountId, nameOf),
      now,
    ],
  });
  const grid: Grid = {
    id: "earlier",
    head: {
      noun: ["earlier finding", "earlier findings"],
      columns: [
        { title: "Severity", kind: "severity" },
        { title: "Finding", kind: "text" },
        { title: "User", kind: "text", beside: "code" },
        { title: "Account", kind: "word", wide: true },
        { title: "Now", kind: "text" },
      ],
      filters: [
        { kind: "choices", label: "Severity", column: 0 },
        { kind: "select", label: "Account", column: 3 },
        { kind: "select", label: "Now", column: 4 },
      ],
    },
    rows: [
      ...changes.unread.map((finding) => rowOf(finding, "not looked at again")),
      ...changes.gone.map((finding) => rowOf(finding, "gone")),
    ],
  };
  return {
    id: "earlier",
    title: "Found before, and not now",
    intro: `Against ${comparedWith(changes, "the audit")} of ${changes.since.slice(0, 10)}. What could not be looked at again may still be there.`,
    body: sectionBody([{ grid }]),
  };
}

function coverageSection({ coverage }: AuditReport): Section {
  const { accounts, complete } = coverage;
  const notAssessed = notAssessedByReason(accounts);
  const parts: (Markup | TitledGrid | null)[] = [
    { title: "Accounts", grid: accountsGrid(accounts) },
    notAssessed.length === 0 ? null : { title: "Checks that were not made", grid: notAssessedGrid(notAssessed) },
  ];
  return {
    id: "coverage",
    title: "Coverage",
    intro: complete
      ? "Every account that should have been audited was audited."
      : "Not every account that should have been audited was read wholly: what is wrong there may not be in this report.",
    body: sectionBody(parts),
  };
}

const STATUS_ORDER = ["error", "skipped", "audited"];

function accountsGrid(accounts: readonly AuditedAccount[]): Grid {
  return {
    id: "accounts",
    head: {
      noun: ["account", "accounts"],
      columns: [
        { title: "Account", kind: "word", opens: true },
        { title: "Status", kind: "word" },
        { title: "Reason", kind: "text", beside: "code" },
        { title: "Users", kind: "number", wide: true },
        { title: "Keys", kind: "number", wide: true },
        { title: "Critical", kind: "number", wide: true },
        { title: "High", kind: "number", wide: true },
        { title: "Medium", kind: "number", wide: true },
        { title: "Calls", kind: "number", wide: true },
      ],
      filters: [{ kind: "select", label: "Status", column: 1 }],
    },
    rows: accounts
      .toSorted((a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status))
      .values()
      .map(accountRow),
  };
}

function accountRow(account: AuditedAccount): GridRow {
  const { id, name, status, reason, permission, users, keys, summary, calls, notAssessed, reportGeneratedAt } = account;
  const why = reason ?? "";
  return {
    cells: [
      [id, name ?? ""],
      status,
      permission === null ? (why === "" ? null : why) : [why, `missing: ${permission}`],
      users,
      keys,
      summary.critical,
      summary.high,
      summary.medium,
      calls,
    ],
    ...(status === "error" ? { marks: ["failure"] } : {}),
    detail: {
      facts: reportGeneratedAt === null ? [] : [["Credential report", `made ${reportGeneratedAt}`]],
      lists: [
        {
          title: notAssessed.length === 0 ? "Every check was made." : "Checks that were not made",
          items: notAssessed.map((row) => [row.check, notAssessedText(row)] as const),
          more: 0,
        },
      ],
    },
  };
}

function notAssessedText({ reason, permission }: AuditedAccount["notAssessed"][number]): string {
  return `${reason}${permission === null || reason.includes(permission) ? "" : `; missing: ${permission}`}`;
}

function notAssessedGrid(rows: ReturnType<typeof notAssessedByReason>): Grid {
  return {
    id: "not-assessed",
    head: {
      noun: ["reason", "reasons"],
      columns: [
        { title: "Reason", kind: "text", beside: "code" },
        { title: "Kind", kind: "word" },
        { title: "Accounts", kind: "number" },
      ],
      filters: [{ kind: "select", label: "Kind", column: 1 }],
    },
    rows: rows.map(({ checks, reason, accounts, failure }) => ({
      cells: [[reason, checks], failure ? "should have been made" : "by design", accounts],
    })),
  };
}

import type { AuditedAccount, AuditReport } from "../../../model/audit-report.ts";
import type { Section } from "../../html/document.ts";
import type { Grid } from "../../html/grid.ts";
import type { Markup } from "../../html/markup.ts";
import type { GridRow } from "../../html/page-data.ts";
import { sectionBody, type TitledGrid } from "../../html/parts.ts";
import { notAssessedByReason } from "../summary-text.ts";

/** Which accounts were audited, and what of them was not. */
export function coverageSection({ coverage }: AuditReport): Section {
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

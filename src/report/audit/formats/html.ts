import type { AccountId } from "../../../model/access-key-id.ts";
import type { AuditFinding } from "../../../model/audit-report.ts";
import { pageText, type Warning } from "../../html/document.ts";
import { type EarlierTable, earlierSection } from "../../html/earlier.ts";
import { findingFigures, headlineText, rotationsSection, trendSection } from "../../html/parts.ts";
import { UserFigures } from "../../html/user-figures.ts";
import { changesText, comparedWith, plural } from "../../summary-text.ts";
import type { AuditFormat } from "../audit-format.ts";
import { accountCell, type NameOf } from "../html/account-name.ts";
import { coverageSection } from "../html/coverage-section.ts";
import { findingsSection } from "../html/findings-section.ts";
import { keysSection, mfaSection, neverUsedSection } from "../html/users-sections.ts";
import { accountText, auditedText } from "../summary-text.ts";

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
        changes ? earlierSection(changes, "the audit", earlierTable(nameOf)) : null,
        trendSection(circumstances, { finishedAt, complete: coverage.complete, summary }),
        rotationsSection(circumstances),
        coverageSection(report),
      ].filter((section) => section !== null),
    });
  },
};

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

function earlierTable(nameOf: NameOf): EarlierTable<AuditFinding> {
  return {
    columns: [
      { title: "Finding", kind: "text" },
      { title: "User", kind: "text", beside: "code" },
      { title: "Account", kind: "word", wide: true },
    ],
    filters: [{ kind: "select", label: "Account", column: 3 }],
    cellsOf: ({ severity, title, detail, userName, accessKeyId, accountId }) => [
      severity,
      [title, detail],
      [userName ?? "the account itself", accessKeyId ?? ""],
      accountCell(accountId, nameOf),
    ],
  };
}

import type { AuditFinding, AuditReport } from "../../../model/audit-report.ts";
import { allowedText } from "../../allowed-text.ts";
import type { Section } from "../../html/document.ts";
import type { Grid } from "../../html/grid.ts";
import type { GridDetail, GridRow } from "../../html/page-data.ts";
import { STATUS, sectionBody, standingMarks } from "../../html/parts.ts";
import { RemedyBook } from "../../html/remedies.ts";
import { standingIn } from "../../standing.ts";
import { accountCell, type NameOf } from "./account-name.ts";

/** What is wrong with which user, and what to do. */
export function findingsSection(report: AuditReport, nameOf: NameOf, hasFindings: boolean): Section {
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

import { comparedWith } from "../summary-text.ts";
import type { Section } from "./document.ts";
import type { GridColumn, GridFilter, GridRow } from "./page-data.ts";
import { sectionBody } from "./parts.ts";

/** What changed, of scans as of audits. */
interface Changes<Finding> {
  /** ISO 8601. */
  readonly since: string;
  readonly baseline?: string;
  readonly gone: readonly Finding[];
  readonly unread: readonly Finding[];
}

/** What a page tells of each. */
export interface EarlierTable<Finding> {
  /** Between the severity and what became of it. */
  readonly columns: readonly GridColumn[];
  readonly filters: readonly GridFilter[];
  cellsOf(finding: Finding): GridRow["cells"];
}

/** What an earlier run found and this one did not; null: nothing. @param run e.g. `the scan` */
export function earlierSection<Finding>(
  changes: Changes<Finding>,
  run: string,
  { columns, filters, cellsOf }: EarlierTable<Finding>,
): Section | null {
  const rows = [
    ...changes.unread.map((finding) => ({ cells: [...cellsOf(finding), "not looked at again"] })),
    ...changes.gone.map((finding) => ({ cells: [...cellsOf(finding), "gone"] })),
  ];
  if (rows.length === 0) return null;
  const now = columns.length + 1;
  const head = {
    noun: ["earlier finding", "earlier findings"],
    columns: [{ title: "Severity", kind: "severity" }, ...columns, { title: "Now", kind: "text" }],
    filters: [
      { kind: "choices", label: "Severity", column: 0 },
      ...filters,
      { kind: "select", label: "Now", column: now },
    ],
  } as const;
  return {
    id: "earlier",
    title: "Found before, and not now",
    intro: `Against ${comparedWith(changes, run)} of ${changes.since.slice(0, 10)}. What could not be looked at again may still be there.`,
    body: sectionBody([{ grid: { id: "earlier", head, rows } }]),
  };
}

import type { Excluded, Skipped } from "../../../model/coverage.ts";
import type { ScanReport } from "../../../model/scan-report.ts";
import { allowedText } from "../../allowed-text.ts";
import type { Section } from "../../html/document.ts";
import type { Grid } from "../../html/grid.ts";
import type { Markup } from "../../html/markup.ts";
import { countList, sectionBody, type TitledGrid } from "../../html/parts.ts";
import { bytesText, grouped } from "../../summary-text.ts";

/** What was read, what was not and why, and what somebody asked to leave out. */
export function coverageSection({ coverage }: ScanReport): Section {
  const { files, bytes, repositories, objects, processes, skipped, excluded, complete } = coverage;
  const counts: (readonly [string, string])[] = [
    ["Files", grouped(files)],
    ["Read", bytesText(bytes)],
    ["Repositories", grouped(repositories)],
    ["Objects of histories", grouped(objects)],
    ["Processes", grouped(processes)],
  ];
  return {
    id: "coverage",
    title: "Coverage",
    intro: complete
      ? "Everything that should have been read was read."
      : "Not everything that should have been read was read: credentials may be where nobody looked.",
    body: sectionBody([
      countList(counts.filter(([, value]) => value !== "0")),
      skipped.length === 0 ? null : { title: "Not read", grid: skippedGrid(skipped) },
      excluded.some(({ count }) => count > 0) ? { title: "Left out on request", grid: excludedGrid(excluded) } : null,
    ] satisfies (Markup | TitledGrid | null)[]),
  };
}

function skippedGrid(skipped: readonly Skipped[]): Grid {
  return {
    id: "skipped",
    head: {
      noun: ["thing", "things"],
      columns: [
        { title: "Place", kind: "code", opens: true, beside: "text" },
        { title: "Kind", kind: "word" },
        { title: "Reason", kind: "text", wide: true },
      ],
      filters: [
        { kind: "select", label: "Kind", column: 1 },
        { kind: "select", label: "Reason", column: 2 },
      ],
    },
    rows: skipped.values().map(({ place, reason, failure, detail, allowed }) => ({
      cells: [
        [place, allowed === undefined ? detail : `${detail}; ${allowedText(allowed)}`],
        allowed !== undefined ? "accepted" : failure ? "should have been read" : "by design",
        reason,
      ],
      ...(failure && allowed === undefined ? { marks: ["failure"] } : {}),
    })),
  };
}

function excludedGrid(excluded: readonly Excluded[]): Grid {
  return {
    id: "excluded",
    head: {
      noun: ["pattern", "patterns"],
      columns: [
        { title: "Pattern", kind: "code" },
        { title: "Asked for by", kind: "text" },
        { title: "Left out", kind: "number" },
      ],
      filters: [{ kind: "select", label: "Asked for by", column: 1 }],
    },
    rows: excluded.filter(({ count }) => count > 0).map(({ by, pattern, count }) => ({ cells: [pattern, by, count] })),
  };
}

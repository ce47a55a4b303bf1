import type { Skipped } from "../../../model/coverage.ts";
import type { EarlierFinding } from "../../../model/scan-changes.ts";
import type { ScanReport } from "../../../model/scan-report.ts";
import { pageText, type Warning } from "../../html/document.ts";
import { type EarlierTable, earlierSection } from "../../html/earlier.ts";
import { findingFigures, headlineText, rotationsSection, trendSection } from "../../html/parts.ts";
import { identificationText } from "../../identification-text.ts";
import { placeText } from "../../place-text.ts";
import { changesText, comparedWith, plural, readText } from "../../summary-text.ts";
import { coverageSection } from "../html/coverage-section.ts";
import { findingsSection } from "../html/findings-section.ts";
import { ownersSection } from "../html/owners-section.ts";
import type { ScanFormat } from "../scan-format.ts";

/** A page for people: one file, with nothing loaded from elsewhere. */
export const htmlFormat: ScanFormat = {
  name: "html",
  *write(report, _appearance, circumstances) {
    const { coverage, findings, finishedAt, identification, summary, tool, changes } = report;
    const allowed = findings.filter((finding) => finding.allowed !== null).length;
    yield* pageText({
      kind: "keysweep scan",
      version: tool.version,
      finishedAt,
      headline: headlineText(summary, "credential found", "credentials found"),
      lead: [
        `${readText(report)}.`,
        ...(identification === undefined ? [] : [identificationText(identification)]),
        ...(changes ? [`Against ${comparedWith(changes, "the last scan")}: ${changesText(changes)}.`] : []),
      ].filter(Boolean),
      warning: warningOf(report),
      figures: [
        ...findingFigures(summary, allowed, changes),
        {
          label: "not read",
          value: failuresOf(report).length,
          tone: "high apart",
          section: "coverage",
          choose: { grid: "skipped", filters: { Kind: "should have been read" } },
        },
      ],
      sections: [
        findingsSection(report),
        ownersSection(report),
        changes ? earlierSection(changes, "the scan", EARLIER) : null,
        trendSection(circumstances, { finishedAt, complete: coverage.complete, summary }),
        rotationsSection(circumstances),
        coverageSection(report),
      ].filter((section) => section !== null),
    });
  },
};

function failuresOf({ coverage }: ScanReport): readonly Skipped[] {
  return coverage.skipped.filter(({ failure, allowed }) => failure && allowed === undefined);
}

function warningOf(report: ScanReport): Warning | null {
  if (report.coverage.complete) return null;
  const count = failuresOf(report).length;
  return {
    text: `Not everything could be read: ${plural(count, "thing")} that should have been ${count === 1 ? "was" : "were"} not.`,
    section: "coverage",
  };
}

const EARLIER: EarlierTable<EarlierFinding> = {
  columns: [
    { title: "Credential", kind: "text", beside: "code" },
    { title: "Access key", kind: "code", wide: true },
    { title: "Account", kind: "word", wide: true },
  ],
  filters: [],
  cellsOf: ({ severity, title, accessKeyId, accountId, place }) => [
    severity,
    [title, placeText(place)],
    accessKeyId,
    accountId,
  ],
};

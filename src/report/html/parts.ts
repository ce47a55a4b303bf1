import { SEVERITIES, type Severity } from "../../model/severity.ts";
import type { Circumstances } from "../format.ts";
import type { Standing } from "../standing.ts";
import { grouped, plural } from "../summary-text.ts";
import { rotationTimeline } from "./charts/rotations.ts";
import { trendChart } from "./charts/trend.ts";
import type { KeyFigure, Section } from "./document.ts";
import { type Grid, gridMarkup } from "./grid.ts";
import { html, type Markup } from "./markup.ts";
import type { GridFilter } from "./page-data.ts";

/** What pages of scans and of audits have in common. */

export const STATUS: GridFilter = {
  kind: "marks",
  label: "Status",
  options: [
    { label: "open", mark: "allowed", has: false },
    { label: "new", mark: "new", has: true },
    { label: "worse", mark: "worse", has: true },
    { label: "allowed", mark: "allowed", has: true },
    { label: "canary", mark: "canary", has: true },
  ],
};

/** Open findings by severity, then those that are new and those that are allowed. */
export function findingFigures(
  summary: Readonly<Record<Severity, number>>,
  allowed: number,
  changes: { readonly new: readonly unknown[] } | null | undefined,
): KeyFigure[] {
  const status = (label: string, value: number): KeyFigure => ({
    label,
    value,
    section: "findings",
    choose: { grid: "findings", filters: { Status: label } },
  });
  return [
    ...SEVERITIES.map((severity) => ({
      label: severity,
      value: summary[severity],
      tone: severity,
      section: "findings",
      choose: { grid: "findings", filters: { Severity: severity, Status: "open" } },
    })),
    ...(changes ? [status("new", changes.new.length)] : []),
    ...(allowed > 0 ? [status("allowed", allowed)] : []),
  ];
}

/** What came out, in one line: `55 findings, 6 of them critical`. */
export function headlineText(summary: Readonly<Record<Severity, number>>, one: string, many: string): string {
  const total = SEVERITIES.reduce((sum, severity) => sum + summary[severity], 0);
  const worst = SEVERITIES.find((severity) => summary[severity] > 0);
  if (worst === undefined) return `No ${many}`;
  const count = summary[worst];
  if (total === 1) return `1 ${worst} ${one}`;
  return `${plural(total, one, many)}, ${count === total ? "all" : `${grouped(count)} of them`} ${worst}`;
}

/** What is known from before needs no mark. */
export function standingMarks(standing: Standing | null): string[] {
  return standing === null || standing === "known" ? [] : [standing];
}

/** The present run at the end of those before it; null where there are none. */
export function trendSection(
  { earlier = [] }: Circumstances,
  present: NonNullable<Circumstances["earlier"]>[number],
): Section | null {
  const chart = trendChart([...earlier.filter(({ finishedAt }) => finishedAt < present.finishedAt), present]);
  return chart === null ? null : { id: "trend", title: "Trend", body: [chart] };
}

export function rotationsSection({ rotations = [] }: Circumstances): Section | null {
  const chart = rotationTimeline(rotations);
  return chart === null ? null : { id: "rotations", title: "Rotations", body: [chart] };
}

/** Tables and other parts of one section, those after the first under titles of their own. */
export function* sectionBody(parts: Iterable<Markup | TitledGrid | null>): Generator<Markup> {
  for (const part of parts) {
    if (part === null) continue;
    if (!("grid" in part)) yield part;
    else {
      if (part.title !== undefined) yield html`<h3 class="kept-apart">${part.title}</h3>\n`;
      yield* gridMarkup(part.grid);
    }
  }
}

export interface TitledGrid {
  readonly title?: string;
  readonly grid: Grid;
}

/** Numbers under their names. */
export function countList(counts: readonly (readonly [name: string, value: string])[]): Markup {
  return html`<dl class="counts">${counts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>\n`;
}

import type { Severity } from "../../model/severity.ts";
import { SEVERITIES } from "../../model/severity.ts";
import { grouped, plural } from "../../report/summary-text.ts";
import { endOf, fitted, fromHome, glyphsOf, type Look, shown, truncated, wrapped } from "../look.ts";
import { type Column, movedTo, type Table, type TableKind, windowOf } from "../table.ts";
import { type Line, line, type Span, type Tone } from "./line.ts";

const GAP = 2;
/** The mark before the selected row, and a blank. */
const MARGIN = 2;

export interface TableRoom {
  readonly width: number;
  readonly height: number;
  /** The user's home directory. */
  readonly home: string;
  /** Whether the detail of the selected row stands beside it. */
  readonly beside: boolean;
  /** What stands where there are no rows. */
  readonly empty: readonly string[];
}

/** A table's head and the window of its rows, in so many columns and lines. */
export function tableLines<Row>(
  kind: TableKind<Row>,
  table: Table<Row>,
  look: Look,
  { width, height, home, beside, empty }: TableRoom,
): Line[] {
  const glyphs = glyphsOf(look);
  const columns = laidOut(kind.columns, width, beside ? table.sorting.column : null);
  const head = columns.map(({ column, width: wide }): string => {
    const mark = column.name === table.sorting.column ? (table.sorting.descending ? glyphs.down : glyphs.up) : "";
    // In ASCII it is a letter, which is none of the title's.
    const gap = look.ascii && mark !== "" && column.title.length + 1 < wide ? " " : "";
    return fitted(`${column.title}${gap}${mark}`, wide, glyphs.ellipsis, column.align);
  });
  const lines: Line[] = [line({ text: `${" ".repeat(MARGIN)}${head.join(" ".repeat(GAP))}`, tone: "dim" })];
  if (table.lines.length === 0) {
    const why = table.filter === "" ? empty : [`Nothing has "${shown(table.filter, look)}" in it. Esc shows all.`];
    return [
      ...lines,
      line(""),
      ...why.flatMap((text) => wrapped(shown(text, look), width - MARGIN)).map((text) => line({ text: `  ${text}` })),
    ];
  }
  const window = windowOf(table, height);
  const { top } = movedTo(table, table.cursor, height);
  for (const [index, at] of window.entries()) {
    const selected = top + index === table.cursor;
    const pointer = selected ? `${glyphs.pointer} ` : " ".repeat(MARGIN);
    if (at.kind === "group") {
      const mark = at.closed ? glyphs.closed : glyphs.open;
      const label = `${mark} ${shown(fromHome(at.label, home, look), look)} (${grouped(at.count)})`;
      lines.push({ spans: [{ text: fitted(pointer + label, width, glyphs.ellipsis), tone: "bold" }], selected });
      continue;
    }
    const row = table.rows[at.row];
    if (row === undefined) continue;
    const spans: Span[] = [{ text: pointer }];
    for (const [place, { column, width: wide }] of columns.entries()) {
      const text = (width < NARROW ? column.brief?.(row) : undefined) ?? column.text(row);
      const seen =
        column.isPath?.(row) === true
          ? endOf(shown(fromHome(text, home, look), look), wide, glyphs.ellipsis)
          : shown(text, look);
      const cell = fitted(seen, wide, glyphs.ellipsis, column.align);
      spans.push({
        text: place === columns.length - 1 ? cell : cell + " ".repeat(GAP),
        tone: toneOf(column.name, text),
      });
    }
    lines.push({ spans, selected });
  }
  return lines;
}

/** Under the table: how much of how much, and how it is arranged. */
export function countLine<Row>(
  { columns }: TableKind<Row>,
  table: Table<Row>,
  look: Look,
  filtering: boolean,
  width: number,
): Line {
  const { ellipsis } = glyphsOf(look);
  const { rows, passing, sorting, grouping, filter, cursor, lines } = table;
  const counted =
    passing.length === rows.length
      ? plural(rows.length, "row")
      : `${grouped(passing.length)} of ${plural(rows.length, "row")}`;
  const position = `${grouped(cursor + 1)} of ${grouped(lines.length)}`;
  const sortedBy = columns.find(({ name }) => name === sorting.column)?.title.toLowerCase() ?? sorting.column;
  const groups = grouping === null ? 0 : lines.filter((at) => typeof at !== "number").length;
  const by = `by ${sortedBy}${grouping === null ? "" : `, in ${plural(groups, "group")} by ${grouping}`}`;
  if (!filtering && filter === "")
    return line({
      text: truncated(
        `  ${lines.length === 0 ? "nothing" : grouping === null ? position : counted}, ${by}`,
        width,
        ellipsis,
      ),
      tone: "dim",
    });
  const typed = `/${shown(filter, look)}${filtering ? "_" : ""}`;
  return line(
    { text: `  ${truncated(typed, Math.floor(width / 2), ellipsis)}`, tone: "accent" },
    { text: `  ${counted}`, tone: "dim" },
  );
}

interface LaidOut<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

/**
 * Those that the screen is wide enough for; the one that grows takes what is left.
 * @param sortedBeside the column that the table is sorted by, where its detail stands beside it; null: it does not.
 */
function laidOut<Row>(columns: readonly Column<Row>[], width: number, sortedBeside: string | null): LaidOut<Row>[] {
  const there = columns.filter(
    ({ name, from = 0, besideFrom = 0 }) =>
      name === sortedBeside || (width >= from && (sortedBeside === null || width >= besideFrom)),
  );
  const least = ({ width: wide, narrow }: Column<Row>): number => (width < NARROW ? (narrow ?? wide) : wide);
  const left = width - there.reduce((sum, column) => sum + least(column), 0) - GAP * (there.length - 1) - MARGIN;
  return there.map((column) => ({ column, width: Math.max(4, least(column) + (column.grows === true ? left : 0)) }));
}

const NARROW = 100;

/** What deserves a colour wherever it stands in a table. */
function toneOf(column: string, text: string): Tone {
  if (column === "severity") return SEVERITIES.find((name): name is Severity => name === text) ?? "dim";
  if (column === "state") return STATE_TONES[text] ?? "plain";
  if (column === "mfa") return text === "none" ? "bad" : "plain";
  if (column === "account" || column === "at") return "dim";
  return text.startsWith("new: ") ? "bold" : "plain";
}

export const STATE_TONES: Readonly<Record<string, Tone>> = {
  stuck: "high",
  reactivated: "medium",
  done: "good",
  idle: "dim",
  abandoned: "dim",
  soaking: "accent",
  quarantined: "accent",
};

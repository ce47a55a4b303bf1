import { endOf, fitted, fromHome, glyphsOf, shown, widthOf } from "../look.ts";
import type { State } from "../state.ts";
import { BLANK, type Line, line } from "./line.ts";

/** A blank, a heading and three rows: less says nothing that the figures do not. */
const LEAST_LINES = 5;
/** More is no beginning. */
const MOST_ROWS = 12;

/** At the edges, and between two columns. */
const GAP = 2;
const SEVERITY = 9;
const KEY = 20;
/** Narrower screens have no room for keys, for the place is where one begins; those below these, none for titles. */
const KEYS = 80;
const TITLES = 100;

/** The worst findings, where there are lines left for some. */
export function whereToBegin({ figures, columns, look, home }: State, lines: number): Line[] {
  const rows = lines < LEAST_LINES || look.screenReader ? [] : figures.worst.slice(0, Math.min(MOST_ROWS, lines - 2));
  if (rows.length === 0) return [];
  const { ellipsis } = glyphsOf(look);
  const told = rows.map(({ isNew, rule, title }) =>
    shown((isNew ? "new: " : "") + (columns < TITLES ? rule.replace(/^aws-/, "") : title), look),
  );
  const places = rows.map(({ where }) => shown(fromHome(where, home, look), look));
  const key = columns < KEYS ? 0 : KEY + GAP;
  const room = columns - GAP - SEVERITY - GAP - GAP - key - GAP;
  // Half of it is the place's; what either does not need is the other's.
  const place = Math.min(widest(places), Math.max(Math.ceil(room / 2), room - widest(told)));
  const what = Math.min(widest(told), room - place);
  return [
    BLANK,
    line({ text: "  Where to begin", tone: "title" }, { text: "  2 shows all", tone: "dim" }),
    ...rows.map(({ severity, isNew, accessKeyId }, at) =>
      line(
        { text: `  ${fitted(severity, SEVERITY, ellipsis)}  `, tone: severity },
        { text: fitted(told[at] ?? "", what, ellipsis), tone: isNew ? "bold" : "plain" },
        key === 0 ? "  " : `  ${fitted(shown(accessKeyId ?? "", look), KEY, ellipsis)}  `,
        endOf(places[at] ?? "", place, ellipsis),
      ),
    ),
  ];
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(widthOf));
}

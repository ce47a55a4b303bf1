import { html, jsonMarkup, type Markup } from "./markup.ts";
import type { GridEnd, GridHead, GridRow, RemedyTemplate } from "./page-data.ts";

/** A table that the page's script draws from data. */
export interface Grid {
  /** Names the table in the page. */
  readonly id: string;
  readonly head: GridHead;
  readonly rows: Iterable<GridRow>;
  /** What the rows' details refer to; asked for when all rows are read. */
  readonly remedies?: () => readonly RemedyTemplate[];
}

/** With more than that a browser takes its time to open the page; what is left out is said in it. */
export interface GridBounds {
  readonly rows: number;
  /** Of the rows as JSON. */
  readonly characters: number;
}

export const GRID_BOUNDS: GridBounds = { rows: 100_000, characters: 64_000_000 };

/** The table's place in the page, and its data, row by row. */
export function* gridMarkup(
  { id, head, rows, remedies = () => [] }: Grid,
  bounds: GridBounds = GRID_BOUNDS,
): Generator<Markup> {
  yield html`<div class="grid" data-grid="${id}"></div>
<noscript><p>This table is drawn by the script that is part of this file; nothing is loaded from elsewhere.</p></noscript>
<script type="application/jsonl" id="${id}-rows">${jsonMarkup(head)}\n`;
  let rowsLeft = bounds.rows;
  let charactersLeft = bounds.characters;
  let leftOut = 0;
  for (const row of rows) {
    const line = jsonMarkup(row);
    rowsLeft--;
    charactersLeft -= line.text.length;
    // Rows come worst first: none that comes later takes the place of one that was left out.
    if (rowsLeft < 0 || charactersLeft < 0) leftOut++;
    else yield html`${line}\n`;
  }
  yield html`${jsonMarkup({ remedies: remedies(), leftOut } satisfies GridEnd)}</script>\n`;
}

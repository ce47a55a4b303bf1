/*
 * What a page's own script finds in the page: tables as data. The script knows nothing of scans and audits, and these types know nothing
 * of the browser. What must not be seen raw in a text is written as an escape when the data is (jsonMarkup in markup.ts).
 */

/** A table with its rows, in an element `<script type="application/jsonl">`: one value a line, the head, the rows, the end. */
export interface GridData {
  readonly head: GridHead;
  readonly rows: readonly GridRow[];
  readonly end: GridEnd;
}

export interface GridEnd {
  /** What the rows' details refer to. */
  readonly remedies: readonly RemedyTemplate[];
  /** How many more rows there were than the page holds. */
  readonly leftOut: number;
}

export interface GridHead {
  /** What a row is called, e.g. `finding` and `findings`. */
  readonly noun: readonly [one: string, many: string];
  readonly columns: readonly GridColumn[];
  readonly filters: readonly GridFilter[];
}

export interface GridColumn {
  readonly title: string;
  /**
   * How the cell looks, and how it sorts: severities by how bad they are, numbers by value, the rest as text. `word` is a text that is
   * never broken, `code` one that is written as programs write it.
   */
  readonly kind: "severity" | "text" | "word" | "code" | "number";
  /** How what stands below the cell's own text looks; `text` if it is not said. */
  readonly beside?: "text" | "code";
  /** Whether its button opens the row's details; one column does. */
  readonly opens?: true;
  /** Whether it serves filters and search, and is not shown. */
  readonly hidden?: true;
  /** Whether narrow screens do without it. */
  readonly wide?: true;
}

/** `choices`: any of a few values; `select`: one of many; `marks`: rows that have a mark, or do not. */
export type GridFilter =
  | { readonly kind: "choices" | "select"; readonly label: string; readonly column: number }
  | { readonly kind: "marks"; readonly label: string; readonly options: readonly MarkOption[] };

export interface MarkOption {
  readonly label: string;
  readonly mark: string;
  /** Whether the rows are to have the mark. */
  readonly has: boolean;
}

/** One column's text, and what stands below it in smaller type; null: nothing is known. */
export type GridCell = string | number | null | readonly [main: string, beside: string];

export interface GridRow {
  /** What a link to the row names; unique in the page. */
  readonly id?: string;
  readonly cells: readonly GridCell[];
  /** Short words beside the opening cell, e.g. `new`, `allowed`. */
  readonly marks?: readonly string[];
  readonly detail?: GridDetail;
}

/** What a row shows when it is opened; empty parts are left out. */
export interface GridDetail {
  readonly text?: string;
  readonly facts?: readonly (readonly [name: string, value: string])[];
  readonly lists?: readonly GridList[];
  readonly remedy?: RemedyUse;
  /** Commands to copy. */
  readonly commands?: readonly (readonly [purpose: string, command: string])[];
}

export interface GridList {
  readonly title: string;
  readonly items: readonly GridCell[];
  /** How many more there are than the page holds. */
  readonly more: number;
}

/** A remedy that several rows share. Numbers stand for the row's own values: its key, its account, its user. */
export interface RemedyTemplate {
  readonly title: string;
  readonly steps: readonly (readonly (string | number)[])[];
}

export interface RemedyUse {
  /** Its place among the templates. */
  readonly template: number;
  readonly values: readonly string[];
}

/*
 * A table of perhaps a hundred thousand rows, of which a screenful is shown. What depends on all rows is worked out once and kept: the order of each
 * column when it is first asked for, the text that is searched when a row is first searched. A filter that grows by a letter looks only at
 * what its shorter self let through. A key that only moves the cursor touches no row at all.
 */

/** How a column is sorted and shown. */
export interface Column<Row> {
  readonly name: string;
  readonly title: string;
  /** What stands in it. Not escaped. */
  text(row: Row): string;
  /** What it is sorted by, where that is not the text; the first come first. */
  order?(row: Row): number;
  /** The least and the most columns it takes; the one that grows takes what is left. */
  readonly width: number;
  /** The same in less than a hundred columns, with a text that says most where little of it fits. */
  readonly narrow?: number;
  brief?(row: Row): string;
  readonly grows?: boolean;
  readonly align?: "right";
  /** It is a path: the user's home directory is `~`, and what is too long is cut at its beginning. */
  isPath?(row: Row): boolean;
  /** It is left out in fewer columns than these, and where the detail stands beside the table and tells it, in fewer than those. */
  readonly from?: number;
  readonly besideFrom?: number;
}

export interface Grouping<Row> {
  readonly name: string;
  of(row: Row): string;
}

/** What does not change while the table lives. */
export interface TableKind<Row> {
  readonly columns: readonly Column<Row>[];
  readonly groupings: readonly Grouping<Row>[];
  /** What `/` looks in. */
  searched(row: Row): string;
  /** Tells a row from the others, across readings. */
  id(row: Row): string;
}

export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

/** A line of the table: a row by its number, or the head of a group. */
export type TableLine =
  | { readonly kind: "row"; readonly row: number }
  | { readonly kind: "group"; readonly label: string; readonly count: number; readonly closed: boolean };

export interface Table<Row> {
  readonly rows: readonly Row[];
  readonly sorting: Sorting;
  readonly filter: string;
  readonly grouping: string | null;
  readonly closed: ReadonlySet<string>;
  /** The line that is selected, and the first that is shown. */
  readonly cursor: number;
  readonly top: number;
  /** The rows that pass the filter, in order; before groups. */
  readonly passing: readonly number[];
  /** What is shown of them; without groups the same array. */
  readonly lines: readonly (number | GroupLine)[];
  readonly caches: Caches;
}

type GroupLine = Extract<TableLine, { kind: "group" }>;

/** Kept as long as the rows are the same. */
interface Caches {
  readonly orders: Map<string, readonly number[]>;
  readonly texts: (string | undefined)[];
}

export function emptyTable<Row>(sorting: Sorting, grouping: string | null = null): Table<Row> {
  return {
    rows: [],
    sorting,
    filter: "",
    grouping,
    closed: new Set(),
    cursor: 0,
    top: 0,
    passing: [],
    lines: [],
    caches: { orders: new Map(), texts: [] },
  };
}

/**
 * Other rows: the selection stays with the row that has the same id, if there still is one.
 * @param staysAtTop whether a cursor at the top stays there: nobody has chosen that row, and what comes to the top is wanted.
 */
export function withRows<Row>(
  kind: TableKind<Row>,
  table: Table<Row>,
  rows: readonly Row[],
  staysAtTop = true,
): Table<Row> {
  const selected = selectedRow(table);
  const fresh = arranged(kind, { ...table, rows, caches: { orders: new Map(), texts: [] } });
  return selected === null || (staysAtTop && table.cursor === 0)
    ? clamped(fresh)
    : selecting(kind, fresh, kind.id(selected));
}

/** The cursor on the row of this id, if it is shown. */
export function selecting<Row>(kind: TableKind<Row>, table: Table<Row>, id: string): Table<Row> {
  const { lines, rows } = table;
  const at = lines.findIndex((line) => {
    const row = typeof line === "number" ? rows[line] : undefined;
    return row !== undefined && kind.id(row) === id;
  });
  return clamped(at < 0 ? table : { ...table, cursor: at });
}

export function withFilter<Row>(kind: TableKind<Row>, table: Table<Row>, filter: string): Table<Row> {
  if (filter === table.filter) return table;
  // A longer word that must not be there lets more through.
  const narrows = filter.startsWith(table.filter) && !filter.includes("!");
  const passing = filtered(kind, table, narrows ? table.passing : ordered(kind, table), filter);
  return { ...grouped(kind, { ...table, filter, passing }), cursor: 0, top: 0 };
}

/** By that column; by the one it is sorted by already, the other way round. */
export function sortedBy<Row>(kind: TableKind<Row>, table: Table<Row>, column: string): Table<Row> {
  const descending = table.sorting.column === column && !table.sorting.descending;
  return { ...arranged(kind, { ...table, sorting: { column, descending } }), cursor: 0, top: 0 };
}

export function groupedBy<Row>(kind: TableKind<Row>, table: Table<Row>, grouping: string | null): Table<Row> {
  return { ...grouped(kind, { ...table, grouping, closed: new Set() }), cursor: 0, top: 0 };
}

/** Opens or closes the group that the cursor is on. */
export function toggled<Row>(kind: TableKind<Row>, table: Table<Row>): Table<Row> {
  const line = table.lines[table.cursor];
  if (line === undefined || typeof line === "number") return table;
  const closed = new Set(table.closed);
  if (!closed.delete(line.label)) closed.add(line.label);
  return clamped(grouped(kind, { ...table, closed }));
}

/** @param height lines that are shown. */
export function movedTo<Row>(table: Table<Row>, cursor: number, height: number): Table<Row> {
  const last = Math.max(0, table.lines.length - 1);
  const at = Math.min(last, Math.max(0, cursor));
  const highest = Math.max(0, table.lines.length - height);
  const top = Math.min(highest, Math.max(at - height + 1, Math.min(at, table.top)));
  return at === table.cursor && top === table.top ? table : { ...table, cursor: at, top };
}

/** What is shown: no more lines than fit, whatever there are. */
export function windowOf<Row>(table: Table<Row>, height: number): readonly TableLine[] {
  const { top } = movedTo(table, table.cursor, height);
  return table.lines
    .slice(top, top + height)
    .map((line) => (typeof line === "number" ? { kind: "row", row: line } : line));
}

export function selectedRow<Row>({ lines, rows, cursor }: Table<Row>): Row | null {
  const line = lines[cursor];
  return typeof line === "number" ? (rows[line] ?? null) : null;
}

/** Sorted, filtered, grouped anew. */
function arranged<Row>(kind: TableKind<Row>, table: Table<Row>): Table<Row> {
  return grouped(kind, { ...table, passing: filtered(kind, table, ordered(kind, table), table.filter) });
}

function clamped<Row>(table: Table<Row>): Table<Row> {
  return { ...table, cursor: Math.min(table.cursor, Math.max(0, table.lines.length - 1)) };
}

/** All rows in the order of the column. */
function ordered<Row>(kind: TableKind<Row>, table: Table<Row>): readonly number[] {
  const { sorting, caches } = table;
  const name = `${sorting.column} ${sorting.descending}`;
  const known = caches.orders.get(name);
  if (known !== undefined) return known;
  const order = sorted(kind, table);
  caches.orders.set(name, order);
  return order;
}

function sorted<Row>({ columns }: TableKind<Row>, { rows, sorting }: Table<Row>): readonly number[] {
  const all = Array.from(rows.keys());
  const column = columns.find(({ name }) => name === sorting.column);
  if (column === undefined) return all;
  const sign = sorting.descending ? -1 : 1;
  const { order } = column;
  if (order !== undefined) {
    const keys = Float64Array.from(rows, (row) => order(row));
    return all.sort((a, b) => sign * ((keys[a] ?? 0) - (keys[b] ?? 0)) || a - b);
  }
  const keys = rows.map((row) => column.text(row));
  return all.sort((a, b) => sign * compared(keys[a] ?? "", keys[b] ?? "") || a - b);
}

/** By code units, so that no locale changes the order. */
function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Every word has to be there, in whatever order; `!word` must not. */
function filtered<Row>(
  kind: TableKind<Row>,
  { rows, caches }: Table<Row>,
  among: readonly number[],
  filter: string,
): readonly number[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "" && word !== "!");
  if (words.length === 0) return among;
  const textOf = (row: number): string => {
    const known = caches.texts[row];
    if (known !== undefined) return known;
    const at = rows[row];
    const text = at === undefined ? "" : kind.searched(at).toLowerCase();
    caches.texts[row] = text;
    return text;
  };
  return among.filter((row) => {
    const text = textOf(row);
    return words.every((word) => (word.startsWith("!") ? !text.includes(word.slice(1)) : text.includes(word)));
  });
}

function grouped<Row>(kind: TableKind<Row>, table: Table<Row>): Table<Row> {
  const { grouping, passing, rows, closed } = table;
  const by = kind.groupings.find(({ name }) => name === grouping);
  if (by === undefined) return { ...table, lines: passing };
  const groups = new Map<string, number[]>();
  for (const row of passing) {
    const at = rows[row];
    if (at === undefined) continue;
    const label = by.of(at);
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [row]);
    else group.push(row);
  }
  const lines: (number | GroupLine)[] = [];
  for (const [label, members] of groups) {
    const isClosed = closed.has(label);
    lines.push({ kind: "group", label, count: members.length, closed: isClosed });
    if (!isClosed) for (const row of members) lines.push(row);
  }
  return { ...table, lines };
}

import { inSight } from "./knowledge.ts";
import type { KeyPress } from "./message.ts";
import { scrolledBy } from "./scrolling.ts";
import { KINDS, type State, type TableName, type Tables, tableHeight, tableOf, VIEWS, type ViewName } from "./state.ts";
import { only, type Step } from "./step.ts";
import { groupedBy, movedTo, sortedBy, type Table, type TableKind, toggled, withFilter } from "./table.ts";
import { oneLine, withoutLast } from "./typed-text.ts";

export function shownView(state: State, view: ViewName): State {
  return inSight({ ...state, view, detail: false, scroll: 0, filtering: false });
}

export function movement(state: State, name: KeyPress["name"]): Step {
  if (name === "tab" || name === "back-tab") {
    const at = VIEWS.indexOf(state.view) + (name === "tab" ? 1 : VIEWS.length - 1);
    return only(shownView(state, VIEWS[at % VIEWS.length] ?? "overview"));
  }
  const scrolled = scrolledBy(state, name);
  if (scrolled !== null) return only(scrolled);
  const table = tableOf(state);
  if (table === null) return only(state);
  if (name === "enter") return only(entered(state, table));
  if (name === "escape") return only(escaped(state, table));
  if (name === "left" || name === "right") return only(state.detail ? nextRow(state, table, name) : state);
  const height = tableHeight(state);
  const { cursor, lines } = state.tables[table];
  const to = {
    up: cursor - 1,
    down: cursor + 1,
    "page-up": cursor - height,
    "page-down": cursor + height,
    home: 0,
    end: lines.length - 1,
  }[name as "up"];
  return only(to === undefined ? state : movedOn(state, table, to));
}

/** The detail of the row before or after; heads of groups have none. */
function nextRow(state: State, name: TableName, direction: "left" | "right"): State {
  const { cursor, lines } = state.tables[name];
  const isRow = (line: unknown): boolean => typeof line === "number";
  const at =
    direction === "left"
      ? lines.slice(0, cursor).findLastIndex(isRow)
      : lines.findIndex((line, index) => index > cursor && isRow(line));
  return at < 0 ? state : movedOn(state, name, at);
}

function movedOn(state: State, name: TableName, cursor: number): State {
  const moved = movedTo(state.tables[name] as Table<unknown>, cursor, tableHeight(state));
  if (moved === state.tables[name]) return state;
  return { ...state, scroll: 0, tables: { ...state.tables, [name]: moved } as Tables };
}

type OnTable = (kind: TableKind<unknown>, table: Table<unknown>) => Table<unknown>;

/** The kind of a table and the table are of the same rows, whichever they are. */
export function onTable(state: State, name: TableName, change: OnTable): State {
  const kind = KINDS[name] as unknown as TableKind<unknown>;
  const table = change(kind, state.tables[name] as unknown as Table<unknown>);
  return inSight({ ...state, scroll: 0, tables: { ...state.tables, [name]: table } as Tables });
}

export const SORT_NEXT: OnTable = (kind, table) => {
  const at = kind.columns.findIndex(({ name }) => name === table.sorting.column);
  return sortedBy(kind, table, kind.columns[(at + 1) % kind.columns.length]?.name ?? "");
};

export const REVERSE: OnTable = (kind, table) => sortedBy(kind, table, table.sorting.column);

export const GROUP_NEXT: OnTable = (kind, table) => {
  const names = [null, ...kind.groupings.map(({ name }) => name)];
  return groupedBy(kind, table, names[(names.indexOf(table.grouping) + 1) % names.length] ?? null);
};

function entered(state: State, table: TableName): State {
  const { cursor, lines } = state.tables[table];
  const line = lines[cursor];
  if (line === undefined) return state;
  if (typeof line !== "number") return onTable(state, table, toggled);
  return { ...state, detail: !state.detail, scroll: 0 };
}

/** Out of what was entered last. */
function escaped(state: State, table: TableName): State {
  if (state.detail) return { ...state, detail: false, scroll: 0 };
  return state.tables[table].filter === "" ? state : filteredBy(state, "");
}

export function filteredBy(state: State, filter: string): State {
  const table = tableOf(state);
  return table === null ? state : onTable(state, table, (kind, rows) => withFilter(kind, rows, filter));
}

export function inFilter(state: State, { name, text }: KeyPress): State {
  const table = tableOf(state);
  const filter = table === null ? "" : state.tables[table].filter;
  if (name === "text") return filteredBy(state, filter + oneLine(text));
  if (name === "backspace") return filteredBy(state, withoutLast(filter));
  if (name === "escape") return { ...filteredBy(state, ""), filtering: false };
  if (name === "enter") return { ...state, filtering: false };
  return movement({ ...state, filtering: false }, name).state;
}

import type { GridCell, GridColumn, GridRow, RemedyTemplate } from "../page-data.ts";
import { detailElement } from "./details.ts";
import { countText, element } from "./dom.ts";
import { textOf } from "./rows.ts";

/** A column that is shown, with its place in the data. */
export interface ShownColumn {
  readonly column: GridColumn;
  readonly index: number;
}

/** What the rows of one table share. */
export interface RowDrawing {
  /** Of the table: the ids of elements begin with it. */
  readonly name: string;
  readonly columns: readonly ShownColumn[];
  readonly remedies: readonly RemedyTemplate[];
  /** A row is to be opened, or closed. */
  onToggle(index: number): void;
}

/** The row, and below it what it shows when it is open. */
export function rowElements(row: GridRow, index: number, isOpen: boolean, drawing: RowDrawing): HTMLElement[] {
  const { columns, onToggle } = drawing;
  const cells = columns.map((shown) => cellElement(row, shown, () => opener(row, index, isOpen, shown, drawing)));
  const made = element("tr", { class: isOpen ? "row open" : "row" }, ...cells);
  if (row.detail === undefined) return [made];
  made.addEventListener("click", ({ target }) => {
    const isSelecting = document.getSelection()?.isCollapsed === false;
    if (!isSelecting && target instanceof Element && target.closest("a") === null) onToggle(index);
  });
  if (!isOpen) return [made];
  const content = detailElement(row.detail, row.id, drawing.remedies);
  const cell = element("td", { colspan: String(columns.length) }, content);
  return [made, element("tr", { class: "detail-row", id: `${drawing.name}-${index}-detail` }, cell)];
}

/** The id of the button that opens a row. */
export function openerId(name: string, index: number): string {
  return `${name}-${index}-opener`;
}

/** The classes of a column's cells. */
export function columnClass({ kind, wide, opens }: GridColumn): string {
  return [`of-${kind}`, wide ? "wide" : "", opens ? "opens" : ""].filter(Boolean).join(" ");
}

function cellElement(row: GridRow, { column, index }: ShownColumn, button: () => HTMLElement): HTMLElement {
  const cell = row.cells[index] ?? null;
  const marks = column.opens ? (row.marks ?? []) : [];
  const beside = typeof cell === "object" && cell !== null ? cell[1] : "";
  return element(
    "td",
    { class: columnClass(column) },
    column.opens && row.detail !== undefined ? button() : mainElement(cell, column),
    ...marks.map((mark) => element("span", { class: `mark mark-${mark.replaceAll(" ", "-")}` }, mark)),
    beside === "" ? null : element("span", { class: column.beside === "code" ? "beside code" : "beside" }, beside),
  );
}

/** The button does what a click anywhere on the row does: it is there for the keyboard. */
function opener(row: GridRow, index: number, isOpen: boolean, shown: ShownColumn, { name }: RowDrawing): HTMLElement {
  const attributes = {
    type: "button",
    class: "opener",
    id: openerId(name, index),
    "aria-expanded": String(isOpen),
    "aria-controls": isOpen ? `${name}-${index}-detail` : null,
  };
  return element("button", attributes, textOf(row.cells[shown.index] ?? null));
}

function mainElement(cell: GridCell, { kind }: GridColumn): HTMLElement {
  const text = typeof cell === "number" ? countText(cell) : textOf(cell);
  if (kind === "severity") return element("span", { class: `severity ${text}` }, text);
  return element(kind === "code" ? "code" : "span", {}, text);
}

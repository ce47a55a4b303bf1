import type { GridCell, GridColumn, GridData, GridFilter, GridRow } from "../page-data.ts";
import { detailElement } from "./details.ts";
import { element } from "./dom.ts";
import { type Query, Rows, type Sort, textOf } from "./rows.ts";

const PAGE_ROWS = 50;

/** With fewer rows there is nothing to search. */
const FEW_ROWS = 8;

/** What is printed of the rows that are asked for: on paper nobody turns pages of a thousand. */
const PRINTED_ROWS = 1000;

/** A table with search, filters, order and pages. Only the rows of one page are elements, so that tens of thousands stay quick. */
export class GridView {
  readonly #name: string;
  readonly #data: GridData;
  readonly #rows: Rows;
  readonly #search: HTMLInputElement;
  readonly #filters: readonly FilterControl[];
  readonly #clear: HTMLButtonElement;
  readonly #status = element("p", { class: "status", role: "status" });
  readonly #headers: readonly { readonly cell: HTMLTableCellElement; readonly column: number }[];
  readonly #body = element("tbody");
  readonly #pager: Pager;
  readonly #open = new Set<number>();
  #sort: Sort | null = null;
  #selected: readonly number[];
  #page = 0;
  #pageRows = PAGE_ROWS;

  constructor(place: HTMLElement, name: string, data: GridData) {
    this.#name = name;
    this.#data = data;
    this.#rows = new Rows(data);
    this.#selected = data.rows.map((_, index) => index);
    this.#search = element("input", { type: "search", id: `${name}-search`, autocomplete: "off", spellcheck: "false" });
    this.#search.addEventListener("input", () => this.#ask());
    this.#filters = data.head.filters.map((filter, index) =>
      filterControl(filter, `${name}-filter-${index}`, this.#rows, () => this.#ask()),
    );
    this.#clear = element("button", { type: "button", class: "clear" }, "Clear all");
    this.#clear.addEventListener("click", () => {
      this.#reset();
      this.#search.focus();
    });
    this.#headers = data.head.columns.flatMap((column, index) =>
      column.hidden ? [] : [{ cell: this.#header(column, index), column: index }],
    );
    this.#pager = new Pager(this.#noun(2), (page) => this.#turnTo(page));
    place.append(...this.#elements());
    this.#ask();
  }

  /** Whether the table has a row of that name; if so it is shown, opened, and has the focus. */
  reveal(id: string): boolean {
    const index = this.#rows.indexOf(id);
    if (index < 0) return false;
    if (!this.#selected.includes(index)) this.#reset();
    this.#open.add(index);
    this.#page = Math.floor(this.#selected.indexOf(index) / this.#pageRows);
    this.#draw();
    const button = document.getElementById(this.#rowId(index, "button"));
    button?.scrollIntoView({ block: "center" });
    button?.focus({ preventScroll: true });
    return true;
  }

  /** Shows what is chosen of the filters that are named, and asks for nothing else. */
  choose(choices: ReadonlyMap<string, string>): void {
    this.#search.value = "";
    for (const control of this.#filters) {
      const choice = choices.get(control.label);
      control.set(choice === undefined ? [] : [choice]);
    }
    this.#ask();
  }

  /** All rows that are asked for at once, within reason, or one page of them again. */
  set printing(isPrinting: boolean) {
    this.#pageRows = isPrinting ? PRINTED_ROWS : PAGE_ROWS;
    this.#page = 0;
    this.#draw();
  }

  #elements(): HTMLElement[] {
    const { rows, head, end } = this.#data;
    const left =
      end.leftOut === 0
        ? null
        : element(
            "p",
            { class: "left-out" },
            `${count(end.leftOut)} more ${this.#noun(end.leftOut)} did not fit into this page: the json report has them.`,
          );
    if (rows.length === 0) return left === null ? [] : [left];
    const search = labelled("Search", this.#search, "field search");
    const controls = element(
      "div",
      { class: "controls", role: "search", "aria-label": `Search and filter ${head.noun[1]}` },
      search,
      ...this.#filters.map((control) => control.element),
      this.#clear,
    );
    controls.hidden = rows.length <= FEW_ROWS;
    const table = element(
      "table",
      {},
      element("caption", { class: "unseen" }, head.noun[1]),
      element("thead", {}, element("tr", {}, ...this.#headers.map(({ cell }) => cell))),
      this.#body,
    );
    const bar = element("div", { class: "bar" }, this.#status, this.#pager.element);
    return [controls, ...(left === null ? [] : [left]), bar, element("div", { class: "scroll" }, table)];
  }

  #header(column: GridColumn, index: number): HTMLTableCellElement {
    const button = element("button", { type: "button" }, column.title);
    button.addEventListener("click", () => this.#sortBy(index));
    return element("th", { scope: "col", class: classOf(column), "aria-sort": "none" }, button);
  }

  /** Up, down, and back to the order in which the rows came. */
  #sortBy(column: number): void {
    if (this.#sort?.column !== column) this.#sort = { column, descending: false };
    else this.#sort = this.#sort.descending ? null : { column, descending: true };
    this.#ask();
  }

  #reset(): void {
    this.#search.value = "";
    for (const control of this.#filters) control.set([]);
    this.#ask();
  }

  #ask(): void {
    const query: Query = {
      search: this.#search.value,
      chosen: this.#filters.map((control) => control.chosen),
      sort: this.#sort,
    };
    this.#selected = this.#rows.select(query);
    this.#page = 0;
    this.#clear.hidden = query.search === "" && query.chosen.every((chosen) => chosen.length === 0);
    this.#draw();
  }

  #turnTo(page: number): void {
    this.#page = page;
    this.#draw();
    this.#body.closest("section")?.scrollIntoView();
  }

  #draw(): void {
    const from = this.#page * this.#pageRows;
    const shown = this.#selected.slice(from, from + this.#pageRows);
    this.#body.replaceChildren(...shown.flatMap((index) => this.#rowElements(index)));
    if (shown.length === 0) this.#body.append(this.#nothing());
    for (const { cell, column } of this.#headers) {
      const direction = this.#sort?.descending ? "descending" : "ascending";
      cell.setAttribute("aria-sort", this.#sort?.column === column ? direction : "none");
    }
    this.#status.textContent = this.#statusText(from, shown.length);
    this.#pager.update(this.#page, Math.ceil(this.#selected.length / this.#pageRows));
  }

  #statusText(from: number, shown: number): string {
    const [all, selected] = [this.#rows.size, this.#selected.length];
    const found =
      selected === all ? `${count(all)} ${this.#noun(all)}` : `${count(selected)} of ${count(all)} ${this.#noun(all)}`;
    return shown < selected ? `${found}, ${count(from + 1)} to ${count(from + shown)} shown` : found;
  }

  #nothing(): HTMLElement {
    const text = `No ${this.#noun(1)} is like that.`;
    return element("tr", {}, element("td", { class: "nothing", colspan: String(this.#headers.length) }, text));
  }

  #rowElements(index: number): HTMLElement[] {
    const row = this.#rows.at(index);
    if (row === null) return [];
    const isOpen = this.#open.has(index);
    const cells = this.#headers.map(({ column }) => this.#cell(row, column, index));
    const made = element("tr", { class: isOpen ? "row open" : "row" }, ...cells);
    if (row.detail === undefined) return [made];
    made.addEventListener("click", (event) => {
      const isOnText = document.getSelection()?.isCollapsed === false;
      if (!isOnText && event.target instanceof Element && event.target.closest("a") === null) this.#toggle(index);
    });
    return isOpen ? [made, this.#detailRow(row, index)] : [made];
  }

  #detailRow({ id, detail = {} }: GridRow, index: number): HTMLElement {
    const cell = element(
      "td",
      { colspan: String(this.#headers.length) },
      detailElement(detail, id, this.#data.end.remedies),
    );
    return element("tr", { class: "detail-row", id: this.#rowId(index, "detail") }, cell);
  }

  #toggle(index: number): void {
    if (!this.#open.delete(index)) this.#open.add(index);
    this.#draw();
    document.getElementById(this.#rowId(index, "button"))?.focus({ preventScroll: true });
  }

  #cell(row: GridRow, columnIndex: number, index: number): HTMLElement {
    const column = this.#data.head.columns[columnIndex];
    const cell = row.cells[columnIndex] ?? null;
    if (column === undefined) return element("td");
    const beside = besideOf(cell);
    return element(
      "td",
      { class: classOf(column) },
      column.opens && row.detail !== undefined ? this.#opener(textOf(cell), index) : mainElement(cell, column),
      ...(column.opens
        ? (row.marks ?? []).map((mark) => element("span", { class: `mark mark-${mark.replaceAll(" ", "-")}` }, mark))
        : []),
      beside === "" ? null : element("span", { class: column.beside === "code" ? "beside code" : "beside" }, beside),
    );
  }

  /** The button that opens a row; a click on the row does the same. */
  #opener(text: string, index: number): HTMLElement {
    const isOpen = this.#open.has(index);
    return element(
      "button",
      {
        type: "button",
        class: "opener",
        id: this.#rowId(index, "button"),
        "aria-expanded": String(isOpen),
        "aria-controls": isOpen ? this.#rowId(index, "detail") : null,
      },
      text,
    );
  }

  #rowId(index: number, part: string): string {
    return `${this.#name}-${index}-${part}`;
  }

  #noun(number: number): string {
    return this.#data.head.noun[number === 1 ? 0 : 1];
  }
}

interface FilterControl {
  readonly label: string;
  readonly element: HTMLElement;
  readonly chosen: readonly string[];
  set(values: readonly string[]): void;
}

/** @param id for the control in the page */
function filterControl(filter: GridFilter, id: string, rows: Rows, onChange: () => void): FilterControl {
  return filter.kind === "choices" ? choices(filter, rows, onChange) : selection(filter, id, rows, onChange);
}

/** A control under its label. */
function labelled(label: string, control: HTMLElement, style: string): HTMLElement {
  return element("div", { class: style }, element("label", { for: control.id }, label), control);
}

function choices(filter: GridFilter, rows: Rows, onChange: () => void): FilterControl {
  const boxes = rows.options(filter).map(({ value, label, count: number }) => {
    const box = element("input", { type: "checkbox", value });
    box.addEventListener("change", onChange);
    const shown = element(
      "label",
      { class: `choice ${value}` },
      box,
      label,
      element("span", { class: "count" }, count(number)),
    );
    return { box, shown };
  });
  return {
    label: filter.label,
    element: element(
      "fieldset",
      {},
      element("legend", { class: "unseen" }, filter.label),
      ...boxes.map(({ shown }) => shown),
    ),
    get chosen() {
      return boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
    },
    set(values) {
      for (const { box } of boxes) box.checked = values.includes(box.value);
    },
  };
}

function selection(filter: GridFilter, id: string, rows: Rows, onChange: () => void): FilterControl {
  const options = rows.options(filter).filter((option) => option.count > 0);
  const select = element(
    "select",
    { id },
    element("option", { value: "" }, "all"),
    ...options.map(({ value, label, count: number }) => element("option", { value }, `${label} (${count(number)})`)),
  );
  select.addEventListener("change", onChange);
  const shown = labelled(filter.label, select, "field");
  // With one choice there is nothing to choose.
  shown.hidden = options.length < 2;
  return {
    label: filter.label,
    element: shown,
    get chosen() {
      return select.value === "" ? [] : [select.value];
    },
    set([value = ""]) {
      select.value = value;
      if (select.selectedIndex < 0) select.value = "";
    },
  };
}

/** Buttons for the page before and the page after. */
class Pager {
  readonly element: HTMLElement;
  readonly #before = element("button", { type: "button" }, "Previous");
  readonly #after = element("button", { type: "button" }, "Next");
  readonly #text = element("span");
  #page = 0;

  constructor(noun: string, turnTo: (page: number) => void) {
    this.#before.addEventListener("click", () => turnTo(this.#page - 1));
    this.#after.addEventListener("click", () => turnTo(this.#page + 1));
    this.element = element(
      "nav",
      { class: "pager", "aria-label": `Pages of ${noun}` },
      this.#before,
      this.#text,
      this.#after,
    );
  }

  update(page: number, pages: number): void {
    this.#page = page;
    this.element.hidden = pages < 2;
    this.#text.textContent = `Page ${page + 1} of ${count(pages)}`;
    this.#before.disabled = page === 0;
    this.#after.disabled = page >= pages - 1;
  }
}

function mainElement(cell: GridCell, { kind }: GridColumn): HTMLElement {
  const text = typeof cell === "number" ? count(cell) : textOf(cell);
  if (kind === "severity") return element("span", { class: `severity ${text}` }, text);
  return element(kind === "code" ? "code" : "span", {}, text);
}

function besideOf(cell: GridCell): string {
  return typeof cell === "object" && cell !== null ? cell[1] : "";
}

function classOf({ kind, wide, opens }: GridColumn): string {
  return [`of-${kind}`, wide ? "wide" : "", opens ? "opens" : ""].filter(Boolean).join(" ");
}

function count(number: number): string {
  return number.toLocaleString("en");
}

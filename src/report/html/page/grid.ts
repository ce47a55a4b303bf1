import type { GridColumn, GridData } from "../page-data.ts";
import { countText, element } from "./dom.ts";
import { type FilterControl, filterControl, labelled } from "./filters.ts";
import { Pager } from "./pager.ts";
import { columnClass, openerId, type RowDrawing, rowElements } from "./row.ts";
import { Rows, type Sort } from "./rows.ts";

const PAGE_ROWS = 50;

/** With fewer rows there is nothing to search. */
const FEW_ROWS = 8;

/** What is printed of the rows that are asked for: on paper nobody turns pages of a thousand. */
const PRINTED_ROWS = 1000;

interface Header {
  readonly index: number;
  readonly element: HTMLElement;
}

/** A table with search, filters, order and pages. Only the rows of one page are elements, so that tens of thousands stay quick. */
export class GridView {
  readonly #data: GridData;
  readonly #rows: Rows;
  readonly #drawing: RowDrawing;
  readonly #search: HTMLInputElement;
  readonly #filters: readonly FilterControl[];
  readonly #clear = element("button", { type: "button" }, "Clear all");
  readonly #controls: HTMLElement;
  readonly #headers: readonly Header[];
  readonly #body = element("tbody");
  readonly #status = element("p", { class: "status", role: "status" });
  readonly #pagers: readonly [above: Pager, below: Pager];
  /** The rows that are open, by their places. */
  readonly #open = new Set<number>();
  /** The rows that are asked for, in the order asked for, by their places. */
  #selected: readonly number[] = [];
  #sort: Sort | null = null;
  #page = 0;
  #isPrinting = false;

  /** @param name tells its elements from those of other tables. */
  constructor(place: HTMLElement, name: string, data: GridData) {
    const { columns, filters, noun } = data.head;
    this.#data = data;
    this.#rows = new Rows(data);
    this.#drawing = {
      name,
      columns: columns.flatMap((column, index) => (column.hidden ? [] : [{ column, index }])),
      remedies: data.end.remedies,
      onToggle: (index) => this.#toggle(index),
    };
    this.#search = element("input", { type: "search", id: `${name}-search`, autocomplete: "off", spellcheck: "false" });
    this.#search.addEventListener("input", () => this.#ask());
    this.#filters = filters.map((filter, index) =>
      filterControl(filter, `${name}-filter-${index}`, this.#rows, () => this.#ask()),
    );
    this.#clear.addEventListener("click", () => {
      this.choose(new Map());
      this.#search.focus();
    });
    this.#controls = this.#controlsElement();
    this.#headers = this.#drawing.columns.map(({ column, index }) => ({ index, element: this.#header(column, index) }));
    this.#pagers = [
      new Pager(`Pages of ${noun[1]}`, (page) => this.#turnTo(page)),
      new Pager(`Pages of ${noun[1]}, below`, (page) => this.#turnTo(page)),
    ];
    place.append(...this.#elements());
    this.#ask();
  }

  /** Whether the table has a row of that name; if so it is shown, opened, and has the focus. */
  reveal(id: string): boolean {
    const index = this.#rows.indexOf(id);
    if (index < 0) return false;
    if (!this.#selected.includes(index)) this.choose(new Map());
    this.#open.add(index);
    this.#page = Math.floor(this.#selected.indexOf(index) / PAGE_ROWS);
    this.#draw();
    const opener = document.getElementById(openerId(this.#drawing.name, index));
    opener?.scrollIntoView({ block: "center" });
    opener?.focus({ preventScroll: true });
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

  /** All rows that are asked for at once, within reason, or the page of them that was there before. */
  set printing(isPrinting: boolean) {
    this.#isPrinting = isPrinting;
    this.#draw();
  }

  #controlsElement(): HTMLElement {
    return element(
      "div",
      { class: "controls", role: "search", "aria-label": `Search and filter ${this.#noun(2)}` },
      labelled("Search", this.#search, "field search"),
      ...this.#filters.map((control) => control.element),
      this.#clear,
    );
  }

  #elements(): HTMLElement[] {
    const { rows, end } = this.#data;
    const leftOut = `${countText(end.leftOut)} more ${this.#noun(end.leftOut)} did not fit into this page: the json report has them.`;
    const notice = end.leftOut === 0 ? [] : [element("p", { class: "left-out" }, leftOut)];
    if (rows.length === 0) return notice;
    const [above, below] = this.#pagers;
    const table = element(
      "table",
      {},
      element("caption", { class: "unseen" }, this.#noun(2)),
      element("thead", {}, element("tr", {}, ...this.#headers.map((header) => header.element))),
      this.#body,
    );
    return [
      this.#controls,
      ...notice,
      element("div", { class: "bar" }, this.#status, above.element),
      element("div", { class: "scroll" }, table),
      element("div", { class: "bar below" }, below.element),
    ];
  }

  #header(column: GridColumn, index: number): HTMLElement {
    const button = element("button", { type: "button" }, column.title);
    button.addEventListener("click", () => this.#sortBy(index));
    return element("th", { scope: "col", class: columnClass(column), "aria-sort": "none" }, button);
  }

  /** Up, down, and back to the order in which the rows came. */
  #sortBy(column: number): void {
    if (this.#sort?.column !== column) this.#sort = { column, descending: false };
    else this.#sort = this.#sort.descending ? null : { column, descending: true };
    this.#ask();
  }

  #ask(): void {
    const search = this.#search.value;
    const chosen = this.#filters.map((control) => control.chosen);
    const isEverything = search === "" && chosen.every((values) => values.length === 0);
    this.#selected = this.#rows.select({ search, chosen, sort: this.#sort });
    this.#page = 0;
    this.#clear.hidden = isEverything;
    this.#controls.hidden = isEverything && this.#rows.size <= FEW_ROWS;
    this.#draw();
  }

  #turnTo(page: number): void {
    this.#page = page;
    this.#draw();
    if (this.#status.getBoundingClientRect().top < 0) this.#status.scrollIntoView();
  }

  #toggle(index: number): void {
    if (!this.#open.delete(index)) this.#open.add(index);
    this.#draw();
    document.getElementById(openerId(this.#drawing.name, index))?.focus({ preventScroll: true });
  }

  #draw(): void {
    const from = this.#isPrinting ? 0 : this.#page * PAGE_ROWS;
    const shown = this.#selected.slice(from, from + (this.#isPrinting ? PRINTED_ROWS : PAGE_ROWS));
    const drawn = shown.flatMap((index) => {
      const row = this.#rows.at(index);
      return row === null ? [] : rowElements(row, index, this.#open.has(index), this.#drawing);
    });
    this.#body.replaceChildren(...(drawn.length === 0 ? [this.#nothing()] : drawn));
    for (const header of this.#headers) header.element.setAttribute("aria-sort", this.#orderOf(header));
    this.#status.textContent = this.#statusText(from, shown.length);
    for (const pager of this.#pagers) pager.update(this.#page, Math.ceil(this.#selected.length / PAGE_ROWS));
  }

  #orderOf({ index }: Header): string {
    if (this.#sort?.column !== index) return "none";
    return this.#sort.descending ? "descending" : "ascending";
  }

  #statusText(from: number, shown: number): string {
    const [all, selected] = [this.#rows.size, this.#selected.length];
    const of = selected === all ? "" : `${countText(selected)} of `;
    const range = shown < selected ? `, ${countText(from + 1)} to ${countText(from + shown)} shown` : "";
    return `${of}${countText(all)} ${this.#noun(all)}${range}`;
  }

  #nothing(): HTMLElement {
    const cell = element("td", { class: "nothing", colspan: String(this.#headers.length) });
    cell.textContent = `No ${this.#noun(1)} is like that.`;
    return element("tr", {}, cell);
  }

  #noun(count: number): string {
    return this.#data.head.noun[count === 1 ? 0 : 1];
  }
}

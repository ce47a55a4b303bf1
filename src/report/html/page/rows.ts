import type { GridCell, GridData, GridDetail, GridFilter, GridRow } from "../page-data.ts";

/** What is asked of a table: by the place of each filter what is chosen there (nothing: all rows), what is searched for, and the order. */
export interface Query {
  readonly search: string;
  readonly chosen: readonly (readonly string[])[];
  readonly sort: Sort | null;
}

export interface Sort {
  readonly column: number;
  readonly descending: boolean;
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly count: number;
}

const SEVERITIES = ["critical", "high", "medium", "low", "info"];

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The rows of a table, ready to be searched. */
export class Rows {
  readonly #data: GridData;
  /** By row, what a search looks through; made when the first one is asked for. */
  #haystacks: readonly string[] | null = null;

  constructor(data: GridData) {
    this.#data = data;
  }

  get size(): number {
    return this.#data.rows.length;
  }

  at(index: number): GridRow | null {
    return this.#data.rows[index] ?? null;
  }

  /** The place of the row of that name; -1 when there is none. */
  indexOf(id: string): number {
    return this.#data.rows.findIndex((row) => row.id === id);
  }

  /** The rows that are asked for, by their places, in the order asked for. */
  select({ search, chosen, sort }: Query): number[] {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const { filters } = this.#data.head;
    const isChosen = (row: GridRow): boolean =>
      filters.every((filter, index) => passes(row, filter, chosen[index] ?? []));
    const selected = this.#data.rows.flatMap((row, index) =>
      isChosen(row) && this.#holds(index, words) ? [index] : [],
    );
    return sort === null ? selected : this.#sorted(selected, sort);
  }

  /** What a filter can choose, with the number of rows each. */
  options(filter: GridFilter): Option[] {
    if (filter.kind === "marks") {
      return filter.options.map(({ label }) => {
        const count = this.#data.rows.filter((row) => passes(row, filter, [label])).length;
        return { value: label, label, count };
      });
    }
    const known = new Map<string, { label: string; count: number }>();
    for (const { cells } of this.#data.rows) {
      const cell = cells[filter.column] ?? null;
      const value = textOf(cell);
      const option = known.get(value) ?? {
        label: Array.isArray(cell) ? `${value} ${cell[1]}`.trim() : value,
        count: 0,
      };
      option.count++;
      known.set(value, option);
    }
    return [...known]
      .filter(([value]) => value !== "")
      .map(([value, option]) => ({ value, ...option }))
      .sort((a, b) => rank(a.value) - rank(b.value) || collator.compare(a.value, b.value));
  }

  #holds(index: number, words: readonly string[]): boolean {
    if (words.length === 0) return true;
    this.#haystacks ??= this.#data.rows.map((row) => haystack(row));
    const text = this.#haystacks[index] ?? "";
    return words.every((word) => text.includes(word));
  }

  #sorted(selected: readonly number[], { column, descending }: Sort): number[] {
    const kind = this.#data.head.columns[column]?.kind;
    const cell = (index: number): GridCell => this.#data.rows[index]?.cells[column] ?? null;
    const compare = (a: GridCell, b: GridCell): number => {
      if (typeof a === "number" && typeof b === "number") return a - b;
      const [one, other] = [textOf(a), textOf(b)];
      return kind === "severity" ? rank(one) - rank(other) : collator.compare(one, other);
    };
    return selected.toSorted((a, b) => {
      const [one, other] = [cell(a), cell(b)];
      // What is not known stands last, whatever the order.
      if (one === null || other === null) return Number(one === null) - Number(other === null) || a - b;
      return (descending ? compare(other, one) : compare(one, other)) || a - b;
    });
  }
}

/** The cell's own text, without what stands below it. */
export function textOf(cell: GridCell): string {
  if (cell === null) return "";
  return typeof cell === "object" ? cell[0] : String(cell);
}

function passes({ cells, marks = [] }: GridRow, filter: GridFilter, chosen: readonly string[]): boolean {
  if (chosen.length === 0) return true;
  if (filter.kind !== "marks") return chosen.includes(textOf(cells[filter.column] ?? null));
  return filter.options.some(({ label, mark, has }) => chosen.includes(label) && marks.includes(mark) === has);
}

function rank(value: string): number {
  const index = SEVERITIES.indexOf(value);
  return index < 0 ? SEVERITIES.length : index;
}

function haystack({ id = "", cells, marks = [], detail = {} }: GridRow): string {
  return [id, ...cells.map(wholeText), ...marks, ...detailTexts(detail)].join("\n").toLowerCase();
}

/** Steps and commands are left out: they are the same for many. */
function detailTexts({ text = "", facts = [], lists = [] }: GridDetail): string[] {
  return [text, ...facts.map(([, value]) => value), ...lists.flatMap(({ items }) => items.map(wholeText))];
}

function wholeText(cell: GridCell): string {
  return typeof cell === "object" && cell !== null ? cell.join(" ") : textOf(cell);
}

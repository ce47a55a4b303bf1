import { type Skipped, type SkipReason, skipped } from "../model/coverage.ts";

/** How many rows of one reason are listed: a hostile tree can have millions of links and sockets. */
const MOST_OF_ONE_REASON = 10_000;

/** What was not read: each thing by itself up to a bound, and then how many more there were. */
export class SkippedRows {
  readonly #most: number;
  readonly #rows = new Map<SkipReason, Skipped[]>();
  readonly #more = new Map<SkipReason, number>();

  constructor(most = MOST_OF_ONE_REASON) {
    this.#most = most;
  }

  add(row: Skipped): void {
    const rows = this.#rows.get(row.reason) ?? [];
    this.#rows.set(row.reason, rows);
    if (rows.length < this.#most) rows.push(row);
    else this.#more.set(row.reason, (this.#more.get(row.reason) ?? 0) + 1);
  }

  /** Failures first, then by place; a row that stands for many comes last of its kind. */
  get rows(): readonly Skipped[] {
    const listed = [...this.#rows.values()]
      .flat()
      .sort((a, b) => Number(b.failure) - Number(a.failure) || compare(a.place, b.place));
    const more = Array.from(this.#more, ([reason, count]) => skipped(`${count} more`, reason, "not listed one by one"));
    return [...listed, ...more];
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

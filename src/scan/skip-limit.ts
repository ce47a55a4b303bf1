import { type Skipped, type SkipReason, skipped } from "../model/coverage.ts";

/** So many rows of one reason a person may still want to see; a tree can hold millions. */
export const MOST_ROWS = 1000;

/** Passes rows on, of each reason only so many, and says at the end how many more there were. */
export class SkipLimit {
  readonly #counts = new Map<SkipReason, number>();
  readonly #tell: (row: Skipped) => void;

  constructor(tell: (row: Skipped) => void) {
    this.#tell = tell;
  }

  add(row: Skipped): void {
    const count = (this.#counts.get(row.reason) ?? 0) + 1;
    this.#counts.set(row.reason, count);
    if (count <= MOST_ROWS) this.#tell(row);
  }

  end(): void {
    for (const [reason, count] of this.#counts) {
      if (count > MOST_ROWS) {
        this.#tell(skipped(`${count - MOST_ROWS} more places`, reason, `only the first ${MOST_ROWS} are listed`));
      }
    }
  }
}

import { lowerBound } from "../../lower-bound.ts";

/** A list longer than this is only added to at its end: elsewhere each addition moves the whole list. */
const LONGEST_UNORDERED = 0x10000;

/** A set of stretches [from, to) that do not overlap. */
export class Intervals {
  /** Ascending; a stretch that touches one makes it longer, so members side by side make a single one. */
  readonly #from: number[] = [];
  readonly #to: number[] = [];

  /** Adds a stretch; false, and nothing is added, when it overlaps one that is there or would cost too much to add. */
  add(from: number, to: number): boolean {
    // The first that ends behind `from`.
    const next = lowerBound(this.#to, from + 1);
    if ((this.#from[next] ?? Number.POSITIVE_INFINITY) < to) return false;
    if (next < this.#from.length && this.#from.length > LONGEST_UNORDERED) return false;
    if (next > 0 && this.#to[next - 1] === from) {
      this.#to[next - 1] = to;
    } else if (this.#from[next] === to) {
      this.#from[next] = from;
    } else {
      this.#from.splice(next, 0, from);
      this.#to.splice(next, 0, to);
    }
    return true;
  }

  /** The stretches of [0, end) that are not in the set. */
  *gaps(end: number): Generator<[from: number, to: number]> {
    let at = 0;
    for (const [i, from] of this.#from.entries()) {
      if (from > at) yield [at, Math.min(from, end)];
      at = this.#to[i] ?? at;
    }
    if (at < end) yield [at, end];
  }
}

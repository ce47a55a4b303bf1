/**
 * How far two spans of a text are from each other, in the sense in which a person would read them: lines, blank lines, sections,
 * ends of objects, and other credentials between them.
 */
export class Structure {
  readonly #text: string;
  readonly #lines: number[];
  readonly #blanks: number[];
  readonly #sections: number[];
  readonly #documents: number[];
  readonly #items: number[];
  readonly #others: readonly number[];

  /** @param others where each candidate begins, ascending: one between two spans parts them. */
  constructor(text: string, others: readonly number[]) {
    this.#text = text;
    this.#others = others;
    this.#lines = starts(text, /\n|\0|\r(?!\n)/g);
    this.#blanks = starts(text, /\n[ \t\r]*(?=\n)/g);
    this.#sections = starts(text, /^[ \t]*\[{1,2}[^\]\r\n{},=()]{1,100}\]{1,2}[ \t]*(?:[#;].*)?\r?$/gm);
    this.#documents = starts(text, /^(?:---|===)/gm);
    this.#items = starts(text, /^[ \t]*- /gm);
  }

  /** Whether a section heading (`[default]`) or a document separator stands between. */
  parted(from: number, to: number): boolean {
    return countBetween(this.#sections, from, to) > 0;
  }

  /** 0 side by side; a dozen in one small object; some dozens at the two ends of a long section. */
  distance(from: number, to: number): number {
    const lines = countBetween(this.#lines, from, to);
    return (
      6 * Math.log2(1 + lines) +
      Math.min(10, (to - from) / 100) +
      6 * Math.min(3, countBetween(this.#blanks, from, to)) +
      6 * Math.min(4, countBetween(this.#items, from, to)) +
      15 * countBetween(this.#documents, from, to) +
      8 * Math.min(8, countBetween(this.#others, from, to)) +
      this.#brackets(from, to)
    );
  }

  /** Leaving one object and entering the next costs more than going deeper into the same. */
  #brackets(from: number, to: number): number {
    let depth = 0;
    let lowest = 0;
    const end = Math.min(to, from + 8192);
    for (let i = from; i < end; i++) {
      const code = this.#text.charCodeAt(i);
      if (code === 0x7b || code === 0x5b) depth++;
      else if ((code === 0x7d || code === 0x5d) && --depth < lowest) lowest = depth;
    }
    return 10 * Math.min(4, Math.min(-lowest, depth - lowest)) + 2 * Math.min(4, -lowest);
  }
}

function starts(text: string, pattern: RegExp): number[] {
  return Array.from(text.matchAll(pattern), (match) => match.index);
}

function countBetween(ascending: readonly number[], from: number, to: number): number {
  return lowerBound(ascending, to) - lowerBound(ascending, from);
}

/** The number of entries that are smaller than `value`. */
export function lowerBound(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

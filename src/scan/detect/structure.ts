import { lowerBound } from "../lower-bound.ts";

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
  readonly #listSigns: number[];
  readonly #others: readonly number[];
  readonly #objects: ReadonlyMap<number, readonly number[]>;

  /** @param others where each candidate begins, ascending: one between two spans parts them. */
  constructor(text: string, others: readonly number[]) {
    this.#text = text;
    this.#others = others;
    this.#objects = objectsAround(text, others);
    this.#lines = starts(text, /\n|\0|\r(?!\n)/g);
    this.#blanks = starts(text, /\n[ \t\r]*(?=\n)/g);
    this.#sections = starts(text, /^[ \t]*\[{1,2}[^\]\r\n{},=()]{1,100}\]{1,2}[ \t]*(?:[#;].*)?\r?$/gm);
    this.#documents = starts(text, /^(?:---|===)/gm);
    this.#listSigns = starts(text, /[[\]]/g);
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
      this.#lists(from, to)
    );
  }

  /**
   * How the objects (`{…}`) around two candidates lie to each other, given where the candidates begin.
   * `parted`: each is in an object that the other is not in.
   */
  objects(a: number, b: number): "same" | "nested" | "parted" | "none" {
    const one = this.#objects.get(a) ?? [];
    const other = this.#objects.get(b) ?? [];
    const shared = one.findIndex((object, depth) => object !== other[depth]);
    const common = shared < 0 ? one.length : shared;
    if (common < one.length && common < other.length) return "parted";
    if (common < one.length || common < other.length) return "nested";
    return common === 0 ? "none" : "same";
  }

  /** Whether a line between is less indented than the lines of both: the end of the block that they would have to share. */
  outdented(from: number, to: number): boolean {
    const first = lowerBound(this.#lines, from);
    const last = lowerBound(this.#lines, to) - 1;
    const indentation = Math.min(
      this.#indentation(this.#lineStart(first)),
      this.#indentation(this.#lineStart(last + 1)),
    );
    if (indentation === 0) return false;
    for (let line = first; line < Math.min(last, first + 400); line++) {
      const start = this.#lineStart(line + 1);
      if (!/[\r\n]/.test(this.#text[start] ?? "\n") && this.#indentation(start) < indentation) return true;
    }
    return false;
  }

  /** Where the line begins that so many line ends precede. */
  #lineStart(ends: number): number {
    return ends === 0 ? 0 : (this.#lines[ends - 1] ?? 0) + 1;
  }

  #indentation(lineStart: number): number {
    let end = lineStart;
    while (end - lineStart < 200 && (this.#text[end] === " " || this.#text[end] === "\t")) end++;
    return end - lineStart;
  }

  /** Leaving one list and entering the next costs more than going deeper into the same. */
  #lists(from: number, to: number): number {
    let depth = 0;
    let lowest = 0;
    const first = lowerBound(this.#listSigns, from);
    const end = Math.min(lowerBound(this.#listSigns, to), first + MOST_LIST_SIGNS);
    for (let i = first; i < end; i++) {
      if (this.#text[this.#listSigns[i] ?? 0] === "[") depth++;
      else if (--depth < lowest) lowest = depth;
    }
    return 10 * Math.min(4, Math.min(-lowest, depth - lowest)) + 2 * Math.min(4, -lowest);
  }
}

/** How many brackets between two candidates are looked at. */
const MOST_LIST_SIGNS = 64;

/** The deepest nesting of objects that is told apart. */
const DEEPEST = 64;

/** For each position where the objects around it begin, outermost first. Doubled braces (`{{…}}`) mark up text and open no object. */
function objectsAround(text: string, positions: readonly number[]): Map<number, readonly number[]> {
  const around = new Map<number, readonly number[]>();
  const open: number[] = [];
  const markup = -1;
  const settle = (until: number) => {
    for (; (positions[next] ?? Number.POSITIVE_INFINITY) < until; next++) {
      around.set(
        positions[next] ?? 0,
        open.filter((object) => object !== markup),
      );
    }
  };
  let next = 0;
  for (const { index, 0: brace } of text.matchAll(/[{}]/g)) {
    settle(index);
    if (brace === "}") open.pop();
    else if (open.length < DEEPEST) open.push(text[index + 1] === "{" || text[index - 1] === "{" ? markup : index);
    if (next >= positions.length) break;
  }
  settle(text.length + 1);
  return around;
}

function starts(text: string, pattern: RegExp): number[] {
  return Array.from(text.matchAll(pattern), (match) => match.index);
}

function countBetween(ascending: readonly number[], from: number, to: number): number {
  return lowerBound(ascending, to) - lowerBound(ascending, from);
}

import { lowerBound } from "../lower-bound.ts";

const DELIMITERS = [",", ";", "\t", "|"] as const;

/** A first line that names columns of access keys. */
const HEADING = /secret|access.?key|aws|password/i;
/** What a line of settings or code has, and a heading has not. */
const NO_HEADING = /[=(:{[$]|[A-Z2-7]{16}|[A-Za-z0-9/+]{30}/;

/** The longest line that is taken for a heading, in characters, and how many are looked for in one paragraph. */
const LONGEST_HEADING = 500;
const MOST_HEADINGS = 50;
/** How far into its row a value may stand, in characters. */
const LONGEST_ROW = 2000;

interface Heading {
  /** Where its line ends. */
  readonly end: number;
  readonly delimiter: string;
  readonly names: readonly string[];
}

/**
 * The columns of tables in a text (CSV, TSV, Markdown). A table is the rest of a paragraph behind a line that names its columns;
 * its rows have as many cells as that line.
 */
export class Columns {
  readonly #text: string;
  readonly #lines: readonly number[];
  readonly #paragraphs: readonly number[];
  readonly #headings = new Map<number, readonly Heading[]>();

  constructor(text: string) {
    this.#text = text;
    this.#lines = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
    this.#paragraphs = [0, ...Array.from(text.matchAll(/\n\r?\n/g), (match) => match.index + match[0].length)];
  }

  /** The name of the column that the value at `at` stands in; null outside of tables. */
  nameAt(at: number): string | null {
    const lineStart = lastNotAbove(this.#lines, at);
    if (at - lineStart > LONGEST_ROW) return null;
    const heading = this.#headingsOf(lastNotAbove(this.#paragraphs, at)).findLast(({ end }) => end < lineStart);
    if (heading === undefined) return null;
    const [row = ""] = this.#text.slice(lineStart, lineStart + 2 * LONGEST_ROW).split("\n", 1);
    if (cellsOf(row, heading.delimiter).length !== heading.names.length) return null;
    const name = heading.names[cellsOf(row.slice(0, at - lineStart), heading.delimiter).length - 1] ?? "";
    return name === "" ? null : name;
  }

  #headingsOf(paragraph: number): readonly Heading[] {
    const known = this.#headings.get(paragraph);
    if (known !== undefined) return known;
    const found: Heading[] = [];
    let first = paragraph;
    while (this.#text[first] === "\n" || this.#text[first] === "\r") first++;
    for (let start = first, end = 0; end >= 0 && found.length < MOST_HEADINGS; start = end + 1) {
      end = this.#text.indexOf("\n", start);
      if (end < 0 || end === start || (end === start + 1 && this.#text[start] === "\r")) break;
      const heading = end - start < LONGEST_HEADING ? headingIn(this.#text.slice(start, end), end) : null;
      if (heading !== null) found.push(heading);
    }
    this.#headings.set(paragraph, found);
    return found;
  }
}

function lastNotAbove(ascending: readonly number[], value: number): number {
  return ascending[lowerBound(ascending, value + 1) - 1] ?? 0;
}

function headingIn(line: string, end: number): Heading | null {
  // In a string of a program or of JSON the heading begins behind the quote.
  const plain = NO_HEADING.test(line) || (line.split('"').length - 1) % 2 === 1 ? behindLastSign(line) : line;
  return HEADING.test(plain) && !NO_HEADING.test(plain) ? headingOf(plain, end) : null;
}

function behindLastSign(line: string): string {
  let start = line.length;
  while (start > 0 && !"\"'`=(:{[>".includes(line[start - 1] ?? "")) start--;
  return line.slice(start);
}

function headingOf(line: string, end: number): Heading | null {
  const [best] = DELIMITERS.map((delimiter) => ({ delimiter, end, names: cellsOf(line, delimiter) })).sort(
    (a, b) => b.names.length - a.names.length,
  );
  return best === undefined ||
    best.names.filter((name) => name !== "").length < 2 ||
    !best.names.slice(1).every((name) => /^[\w ./-]{0,60}$/.test(name))
    ? null
    : best;
}

function cellsOf(line: string, delimiter: string): string[] {
  const cells = [""];
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === delimiter && !quoted) cells.push("");
    else cells.push((cells.pop() ?? "") + character);
  }
  return cells.map((cell) => cell.replace(/[\r\xef\xbb\xbf]/g, "").trim());
}

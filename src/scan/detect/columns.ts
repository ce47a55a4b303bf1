const DELIMITERS = [",", ";", "\t", "|"] as const;

/** A first line that names columns of access keys. */
const HEADING = /secret|access.?key|aws|password/i;
/** What a line of settings or code has, and a heading has not. */
const NO_HEADING = /[=(:{[$]|[A-Z2-7]{16}|[A-Za-z0-9/+]{30}/;

/** The longest line that is taken for a heading, in characters, and how many are looked for in one paragraph. */
const LONGEST_HEADING = 500;
const MOST_HEADINGS = 50;

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
  readonly #headings = new Map<number, readonly Heading[]>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The name of the column that the value at `at` stands in; null outside of tables. */
  nameAt(at: number): string | null {
    const lineStart = this.#text.lastIndexOf("\n", at - 1) + 1;
    const heading = this.#headingsOf(this.#paragraphStart(at)).findLast(({ end }) => end < lineStart);
    if (heading === undefined || at - lineStart > 2000) return null;
    const lineEnd = this.#text.indexOf("\n", at);
    const row = this.#text.slice(lineStart, lineEnd < 0 ? at + 2000 : Math.min(lineEnd, at + 2000));
    if (cellsOf(row, heading.delimiter).length !== heading.names.length) return null;
    const name = heading.names[cellsOf(row.slice(0, at - lineStart), heading.delimiter).length - 1] ?? "";
    return name === "" ? null : name;
  }

  #paragraphStart(at: number): number {
    const unix = this.#text.lastIndexOf("\n\n", at - 1);
    const dos = this.#text.lastIndexOf("\n\r\n", at - 1);
    return Math.max(unix < 0 ? 0 : unix + 2, dos < 0 ? 0 : dos + 3);
  }

  #headingsOf(paragraph: number): readonly Heading[] {
    const known = this.#headings.get(paragraph);
    if (known !== undefined) return known;
    const found: Heading[] = [];
    for (let start = paragraph, end = 0; end >= 0 && found.length < MOST_HEADINGS; start = end + 1) {
      end = this.#text.indexOf("\n", start);
      if (end < 0 || end === start || (end === start + 1 && this.#text[start] === "\r")) break;
      const heading = end - start < LONGEST_HEADING ? headingIn(this.#text.slice(start, end), end) : null;
      if (heading !== null) found.push(heading);
    }
    this.#headings.set(paragraph, found);
    return found;
  }
}

function headingIn(line: string, end: number): Heading | null {
  // In a string of a program or of JSON the heading begins behind the quote.
  const plain =
    NO_HEADING.test(line) || (line.split('"').length - 1) % 2 === 1 ? line.slice(line.search(/[^"'`=(:{[>]*$/)) : line;
  return HEADING.test(plain) && !NO_HEADING.test(plain) ? headingOf(plain, end) : null;
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

const DELIMITERS = [",", ";", "\t", "|"] as const;

/** A first line that names columns of access keys. */
const HEADING = /secret|access.?key|aws|password/i;
/** What a line of settings or code has, and a heading has not. */
const NO_HEADING = /[=(:{[]|[A-Z2-7]{16}/;

interface Heading {
  readonly delimiter: string;
  readonly names: readonly string[];
}

/** The columns of tables in a text (CSV, TSV, Markdown): a table is a paragraph whose first line names its columns. */
export class Columns {
  readonly #text: string;
  readonly #headings = new Map<number, Heading | null>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The name of the column that the value at `at` stands in; null outside of tables. */
  nameAt(at: number): string | null {
    const paragraph = this.#paragraphStart(at);
    const heading = this.#headings.get(paragraph) ?? this.#read(paragraph);
    const lineStart = this.#text.lastIndexOf("\n", at - 1) + 1;
    if (heading === null || lineStart <= paragraph || at - lineStart > 2000) return null;
    const name = heading.names[cellsOf(this.#text.slice(lineStart, at), heading.delimiter).length - 1] ?? "";
    return name === "" ? null : name;
  }

  #paragraphStart(at: number): number {
    const unix = this.#text.lastIndexOf("\n\n", at - 1);
    const dos = this.#text.lastIndexOf("\n\r\n", at - 1);
    return Math.max(unix < 0 ? 0 : unix + 2, dos < 0 ? 0 : dos + 3);
  }

  #read(paragraph: number): Heading | null {
    const end = this.#text.indexOf("\n", paragraph);
    const line = end < 0 ? "" : this.#text.slice(paragraph, Math.min(end, paragraph + 500));
    const heading = HEADING.test(line) && !NO_HEADING.test(line) ? headingOf(line) : null;
    this.#headings.set(paragraph, heading);
    return heading;
  }
}

function headingOf(line: string): Heading | null {
  const [best] = DELIMITERS.map((delimiter) => ({ delimiter, names: cellsOf(line, delimiter) })).sort(
    (a, b) => b.names.length - a.names.length,
  );
  return best === undefined || best.names.length < 2 || !best.names.every((name) => /^[\w ./-]{0,60}$/.test(name))
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

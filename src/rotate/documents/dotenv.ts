import {
  insertedLines,
  nextLine,
  onlyValue,
  replacedAll,
  type Span,
  type TextFormat,
  Uneditable,
  type ValuePath,
} from "./format.ts";

/**
 * Files of assignments as shells, Docker and the dotenv packages read them: `NAME=value`, `export NAME=value`, quotes of three kinds, values of
 * several lines in quotes, comments. A path is a name.
 */
export const dotenv: TextFormat = {
  get: valueOf,
  set(text, path, value) {
    const name = nameOf(path);
    if (valueOf(text, path) !== null) return replacedAll(text, placesOf(text, name), value);
    const last = assignmentsOf(text).at(-1);
    return insertedLines(text, text.length, [`${last?.isExported === true ? "export " : ""}${name}=${value}`]);
  },
};

function valueOf(text: string, path: ValuePath): string | null {
  const name = nameOf(path);
  const values = placesOf(text, name).map(({ start, end }) => literal(name, text.slice(start, end)));
  return onlyValue(name, values);
}

interface Assignment {
  readonly name: string;
  readonly isExported: boolean;
  /** Without quotes. */
  readonly value: Span;
}

function nameOf(path: ValuePath): string {
  const [name, ...more] = path.map(String);
  if (name === undefined || more.length > 0) throw new Uneditable("has names, and nothing below them");
  return name;
}

function placesOf(text: string, name: string): Span[] {
  return assignmentsOf(text)
    .filter((assignment) => assignment.name === name)
    .map(({ value }) => value);
}

/** What is put together elsewhere must be changed there. */
function literal(name: string, value: string): string {
  if (/\$[\w({]|`/.test(value))
    throw new Uneditable(`${name} is made of another variable`, "Name the variable, or the file, that it is made of.");
  if (/^["'`]/.test(value)) throw new Uneditable(`${name} has a quote that is not closed`, "Close it.");
  return value;
}

const ASSIGNMENT = /[ \t]*(export[ \t]+)?([A-Za-z_][\w.-]*)(?:[ \t]*=|:(?=[ \t]))([ \t]*)/y;
const CLOSERS = new Map([`"`, "'", "`"].map((quote) => [quote, quote]));

function assignmentsOf(text: string): Assignment[] {
  const assignments: Assignment[] = [];
  for (let at = 0; at < text.length; ) {
    ASSIGNMENT.lastIndex = at;
    const found = ASSIGNMENT.exec(text);
    if (found === null) {
      at = nextLine(text, at);
      continue;
    }
    const start = ASSIGNMENT.lastIndex;
    const value = quotedValue(text, start) ?? plainValue(text, start, found[3] ?? "");
    assignments.push({ name: found[2] ?? "", isExported: found[1] !== undefined, value });
    at = nextLine(text, value.end);
  }
  return assignments;
}

/** Between quotes, with nothing but a comment behind them; null where it is not so. */
function quotedValue(text: string, start: number): Span | null {
  const quote = CLOSERS.get(text.charAt(start));
  if (quote === undefined) return null;
  const end = closing(text, start + 1, quote);
  if (end === -1) return null;
  const rest = text.slice(end + 1, nextLine(text, end));
  return /^[ \t]*(?:#.*)?\r?\n?$/.test(rest) ? { start: start + 1, end } : null;
}

/** A backslash hides what follows it, but not between single quotes. */
function closing(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === quote) return at;
    if (text[at] === "\\" && quote !== "'") at++;
  }
  return -1;
}

/** @param gap what stands before it. */
function plainValue(text: string, start: number, gap: string): Span {
  const line = text.slice(start, nextLine(text, start)).replace(/\r?\n$/, "");
  const { length } = line.replace(/(?:^|[ \t])#.*$/, "").trimEnd();
  // Where there is none yet, the space is the comment's.
  const from = length === 0 ? start - gap.length : start;
  return { start: from, end: from + length };
}

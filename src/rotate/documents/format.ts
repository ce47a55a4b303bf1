/** The way to a value: keys, or the section and the key; numbers count the items of a list from 0. */
export type ValuePath = readonly (string | number)[];

/** A kind of text in which people write down values. Whatever is not the value that is asked for stays byte for byte. */
export interface TextFormat {
  /** What stands there, without quotes; empty where nothing was filled in; null: there is no such key. @throws Uneditable. */
  get(text: string, path: ValuePath): string | null;
  /** The text with this value there, put in at its place or added. @throws Uneditable. */
  set(text: string, path: ValuePath, value: string): string;
}

/** A text is not what it should be, or a value in it cannot be changed without changing more. The message shows no value. */
export class Uneditable extends Error {
  /** What to do about it, as a sentence. */
  readonly hint: string;

  constructor(problem: string, hint = "Mend it, or name another place.") {
    super(problem);
    this.name = "Uneditable";
    this.hint = hint;
  }
}

/** A run of a text, from `start` up to, but not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function replaced(text: string, { start, end }: Span, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

/** The text with a value in several places. The places are in order and do not overlap. */
export function replacedAll(text: string, places: readonly Span[], by: string): string {
  return places.toReversed().reduce((changed, place) => replaced(changed, place, by), text);
}

/** What the value is that stands in all of these places. Null: there are none. */
export function onlyValue(name: string, values: readonly string[]): string | null {
  if (new Set(values).size > 1)
    throw new Uneditable(
      `${name} is there ${values.length} times, with different values`,
      "Leave the one that is used, and take the others away.",
    );
  return values[0] ?? null;
}

/** How the text ends its lines. */
export function lineEnd(text: string): "\r\n" | "\n" {
  const first = text.indexOf("\n");
  return first > 0 && text[first - 1] === "\r" ? "\r\n" : "\n";
}

/** The text with lines of ours put in where a line begins, or at its end. What had no newline at its end has none then either. */
export function insertedLines(text: string, at: number, lines: readonly string[]): string {
  const end = lineEnd(text);
  const before = text.slice(0, at);
  const isOpen = before !== "" && !before.endsWith("\n");
  const inserted = lines.join(end);
  return isOpen ? `${before}${end}${inserted}${text.slice(at)}` : `${before}${inserted}${end}${text.slice(at)}`;
}

/** Where the next line begins. */
export function nextLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end + 1;
}

/** A path for people. */
export function pathText(path: ValuePath): string {
  return path.join(".");
}

import type { Severity } from "../model/severity.ts";
import { visible } from "./escape.ts";

/** Legible on a light and on a dark background. */
export const SEVERITY_COLORS: Readonly<Record<Severity, number>> = {
  critical: 35,
  high: 31,
  medium: 33,
  low: 36,
  info: 2,
};
export const RED = 31;
export const BOLD = 1;
export const DIM = 2;

/** Shows a text in a colour, or in none. */
export type Paint = (text: string, code: number) => string;

export function painter(color: boolean): Paint {
  return (text, code) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
}

/**
 * A link as terminals know it (OSC 8). The address is percent-encoded, so that no name ends it.
 * @see https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
 */
export function hyperlink(text: string, uri: string): string {
  return `\x1b]8;;${uri}\x1b\\${text}\x1b]8;;\x1b\\`;
}

/** The words of a text, on one line and escaped. */
export function words(text: string): string[] {
  return visible(text).split(" ");
}

export interface Wrapping {
  readonly width: number;
  /** What every line begins with. */
  readonly indent?: string;
  /** What the second and further lines begin with besides. */
  readonly hanging?: string;
  /** Between two parts on a line. */
  readonly separator?: string;
}

/**
 * The parts in lines of the terminal's width. One that is longer than a line is broken between its words; a word is left whole, so that
 * it can be copied.
 */
export function* wrapped(
  parts: readonly string[],
  { width, indent = "", hanging = "   ", separator = " " }: Wrapping,
): Generator<string> {
  const trailing = separator.trimEnd();
  const isLong = (part: string): boolean => columns(indent + hanging + part + trailing) > width;
  let line = "";
  for (const part of parts) {
    for (const [index, piece] of (isLong(part) ? part.split(" ") : [part]).entries()) {
      const [between, end] = index === 0 ? [separator, trailing] : [" ", ""];
      if (line === "") line = indent + piece;
      else if (columns(line + between + piece + trailing) <= width) line += between + piece;
      else {
        yield `${line}${end}\n`;
        line = indent + hanging + piece;
      }
    }
  }
  yield `${line}\n`;
}

/** How wide a text is on a terminal, without colours and links: wide characters count two, and what joins another none. */
export function columns(text: string): number {
  const plain = text.replace(/\x1b\[\d+m|\x1b\]8;;[^\x1b]*\x1b\\/g, "");
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  // Not literals: V8 makes the sets of those when it parses the file, at every start.
  joining ??= new RegExp(String.raw`\p{M}`, "u");
  wide ??= new RegExp(WIDE, "u");
  let width = 0;
  for (const character of plain) width += joining.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** East Asian wide characters and emoji, as terminals draw them. */
const WIDE = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60\u3000-\u303e]`;

let joining: RegExp | undefined;
let wide: RegExp | undefined;

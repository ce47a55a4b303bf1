import stringWidth from "string-width";
import { visible } from "../report/escape.ts";

/** What the terminal can show. */
export interface Look {
  /** One of the sixteen colours of every theme; never more, so that a person's own theme decides what they look like. */
  readonly color: boolean;
  /** Nothing but ASCII: the Linux console's font, or a locale that is not UTF-8. */
  readonly ascii: boolean;
  /** What is read aloud: no drawings, and one row instead of a table. */
  readonly screenReader: boolean;
}

/** The marks that are drawn, and what stands for them in ASCII. */
export interface Glyphs {
  readonly rule: string;
  readonly pointer: string;
  readonly ellipsis: string;
  /** Stands where nobody knows the number. */
  readonly unknown: string;
  readonly separator: string;
  readonly up: string;
  readonly down: string;
  readonly left: string;
  readonly right: string;
  readonly open: string;
  readonly closed: string;
  readonly full: string;
  readonly empty: string;
  readonly divider: string;
  /** The same, of what the arrows move. */
  readonly heldDivider: string;
  readonly done: string;
  readonly failed: string;
  readonly waiting: string;
  readonly arrow: string;
  /** From the lowest to the highest. */
  readonly bars: readonly string[];
  readonly spinner: readonly string[];
}

const UNICODE: Glyphs = {
  rule: "─",
  pointer: "▸",
  ellipsis: "…",
  unknown: "–",
  separator: "·",
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
  open: "▾",
  closed: "▸",
  full: "█",
  empty: "░",
  divider: "│",
  heldDivider: "┃",
  done: "✓",
  failed: "✗",
  waiting: "○",
  arrow: "→",
  bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
  spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
};

const ASCII: Glyphs = {
  rule: "-",
  pointer: ">",
  ellipsis: "~",
  unknown: "-",
  separator: "-",
  up: "^",
  down: "v",
  left: "<",
  right: ">",
  open: "v",
  closed: ">",
  full: "#",
  empty: ".",
  divider: "|",
  heldDivider: "#",
  done: "+",
  failed: "x",
  waiting: "o",
  arrow: "->",
  bars: ["_", ".", "-", "=", "+", "*", "%", "#"],
  spinner: ["|", "/", "-", "\\"],
};

export function glyphsOf({ ascii }: Look): Glyphs {
  return ascii ? ASCII : UNICODE;
}

/**
 * What the variables of a terminal say of it.
 * @param options what a person asked for, which goes before.
 */
export function lookOf(
  environment: Readonly<Record<string, string | undefined>>,
  options: { readonly noColor: boolean; readonly screenReader: boolean },
): Look {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || "";
  return {
    color: !options.noColor && !environment.NO_COLOR && environment.TERM !== "dumb",
    ascii: environment.TERM === "linux" || (locale !== "" && !/utf-?8/i.test(locale)),
    screenReader: options.screenReader || environment.INK_SCREEN_READER === "true",
  };
}

/** A name from outside, on one line and harmless; in ASCII where the terminal knows no more. */
export function shown(text: string, { ascii }: Pick<Look, "ascii">): string {
  const safe = visible(text);
  return ascii ? safe.replace(/[^\x20-\x7e]/gu, asciiOf) : safe;
}

function asciiOf(character: string): string {
  const drawn = ASCII_FOR[character];
  return drawn ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** What our own sentences use. */
const ASCII_FOR: Readonly<Record<string, string>> = {
  "…": "~",
  "·": "-",
  "→": "->",
  "–": "-",
  "—": "-",
  "’": "'",
  "↑": "^",
  "↓": "v",
  "←": "<-",
};

const PLAIN = /^[\x20-\x7e]*$/;

/** Columns that a text takes. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/**
 * As shells abbreviate it: `~` for the home directory. Not in ASCII, where that stands for what is left out.
 * @param home empty: nobody knows it.
 */
export function fromHome(path: string, home: string, { ascii }: Pick<Look, "ascii">): string {
  return !ascii && home !== "" && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path;
}

/** At most so many columns, of which the last are what matters: the end of a path. */
export function endOf(text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text;
  if (width <= 1) return ellipsis.slice(0, Math.max(0, width));
  const end = tailOf(text, width, ellipsis);
  const slash = end.indexOf("/");
  // Half a name says less than it takes to read.
  return slash > 0 && slash <= width / 3 ? ellipsis + end.slice(slash) : end;
}

function tailOf(text: string, width: number, ellipsis: string): string {
  const tail = text.slice(-4 * width - 64);
  if (PLAIN.test(tail)) return ellipsis + tail.slice(1 - width);
  let taken = "";
  for (const { segment } of Array.from(GRAPHEMES.segment(tail)).toReversed()) {
    if (widthOf(segment + taken) > width - 1) break;
    taken = segment + taken;
  }
  return ellipsis + taken;
}

/** Exactly so many columns: filled up with blanks, or cut with an ellipsis. What is wide is never cut through. */
export function fitted(text: string, width: number, ellipsis: string, align: "left" | "right" = "left"): string {
  if (width <= 0) return "";
  const cut = truncated(text, width, ellipsis);
  const blanks = " ".repeat(Math.max(0, width - widthOf(cut)));
  return align === "left" ? cut + blanks : blanks + cut;
}

/** At most so many columns. */
export function truncated(text: string, width: number, ellipsis: string): string {
  // Names can be very long; no more of one is measured than could be shown.
  const head = text.length > 4 * width + 64 ? text.slice(0, 4 * width + 64) : text;
  if (head.length === text.length && widthOf(head) <= width) return head;
  if (PLAIN.test(head)) return width <= 0 ? "" : head.slice(0, width - 1) + ellipsis;
  let taken = "";
  let used = 0;
  for (const { segment } of GRAPHEMES.segment(head)) {
    const wide = stringWidth(segment);
    if (used + wide > width - 1) break;
    taken += segment;
    used += wide;
  }
  return taken + ellipsis;
}

const GRAPHEMES = new Intl.Segmenter();

/** The text in lines of at most so many columns, but of one letter at least, broken between words, and within one that is longer than a line. */
export function wrapped(text: string, columns: number): string[] {
  const width = Math.max(1, columns);
  const lines: string[] = [];
  const body = text.trimStart();
  let line = "";
  // What is set in stays set in, as far as it began.
  let pending = text.slice(0, text.length - body.length);
  for (const bare of body.split(" ")) {
    const word = pending + bare;
    pending = "";
    if (line !== "" && widthOf(line) + 1 + widthOf(word) <= width) {
      line += ` ${word}`;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (widthOf(line) > width) {
      const head = headOf(line, width);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  lines.push(line);
  return lines;
}

function headOf(text: string, width: number): string {
  if (PLAIN.test(text)) return text.slice(0, width);
  let head = "";
  for (const { segment } of GRAPHEMES.segment(text)) {
    if (head !== "" && widthOf(head + segment) > width) break;
    head += segment;
  }
  return head;
}

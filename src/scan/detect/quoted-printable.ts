import { type View, ViewBuilder } from "./view.ts";

/** How long the line is that quoted-printable breaks, in characters: 76 at most, less where what follows would not fit. */
const SHORTEST_BROKEN_LINE = 50;
const LONGEST_BROKEN_LINE = 76;
/** What a line is that is as full as can be, and neither base64 nor the first half of an assignment. */
const FULL_LINE = /^(?=.*[^A-Za-z0-9+/=]).{69,74}\S$/;

/** What is taken off; control characters stay as they are written. */
// biome-ignore lint: control characters are what is told apart
const PLAIN = /[\0\t\n\r\x1b\x20-\x7e\x80-\xff]/;

/** An equals sign as it stands for a character or breaks a line; alone it is neither. */
const EQUALS = /=(?:([0-9A-F]{2})|(\r?\n))?/g;

/** What stretches are taken for quoted-printable by: without it all that follows is in vain. Programs are full of `=10` and `=""`. */
const SIGN = /=(?:3D|0D|\r?\n|(?:[0-9A-F]{2})?=[89A-F][0-9A-F])/;

interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Takes off quoted-printable (RFC 2045, 6.7). A lone `=41`, or an equals sign at the end of a line, may be anything: only a stretch is taken
 * for it in which no equals sign means anything else, and one stands for what nobody writes so by chance.
 */
export function decodeQuotedPrintable(view: View): View {
  if (!SIGN.test(view.text)) return view;
  const builder = new ViewBuilder(view);
  for (const stretch of stretches(view.text)) {
    for (const { from, to, text } of stretch) builder.replace(from, to, text);
  }
  return builder.changed ? builder.build() : view;
}

/** The replacements of each stretch that is quoted-printable. */
function stretches(text: string): Replacement[][] {
  const all: Replacement[][] = [];
  let stretch: Replacement[] = [];
  let signs = 0;
  const settle = () => {
    if (signs > 1) all.push(stretch);
    stretch = [];
    signs = 0;
  };
  let before = -1;
  for (const { index, 0: match, 1: digits, 2: feed } of text.matchAll(EQUALS)) {
    const to = index + match.length;
    if (digits !== undefined) {
      const character = String.fromCharCode(Number.parseInt(digits, 16));
      signs += signOf(character, text[to] ?? "", before === index);
      if (PLAIN.test(character)) stretch.push({ from: index, to, text: character });
    } else if (feed !== undefined && isBroken(text, index)) {
      signs += isFull(text, index, to) ? 2 : 0;
      stretch.push({ from: index, to, text: "" });
    } else settle();
    before = to;
  }
  settle();
  return all;
}

/** How much this says that the text is quoted-printable; 2 is enough. A value may begin with `3D`, hardly two of them. */
function signOf(character: string, next: string, isAdjacent: boolean): 0 | 1 | 2 {
  if (character === "\r") return next === "\n" || next === "\r" ? 2 : 0;
  if (character >= "\x80") return isAdjacent ? 2 : 0;
  if (character !== "=") return 0;
  return /[A-Za-z0-9+/]/.test(next) ? 1 : 2;
}

function isBroken(text: string, end: number): boolean {
  const { length } = lineBefore(text, end);
  return length >= SHORTEST_BROKEN_LINE && length < LONGEST_BROKEN_LINE;
}

/** Whether the line is broken because it is full: then it goes on where the next one begins. */
function isFull(text: string, end: number, next: number): boolean {
  const line = lineBefore(text, end);
  return FULL_LINE.test(line) && (line.length === LONGEST_BROKEN_LINE - 1 || /\S/.test(text[next] ?? ""));
}

/** What precedes `end` on its line, as far as it matters. */
function lineBefore(text: string, end: number): string {
  const line = text.slice(Math.max(0, end - LONGEST_BROKEN_LINE), end);
  return line.slice(line.lastIndexOf("\n") + 1);
}

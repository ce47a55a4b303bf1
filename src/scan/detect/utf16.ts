import { type View, ViewBuilder } from "./view.ts";

/** Plain characters with a zero byte behind each: UTF-16 of either byte order reads so, at an even or an odd place. */
// biome-ignore lint: control characters are what is looked for
const PLAIN_RUN = /(?:[\t\n\r\x1b\x20-\x7e]\0){2,}/g;

/** What a document of UTF-16 must have somewhere, in characters: binary data has shorter runs by chance. */
const LEAST_RUN = 6;

/** How many bytes of other scripts may stand between two plain runs of one text. */
const MOST_FOREIGN = 400;

/** Two characters of one byte each, side by side: no UTF-16, and perhaps what is looked for. */
const PLAIN_BYTES = /[\x20-\x7e]{2}/;

/** Stands for a character that is not plain: which one does not matter, only that there is one. */
const FOREIGN = "\u00a4";

interface Run {
  readonly from: number;
  readonly to: number;
}

/** Takes UTF-16, wherever it lies, down to one character a character. */
export function decodeUtf16(view: View): View {
  const { text } = view;
  if (!text.includes("\0")) return view;
  const builder = new ViewBuilder(view);
  for (const runs of texts(text)) {
    const isBigEndian = text[(runs[0]?.from ?? 0) - 1] === "\0";
    for (const [index, { from, to }] of runs.entries()) {
      builder.replace(from, to, text.slice(from, to).replaceAll("\0", ""));
      const next = runs[index + 1];
      if (next === undefined || next.from > to) endRun(builder, text, to, next?.from ?? null, isBigEndian);
    }
  }
  return builder.changed ? builder.build() : view;
}

/** What is behind a run, up to the next one of the same text: big-endian text ends with its last character, not with a zero byte. */
function endRun(builder: ViewBuilder, text: string, end: number, next: number | null, isBigEndian: boolean): void {
  const isPlain = /[\x20-\x7e]/.test(text[end] ?? "") && !isPlainRun(text, end);
  const last = isBigEndian && isPlain ? (text[end] ?? "") : "";
  if (next !== null) builder.replace(end, next, last + FOREIGN.repeat((next - end) / 2 - last.length));
  // Whatever follows is no part of the last word.
  else if (isPlain) builder.replace(end, end + last.length, last + FOREIGN);
}

function isPlainRun(text: string, at: number): boolean {
  return text[at + 1] === "\0";
}

/** The runs of each text: those that lie an even, small number of bytes apart belong together. */
function texts(text: string): Run[][] {
  const all: Run[][] = [];
  let current: Run[] = [];
  for (const match of text.matchAll(PLAIN_RUN)) {
    const run = { from: match.index, to: match.index + match[0].length };
    const gap = run.from - (current.at(-1)?.to ?? Number.NEGATIVE_INFINITY);
    if (gap > MOST_FOREIGN || gap % 2 !== 0 || PLAIN_BYTES.test(text.slice(run.from - gap, run.from))) {
      all.push(current);
      current = [];
    }
    current.push(run);
  }
  all.push(current);
  return all.filter((runs) => runs.some(({ from, to }) => to - from >= 2 * LEAST_RUN));
}

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
  if (!view.text.includes("\0")) return view;
  const builder = new ViewBuilder(view);
  for (const runs of texts(view.text)) {
    for (const [index, { from, to }] of runs.entries()) {
      const before = runs[index - 1];
      if (before !== undefined && before.to < from)
        builder.replace(before.to, from, FOREIGN.repeat((from - before.to) / 2));
      builder.replace(from, to, view.text.slice(from, to).replaceAll("\0", ""));
    }
    // Big-endian text ends with its last character, not with a zero byte.
    const end = runs.at(-1)?.to ?? 0;
    if (/[\x20-\x7e]/.test(view.text[end] ?? "") && !isPlainRun(view.text, end))
      builder.replace(end, end + 1, view.text[end] ?? "");
  }
  return builder.changed ? builder.build() : view;
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

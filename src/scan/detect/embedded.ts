import { mayBePacked, mayBeText } from "./base64-start.ts";
import type { Span } from "./candidates.ts";
import type { Decoder } from "./escapes.ts";
import { HEXADECIMAL, lettersDigitsAnd, longRuns } from "./runs.ts";
import { isPacked, type UnpackBudget, type Unpacked, unpack } from "./unpack.ts";
import { type View, ViewBuilder } from "./view.ts";

const BASE64 = lettersDigitsAnd("+/_-");
/** The shortest runs that are taken for encoded, in characters. */
const SHORTEST_BASE64 = 20;
const SHORTEST_HEXADECIMAL = 40;

/** The shortest rest of a run behind a stream that is looked into, in characters or bytes. */
const SHORTEST_REST = 20;

const LONGEST_PAIR = 61;
const ID = /A(?:KI|SI)A[A-Z2-7]{16}/y;
const ANY_ID = /A(?:KI|SI)A[A-Z2-7]{16}/;
/** What ends as an escape does, which stands for something else than a letter: no letter is before the id then. */
const LAST_ESCAPE = /(?:%(?:25)*[0-9A-Fa-f]{2}|=[0-9A-F]{2}|\\(?:[nrtbf]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}))$/;
const LONGEST_ESCAPE = 16;
/** A secret that ends a text, and what must come before it: nothing of its kind, or its id. */
const LAST_SECRET = /(?:^|[^A-Za-z0-9/+]|A(?:KI|SI)A[A-Z2-7]{16})[A-Za-z0-9/+]{40}$/;

/** A run of one alphabet, perhaps over several lines of one length. */
interface Run {
  readonly from: number;
  readonly to: number;
  /** The characters of the alphabet alone. */
  readonly characters: string;
  /** How many of them are on a line, where there are several; the last may have fewer. */
  readonly width: number;
}

/** What makes decoded bytes worth keeping even when they are not plain text. */
const ANCHOR = /A(?:KI|SI|BI|CC)A[A-Z2-7]{16}|[Ss]ecret|SECRET|A\0(?:K\0I|S\0I)\0A\0|s\0e\0c\0r\0e\0t\0|ABSK/;

// biome-ignore lint: control characters are what is told apart
const PLAIN_TEXT = /^[\t\n\r\x20-\x7e]+$/;
// biome-ignore lint: control characters are what is told apart
const PLAIN_UTF16 = /^(?:[\t\n\r\x20-\x7e]\0)+$/;

/**
 * The decoders of base64 and of hexadecimal. Their decoded text takes the place of what was encoded, so that values encoded one
 * by one can still be paired. What was packed stands where it begins.
 * @param onCut told where something packed begins that reaches the text's end, and may go on behind it
 */
export function embeddedDecoders(budget: UnpackBudget, onCut: (offset: number) => void): readonly Decoder[] {
  return [(view) => decodeBase64(view, budget, onCut), (view) => decodeHexadecimal(view, budget, onCut)];
}

function decodeBase64(view: View, budget: UnpackBudget, onCut: (offset: number) => void): View {
  // Up to here lines have been searched together, at every alignment, for what makes decoded bytes worth keeping.
  let searched = 0;
  return replaceRuns(view, longRuns(view.text, BASE64, SHORTEST_BASE64), /[A-Za-z0-9+/_-]+/y, (run) => {
    const { characters } = run;
    if (run.to <= searched && !mayBeText(characters) && !mayBePacked(characters)) return null;
    // A run may have lost its beginning at the edge of the window, or have grown a prefix (`key_QUtJ…`).
    for (let phase = 0; phase < 4; phase++) {
      const aligned = characters.slice(phase);
      const decoded = decodedBytes(Buffer.from(aligned, "base64"), budget);
      if (decoded === null) continue;
      if (decoded.isCut && run.to === view.text.length) onCut(view.origin(run.from));
      if (decoded.text === null || (phase > 0 && !ANCHOR.test(decoded.text))) continue;
      const plain = phase > 0 || decoded.isPacked ? decoded.text : linesApart(decoded.text, (run.width / 4) * 3);
      const text = characters.slice(0, phase) + plain + rest(aligned, 4 * Math.floor(decoded.used / 3));
      return { text, isPacked: decoded.isPacked };
    }
    if (!mayBePacked(characters)) searched = Math.max(searched, run.to);
    return null;
  });
}

/** As of `xxd -p` or SQL blobs. */
function decodeHexadecimal(view: View, budget: UnpackBudget, onCut: (offset: number) => void): View {
  return replaceRuns(view, longRuns(view.text, HEXADECIMAL, SHORTEST_HEXADECIMAL), /[0-9a-fA-F]+/y, (run) => {
    const { characters } = run;
    const isEnd = run.to === view.text.length;
    // The last digit may be cut in two by the text's end.
    const digits = isEnd ? characters.slice(0, characters.length & ~1) : characters;
    const decoded = digits.length % 2 === 0 ? decodedBytes(Buffer.from(digits, "hex"), budget) : null;
    if (decoded === null) return null;
    if (decoded.isCut && isEnd) onCut(view.origin(run.from));
    if (decoded.text === null) return null;
    const plain = decoded.isPacked ? decoded.text : linesApart(decoded.text, run.width / 2);
    return { text: plain + rest(characters, 2 * decoded.used), isPacked: decoded.isPacked };
  });
}

/** What stands behind a stream of gzip in its run is a run of its own, for the next layer. */
function rest(characters: string, used: number): string {
  return characters.length - used < SHORTEST_REST ? "" : `\n${characters.slice(used)}`;
}

/**
 * Lines of one width are read as one text that was wrapped; they may as well have been encoded one by one. So what looks like a key that touches
 * the next or the last line, and could be none for that, is parted from it.
 * @param step how much of the text a line is; no whole number: then no line was encoded by itself
 */
function linesApart(text: string, step: number): string {
  if (!Number.isInteger(step) || step >= text.length || !ANY_ID.test(text)) return text;
  const parts: string[] = [];
  let from = 0;
  for (let end = step; end < text.length; end += step) {
    if (!isKeyAt(text, end, step)) continue;
    parts.push(text.slice(from, end));
    from = end;
  }
  return parts.length === 0 ? text : [...parts, text.slice(from)].join("\n");
}

/** Whether a key begins or ends at the end of a line, and something touches it there. */
function isKeyAt(text: string, end: number, step: number): boolean {
  if (!/[A-Za-z0-9/+]{2}/.test(text.slice(end - 1, end + 1))) return false;
  ID.lastIndex = end;
  if (ID.test(text)) return !LAST_ESCAPE.test(text.slice(Math.max(0, end - LONGEST_ESCAPE), end));
  const line = text.slice(end - step, end);
  return ANY_ID.test(line) && LAST_SECRET.test(line.slice(-LONGEST_PAIR));
}

/** What decoded bytes hold: text, or what was packed in them. */
interface Decoded extends Omit<Unpacked, "text"> {
  /** Null: nothing of it is looked for. */
  readonly text: string | null;
  readonly isPacked: boolean;
}

/** The decoded bytes as text if they are text, or hold something that is looked for; else null. */
function decodedBytes(bytes: Buffer, budget: UnpackBudget): Decoded | null {
  if (bytes.length < 12) return null;
  if (isPacked(bytes)) return unpackedBytes(bytes, budget);
  const text = bytes.toString("latin1");
  const isKept = PLAIN_TEXT.test(text) || PLAIN_UTF16.test(text) || ANCHOR.test(text);
  return isKept ? { text, used: bytes.length, isCut: false, isPacked: false } : null;
}

function unpackedBytes(bytes: Buffer, budget: UnpackBudget): Decoded | null {
  const unpacked = unpack(bytes, budget);
  if (unpacked === null) return null;
  if (ANCHOR.test(unpacked.text)) return budget.keep(unpacked.text.length) ? { ...unpacked, isPacked: true } : null;
  // What stands behind it is looked at all the same.
  return { ...unpacked, text: bytes.length - unpacked.used < SHORTEST_REST ? null : "", isPacked: true };
}

/** What is put in place of a run. */
interface Replacement {
  readonly text: string;
  readonly isPacked: boolean;
}

function replaceRuns(
  view: View,
  runs: readonly Span[],
  nextLine: RegExp,
  decode: (run: Run) => Replacement | null,
): View {
  const builder = new ViewBuilder(view);
  let end = 0;
  // Lines that made no sense together are not tried together again from the next of them on.
  let joinedInVain = 0;
  for (const { from, to } of runs) {
    if (from < end) continue;
    const characters = view.text.slice(from, to);
    const line: Run = { from, to, characters, width: characters.length };
    const lines = from < joinedInVain ? null : withNextLines(view.text, line, nextLine);
    for (const run of lines === null ? [line] : [lines, line]) {
      const decoded = decode(run);
      if (decoded === null) {
        joinedInVain = Math.max(joinedInVain, run.to);
        continue;
      }
      const to = run.to + padding(view.text, run.to);
      if (decoded.isPacked) builder.replaceAt(run.from, to, decoded.text);
      else builder.replace(run.from, to, decoded.text);
      end = run.to;
      break;
    }
  }
  return builder.changed ? builder.build() : view;
}

function padding(text: string, at: number): number {
  return text[at] === "=" ? (text[at + 1] === "=" ? 2 : 1) : 0;
}

/** The shortest line that is taken to be one of several of one length. */
const SHORTEST_WRAPPED_LINE = 40;
const LINE_BREAK = /(?:\r\n?|\n)[ \t>|#*]{0,40}/y;

/** A run that fills its line, together with the next lines if they go on with it. */
function withNextLines(text: string, { from, to, characters }: Run, nextLine: RegExp): Run | null {
  const width = characters.length;
  const lines = [characters];
  let end = to;
  while (width >= SHORTEST_WRAPPED_LINE && lines.at(-1)?.length === width) {
    LINE_BREAK.lastIndex = end;
    if (!LINE_BREAK.test(text)) break;
    nextLine.lastIndex = LINE_BREAK.lastIndex;
    const line = nextLine.exec(text)?.[0];
    if (line === undefined || line.length > width) break;
    lines.push(line);
    end = nextLine.lastIndex;
  }
  return lines.length === 1 ? null : { from, to: end, characters: lines.join(""), width };
}

import type { Gunzip } from "node:zlib";
import type { Decoder } from "./escapes.ts";
import { type View, ViewBuilder } from "./view.ts";

/**
 * What gzip inside of base64 may unpack to, in bytes: one stream, and all that hold something and so are kept in memory. All streams of a
 * document, looked into and dropped: four times as much, and for each byte of the document what honest content stays below.
 */
const MOST_UNPACKED = 16 * 1024 * 1024;
const MOST_WORK = 4 * MOST_UNPACKED;
const HONEST_RATIO = 32;

/** What an attempt at a stream that is damaged costs besides what comes out of it, as bytes unpacked in the same time. */
const ATTEMPT = 16 * 1024;
/** No stream of gzip has anything in it before this many bytes. */
const GZIP_HEADER = 10;

/** The shortest rest of a run behind a stream that is looked into, in characters or bytes. */
const SHORTEST_REST = 20;

/** A run of one alphabet, perhaps over several lines of one length. */
interface Run {
  readonly from: number;
  readonly to: number;
  /** The characters of the alphabet alone. */
  readonly characters: string;
}

/** What makes decoded bytes worth keeping even when they are not plain text. */
const ANCHOR = /A(?:KI|SI|BI|CC)A[A-Z2-7]{16}|[Ss]ecret|SECRET|A\0(?:K\0I|S\0I)\0A\0|s\0e\0c\0r\0e\0t\0|ABSK/;

// biome-ignore lint: control characters are what is told apart
const PLAIN_TEXT = /^[\t\n\r\x20-\x7e]+$/;
// biome-ignore lint: control characters are what is told apart
const PLAIN_UTF16 = /^(?:[\t\n\r\x20-\x7e]\0)+$/;

/** How many more bytes may come out of gzip while one document is decoded, and how many of them may be kept. */
interface Budget {
  work: number;
  memory: number;
  /** Called when that was not enough for a stream. */
  readonly exceeded: () => void;
}

/**
 * The decoders of base64 and of hexadecimal. Their decoded text takes the place of what was encoded, so that values encoded one
 * by one can still be paired.
 * @param length of the document, in bytes
 * @param leftOut told once when gzip inside of it unpacks to too much to be looked into
 */
export function embeddedDecoders(length: number, leftOut: (detail: string) => void): readonly Decoder[] {
  let isTold = false;
  const exceeded = () => {
    if (!isTold)
      leftOut("gzip in base64 or hexadecimal unpacks to more than honest content does: some was not looked into");
    isTold = true;
  };
  const budget: Budget = { work: MOST_WORK + HONEST_RATIO * length, memory: MOST_UNPACKED, exceeded };
  return [(view) => decodeBase64(view, budget), (view) => decodeHexadecimal(view, budget)];
}

function decodeBase64(view: View, budget: Budget): View {
  return replaceRuns(view, /[A-Za-z0-9+/_-]{20,}/g, /[A-Za-z0-9+/_-]+/y, ({ characters }) => {
    // A run may have lost its beginning at the edge of the window, or have grown a prefix (`key_QUtJ…`).
    for (let phase = 0; phase < 4; phase++) {
      const aligned = characters.slice(phase);
      const decoded = unpacked(Buffer.from(aligned, "base64"), budget);
      if (decoded === null || (phase > 0 && !ANCHOR.test(decoded.text))) continue;
      return characters.slice(0, phase) + decoded.text + rest(aligned, 4 * Math.floor(decoded.used / 3));
    }
    return null;
  });
}

/** As of `xxd -p` or SQL blobs. */
function decodeHexadecimal(view: View, budget: Budget): View {
  return replaceRuns(view, /[0-9a-fA-F]{40,}/g, /[0-9a-fA-F]+/y, ({ characters }) => {
    const decoded = characters.length % 2 === 0 ? unpacked(Buffer.from(characters, "hex"), budget) : null;
    return decoded === null ? null : decoded.text + rest(characters, 2 * decoded.used);
  });
}

/** What stands behind a stream of gzip in its run is a run of its own, for the next layer. */
function rest(characters: string, used: number): string {
  return characters.length - used < SHORTEST_REST ? "" : `\n${characters.slice(used)}`;
}

/** Text that came of bytes, and of how many. */
interface Unpacked {
  readonly text: string;
  readonly used: number;
}

/** The decoded bytes as text if they are text, or hold something that is looked for; else null. */
function unpacked(bytes: Buffer, budget: Budget): Unpacked | null {
  if (bytes.length < 12) return null;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipped(bytes, budget);
  const text = bytes.toString("latin1");
  const isKept = PLAIN_TEXT.test(text) || PLAIN_UTF16.test(text) || ANCHOR.test(text);
  return isKept ? { text, used: bytes.length } : null;
}

/** What of a stream gunzip can print: of one that is cut off or damaged, what precedes that. */
function gunzipped(bytes: Buffer, budget: Budget): Unpacked | null {
  let found: Unpacked | null = null;
  let damage = bytes.length + 1;
  for (let good = GZIP_HEADER, next = bytes.length; good < next; next = (good + damage) >> 1) {
    const output =
      budget.work > 0 ? gunzip(bytes.subarray(0, next), Math.min(MOST_UNPACKED, budget.work)) : "too large";
    if (output === "too large") {
      // Nothing comes out, but the work was done.
      budget.work -= MOST_UNPACKED;
      budget.exceeded();
      return null;
    }
    if (output === "damaged") {
      budget.work -= ATTEMPT;
      damage = next;
      continue;
    }
    budget.work -= output.text.length;
    found = output;
    good = next;
  }
  if (found === null) return null;
  if (!ANCHOR.test(found.text)) return bytes.length - found.used < SHORTEST_REST ? null : { ...found, text: "" };
  budget.memory -= found.text.length;
  if (budget.memory >= 0) return found;
  budget.exceeded();
  return null;
}

function gunzip(bytes: Buffer, maxOutputLength: number): Unpacked | "damaged" | "too large" {
  // Loaded only when there is something to unpack: that takes milliseconds.
  const { constants, gunzipSync } = process.getBuiltinModule("node:zlib");
  const options = { info: true, finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength };
  try {
    // With `info` there is more than the types of Node say.
    const { buffer, engine } = gunzipSync(bytes, options) as unknown as { buffer: Buffer; engine: Gunzip };
    return { text: buffer.toString("latin1"), used: engine.bytesWritten };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? "too large" : "damaged";
  }
}

function replaceRuns(view: View, alphabet: RegExp, nextLine: RegExp, decode: (run: Run) => string | null): View {
  const builder = new ViewBuilder(view);
  let end = 0;
  // Lines that made no sense together are not tried together again from the next of them on.
  let joinedInVain = 0;
  for (const match of view.text.matchAll(alphabet)) {
    if (match.index < end) continue;
    for (const run of readings(view.text, match, match.index < joinedInVain ? null : nextLine)) {
      const decoded = decode(run);
      if (decoded === null) {
        joinedInVain = Math.max(joinedInVain, run.to);
        continue;
      }
      builder.replace(run.from, run.to + padding(view.text, run.to), decoded);
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

/** A match as a run over several lines, if the next lines go on with it, and as the run of one line that it is by itself. */
function* readings(text: string, match: RegExpExecArray, nextLine: RegExp | null): Generator<Run> {
  const width = match[0].length;
  const lines = [match[0]];
  let to = match.index + width;
  while (nextLine !== null && width >= SHORTEST_WRAPPED_LINE && lines.at(-1)?.length === width) {
    LINE_BREAK.lastIndex = to;
    if (!LINE_BREAK.test(text)) break;
    nextLine.lastIndex = LINE_BREAK.lastIndex;
    const line = nextLine.exec(text)?.[0];
    if (line === undefined || line.length > width) break;
    lines.push(line);
    to = nextLine.lastIndex;
  }
  if (lines.length > 1) yield { from: match.index, to, characters: lines.join("") };
  yield { from: match.index, to: match.index + width, characters: match[0] };
}

import type { Gunzip } from "node:zlib";
import type { LeftOutReason } from "./detection.ts";

/*
 * What is packed inside of base64 or hexadecimal, unpacked at once: gzip, and zip as mail has it. Whole files are unpacked by sources/archive,
 * a chunk at a time.
 */

/**
 * What may come out, in bytes: of one stream, and of all that hold something and so are kept in memory. All streams of a
 * document, looked into and dropped: four times as much, and for each byte of the document what honest content stays below.
 */
const MOST_UNPACKED = 16 * 1024 * 1024;
const MOST_WORK = 4 * MOST_UNPACKED;
const HONEST_RATIO = 32;

/** What an attempt at a stream that is damaged costs besides what comes out of it, as bytes unpacked in the same time. */
const ATTEMPT = 16 * 1024;
/** The same for each byte of a damaged member of a zip. */
const COSTLY = 64;
/** No stream of gzip has anything in it before this many bytes. */
const GZIP_HEADER = 10;

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_LENGTH = 30;
const STORED = 0;
const DEFLATED = 8;
/** Members of one zip. */
const MOST_MEMBERS = 10_000;

/** How deep gzip and zip in one another are unpacked. */
const DEEPEST = 3;

/** Text that came of bytes, one character a byte. */
export interface Unpacked {
  readonly text: string;
  /** How many bytes it came of. */
  readonly used: number;
  /** Whether it may go on behind the last of them. */
  readonly isCut: boolean;
}

/** What may be unpacked of an honest document of such a length, in bytes. */
export function honestWork(length: number): number {
  return MOST_WORK + HONEST_RATIO * length;
}

/** How much more may come out while one document is decoded, and how much of it may be kept. */
export class UnpackBudget {
  #work: number;
  #memory = MOST_UNPACKED;
  readonly #leftOut: (detail: string, reason: LeftOutReason) => void;
  readonly #told = new Set<string>();

  /**
   * @param work what may come out of all streams, in bytes
   * @param leftOut told once each when that was not enough, and what else was not looked into
   */
  constructor(work: number, leftOut: (detail: string, reason: LeftOutReason) => void) {
    this.#work = work;
    this.#leftOut = leftOut;
  }

  /** The most that the next stream may unpack to; 0: nothing more may. */
  get limit(): number {
    return Math.max(0, Math.min(MOST_UNPACKED, this.#work));
  }

  spend(bytes: number): void {
    this.#work -= bytes;
  }

  /** Whether so much may be kept. */
  keep(bytes: number): boolean {
    this.#memory -= bytes;
    if (this.#memory < 0) this.tellExceeded();
    return this.#memory >= 0;
  }

  tellExceeded(): void {
    this.tell("unpacks to more than honest content does: some was not looked into", "archive-suspicious");
  }

  tell(what: string, reason: LeftOutReason): void {
    if (!this.#told.has(what)) this.#leftOut(`what is packed in base64 or hexadecimal ${what}`, reason);
    this.#told.add(what);
  }
}

export function isPacked(bytes: Buffer): boolean {
  return isGzip(bytes) || isZip(bytes);
}

/** What packed bytes hold, as far as it can be told; null: nothing can. */
export function unpack(bytes: Buffer, budget: UnpackBudget, depth = 0): Unpacked | null {
  const unpacked = isGzip(bytes) ? gunzipped(bytes, budget) : unzipped(bytes, budget, depth);
  return unpacked === null ? null : { ...unpacked, text: withinOf(unpacked.text, budget, depth) };
}

/** What a content holds that may be packed itself. */
function withinOf(text: string, budget: UnpackBudget, depth: number): string {
  const bytes = Buffer.from(text.slice(0, LOCAL_HEADER_LENGTH + 1), "latin1");
  if (!isPacked(bytes)) return text;
  if (depth < DEEPEST) return unpack(Buffer.from(text, "latin1"), budget, depth + 1)?.text ?? "";
  budget.tell("is packed too often: some was not looked into", "archive-suspicious");
  return text;
}

function isGzip(bytes: Buffer): boolean {
  // Deflate is the one method there is; the upper three flags are reserved.
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 && (bytes[3] ?? 0xff) < 0x20;
}

function isZip(bytes: Buffer): boolean {
  return bytes.length > LOCAL_HEADER_LENGTH && bytes.readUInt32LE(0) === LOCAL_HEADER;
}

/** What of a stream gunzip can print: of one that is cut off or damaged, what precedes that. */
function gunzipped(bytes: Buffer, budget: UnpackBudget): Unpacked | null {
  let found: Inflated | null = null;
  let damage = bytes.length + 1;
  for (let good = GZIP_HEADER, next = bytes.length; good < next; next = (good + damage) >> 1) {
    const output = inflate("gzip", bytes.subarray(0, next), budget);
    if (output === "too large") return null;
    if (output === "damaged") {
      damage = next;
      continue;
    }
    found = output;
    good = next;
  }
  if (found === null) return null;
  const { content, used } = found;
  // A stream ends with its length.
  const isWhole = used >= GZIP_HEADER && bytes.readUInt32LE(used - 4) === content.length % 2 ** 32;
  return { text: content.toString("latin1"), used, isCut: used === bytes.length && !isWhole };
}

/** The names and contents of a zip's members, front to back, as far as their headers lead. */
function unzipped(bytes: Buffer, budget: UnpackBudget, depth: number): Unpacked {
  const texts: string[] = [];
  let at = 0;
  for (let members = 0; members < MOST_MEMBERS && isZip(bytes.subarray(at)); members++) {
    const method = bytes.readUInt16LE(at + 8);
    const packedSize = bytes.readUInt32LE(at + 18);
    const nameAt = at + LOCAL_HEADER_LENGTH;
    const from = nameAt + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    texts.push(bytes.toString("latin1", nameAt, nameAt + bytes.readUInt16LE(at + 26)));
    const data = bytes.subarray(from, packedSize === 0 ? bytes.length : from + packedSize);
    const isEncrypted = (bytes.readUInt16LE(at + 6) & 1) !== 0;
    const isRead = (method === DEFLATED || method === STORED) && !isEncrypted;
    if (!isRead)
      budget.tell(
        "is a zip with members that are encrypted, or packed in a way that is not read",
        "archive-unsupported",
      );
    const output = isRead && method === DEFLATED ? inflate("raw", data, budget) : { content: data, used: data.length };
    if (typeof output !== "string") texts.push(withinOf(output.content.toString("latin1"), budget, depth));
    const next = packedSize === 0 && typeof output !== "string" ? from + output.used : from + packedSize;
    // Sizes may stand behind the data.
    at = nextHeader(bytes, next);
  }
  return { text: texts.join("\n"), used: Math.min(at, bytes.length), isCut: at >= bytes.length };
}

/** The longest descriptor of a member's sizes. */
const LONGEST_DESCRIPTOR = 24;

/** Where the next record begins: right there, or behind a descriptor. */
function nextHeader(bytes: Buffer, at: number): number {
  const found = bytes.subarray(0, at + LONGEST_DESCRIPTOR + 4).indexOf("PK", at, "latin1");
  if (found !== -1 && bytes[found + 2] === 7 && bytes[found + 3] === 8) return nextHeader(bytes, found + 4);
  return found === -1 ? bytes.length : found;
}

interface Inflated {
  readonly content: Buffer;
  readonly used: number;
}

function inflate(wrapping: "gzip" | "raw", bytes: Buffer, budget: UnpackBudget): Inflated | "damaged" | "too large" {
  const { limit } = budget;
  const output = limit === 0 ? "too large" : inflateAtOnce(wrapping, bytes, limit);
  if (output === "too large") {
    // Nothing comes out, but the work was done.
    budget.spend(MOST_UNPACKED);
    budget.tellExceeded();
  } else if (output !== "damaged") budget.spend(output.content.length);
  // Of a member nothing is told that comes before the damage, so what came out is not known.
  else budget.spend(wrapping === "gzip" ? ATTEMPT : Math.max(ATTEMPT, Math.min(MOST_UNPACKED, COSTLY * bytes.length)));
  return output;
}

function inflateAtOnce(
  wrapping: "gzip" | "raw",
  bytes: Buffer,
  maxOutputLength: number,
): Inflated | "damaged" | "too large" {
  // Loaded only when there is something to unpack: that takes milliseconds.
  const { constants, gunzipSync, inflateRawSync } = process.getBuiltinModule("node:zlib");
  const options = { info: true, finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength };
  const inflateSync = wrapping === "gzip" ? gunzipSync : inflateRawSync;
  try {
    // With `info` there is more than the types of Node say.
    const { buffer, engine } = inflateSync(bytes, options) as unknown as { buffer: Buffer; engine: Gunzip };
    return { content: buffer, used: engine.bytesWritten };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? "too large" : "damaged";
  }
}

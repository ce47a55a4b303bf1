import { constants, createInflate, createInflateRaw, inflateRawSync, inflateSync } from "node:zlib";
import type { ByteReader } from "./byte-reader.ts";
import { damaged } from "./stop.ts";
import { drive, ENGINE_CHUNK, zlibReason } from "./zlib-engine.ts";

/** What is short enough is unpacked in one call, which costs a twentieth of an engine. */
const SMALL_INPUT = 1 << 16;
const SMALL_OUTPUT = 1 << 18;

/** How a deflate stream is wrapped: not at all, or as zlib does it, with two bytes in front and a checksum behind. */
interface Wrapping {
  readonly atOnce: typeof inflateRawSync;
  readonly engine: typeof createInflateRaw;
}
const RAW: Wrapping = { atOnce: inflateRawSync, engine: createInflateRaw };
const ZLIB: Wrapping = { atOnce: inflateSync, engine: createInflate };

/** What one call made of a deflate stream. */
export interface Inflated {
  readonly bytes: Uint8Array;
  /** How much of the input the stream took; all of it also where the stream is cut off. */
  readonly consumed: number;
  /** Null, or why no more came out. */
  readonly failure: string | null;
}

/**
 * Unpacks a deflate stream that lies in memory.
 * @returns null when more than `limit` bytes come out
 */
export function inflateAtOnce(data: Uint8Array, limit: number): Inflated | null {
  return attempt(RAW, data, limit);
}

/** Unpacks one deflate stream and leaves what follows it in `input`. A stream that is cut off ends without complaint. */
export function inflateRaw(input: ByteReader): AsyncGenerator<Uint8Array, void> {
  return inflateStream(RAW, input);
}

/** The same for a deflate stream that is wrapped as zlib does it. */
export function inflateZlib(input: ByteReader): AsyncGenerator<Uint8Array, void> {
  return inflateStream(ZLIB, input);
}

/** What the beginning of a zlib stream unpacks to, as far as it is valid. */
export function inflateHead(head: Uint8Array): Uint8Array {
  return attempt(ZLIB, head, SMALL_OUTPUT)?.bytes ?? new Uint8Array(0);
}

/**
 * Whether a zlib stream begins there: nothing else unpacks that far.
 * @param isAll whether the head is all there is: then the stream has to end in it, which its checksum shows
 */
export function beginsZlib(head: Uint8Array, isAll: boolean): boolean {
  const inflated = attempt(ZLIB, head, SMALL_OUTPUT);
  if (inflated === null || inflated.failure !== null) return inflated === null;
  return !isAll || inflated.consumed < head.length || isWhole(head);
}

function isWhole(stream: Uint8Array): boolean {
  try {
    inflateSync(stream, { maxOutputLength: SMALL_OUTPUT });
    return true;
  } catch {
    return false;
  }
}

async function* inflateStream(wrapping: Wrapping, input: ByteReader): AsyncGenerator<Uint8Array, void> {
  if (input.available.length < SMALL_INPUT) await input.ensure(SMALL_INPUT);
  const data = input.available;
  const isAll = input.ended;
  if (isAll ? data.length <= 4 * SMALL_INPUT : data.length >= SMALL_INPUT) {
    const inflated = attempt(wrapping, isAll ? data : data.subarray(0, SMALL_INPUT), SMALL_OUTPUT);
    // Where more follows, a stream that took all it was given may not be at its end.
    if (inflated !== null && (isAll || inflated.failure !== null || inflated.consumed < SMALL_INPUT)) {
      // What is damaged stays unread.
      if (inflated.failure === null) input.consume(inflated.consumed);
      if (inflated.bytes.length > 0) yield inflated.bytes;
      if (inflated.failure !== null) throw damaged(inflated.failure);
      return;
    }
  }
  const options = { chunkSize: ENGINE_CHUNK, finishFlush: constants.Z_SYNC_FLUSH };
  yield* drive(wrapping.engine(options), input);
}

function attempt(wrapping: Wrapping, data: Uint8Array, limit: number): Inflated | null {
  try {
    return inflate(wrapping, data, limit);
  } catch (error) {
    if (isTooLarge(error)) return null;
    return { ...longestPrefix(wrapping, data, limit), failure: zlibReason(error) };
  }
}

function inflate({ atOnce }: Wrapping, data: Uint8Array, limit: number): Inflated {
  const { buffer, engine } = atOnce(data, {
    info: true,
    maxOutputLength: Math.max(1, limit),
    chunkSize: Math.max(64, Math.min(limit, ENGINE_CHUNK) + 8),
    finishFlush: constants.Z_SYNC_FLUSH,
  }) as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } };
  return { bytes: buffer, consumed: engine.bytesWritten, failure: null };
}

/** zlib gives nothing when it meets damage, but all there is when the data merely end: so they are made to end before the damage. */
function longestPrefix(wrapping: Wrapping, data: Uint8Array, limit: number): Omit<Inflated, "failure"> {
  let good = 0;
  let bad = data.length;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    try {
      inflate(wrapping, data.subarray(0, middle), limit);
      good = middle;
    } catch (error) {
      if (isTooLarge(error)) break;
      bad = middle;
    }
  }
  try {
    return { bytes: inflate(wrapping, data.subarray(0, good), limit).bytes, consumed: good };
  } catch {
    return { bytes: new Uint8Array(0), consumed: 0 };
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

import { constants, createZstdDecompress, zstdDecompressSync } from "node:zlib";
import type { Aside } from "./aside.ts";
import { type ByteReader, PartReader, peek } from "./byte-reader.ts";
import type { Memory } from "./decompressor.ts";
import { littleEndian } from "./little-endian.ts";
import { damaged } from "./stop.ts";
import { drive, ENGINE_CHUNK } from "./zlib-engine.ts";

const FRAME = 0xfd2fb528;
/** The lowest four bits are free. */
const SKIPPABLE = 0x184d2a50;
/** The magic number and the longest frame header. */
const LONGEST_HEADER = 18;
/** 128 MiB, which the zstd command accepts without being asked to. */
const LARGEST_WINDOW_LOG = 27;
const SMALL = 1 << 12;

/**
 * Unpacks frames until the input ends. Node's stream stops silently behind the first frame, even a skippable one:
 * so each has an engine of its own.
 * @see https://www.rfc-editor.org/rfc/rfc8878
 */
export async function* unzstd(input: ByteReader, memory: Memory, aside: Aside): AsyncGenerator<Uint8Array, void> {
  for (let first = true; ; first = false) {
    const head = await peek(input, LONGEST_HEADER);
    if (head.length === 0 && !first) return;
    const magic = littleEndian(head, 0, 4);
    if (head.length >= 8 && (magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      await skipFrame(input, littleEndian(head, 4, 4), aside);
    } else if (magic === FRAME) {
      yield* unzstdFrame(input, windowSize(head), memory);
    } else {
      throw damaged(first ? "the zstd header is cut off" : "something else follows the zstd data");
    }
  }
}

async function skipFrame(input: ByteReader, length: number, aside: Aside): Promise<void> {
  input.consume(8);
  if ((await aside.addAll(new PartReader(input, length))) < length) throw damaged("zstd data end too early");
}

async function* unzstdFrame(input: ByteReader, window: number, memory: Memory): AsyncGenerator<Uint8Array, void> {
  const ready = await peek(input, SMALL);
  const small = smallFrame(ready);
  if (small !== null) {
    input.consume(small.consumed);
    if (small.bytes.length > 0) yield small.bytes;
    return;
  }
  memory.hold(window);
  try {
    const params = { [constants.ZSTD_d_windowLogMax]: LARGEST_WINDOW_LOG };
    yield* drive(createZstdDecompress({ chunkSize: ENGINE_CHUNK, params }), input);
  } finally {
    memory.release(window);
  }
}

/** A frame that lies in memory and yields little: without the cost of an engine, since a file may be made of nothing else. */
function smallFrame(data: Uint8Array): { bytes: Uint8Array; consumed: number } | null {
  try {
    const { buffer, engine } = zstdDecompressSync(data, { info: true, maxOutputLength: ENGINE_CHUNK }) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    return { bytes: buffer, consumed: engine.bytesWritten };
  } catch {
    return null;
  }
}

/** The memory that a frame asks for, from its header. */
function windowSize(head: Uint8Array): number {
  const descriptor = head[4] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (!isSingleSegment) {
    const byte = head[5] ?? 0;
    const base = 2 ** (10 + (byte >> 3));
    return base + (base / 8) * (byte & 7);
  }
  const dictionaryIdLength = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const at = 5 + dictionaryIdLength;
  switch (descriptor >> 6) {
    case 0:
      return littleEndian(head, at, 1);
    case 1:
      return littleEndian(head, at, 2) + 256;
    case 2:
      return littleEndian(head, at, 4);
    default:
      return littleEndian(head, at, 8);
  }
}

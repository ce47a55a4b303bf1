import type { BrotliDecompress, Inflate, InflateRaw, ZstdDecompress } from "node:zlib";
import type { ByteReader } from "./byte-reader.ts";
import { damaged } from "./stop.ts";

/** Chunks in which node:zlib is asked to answer. */
export const ENGINE_CHUNK = 1 << 16;

/**
 * Drives an engine of node:zlib by hand: one chunk goes in when all that came of the last was taken, so that no more
 * is read from `input` than the engine used, and memory stays at one chunk each way. The engine runs on a thread of
 * libuv's pool while the caller looks at what came out before. Ends where the compressed stream ends.
 */
export async function* drive(
  engine: Inflate | InflateRaw | ZstdDecompress | BrotliDecompress,
  input: ByteReader,
): AsyncGenerator<Uint8Array, void> {
  let writing = false;
  let ended = false;
  let failure: Error | null = null;
  let wake = () => {};
  const signal = () => wake();
  engine.on("readable", signal);
  engine.on("end", () => {
    ended = true;
    wake();
  });
  engine.on("error", (error) => {
    failure = error;
    wake();
  });
  try {
    for (let used = 0; ; ) {
      const chunk: Uint8Array | null = engine.read();
      // Also in the midst of a chunk, which may unpack to many: whoever counts what comes out compares it with what went in.
      input.consume(engine.bytesWritten - used);
      used = engine.bytesWritten;
      if (chunk !== null) {
        yield chunk;
        continue;
      }
      if (failure !== null) throw damaged(zlibReason(failure));
      if (ended) return;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (!writing && !engine.writableEnded && !engine.readableEnded) {
        if ((await input.ensure(1)) === 0) {
          engine.end();
        } else {
          writing = true;
          engine.write(input.available, () => {
            writing = false;
            wake();
          });
        }
      }
      await woken;
    }
  } finally {
    engine.destroy();
  }
}

/** The error's code only: zlib's messages are fixed texts too, but nobody promises that. */
export function zlibReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return `compressed data is not valid (${code})`;
}

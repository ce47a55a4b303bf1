import { inflateSync } from "node:zlib";
import { GitDataError } from "./object-error.ts";

/** Room for the output is taken in steps of at most so much: a header that lies costs no memory. */
const LARGEST_STEP = 1 << 20;

export interface Inflated {
  readonly bytes: Buffer;
  /** How much of the input the stream took. */
  readonly consumed: number;
}

/**
 * Unpacks a zlib stream of which is known how much comes out; what follows it in `input` is left alone.
 * @throws GitDataError when it is damaged, or more or less comes out
 */
export function inflateAtOnce(input: Uint8Array, size: number): Inflated {
  let inflated: { buffer: Buffer; engine: { bytesWritten: number } };
  try {
    inflated = inflateSync(input, {
      info: true,
      maxOutputLength: Math.max(1, size),
      chunkSize: Math.max(64, Math.min(size + 1, LARGEST_STEP)),
    }) as unknown as typeof inflated;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new GitDataError(
      code === "ERR_BUFFER_TOO_LARGE" ? "holds more than its header states" : "its compressed data is not valid",
    );
  }
  if (inflated.buffer.length !== size) throw new GitDataError("holds less than its header states");
  return { bytes: inflated.buffer, consumed: inflated.engine.bytesWritten };
}

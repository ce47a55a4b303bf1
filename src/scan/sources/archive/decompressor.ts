import type { Aside } from "./aside.ts";
import type { ByteReader } from "./byte-reader.ts";

/** Memory that one outermost file may hold at a time. */
export interface Memory {
  /**
   * Counts `bytes` as held until they are released.
   * @throws {Stop} archive-suspicious, when that is too much
   */
  hold(bytes: number): void;
  release(bytes: number): void;
}

/**
 * Unpacks a stream, reading from `input` only what it needs for the next chunk. A chunk is valid until the next is asked for.
 * What the stream carries beside its content goes to `aside`.
 * @throws {Stop} where the stream cannot be read on; what came before it has been yielded
 */
export type Decompressor = (input: ByteReader, memory: Memory, aside: Aside) => AsyncGenerator<Uint8Array, void>;

import { LINKED, PLACED } from "../../kernel/assembly/pack-layout.ts";
import type { PackKernel, ReadPack } from "../../kernel/pack-kernel.ts";

/** How much of a pack a thread reads at once. */
export const CHUNK_BYTES = 8 * 2 ** 20;
/** An entry's header may go on in the next chunk so far. */
export const OVERLAP = 64;

/** Takes its part in reading the pack to memory and in reading the headers of what was read, until no chunk is left to take. */
export function readChunks(kernel: PackKernel, length: number, read: ReadPack): void {
  kernel.awaitPhase(PLACED);
  const { pack } = kernel;
  while (!kernel.isStopped) {
    const from = kernel.takeChunk() * CHUNK_BYTES;
    if (from >= length) return;
    const to = Math.min(from + CHUNK_BYTES, length);
    // Headers are read only once all of their bytes have come.
    read(from, kernel.bytes.subarray(pack + from, pack + Math.min(to + OVERLAP, length)));
    kernel.readHeaders(from, to, pack + from);
    kernel.finishChunk();
  }
}

/** Waits until the pack's trees may be walked. */
export function awaitTrees(kernel: PackKernel): void {
  kernel.awaitPhase(LINKED);
}

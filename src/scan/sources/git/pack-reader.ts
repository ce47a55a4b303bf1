import { PLACED } from "../../kernel/assembly/pack-layout.ts";
import type { PackKernel, ReadPack } from "../../kernel/pack-kernel.ts";

/** How much of a pack a thread reads at once. */
export const CHUNK_BYTES = 2 * 2 ** 20;
/** An entry's header may go on in the next chunk so far. */
export const OVERLAP = 64;

/** Takes its part in reading the pack to memory and in reading the headers of what was read, until no chunk is left to take. */
export function readChunks(kernel: PackKernel, length: number, read: ReadPack): void {
  const { pack } = kernel;
  // Headers are read once the objects are in order, which takes a while in which the first bytes can come.
  const waiting: number[] = [];
  for (let from = nextChunk(kernel); from < length && !kernel.isStopped; from = nextChunk(kernel)) {
    read(from, kernel.bytes.subarray(pack + from, pack + Math.min(from + CHUNK_BYTES + OVERLAP, length)));
    waiting.push(from);
    if (kernel.phase >= PLACED) readHeaders(kernel, length, waiting);
  }
  kernel.awaitPhase(PLACED);
  readHeaders(kernel, length, waiting);
}

function nextChunk(kernel: PackKernel): number {
  return kernel.takeChunk() * CHUNK_BYTES;
}

function readHeaders(kernel: PackKernel, length: number, chunks: number[]): void {
  for (const from of chunks.splice(0)) {
    kernel.readHeaders(from, Math.min(from + CHUNK_BYTES, length), kernel.pack + from);
    kernel.finishChunk();
  }
}

import { HITS_CAPACITY, PLACED } from "../../../kernel/assembly/pack-layout.ts";
import type { PackKernel, ReadPack } from "../../../kernel/pack-kernel.ts";
import { isMark } from "./mark.ts";

/** How much of a pack a thread reads at once. */
export const CHUNK_BYTES = 2 * 2 ** 20;
/** What begins in a chunk may go on in the next so far: an entry's header for a few bytes, an anchor in wrapped base64 for some 3 KB. */
export const OVERLAP = 4096;

/**
 * Takes its part in reading the pack to memory and in reading the headers of what was read, until no chunk is left to take. Notes whether
 * its bytes as they are, behind its end or between its objects, hold what begins like a credential.
 */
export function readChunks(kernel: PackKernel, length: number, read: ReadPack): void {
  const { pack } = kernel;
  // Headers are read once the objects are in order, which takes a while in which the first bytes can come.
  const waiting: number[] = [];
  for (let from = nextChunk(kernel); from < length && !kernel.isStopped; from = nextChunk(kernel)) {
    const end = pack + Math.min(from + CHUNK_BYTES + OVERLAP, length);
    read(from, kernel.bytes.subarray(pack + from, end));
    searchPlainly(kernel, pack + from, Math.min(pack + from + CHUNK_BYTES, end), end);
    waiting.push(from);
    if (kernel.phase >= PLACED) readHeaders(kernel, length, waiting);
  }
  kernel.awaitPhase(PLACED);
  readHeaders(kernel, length, waiting);
}

/** Searches a part of the pack as it is, [from, to) of the memory, of which up to `end` was read. */
export function searchPlainly(kernel: PackKernel, from: number, to: number, end: number): void {
  const hits = kernel.searchBytes(from, to, end);
  let marks = 0;
  while (marks < hits && isMark(kernel.bytes, kernel.hitAt(marks))) marks++;
  if (marks < hits || hits >= HITS_CAPACITY) kernel.notePlainAnchors();
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

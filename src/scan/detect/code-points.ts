import { isAscii } from "node:buffer";

/** The highest bit of each byte of a word. */
const HIGH_BITS = 0x80808080;

/**
 * The UTF-8 code points in bytes[from, to): every byte that continues none. Bytes that are not UTF-8 count as one each or none.
 * A line may be as long as the document: one of ASCII alone, as most are, takes next to no time, others are looked at four bytes at a time.
 */
export function codePoints(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 16) return to - from - continuations(bytes, from, to);
  if (isAscii(bytes.subarray(from, to))) return to - from;
  const misaligned = (4 - ((bytes.byteOffset + from) & 3)) & 3;
  const start = from + misaligned;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + start, (to - start) >> 2);
  const end = start + words.length * 4;
  let continuing = continuations(bytes, from, start) + continuations(bytes, end, to);
  for (const word of words) {
    // The highest bit set and the next one not: 10xxxxxx.
    const marks = word & ~(word << 1) & HIGH_BITS;
    if (marks !== 0) continuing += Math.imul(marks >>> 7, 0x01010101) >>> 24;
  }
  return to - from - continuing;
}

function continuations(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) if (((bytes[i] ?? 0) & 0xc0) === 0x80) count++;
  return count;
}

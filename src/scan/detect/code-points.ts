/** The UTF-8 code points in bytes[from, to): every byte that continues none. Bytes that are not UTF-8 count as one each or none. */
export function codePoints(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) count++;
  return count;
}

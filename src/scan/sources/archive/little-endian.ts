/** The unsigned number in `length` bytes (at most 8) at `at`; bytes that are not there count as zero. Past 2^53 it loses its last bits. */
export function littleEndian(bytes: Uint8Array, at: number, length: 1 | 2 | 3 | 4 | 8): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

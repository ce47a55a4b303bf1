/** Tar is made of blocks of this size. */
export const BLOCK = 512;

/**
 * The fields of a tar header that matter here. Offsets are those of POSIX.1-2001 ustar, which GNU tar and v7 share.
 * @see https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */
export interface TarHeader {
  readonly name: Uint8Array;
  /** The directory part of the name; ustar only. */
  readonly prefix: Uint8Array;
  /** What stands in its place in other tars: some readers take it for one all the same. */
  readonly otherPrefix: Uint8Array;
  /** Bytes of the body; null: no number. */
  readonly size: number | null;
  /** `0` or NUL: a file. */
  readonly type: string;
}

/** Whether the block's checksum is right: the sum of its bytes with the checksum's own field taken as spaces. */
export function isTarHeader(block: Uint8Array): boolean {
  // What most other files have there is no such number: then there is nothing to add up.
  if (block.length < BLOCK || !statesChecksum(block, 0)) return false;
  const stated = number(block, 148, 8);
  let sum = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0);
    sum += byte;
    // Old tars added up signed characters.
    signed += byte < 0x80 ? byte : byte - 0x100;
  }
  return stated === sum || stated === signed;
}

/** Whether a number that may be one stands where a header that begins at `from` has its checksum. */
export function statesChecksum(bytes: Uint8Array, from: number): boolean {
  const stated = number(bytes, from + 148, 8);
  return stated !== null && stated > 0 && stated <= BLOCK * 0xff;
}

export function isZero(block: Uint8Array): boolean {
  for (let i = 0; i < block.length; i++) if (block[i] !== 0) return false;
  return true;
}

export function tarHeader(block: Uint8Array): TarHeader {
  const isPosixUstar = block[257] === 0x75 && block[262] === 0;
  const prefix = text(block, 345, 155);
  const nothing = new Uint8Array(0);
  return {
    name: text(block, 0, 100),
    prefix: isPosixUstar ? prefix : nothing,
    otherPrefix: isPosixUstar ? nothing : prefix,
    size: number(block, 124, 12),
    type: String.fromCharCode(block[156] ?? 0),
  };
}

/** Whether the sparse map of an old GNU header, or of a block that continues one, is continued in the next block. */
export function sparseMapContinues(block: Uint8Array, at: 482 | 504): boolean {
  return block[at] === 1;
}

/** The bytes up to the first NUL, as a copy: the block is about to be reused. */
function text(block: Uint8Array, from: number, length: number): Uint8Array {
  const end = block.indexOf(0, from);
  return Uint8Array.from(block.subarray(from, end === -1 ? from + length : Math.min(end, from + length)));
}

/** An octal number, or one in base 256 where the first bit is set; null when it is neither, negative or past 2^53. */
function number(block: Uint8Array, from: number, length: number): number | null {
  const first = block[from] ?? 0;
  if (first & 0x80) {
    let value = first & 0x7f;
    if (value & 0x40) return null;
    for (let i = from + 1; i < from + length; i++) value = value * 256 + (block[i] ?? 0);
    return Number.isSafeInteger(value) ? value : null;
  }
  let value = 0;
  let i = from;
  while (i < from + length && block[i] === 0x20) i++;
  for (; i < from + length; i++) {
    const byte = block[i] ?? 0;
    if (byte === 0 || byte === 0x20) break;
    if (byte < 0x30 || byte > 0x37) return null;
    value = value * 8 + byte - 0x30;
  }
  return value;
}

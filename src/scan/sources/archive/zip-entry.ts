import { littleEndian } from "./little-endian.ts";
import { zipName } from "./zip-name.ts";

const FLAG_ENCRYPTED = 1;
const FLAG_DESCRIPTOR = 8;
const FLAG_UTF8 = 1 << 11;
const FLAG_HEADERS_ENCRYPTED = 1 << 13;
const ZIP64_EXTRA = 1;
const UNKNOWN_32 = 0xffffffff;

export const LOCAL_HEADER = 0x04034b50;
export const LOCAL_HEADER_LENGTH = 30;
export const DIRECTORY_HEADER = 0x02014b50;
export const DIRECTORY_HEADER_LENGTH = 46;

/**
 * What a header says of a member; the local one and the directory's say the same in an honest zip.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.7, 4.3.12)
 */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Checksum and sizes follow the data; those of the local header are zero. */
  readonly hasDescriptor: boolean;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where the local header is; only the directory says so. */
  readonly offset: number;
  /** The header with name, extra field and comment. */
  readonly headerLength: number;
  /** Extra field and comment. Valid as long as the bytes are that it was read from. */
  readonly extra: Uint8Array;
}

/** Reads a local header with all that belongs to it; null where it is cut off. */
export function localEntry(bytes: Uint8Array): ZipEntry | null {
  const nameLength = littleEndian(bytes, 26, 2);
  const extraLength = littleEndian(bytes, 28, 2);
  const end = LOCAL_HEADER_LENGTH + nameLength + extraLength;
  if (bytes.length < LOCAL_HEADER_LENGTH || bytes.length < end) return null;
  return entry(bytes, 6, LOCAL_HEADER_LENGTH, nameLength, extraLength, 0, end);
}

/** Reads a header of the directory with all that belongs to it; null where it is cut off. */
export function directoryEntry(bytes: Uint8Array): ZipEntry | null {
  const nameLength = littleEndian(bytes, 28, 2);
  const extraLength = littleEndian(bytes, 30, 2);
  const end = DIRECTORY_HEADER_LENGTH + nameLength + extraLength + littleEndian(bytes, 32, 2);
  if (bytes.length < DIRECTORY_HEADER_LENGTH || bytes.length < end) return null;
  return entry(bytes, 8, DIRECTORY_HEADER_LENGTH, nameLength, extraLength, littleEndian(bytes, 42, 4), end);
}

function entry(
  bytes: Uint8Array,
  flagsAt: number,
  nameAt: number,
  nameLength: number,
  extraLength: number,
  offset: number,
  headerLength: number,
): ZipEntry {
  const flags = littleEndian(bytes, flagsAt, 2);
  const extra = bytes.subarray(nameAt + nameLength, nameAt + nameLength + extraLength);
  const wide = wideNumbers(extra, [littleEndian(bytes, flagsAt + 16, 4), littleEndian(bytes, flagsAt + 12, 4), offset]);
  return {
    name: zipName(bytes.subarray(nameAt, nameAt + nameLength), (flags & FLAG_UTF8) !== 0),
    method: littleEndian(bytes, flagsAt + 2, 2),
    isEncrypted: (flags & (FLAG_ENCRYPTED | FLAG_HEADERS_ENCRYPTED)) !== 0,
    hasDescriptor: (flags & FLAG_DESCRIPTOR) !== 0,
    crc: littleEndian(bytes, flagsAt + 8, 4),
    size: wide[0],
    packedSize: wide[1],
    offset: wide[2],
    headerLength,
    extra: bytes.subarray(nameAt + nameLength, headerLength),
  };
}

/** Size, packed size and offset: those that do not fit in 32 bits stand in the zip64 field, in this order. */
function wideNumbers(extra: Uint8Array, narrow: [number, number, number]): [number, number, number] {
  let at = 0;
  while (at + 4 <= extra.length && littleEndian(extra, at, 2) !== ZIP64_EXTRA) at += 4 + littleEndian(extra, at + 2, 2);
  if (at + 4 > extra.length) return narrow;
  const end = at + 4 + littleEndian(extra, at + 2, 2);
  at += 4;
  const [size, packedSize, offset] = narrow.map((value) => {
    if (value !== UNKNOWN_32 || at + 8 > end) return value;
    at += 8;
    return littleEndian(extra, at - 8, 8);
  });
  return [size ?? 0, packedSize ?? 0, offset ?? 0];
}

import { BLOCK, isTarHeader } from "./tar-header.ts";

/** Formats that hold other files, or one other file. What is zlib is read into when it is an object of git, which the first bytes do not tell. */
export type ContainerFormat = "gzip" | "zip" | "tar" | "zstd" | "bzip2" | "xz" | "zlib";

/** How many first bytes tell every format. */
export const HEAD_LENGTH = BLOCK;

/**
 * What the first bytes say a file is; null: no container. Signatures are long enough that text is never taken for one
 * (`BZh9` may begin a sentence, so the block's signature behind it is asked for too).
 * @param head at least 265 bytes, or all there are; old tars without a signature are told from 512 only
 */
export function containerFormat(head: Uint8Array): ContainerFormat | null {
  switch (head[0]) {
    case 0x1f: // Deflate is the one method there is; the upper three flags are reserved.
      if (head[1] === 0x8b && head[2] === 8 && ((head[3] ?? 0xff) & 0xe0) === 0) return "gzip";
      break;
    case 0x50: // A local header, the directory's end (an empty zip) or the mark of a split one.
      if (matches(head, 0, "PK\x03\x04") || matches(head, 0, "PK\x05\x06") || matches(head, 0, "PK\x07\x08PK"))
        return "zip";
      break;
    case 0x28:
      if (matches(head, 0, "\x28\xb5\x2f\xfd")) return "zstd";
      break;
    case 0x42:
      if (isBzip2(head)) return "bzip2";
      break;
    case 0xfd:
      if (matches(head, 0, "\xfd7zXZ\0")) return "xz";
      break;
    case 0x78:
      if (isZlib(head)) return "zlib";
      break;
    default:
  }
  if (isSkippableFrame(head)) return "zstd";
  return isTar(head) ? "tar" : null;
}

/** Packed formats that are not read into, by how they begin. */
const UNREAD: readonly (readonly [signature: string, name: string])[] = [
  ["7z\xbc\xaf\x27\x1c", "7z"],
  ["Rar!\x1a\x07", "RAR"],
  ["\x04\x22\x4d\x18", "lz4"],
  ["LZIP", "lzip"],
  ["\x89LZO\0", "lzop"],
  ["\x1f\x9d\x90", "compress"],
  ["MSCF\0\0\0\0", "a cabinet"],
  ["xar!\0", "xar"],
  ["\xed\xab\xee\xdb", "an RPM package"],
  ["!<arch>\ndebian-binary", "a Debian package"],
  ["hsqs", "SquashFS"],
  ["PACK\0\0\0\x02", "a git pack"],
  ["PACK\0\0\0\x03", "a git pack"],
  ["# v2 git bundle\n", "a git bundle"],
  ["# v3 git bundle\n", "a git bundle"],
];
const LZMA_FIRST_BYTE = 0x5d;
const UNREAD_FIRST_BYTES = new Set([LZMA_FIRST_BYTE, ...UNREAD.map(([signature]) => signature.charCodeAt(0))]);

/** What packed format it is that is not read into; null: none that is known. */
export function unreadFormat(head: Uint8Array): string | null {
  if (!UNREAD_FIRST_BYTES.has(head[0] ?? -1)) return null;
  if (isLzma(head)) return "lzma";
  return UNREAD.find(([signature]) => matches(head, 0, signature))?.[1] ?? null;
}

/** LZMA alone, with the properties that every tool writes: a dictionary of whole 64 KiB, and a size that is unknown or below a terabyte. */
function isLzma(head: Uint8Array): boolean {
  if (head[0] !== LZMA_FIRST_BYTE || head.length < 13) return false;
  return matches(head, 1, "\0\0") && (matches(head, 5, "\xff".repeat(8)) || matches(head, 10, "\0\0\0"));
}

/** A program or a script, with which a file may begin that ends as a zip. */
export function isProgram(head: Uint8Array): boolean {
  return matches(head, 0, "#!") || matches(head, 0, "MZ") || matches(head, 0, "\x7fELF");
}

/** How many bytes a zip without a comment ends with, and one with the longest. */
export const ZIP_END_LENGTH = 22;
export const LONGEST_ZIP_END = ZIP_END_LENGTH + 0xffff;

/** Says of such a zip that nobody could go back to read it. */
export const ZIP_BEHIND = "it ends as a zip, which is not read into in the midst of a stream";

/** The last bytes of what comes in pieces, enough for `endsAsZip`. */
export class Tail {
  #bytes = new Uint8Array(0);

  add(chunk: Uint8Array): void {
    const bytes = chunk.length >= ZIP_END_LENGTH ? chunk : Buffer.concat([this.#bytes, chunk]);
    this.#bytes = Uint8Array.from(bytes.subarray(-ZIP_END_LENGTH));
  }

  get isZip(): boolean {
    return endsAsZip(this.#bytes);
  }
}

/**
 * Whether a zip's directory ends the file: so a zip is found behind a program or a script (`.pyz`, self-extracting).
 * @param tail its last bytes: 22, or more where the zip may have a comment, which follows them
 */
export function endsAsZip(tail: Uint8Array): boolean {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.length);
  for (let at = bytes.length - ZIP_END_LENGTH; at >= 0; at--) {
    at = bytes.lastIndexOf("PK\x05\x06", at, "latin1");
    if (at !== -1 && at + ZIP_END_LENGTH + bytes.readUInt16LE(at + 20) === bytes.length) return true;
  }
  return false;
}

/** Zstandard's frames of anything else, 0x184D2A50 to 5F, with which a file may begin. */
function isSkippableFrame(head: Uint8Array): boolean {
  return ((head[0] ?? 0) & 0xf0) === 0x50 && matches(head, 1, "\x2a\x4d\x18");
}

/** Deflate with a window of 32 KiB and no preset dictionary: the two bytes are a multiple of 31, and the second says how hard was tried. */
function isZlib(head: Uint8Array): boolean {
  const effort = head[1] ?? 0;
  return effort === 0x01 || effort === 0x5e || effort === 0x9c || effort === 0xda;
}

function isBzip2(head: Uint8Array): boolean {
  const level = head[3] ?? 0;
  if (!matches(head, 0, "BZh") || level < 0x31 || level > 0x39) return false;
  return matches(head, 4, "1AY&SY") || matches(head, 4, "\x17\x72\x45\x38\x50\x90");
}

function isTar(head: Uint8Array): boolean {
  if (head.length >= BLOCK) return isTarHeader(head);
  return matches(head, 257, "ustar");
}

function matches(bytes: Uint8Array, at: number, signature: string): boolean {
  for (let i = 0; i < signature.length; i++) if (bytes[at + i] !== signature.charCodeAt(i)) return false;
  return true;
}

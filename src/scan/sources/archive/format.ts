import { BLOCK, isTarHeader } from "./tar-header.ts";

/**
 * Formats that hold other files, or one other file. What is zlib is read into when it really is, which the first two bytes do not tell.
 * UTF-32 counts as one: it has to be unpacked to be read. So do git's tables of refs, for the logs in them.
 */
export type ContainerFormat =
  | "gzip"
  | "zip"
  | "tar"
  | "zstd"
  | "bzip2"
  | "xz"
  | "zlib"
  | "brotli"
  | "utf32"
  | "reftable";

/** How many first bytes tell every format that is read into. */
export const HEAD_LENGTH = BLOCK;

/** What brotli is told by, since it begins in no way of its own. */
const BROTLI_ENDING = /\.t?br$/i;

/**
 * What the first bytes say a file is; null: no container. Signatures are long enough that text is never taken for one
 * (`BZh9` may begin a sentence, so the block's signature behind it is asked for too).
 * @param head at least 265 bytes, or all there are; old tars without a signature are told from 512 only
 * @param name the file's, which counts where the bytes say nothing
 */
export function containerFormat(head: Uint8Array, name = ""): ContainerFormat | null {
  return formatByHead(head) ?? (head.length > 0 && isPackedByName(name) ? "brotli" : null);
}

/** Whether a name says that a file is packed where its bytes do not. */
export function isPackedByName(name: string): boolean {
  return BROTLI_ENDING.test(name);
}

function formatByHead(head: Uint8Array): ContainerFormat | null {
  switch (head[0]) {
    case 0x1f: // Deflate is the one method there is; the upper three flags are reserved.
      if (head[1] === 0x8b && head[2] === 8 && ((head[3] ?? 0xff) & 0xe0) === 0) return "gzip";
      break;
    case 0x50: // A local header, the directory's end (an empty zip) or the mark of a split one.
      if (matches(head, 0, "PK\x03\x04") || matches(head, 0, "PK\x05\x06") || matches(head, 0, "PK\x07\x08PK"))
        return "zip";
      break;
    case 0x52: // Behind it a version: two are known.
      if (matches(head, 0, "REFT\x01") || matches(head, 0, "REFT\x02")) return "reftable";
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
  if (isUtf32(head)) return "utf32";
  return isTar(head) ? "tar" : null;
}

/** Packed formats that are not read into, by how they begin. */
const UNREAD: readonly (readonly [signature: string, name: string])[] = [
  ["7z\xbc\xaf\x27\x1c", "7z"],
  ["Rar!\x1a\x07", "RAR"],
  ["\x04\x22\x4d\x18", "lz4"],
  ["\xff\x06\0\0sNaPpY", "snappy"],
  ["LZIP", "lzip"],
  ["LRZI\0", "lrzip"],
  ["\x89LZO\0", "lzop"],
  ["bvx2", "lzfse"],
  ["bvxn", "lzfse"],
  ["pbzx", "pbzx"],
  ["\x1f\x9d\x90", "compress"],
  ["MSCF\0\0\0\0", "a cabinet"],
  ["MSWIM\0\0\0", "a Windows image"],
  ["xar!\0", "xar"],
  ["\xed\xab\xee\xdb", "an RPM package"],
  ["!<arch>\ndebian-binary", "a Debian package"],
  ["070701", "cpio"],
  ["070702", "cpio"],
  ["070707", "cpio"],
  ["hsqs", "SquashFS"],
  ["sqsh", "SquashFS"],
  ["\x45\x3d\xcd\x28", "cramfs"],
  ["QFI\xfb", "a QEMU image"],
  ["KDMV", "a VMware image"],
  ["PAR1", "Parquet"],
  ["Obj\x01", "Avro"],
  ["PACK\0\0\0\x02", "a git pack"],
  ["PACK\0\0\0\x03", "a git pack"],
  ["# v2 git bundle\n", "a git bundle"],
  ["# v3 git bundle\n", "a git bundle"],
];
const LZMA_FIRST_BYTE = 0x5d;
const ELF_FIRST_BYTE = 0x7f;
const UNREAD_FIRST_BYTES = new Set([
  LZMA_FIRST_BYTE,
  ELF_FIRST_BYTE,
  ...UNREAD.map(([signature]) => signature.charCodeAt(0)),
]);

/** How a file system of a CD is told: its first descriptor stands behind sixteen empty blocks. */
const ISO_SIGNATURE = "CD001";
const ISO_SIGNATURE_AT = 0x8001;

/** How many first bytes tell every packed format that is not read into. */
export const UNREAD_HEAD_LENGTH = ISO_SIGNATURE_AT + ISO_SIGNATURE.length;

/** With what the last block of Apple's disk images begins, and how long that is. */
const DISK_IMAGE_END = "koly";
const DISK_IMAGE_END_LENGTH = 512;

/**
 * What packed format it is that is not read into; null: none that is known.
 * @param head the first 512 bytes, or all there are; an image of a CD is told from {@link UNREAD_HEAD_LENGTH} only
 */
export function unreadFormat(head: Uint8Array): string | null {
  if (UNREAD_FIRST_BYTES.has(head[0] ?? -1)) {
    if (isLzma(head)) return "lzma";
    if (matches(head, 0, "\x7fELF") && matches(head, 8, "AI") && (head[10] ?? 0) <= 2) return "an AppImage";
    const known = UNREAD.find(([signature]) => matches(head, 0, signature))?.[1];
    if (known !== undefined) return known;
  }
  return matches(head, ISO_SIGNATURE_AT, ISO_SIGNATURE) ? "an image of a CD" : null;
}

/** The same of what is told by how it ends. @param bytes the last 512 of it, or more, up to `end` */
export function unreadFormatByEnd(bytes: Uint8Array, end = bytes.length): string | null {
  return matches(bytes, end - DISK_IMAGE_END_LENGTH, DISK_IMAGE_END) ? "a disk image of macOS" : null;
}

/** LZMA alone, with the properties that every tool writes: a dictionary of whole 64 KiB, and a size that is unknown or below a terabyte. */
function isLzma(head: Uint8Array): boolean {
  if (head[0] !== LZMA_FIRST_BYTE || head.length < 13) return false;
  return matches(head, 1, "\0\0") && (matches(head, 5, "\xff".repeat(8)) || matches(head, 10, "\0\0\0"));
}

/** A program or a script, behind which a container may follow. */
export function isProgram(head: Uint8Array): boolean {
  return isScript(head) || matches(head, 0, "MZ") || matches(head, 0, "\x7fELF");
}

export function isScript(head: Uint8Array): boolean {
  return matches(head, 0, "#!");
}

/** How many bytes a zip without a comment ends with, and one with the longest. */
export const ZIP_END_LENGTH = 22;
export const LONGEST_ZIP_END = ZIP_END_LENGTH + 0xffff;
const ZIP_END = "PK\x05\x06";
const ZIP_ENTRY = "PK\x01\x02";
const ZIP_ENTRY_LENGTH = 46;
/** States that zip64's records say it. */
const UNKNOWN_16 = 0xffff;
const UNKNOWN_32 = 0xffffffff;

/** Says of such a zip that nobody could go back to read it. */
export const ZIP_BEHIND = "it ends as a zip, which is not read into in the midst of a stream";

/** The last bytes of what comes in pieces, enough to tell how it ends. */
export class Tail {
  #bytes = Buffer.alloc(0);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  add(chunk: Uint8Array): void {
    if (this.#bytes.length === 0) this.#bytes = Buffer.alloc(LONGEST_ZIP_END);
    const added = chunk.subarray(-LONGEST_ZIP_END);
    const kept = Math.min(this.#length, LONGEST_ZIP_END - added.length);
    this.#bytes.copyWithin(0, this.#length - kept, this.#length);
    this.#bytes.set(added, kept);
    this.#length = kept + added.length;
  }

  /** Valid until more is added. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/**
 * Whether the signature of a zip's last record stands where one may: asked of every file, so it costs a microsecond for each 64 KiB.
 * @param end where in `bytes` the file ends
 */
export function mayEndAsZip(bytes: Buffer, end: number): boolean {
  if (end < ZIP_END_LENGTH) return false;
  if (end <= LONGEST_ZIP_END) return bytes.lastIndexOf(ZIP_END, end - ZIP_END_LENGTH, "latin1") !== -1;
  return bytes.subarray(end - LONGEST_ZIP_END, end).includes(ZIP_END, 0, "latin1");
}

/** Where, from the end on, a zip's last record may begin. */
export function* zipEnds(tail: Uint8Array): Generator<number> {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.length);
  for (let at = bytes.length - ZIP_END_LENGTH; at >= 0; at--) {
    at = bytes.lastIndexOf(ZIP_END, at, "latin1");
    if (at === -1) return;
    yield at;
  }
}

/**
 * Whether a zip's directory ends the file, perhaps with something behind: so a zip is found behind a program, a picture, a script (`.pyz`,
 * self-extracting).
 * @param tail its last bytes: 22, or more where the zip may have a comment, which follows them
 */
export function endsAsZip(tail: Uint8Array): boolean {
  return zipEnds(tail).some((at) => isZipEnd(tail, at));
}

function isZipEnd(tail: Uint8Array, at: number): boolean {
  const bytes = new DataView(tail.buffer, tail.byteOffset, tail.length);
  const [entries, size] = [bytes.getUint16(at + 10, true), bytes.getUint32(at + 12, true)];
  if (bytes.getUint16(at + 4, true) !== 0 || at + ZIP_END_LENGTH + bytes.getUint16(at + 20, true) > tail.length)
    return false;
  if (entries === UNKNOWN_16 || size === UNKNOWN_32) return true;
  if (entries === 0 || size < entries * ZIP_ENTRY_LENGTH) return false;
  // What stands there is told as far as one sees.
  return size > at || matches(tail, at - size, ZIP_ENTRY);
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

/** With a mark at its beginning, or with nothing but text for a while, most of it plain; whichever byte comes first. */
function isUtf32(head: Uint8Array): boolean {
  const isLittle = head[2] === 0 && head[3] === 0;
  if (head.length < 8 || !(isLittle || (head[0] === 0 && head[1] === 0))) return false;
  const bytes = new DataView(head.buffer, head.byteOffset, head.length);
  const isMarked = bytes.getUint32(0, isLittle) === BYTE_ORDER_MARK;
  let plain = 0;
  const units = Math.min(UTF32_UNITS, head.length >> 2);
  for (let unit = isMarked ? 1 : 0; unit < units; unit++) {
    const code = bytes.getUint32(4 * unit, isLittle);
    if (code > 0x10ffff) return false;
    if (code >= 0x20 ? code < 0x7f : code >= 0x09 && code <= 0x0d) plain++;
  }
  return isMarked || plain >= MOSTLY * units;
}

/** So many characters tell whether it is text, and such a share of them is plain where no mark says so. */
const UTF32_UNITS = 64;
const MOSTLY = 0.9;
const BYTE_ORDER_MARK = 0xfeff;

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
  if (at < 0 || bytes[at] !== signature.charCodeAt(0)) return false;
  for (let i = 0; i < signature.length; i++) if (bytes[at + i] !== signature.charCodeAt(i)) return false;
  return true;
}

import type { DiskPath } from "../../disk/disk-path.ts";
import { RegularFile } from "../regular-file.ts";
import { inflateAtOnce } from "./inflate-at-once.ts";
import type { ObjectType } from "./object.ts";
import { GitDataError } from "./object-error.ts";
import type { PackIndex } from "./pack-index.ts";

const HEADER_LENGTH = 12;
/** The longest header of an entry: size, and the base's id. */
const LONGEST_ENTRY_HEADER = 10 + 32;
/** What is read at once where entries are read one after another. */
const BLOCK = 1 << 16;
/** What is read at once elsewhere: most entries are smaller. */
const SHORT_BLOCK = 1 << 12;
const TYPES: readonly (ObjectType | undefined)[] = [undefined, "commit", "tree", "blob", "tag"];
const OFFSET_DELTA = 6;
const ID_DELTA = 7;

/** One entry of a pack: a whole object, or a delta. Exactly one of `type`, `baseOffset`, `baseId` is not null. */
export interface PackEntry {
  readonly type: ObjectType | null;
  readonly baseOffset: number | null;
  /** As bytes. */
  readonly baseId: Buffer | null;
  /** Of the object or the delta, in bytes, unpacked. */
  readonly size: number;
  /** Where its compressed data begins. */
  readonly dataAt: number;
}

/** A pack and its index, read at random. */
export class PackFile {
  readonly path: DiskPath;
  readonly index: PackIndex;
  readonly #size: number;
  /** Null where it is opened for each block that is read. */
  readonly #file: RegularFile | null;
  readonly #block: Buffer;
  #blockAt = 0;
  #blockLength = 0;

  /**
   * @param keepsOpen whether the file stays open until `close`, and blocks may be large
   * @throws GitDataError when it is not a pack, or not that of the index; errors of the system as they are
   */
  constructor(path: DiskPath, index: PackIndex, keepsOpen: boolean) {
    this.path = path;
    this.index = index;
    const file = new RegularFile(path);
    this.#size = file.size;
    this.#file = keepsOpen ? file : null;
    this.#block = Buffer.allocUnsafeSlow(keepsOpen ? BLOCK : SHORT_BLOCK);
    if (!keepsOpen) file.close();
    try {
      this.#checkHeader();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** @throws GitDataError when the pack has no entry there that makes sense */
  entryAt(offset: number): PackEntry {
    const bytes = this.#bytes(offset, LONGEST_ENTRY_HEADER);
    let at = 0;
    const next = (): number => {
      const byte = at < bytes.length ? bytes[at++] : undefined;
      if (byte === undefined) throw new GitDataError("the pack ends within an entry");
      return byte;
    };
    let byte = next();
    const kind = (byte >> 4) & 7;
    let size = byte & 15;
    for (let scale = 16; byte >= 0x80; scale *= 128) {
      byte = next();
      size += (byte & 0x7f) * scale;
    }
    if (!Number.isSafeInteger(size)) throw new GitDataError("an entry of the pack states an impossible size");
    if (kind === OFFSET_DELTA) {
      byte = next();
      let distance = byte & 0x7f;
      while (byte >= 0x80) {
        byte = next();
        distance = (distance + 1) * 128 + (byte & 0x7f);
      }
      const baseOffset = offset - distance;
      if (distance <= 0 || baseOffset < HEADER_LENGTH) throw new GitDataError("its base is not within the pack");
      return { type: null, baseOffset, baseId: null, size, dataAt: offset + at };
    }
    if (kind === ID_DELTA) {
      const baseId = Buffer.from(bytes.subarray(at, at + this.index.idLength));
      if (baseId.length < this.index.idLength) throw new GitDataError("the pack ends within an entry");
      return { type: null, baseOffset: null, baseId, size, dataAt: offset + at + baseId.length };
    }
    const type = TYPES[kind];
    if (type === undefined) throw new GitDataError("an entry of the pack is of no known type");
    return { type, baseOffset: null, baseId: null, size, dataAt: offset + at };
  }

  /**
   * What an entry holds, unpacked.
   * @throws GitDataError when it is damaged, or has more than `limit` bytes
   */
  inflate({ size, dataAt }: PackEntry, limit: number): Buffer {
    if (size > limit) throw new GitDataError(`has more than ${limit} bytes`, "object-bound");
    // zlib never makes more of `size` bytes than this.
    return inflateAtOnce(this.#bytes(dataAt, size + (size >> 9) + 64), size).bytes;
  }

  close(): void {
    this.#file?.close();
  }

  #checkHeader(): void {
    const head = this.#bytes(0, HEADER_LENGTH);
    const isPack = head.length === HEADER_LENGTH && head.toString("latin1", 0, 4) === "PACK";
    const version = isPack ? head.readUInt32BE(4) : 0;
    if (version !== 2 && version !== 3) throw new GitDataError("is not a pack of a version that is known");
    if (head.readUInt32BE(8) !== this.index.count) {
      throw new GitDataError("the pack's index has not the pack's number of objects");
    }
  }

  /** `length` bytes from `offset` on, as far as there are; valid until the next call. */
  #bytes(offset: number, length: number): Buffer {
    const inBlock = offset - this.#blockAt;
    if (inBlock >= 0 && inBlock + length <= this.#blockLength) return this.#block.subarray(inBlock, inBlock + length);
    const goesOn = inBlock >= 0 && inBlock <= this.#blockLength;
    if (length > this.#block.length) {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.#size - offset)));
      return bytes.subarray(0, this.#read(bytes, offset));
    }
    this.#blockAt = offset;
    const room = goesOn ? this.#block.length : Math.max(length, SHORT_BLOCK);
    this.#blockLength = this.#read(this.#block.subarray(0, room), offset);
    return this.#block.subarray(0, Math.min(length, this.#blockLength));
  }

  #read(into: Uint8Array, position: number): number {
    if (this.#file !== null) return this.#file.read(into, position);
    const file = new RegularFile(this.path);
    try {
      return file.read(into, position);
    } finally {
      file.close();
    }
  }
}

import type { DiskPath } from "../disk/disk-path.ts";
import { type HashFormat, idLengthOf } from "./hash-format.ts";
import { GitDataError } from "./object-error.ts";
import { RegularFile } from "./regular-file.ts";

export type { HashFormat } from "./hash-format.ts";

const FAN_OUT_LENGTH = 256 * 4;
const MAGIC = 0xff744f63;
const V2_HEADER_LENGTH = 8;
const LARGE = 0x8000_0000;
/** An index of some 70 million objects. A larger one is refused before memory is taken for it. */
const LARGEST_BYTES = 2 ** 31 - 1;

/** Where a format keeps what, in bytes from the index's beginning. */
interface Layout {
  readonly version: 1 | 2;
  readonly count: number;
  readonly fanOut: number;
  /** v2: the large offsets' number; v1: 0. */
  readonly large: number;
}

/**
 * The index of a pack (gitformat-pack(5), versions 1 and 2): which objects it holds, sorted by id, and where. It is checked when it is opened, all but
 * its own checksum, so that nothing asked of it later can fail.
 */
export class PackIndex {
  readonly count: number;
  /** In hexadecimal: what the pack's trailer must be. */
  readonly packChecksum: string;
  readonly idLength: 20 | 32;
  /** count × idLength bytes, sorted. */
  readonly ids: Uint8Array;
  readonly #fanOut: Uint32Array;
  /** The first four bytes of each id, as a number: what nearly all comparisons are decided by. */
  readonly #beginnings: Uint32Array;
  readonly #offsets: Offsets;

  /**
   * @param path of the .idx file
   * @throws GitDataError when it is damaged; errors of the system as they are
   */
  static open(path: DiskPath, hash: HashFormat): PackIndex {
    const file = new RegularFile(path);
    try {
      return new PackIndex(file, idLengthOf(hash));
    } finally {
      file.close();
    }
  }

  private constructor(file: RegularFile, idLength: 20 | 32) {
    const layout = layoutOf(file, idLength);
    const bytes = Buffer.allocUnsafeSlow(file.size);
    if (file.read(bytes, 0) < bytes.length) throw new GitDataError("the pack index ends before its end");
    this.count = layout.count;
    this.idLength = idLength;
    this.packChecksum = bytes.toString("hex", bytes.length - 2 * idLength, bytes.length - idLength);
    this.#fanOut = fanOutOf(bytes, layout);
    this.ids = idsOf(bytes, layout, idLength);
    this.#beginnings = beginningsOf(this.ids, idLength);
    checkOrder(this.ids, this.#beginnings, this.#fanOut, idLength);
    this.#offsets = new Offsets(bytes, layout, idLength);
  }

  /** The id at a position of the sorted list, in hexadecimal. */
  idAt(position: number): string {
    const start = position * this.idLength;
    return Buffer.from(this.ids.buffer, this.ids.byteOffset + start, this.idLength).toString("hex");
  }

  /** Where the pack holds it, in bytes from its beginning. */
  offsetAt(position: number): number {
    return this.#offsets.at(position);
  }

  /**
   * The position of an id (as bytes) in the sorted list; -1 when the pack has no such object.
   * @param at where in `bytes` the id begins
   */
  find(bytes: Uint8Array, at = 0): number {
    const first = bytes[at] ?? 0;
    const rest = ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const beginning = ((first << 24) | rest) >>> 0;
    let low = first === 0 ? 0 : (this.#fanOut[first - 1] ?? 0);
    let high = this.#fanOut[first] ?? 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#beginnings[middle] ?? 0;
      const order =
        other === beginning
          ? compareIds(this.ids, middle * this.idLength, bytes, at, this.idLength)
          : other - beginning;
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return -1;
  }
}

function layoutOf(file: RegularFile, idLength: number): Layout {
  if (file.size > LARGEST_BYTES) throw new GitDataError(`the pack index is larger than ${LARGEST_BYTES} bytes`);
  const head = Buffer.alloc(V2_HEADER_LENGTH + FAN_OUT_LENGTH);
  if (file.read(head, 0) < head.length) throw new GitDataError("the pack index ends before its end");
  const version = head.readUInt32BE(0) === MAGIC ? head.readUInt32BE(4) : 1;
  if (version !== 1 && version !== 2) {
    throw new GitDataError(`the pack index has the unknown version ${version}`);
  }
  const fanOut = version === 1 ? 0 : V2_HEADER_LENGTH;
  const count = head.readUInt32BE(fanOut + FAN_OUT_LENGTH - 4);
  const fixed = fanOut + FAN_OUT_LENGTH + count * (idLength + (version === 1 ? 4 : 8)) + 2 * idLength;
  const large = (file.size - fixed) / 8;
  const isSized = version === 1 ? large === 0 : Number.isInteger(large) && large >= 0 && large <= count;
  if (!isSized) throw new GitDataError("the pack index's size does not go with the number of objects that it states");
  return { version, count, fanOut, large };
}

function fanOutOf(bytes: Buffer, layout: Layout): Uint32Array {
  const fanOut = new Uint32Array(256);
  let last = 0;
  for (let i = 0; i < 256; i++) {
    const value = bytes.readUInt32BE(layout.fanOut + 4 * i);
    if (value < last) throw new GitDataError("the pack index's fan-out table is not sorted");
    last = value;
    fanOut[i] = value;
  }
  return fanOut;
}

function idsOf(bytes: Buffer, { version, count, fanOut }: Layout, idLength: number): Uint8Array {
  const start = fanOut + FAN_OUT_LENGTH;
  if (version === 2) return bytes.subarray(start, start + count * idLength);
  const ids = new Uint8Array(count * idLength);
  for (let i = 0; i < count; i++) {
    const at = start + i * (4 + idLength) + 4;
    ids.set(bytes.subarray(at, at + idLength), i * idLength);
  }
  return ids;
}

/** Where objects are, as the index's bytes say it: as an array of their own, those of a million objects would take 8 MB more. */
class Offsets {
  readonly #bytes: DataView;
  readonly #count: number;
  readonly #start: number;
  readonly #step: number;
  /** Null in version 1, which has none. */
  readonly #largeStart: number | null;

  /** @throws GitDataError when one is beyond all packs */
  constructor(bytes: Buffer, { version, count, fanOut, large }: Layout, idLength: number) {
    this.#bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#count = count;
    this.#start = fanOut + FAN_OUT_LENGTH + (version === 1 ? 0 : count * (idLength + 4));
    this.#step = version === 1 ? 4 + idLength : 4;
    this.#largeStart = version === 1 ? null : this.#start + count * 4;
    for (let position = 0; position < count; position++) {
      const value = this.#valueAt(position);
      if (this.#largeStart === null || value < LARGE) continue;
      if (value - LARGE >= large) {
        throw new GitDataError("the pack index refers to a large offset that it does not have");
      }
      if (!Number.isSafeInteger(this.at(position))) {
        throw new GitDataError("the pack index holds an offset beyond all packs");
      }
    }
  }

  at(position: number): number {
    if (!(position >= 0 && position < this.#count)) return Number.NaN;
    const value = this.#valueAt(position);
    if (this.#largeStart === null || value < LARGE) return value;
    const at = this.#largeStart + (value - LARGE) * 8;
    return this.#bytes.getUint32(at) * 2 ** 32 + this.#bytes.getUint32(at + 4);
  }

  #valueAt(position: number): number {
    return this.#bytes.getUint32(this.#start + position * this.#step);
  }
}

function beginningsOf(ids: Uint8Array, idLength: number): Uint32Array {
  const view = new DataView(ids.buffer, ids.byteOffset, ids.length);
  const beginnings = new Uint32Array(ids.length / idLength);
  for (let i = 0; i < beginnings.length; i++) beginnings[i] = view.getUint32(i * idLength);
  return beginnings;
}

/** Ids must ascend, none twice, each where the fan-out table has it: otherwise some would not be found. */
function checkOrder(ids: Uint8Array, beginnings: Uint32Array, fanOut: Uint32Array, idLength: number): void {
  let position = 0;
  let last = -1;
  for (let first = 0; first < 256; first++) {
    const end = fanOut[first] ?? 0;
    for (; position < end; position++) {
      const at = position * idLength;
      const start = beginnings[position] ?? 0;
      const ascends = start > last || (start === last && compareIds(ids, at - idLength, ids, at, idLength) < 0);
      if (!ascends || start >>> 24 !== first) throw new GitDataError("the pack index's ids are not sorted");
      last = start;
    }
  }
}

/** Compares as bytes; negative, 0 or positive. */
function compareIds(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): number {
  for (let i = 0; i < length; i++) {
    const difference = (a[aAt + i] ?? 0) - (b[bAt + i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

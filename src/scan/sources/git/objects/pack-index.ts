import type { DiskPath } from "../../disk/disk-path.ts";
import { type HashFormat, idLengthOf } from "../hash-format.ts";
import { RegularFile } from "../regular-file.ts";
import { GitDataError } from "./object-error.ts";

export type { HashFormat } from "../hash-format.ts";

const FAN_OUT_LENGTH = 256 * 4;
const MAGIC = 0xff744f63;
const V2_HEADER_LENGTH = 8;
const LARGE = 0x8000_0000;
/** By so many of their first bits ids are looked up: by more, so that few have the same, where there are more of them. */
const FEWEST_START_BITS = 4;
const MOST_START_BITS = 16;
const FEW = 8;
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
  readonly #starts: Starts;
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
    const { count, fanOut } = layout;
    this.count = count;
    this.idLength = idLength;
    this.packChecksum = part(file, file.size - 2 * idLength, idLength).toString("hex");
    const fanOutEnd = fanOut + FAN_OUT_LENGTH;
    if (layout.version === 1) {
      const entries = part(file, fanOutEnd, count * (4 + idLength));
      this.ids = idsAmong(entries, count, idLength);
      this.#offsets = new Offsets(entries, layout, 4 + idLength);
    } else {
      this.ids = part(file, fanOutEnd, count * idLength);
      // Between them are sums of the objects' bytes, which nobody asks for.
      const offsetsAt = fanOutEnd + count * (idLength + 4);
      this.#offsets = new Offsets(part(file, offsetsAt, count * 4 + layout.large * 8), layout, 4);
    }
    this.#starts = new Starts(this.ids, idLength, fanOutOf(part(file, fanOut, FAN_OUT_LENGTH)));
  }

  /** The id at a position of the sorted list, in hexadecimal. */
  idAt(position: number): string {
    const start = position * this.idLength;
    return Buffer.from(this.ids.buffer, this.ids.byteOffset + start, this.idLength).toString("hex");
  }

  /** Of all objects' offsets. */
  get largestOffset(): number {
    return this.#offsets.largest;
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
    let [low, high] = this.#starts.rangeOf(bytes, at);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = compareIds(this.ids, middle * this.idLength, bytes, at, this.idLength);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return -1;
  }
}

/** @throws GitDataError when the file is not so long */
function part(file: RegularFile, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  if (file.read(bytes, position) < length) throw new GitDataError("the pack index ends before its end");
  return bytes;
}

function layoutOf(file: RegularFile, idLength: number): Layout {
  if (file.size > LARGEST_BYTES) throw new GitDataError(`the pack index is larger than ${LARGEST_BYTES} bytes`);
  const head = part(file, 0, V2_HEADER_LENGTH + FAN_OUT_LENGTH);
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

function fanOutOf(bytes: Buffer): readonly number[] {
  const fanOut: number[] = [];
  for (let at = 0; at < FAN_OUT_LENGTH; at += 4) {
    const value = bytes.readUInt32BE(at);
    if (value < (fanOut.at(-1) ?? 0)) throw new GitDataError("the pack index's fan-out table is not sorted");
    fanOut.push(value);
  }
  return fanOut;
}

/** In version 1 each id stands behind its offset. */
function idsAmong(entries: Buffer, count: number, idLength: number): Uint8Array {
  const ids = new Uint8Array(count * idLength);
  for (let i = 0; i < count; i++) {
    const at = i * (4 + idLength) + 4;
    ids.set(entries.subarray(at, at + idLength), i * idLength);
  }
  return ids;
}

/** Where objects are, as the index's bytes say it: as an array of their own, those of a million objects would take 8 MB more. */
class Offsets {
  readonly largest: number;
  readonly #bytes: DataView;
  readonly #count: number;
  readonly #step: number;
  /** Null in version 1, which has none. */
  readonly #largeStart: number | null;

  /**
   * @param step from one to the next, in bytes
   * @throws GitDataError when one is beyond all packs
   */
  constructor(bytes: Buffer, { version, count, large }: Layout, step: number) {
    this.#bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#count = count;
    this.#step = step;
    this.#largeStart = version === 1 ? null : count * 4;
    let largest = 0;
    for (let position = 0; position < count; position++) {
      const value = this.#valueAt(position);
      if (this.#largeStart === null || value < LARGE) {
        largest = Math.max(largest, value);
        continue;
      }
      if (value - LARGE >= large) {
        throw new GitDataError("the pack index refers to a large offset that it does not have");
      }
      const offset = this.at(position);
      if (!Number.isSafeInteger(offset)) throw new GitDataError("the pack index holds an offset beyond all packs");
      largest = Math.max(largest, offset);
    }
    this.largest = largest;
  }

  at(position: number): number {
    if (!(position >= 0 && position < this.#count)) return Number.NaN;
    const value = this.#valueAt(position);
    if (this.#largeStart === null || value < LARGE) return value;
    const at = this.#largeStart + (value - LARGE) * 8;
    return this.#bytes.getUint32(at) * 2 ** 32 + this.#bytes.getUint32(at + 4);
  }

  #valueAt(position: number): number {
    return this.#bytes.getUint32(position * this.#step);
  }
}

/** Where in the sorted list the ids with the same first bits begin: what is left to be searched is short. */
class Starts {
  /** By the first bits of an id, as a number, and one more. */
  readonly #starts: Uint32Array;
  readonly #shift: number;

  /**
   * @param fanOut how many ids begin with each byte, or with less
   * @throws GitDataError unless ids ascend, none twice, each where the fan-out table has it: otherwise some would not be found
   */
  constructor(ids: Uint8Array, idLength: number, fanOut: readonly number[]) {
    const view = new DataView(ids.buffer, ids.byteOffset, ids.length);
    const count = ids.length / idLength;
    const bits = Math.max(FEWEST_START_BITS, Math.min(MOST_START_BITS, Math.floor(Math.log2(count / FEW))));
    const [starts, shift] = [new Uint32Array(2 ** bits + 1), 32 - bits];
    let next = 0;
    let last = -1;
    for (let position = 0; position < count; position++) {
      const at = position * idLength;
      const beginning = view.getUint32(at);
      const ascends = beginning > last || (beginning === last && compareIds(ids, at - idLength, ids, at, idLength) < 0);
      const first = beginning >>> 24;
      const isInPlace = position < (fanOut[first] ?? 0) && position >= (fanOut[first - 1] ?? 0);
      if (!ascends || !isInPlace) throw new GitDataError("the pack index's ids are not sorted");
      last = beginning;
      for (; next <= beginning >>> shift; next++) starts[next] = position;
    }
    starts.fill(count, next);
    this.#starts = starts;
    this.#shift = shift;
  }

  /** Where an id may be, [low, high). @param at where in `bytes` it begins */
  rangeOf(bytes: Uint8Array, at: number): readonly [low: number, high: number] {
    const rest = ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const start = (((bytes[at] ?? 0) << 24) | rest) >>> this.#shift;
    return [this.#starts[start] ?? 0, this.#starts[start + 1] ?? 0];
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

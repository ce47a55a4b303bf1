import {
  ENTRIES,
  ENTRY_SIZE,
  IS_FOREIGN,
  IS_WANTED,
  NAME_BYTES,
  NAME_LENGTH,
  TREE_POSITION,
  VALUE_MASK,
} from "../../../kernel/assembly/pack-layout.ts";
import type { TreeRecords } from "../../../kernel/pack-kernel.ts";
import type { PackIndex } from "../objects/pack-index.ts";

/** Trees nest less deep than this; more is no honest history. */
const MOST_PASSES = 64;
const HEADER = ENTRIES / 4;
const STEP = ENTRY_SIZE / 4;
export const OUTSIDE = -1;
export const WANTED_BLOB = -2;

/** Where the list of one tree's entries is. */
export interface TreeList {
  readonly thread: number;
  readonly start: number;
  readonly length: number;
}

/** What the trees of a pack name, as far as it may lead to wanted blobs or trees. */
export class ListedTrees {
  readonly #index: PackIndex;
  readonly #wanted: readonly string[];
  /** By position in the index: 1 for a tree that may lead to something wanted, and for what is not listed. */
  readonly #leads: Uint8Array;
  /** Of trees that may lead to something wanted, thread by thread. */
  readonly #records: Uint32Array;
  /** Where each thread's records begin. */
  readonly #starts: readonly number[];
  /** By position in the index: where the tree's record is, + 1; or 0. Made when it is first asked for: by then the search's memory is given back. */
  #places: Uint32Array | null = null;
  /** What each thread met. */
  readonly #names: readonly Buffer[];
  /** By place, for each thread. */
  readonly #knownNames: readonly Map<number, string>[];

  /**
   * @param listings are not kept: all but a few of the records lead nowhere
   * @param wanted the ids of which the kernel knows the numbers
   */
  constructor(listings: readonly TreeRecords[], index: PackIndex, wanted: Uint8Array) {
    this.#index = index;
    const { idLength } = index;
    this.#wanted = Array.from({ length: wanted.length / idLength }, (_, number) =>
      Buffer.from(wanted.subarray(number * idLength, (number + 1) * idLength)).toString("hex"),
    );
    const all = listings.map(({ records }) => records);
    this.#leads = leadingIn(
      all,
      this.#wanted.map((id) => index.find(Buffer.from(id, "hex"))),
      index.count,
    );
    const kept = all.map((records) => onlyLeading(records, this.#leads));
    this.#starts = kept.map((_, thread) => kept.slice(0, thread).reduce((sum, { length }) => sum + length, 0));
    this.#records = new Uint32Array(kept.reduce((sum, { length }) => sum + length, 0));
    for (const [thread, records] of kept.entries()) this.#records.set(records, this.#starts[thread]);
    this.#names = listings.map(({ names }) => Buffer.from(names));
    this.#knownNames = listings.map(() => new Map());
  }

  /** How many objects the pack has. */
  get count(): number {
    return this.#index.count;
  }

  /** Whether the tree was read, and nothing wanted is in it or below. */
  leadsNowhere(position: number): boolean {
    return this.#leads[position] === 0;
  }

  /** The bytes of an id of the pack. */
  idAt(position: number): Buffer {
    return Buffer.from(this.#index.idAt(position), "hex");
  }

  /** The list of a tree's entries, those that may lead to something wanted; null when the tree could not be read, or none may. */
  listOf(position: number): TreeList | null {
    this.#places ??= this.#placesOf(this.#records);
    const place = this.#places[position] ?? 0;
    if (place === 0) return null;
    const record = place - 1;
    const thread = this.#starts.findLastIndex((start) => start <= record);
    return { thread, start: record + HEADER, length: this.#records[record] ?? 0 };
  }

  /** A subtree's position in the index; {@link OUTSIDE} for one that is not in the pack, {@link WANTED_BLOB} for a blob. */
  subtreeAt(list: TreeList, entry: number): number {
    const value = this.#valueAt(list, entry);
    if (value < IS_FOREIGN) return value;
    return value < IS_WANTED ? OUTSIDE : WANTED_BLOB;
  }

  /** The id of a subtree that is not in the pack. */
  outsideAt(list: TreeList, entry: number): Buffer {
    return this.#bytesAt(list.thread, this.#valueAt(list, entry) & VALUE_MASK);
  }

  /** The id of a wanted blob, in hexadecimal. */
  blobAt(list: TreeList, entry: number): string {
    return this.#wanted[this.#valueAt(list, entry) & VALUE_MASK] ?? "";
  }

  /** An entry's name, a character for each byte. */
  nameAt({ thread, start }: TreeList, entry: number): string {
    const place = this.#records[start + entry * STEP + 1] ?? 0;
    const names = this.#knownNames[thread];
    const known = names?.get(place);
    if (known !== undefined) return known;
    const name = this.#bytesAt(thread, place).toString("latin1");
    names?.set(place, name);
    return name;
  }

  #placesOf(records: Uint32Array): Uint32Array {
    const places = new Uint32Array(this.#index.count);
    for (let at = 0; at < records.length; at = endOf(records, at)) places[positionOf(records, at)] = at + 1;
    return places;
  }

  #valueAt({ start }: TreeList, entry: number): number {
    return this.#records[start + entry * STEP] ?? 0;
  }

  #bytesAt(thread: number, place: number): Buffer {
    const names = this.#names[thread] ?? Buffer.alloc(0);
    const start = place + NAME_BYTES;
    return names.subarray(start, start + names.readUInt32LE(place + NAME_LENGTH));
  }
}

/**
 * By position in the index, 0 for each listed tree that leads nowhere; where too much hangs together to tell it soon, for none.
 * @param wanted positions, -1 for what is not in the pack
 */
function leadingIn(listings: readonly Uint32Array[], wanted: readonly number[], count: number): Uint8Array {
  const leads = new Uint8Array(count).fill(1);
  for (const records of listings) {
    for (let at = 0; at < records.length; at = endOf(records, at)) leads[positionOf(records, at)] = 0;
  }
  for (const position of wanted) if (position >= 0) leads[position] = 1;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    let marked = 0;
    for (const records of listings) marked += markLeading(records, leads);
    if (marked === 0) return leads;
  }
  return leads.fill(1);
}

/** Marks the trees that name something wanted, something that is not listed, or a tree that is marked; how many were not before. */
function markLeading(records: Uint32Array, leads: Uint8Array): number {
  let marked = 0;
  for (let at = 0; at < records.length; at = endOf(records, at)) {
    if (leads[positionOf(records, at)] === 1 || !hasLeading(records, at, leads)) continue;
    leads[positionOf(records, at)] = 1;
    marked++;
  }
  return marked;
}

function hasLeading(records: Uint32Array, record: number, leads: Uint8Array): boolean {
  const end = endOf(records, record);
  for (let at = record + HEADER; at < end; at += STEP) {
    const value = records[at] ?? 0;
    if (value >= IS_FOREIGN || leads[value] === 1) return true;
  }
  return false;
}

function onlyLeading(records: Uint32Array, leads: Uint8Array): Uint32Array {
  let length = 0;
  for (let at = 0; at < records.length; at = endOf(records, at)) {
    if (leads[positionOf(records, at)] === 1) length += endOf(records, at) - at;
  }
  const kept = new Uint32Array(length);
  let filled = 0;
  for (let at = 0; at < records.length; at = endOf(records, at)) {
    if (leads[positionOf(records, at)] === 0) continue;
    kept.set(records.subarray(at, endOf(records, at)), filled);
    filled += endOf(records, at) - at;
  }
  return kept;
}

function positionOf(records: Uint32Array, record: number): number {
  return records[record + TREE_POSITION / 4] ?? 0;
}

function endOf(records: Uint32Array, record: number): number {
  return record + HEADER + (records[record] ?? 0) * STEP;
}

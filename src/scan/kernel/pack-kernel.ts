import { PACK_ANCHOR_TABLE } from "../../generated/pack-anchors.ts";
import { PACK_KERNEL } from "../../generated/pack-kernel.ts";
import * as layout from "./assembly/pack-layout.ts";

/** A larger pack is not held in memory: each object is read from the file when it is its turn. */
const LARGEST_IN_MEMORY = 3 * 2 ** 30;
/** Nor one that would take more than this part of the memory that is free. */
const SHARE_OF_MEMORY = 0.5;
/** Offsets and weights have their bounds there. */
export const LARGEST_PACK = 2 ** 35;
export const MOST_OBJECTS = 2 ** 26;
/** Room for the objects that all threads hold at once: those from which others are still to be made. Only what is used of it is resident. */
const ARENAS = 256 * 2 ** 20;
const SMALLEST_ARENA = 32 * 2 ** 20;
/** A small pack needs less: deflate does not make more of a byte than so many. */
const MOST_FOR_ONE = 1100;
/** Room for what is listed of trees and commits, for all threads together; only what is used of it is resident. */
const RECORDS = 512 * 2 ** 20;
/** Room for the names of each thread. */
const NAMES = 16 * 2 ** 20;
/** Room for what turns out to be wanted while the pack is searched. */
const WANTED = 2 * 2 ** 20;
const MEMORY_LIMIT = 2 ** 32 - 2 ** 16;
const PAGE = 65_536;
const MOST_PAGES = 65_536;
/** The largest offset that a key may have. */
const OFFSET_LIMIT = 2 ** 38 - 1;
const POSITION_BITS = 26;
/** More chunks than any pack has. */
const NO_MORE_CHUNKS = 2 ** 20;
/** What is done for each object is done for so many at once: V8 makes a function quick between two calls, never within one. */
const STEP = 2 ** 15;
/** How many entries of the lookup there are for one object, at most. */
const LOOKUP_DENSITY = 0.5;

/** The functions of assembly/pack.ts. */
interface Exports {
  makeTables(tables: number, work: number): void;
  prepareIds(shared: number, count: number): void;
  countByDigit(from: number, end: number, counts: number, number: number): void;
  moveByDigit(from: number, end: number, to: number, counts: number, number: number): void;
  sumUp(counts: number, size: number): number;
  placeNodes(shared: number, from: number, end: number): void;
  endLookup(shared: number): void;
  readHeaders(shared: number, from: bigint, to: bigint, address: number): void;
  linkNodes(shared: number, from: number, to: number): void;
  linkInOrder(shared: number, order: number): void;
  countRoots(shared: number, from: number, to: number, counts: number): void;
  listRoots(shared: number, from: number, to: number, counts: number): void;
  countTree(shared: number, root: number): number;
  walk(shared: number, thread: number, budget: number): number;
  beginOutside(shared: number, thread: number, first: number, type: number, length: number): void;
  searchBytes(shared: number, thread: number, from: number, to: number, end: number): number;
  hash(shared: number, from: number, to: number, number: number): number;
  countLines(from: number, to: number): number;
}

/** The memory of one pack's search; can be posted to other threads. */
export interface PackMemory {
  readonly memory: WebAssembly.Memory;
  /** The address of what all threads share. */
  readonly shared: number;
  /** The addresses of what each has of its own. */
  readonly threads: readonly number[];
  /** Whether the pack, its objects in order and how they are built on each other are there already. */
  readonly isPrepared: boolean;
}

export interface PackShape {
  /** Objects that the index names. */
  readonly objects: number;
  /** In bytes. */
  readonly length: number;
  readonly idLength: number;
  readonly threads: number;
  /** 16 random bytes: nobody who packs objects can know which contents hash alike. */
  readonly hashKey: Uint8Array;
  /** A pack up to this length is held in memory; only tests set it. */
  readonly largestInMemory?: number;
  /** What stands for the pack's content: a memory that is given back with it is prepared for it. */
  readonly content: object;
  /**
   * `first`: commits and trees are listed, and nothing is searched. `last`: everything is searched, blobs first, and what is not a blob is listed
   * on the way if there is room for it. `none`: nothing is listed.
   */
  readonly listing: "first" | "last" | "none";
  /** How much room `first` takes for the ids of what is wanted, in bytes. */
  readonly wantedLength?: number;
}

/** Where the pack holds its objects, in bytes from its beginning. */
export interface PlacedObjects {
  readonly count: number;
  readonly largestOffset: number;
  /** @param position in the index */
  readonly offsetAt: (position: number) => number;
}

/** What is to be found in trees. */
export interface WantedIds {
  /** The ids of all objects of the index, sorted. */
  readonly ids: Uint8Array;
  /** The ids of blobs and trees, sorted; when there are none, trees are not listed. */
  readonly wanted: Uint8Array;
}

export const NONE = layout.NONE;

/** Compiles the kernel. The module can be posted to worker threads. */
export function compilePackKernel(): WebAssembly.Module {
  return new WebAssembly.Module(Buffer.from(PACK_KERNEL, "base64"));
}

/** Takes the memory that a pack needs; null when it needs more than there can be. */
export function takePackMemory(shape: PackShape): PackMemory | null {
  const { objects, length } = shape;
  if (length > LARGEST_PACK || objects > MOST_OBJECTS) return null;
  const largest = shape.largestInMemory ?? Math.min(LARGEST_IN_MEMORY, process.availableMemory() * SHARE_OF_MEMORY);
  // What cannot be listed on the way is listed afterwards; to hold the pack is worth more.
  const shapes = shape.listing === "last" ? [shape, { ...shape, listing: "none" as const }] : [shape];
  for (const inMemory of length <= largest ? [true, false] : [false]) {
    for (const each of shapes) {
      const memory = lay(each, inMemory);
      if (memory !== null) return memory;
    }
  }
  return null;
}

/** What is known of a pack whose nodes are linked. */
const PREPARED = [layout.NODE_COUNT, layout.BLOB_ROOT_COUNT, layout.ALL_ROOT_COUNT, layout.SOUND_COUNT];

/** Says where what lies, and fills in what is known. */
function lay(shape: PackShape, inMemory: boolean): PackMemory | null {
  const { objects, length, threads } = shape;
  const anchors = Buffer.from(PACK_ANCHOR_TABLE, "base64");
  const shift = lookupShift(length, objects);
  let end = 64;
  const take = (size: number): number => {
    const address = end;
    end = Math.ceil((end + size) / 64) * 64;
    return address;
  };
  const shared = take(layout.SHARED_SIZE);
  const table = take(anchors.length);
  const tables = take(layout.TABLES_SIZE);
  const blocks = Array.from({ length: threads }, () => ({
    thread: take(layout.THREAD_SIZE),
    work: take(layout.WORK_SIZE),
    frames: take(layout.FRAME_SIZE * layout.MOST_FRAMES),
    hits: take(layout.HITS_CAPACITY * 4),
  }));
  const nodes = take(layout.NODE_SIZE * objects);
  const lookup = take((Math.floor(length / 2 ** shift) + 3) * 4);
  const roots = take(objects * 4);
  const arenaSize = Math.max(SMALLEST_ARENA, Math.min(Math.floor(ARENAS / threads), length * MOST_FOR_ONE));
  const arenas = blocks.map(() => ({ from: take(arenaSize + layout.SLACK), size: arenaSize }));
  const pack = inMemory ? take(length + layout.SLACK) : 0;
  const listing = shape.listing === "none" ? null : layListing(shape, take);
  end += PAGE;
  if (end > MEMORY_LIMIT) return null;

  const pages = Math.ceil(end / PAGE);
  const prepared = idle?.prepared;
  const isPrepared = prepared?.content === shape.content && prepared.pack === pack && prepared.threads === threads;
  const taken = memoryOf(pages);
  if (taken === null) return null;
  const { memory, isNew } = taken;
  const bytes = new Uint8Array(memory.buffer);
  const fields = new DataView(memory.buffer);
  const kept = isPrepared ? PREPARED.map((field): Field => [field, fields.getUint32(shared + field, true)]) : [];
  const cleared = [
    [shared, layout.SHARED_SIZE] as const,
    ...blocks.map(({ thread }) => [thread, layout.THREAD_SIZE] as const),
    ...(listing?.cleared ?? []),
  ];
  if (!isNew) for (const [address, size] of cleared) bytes.fill(0, address, address + size);
  bytes.set(anchors, table);
  bytes.set(shape.hashKey.subarray(0, 16), shared + layout.HASH_KEY);
  const setFields = (block: number, values: readonly (readonly [field: number, value: number])[]): void => {
    for (const [field, value] of values) fields.setUint32(block + field, value, true);
  };
  setFields(shared, [
    [layout.ANCHORS, table],
    [layout.TABLES, tables],
    [layout.NODES, nodes],
    [layout.PACK, pack],
    [layout.LOOKUP, lookup],
    [layout.LOOKUP_SHIFT, shift],
    [layout.ROOTS, roots],
    [layout.ID_LENGTH, shape.idLength],
    ...kept,
    ...(isPrepared ? [[layout.NEXT_CHUNK, NO_MORE_CHUNKS] as const] : []),
    ...(listing === null ? [] : listing.shared),
  ]);
  fields.setBigUint64(shared + layout.PACK_END, BigInt(Math.max(0, length - shape.idLength)), true);
  for (const [index, { thread, work, frames, hits }] of blocks.entries()) {
    const arena = arenas[index] ?? { from: 0, size: 0 };
    setFields(thread, [
      [layout.FRAMES, frames],
      [layout.ARENA, arena.from],
      [layout.ARENA_END, arena.from + arena.size],
      [layout.HITS, hits],
      [layout.WORK, work],
      ...(listing?.threads[index] ?? []),
    ]);
  }
  return { memory, shared, threads: blocks.map(({ thread }) => thread), isPrepared };
}

type Field = readonly [field: number, value: number];

interface ListingPlan {
  readonly shared: readonly Field[];
  readonly threads: readonly (readonly Field[])[];
  /** What has to be zero. */
  readonly cleared: readonly (readonly [address: number, size: number])[];
}

/** What is needed besides for listing. */
function layListing(
  { objects, threads, wantedLength = WANTED }: PackShape,
  take: (size: number) => number,
): ListingPlan {
  const cleared: [number, number][] = [];
  const takeCleared = (size: number): number => {
    const address = take(size);
    cleared.push([address, size]);
    return address;
  };
  const shared: Field[] = [
    [layout.IDS, take(objects * layout.SHORT_ID + layout.SLACK)],
    [layout.ID_STARTS, take(0x10001 * 4)],
    [layout.WANTED, take(wantedLength + layout.SLACK)],
    [layout.WANTED_ROOM, wantedLength],
    [layout.WANTED_STARTS, takeCleared(0x2000)],
  ];
  // For each object 128 entries: most trees have a few, and most objects are none.
  const recordsRoom = Math.floor(Math.min(RECORDS / threads, 65_536 + objects * 1024) / 8) * 8;
  const fields = Array.from({ length: threads }, (): Field[] => {
    const records = take(recordsRoom);
    return [
      [layout.RECORDS, records],
      [layout.RECORDS_START, records],
      [layout.RECORDS_END, records + recordsRoom],
      [layout.RECORDS_LIMIT, records + recordsRoom],
      [layout.NAMES, take(NAMES)],
      [layout.NAMES_ROOM, NAMES],
      [layout.NAME_SLOTS, takeCleared(4 << layout.NAME_SLOT_BITS)],
      [layout.RECENT, takeCleared(4 << layout.RECENT_BITS)],
    ];
  });
  return { shared, threads: fields, cleared };
}

/** A memory that nobody uses. */
interface IdleMemory {
  readonly memory: WebAssembly.Memory;
  /** For which pack it is prepared, and how it was laid out for it. */
  readonly prepared: { readonly content: object; readonly pack: number; readonly threads: number } | null;
}

/** The memory of the last search, for the next: it is large, and nobody knows when it would be collected. */
let idle: IdleMemory | null = null;

/**
 * To be called when no thread uses the memory any more.
 * @param content as it was taken with, when all of the pack is there and linked; else null
 */
export function giveBack({ memory, shared, threads }: PackMemory, content: object | null): void {
  const pack = new DataView(memory.buffer).getUint32(shared + layout.PACK, true);
  idle = { memory, prepared: content === null ? null : { content, pack, threads: threads.length } };
}

/** To be called when no search follows soon: the memory is the system's again, once it is collected. */
export function dropIdleMemory(): void {
  idle = null;
}

/** A memory with zeros in it if it is new, else with anything; null when the system has none to give. */
function memoryOf(pages: number): { readonly memory: WebAssembly.Memory; readonly isNew: boolean } | null {
  const known = idle?.memory ?? null;
  idle = null;
  if (known !== null && growsTo(known, pages)) return { memory: known, isNew: false };
  // To reserve addresses for what it may grow to is not allowed everywhere.
  const memory = newMemory(pages, MOST_PAGES) ?? newMemory(pages, pages);
  return memory === null ? null : { memory, isNew: true };
}

function growsTo(memory: WebAssembly.Memory, pages: number): boolean {
  const missing = pages - memory.buffer.byteLength / PAGE;
  try {
    if (missing > 0) memory.grow(missing);
    return true;
  } catch {
    return false;
  }
}

function newMemory(initial: number, maximum: number): WebAssembly.Memory | null {
  try {
    return new WebAssembly.Memory({ initial, maximum, shared: true });
  } catch {
    return null;
  }
}

/** [0, count) in steps, half-open. */
function* steps(count: number): Generator<readonly [from: number, to: number]> {
  for (let from = 0; from < count; from += STEP) yield [from, Math.min(from + STEP, count)];
}

function lookupShift(length: number, objects: number): number {
  let shift = 6;
  while (length / 2 ** shift > objects * LOOKUP_DENSITY + 16) shift++;
  return shift;
}

/** What a step of the walk came upon. */
export type PackEvent =
  | { readonly kind: "done" }
  | { readonly kind: "paused" }
  | {
      readonly kind: "met";
      readonly node: number;
      readonly type: number;
      /** The object: valid until the walk goes on. */
      readonly from: number;
      readonly length: number;
      readonly hits: number;
      readonly mayBeContainer: boolean;
    }
  | { readonly kind: "lost"; readonly node: number; readonly type: number; readonly reason: number };

/** What a thread listed of trees; see pack-layout.ts for what a record is. */
export interface TreeRecords {
  readonly records: Uint32Array;
  readonly names: Uint8Array;
}

/** Reads a part of the pack's file; how many bytes there were. */
export type ReadPack = (position: number, into: Uint8Array) => number;

/** The pack search's kernel for one thread. */
export class PackKernel {
  readonly bytes: Uint8Array;
  readonly #fields: Int32Array;
  readonly #wide: BigUint64Array;
  readonly #shared: number;
  readonly #thread: number;
  readonly #threads: readonly number[];
  readonly #exports: Exports;
  #hasLaterBase = false;

  constructor(module: WebAssembly.Module, { memory, shared, threads }: PackMemory, thread: number, readPack: ReadPack) {
    const read = (position: number, length: number, address: number): number =>
      readPack(position, this.bytes.subarray(address >>> 0, (address >>> 0) + (length >>> 0))) === length >>> 0 ? 1 : 0;
    const instance = new WebAssembly.Instance(module, { env: { memory, readPack: read } });
    this.#exports = instance.exports as unknown as Exports;
    this.bytes = new Uint8Array(memory.buffer);
    this.#fields = new Int32Array(memory.buffer);
    this.#wide = new BigUint64Array(memory.buffer);
    this.#shared = shared;
    this.#threads = threads;
    this.#thread = threads[thread] ?? 0;
  }

  /** Where the pack lies in memory; 0 when it does not. */
  get pack(): number {
    return this.#get(this.#shared + layout.PACK);
  }

  get nodeCount(): number {
    return this.#get(this.#shared + layout.NODE_COUNT);
  }

  /** Of an object's id, in bytes. */
  get idLength(): number {
    return this.#get(this.#shared + layout.ID_LENGTH);
  }

  get arena(): number {
    return this.#get(this.#thread + layout.ARENA);
  }

  get arenaEnd(): number {
    return this.#get(this.#thread + layout.ARENA_END);
  }

  /** Objects and bytes that a thread has searched. */
  searchedBy(thread: number): { readonly objects: number; readonly bytes: number } {
    const block = this.#threads[thread] ?? 0;
    return {
      objects: this.#get(block + layout.OBJECTS),
      bytes: Number(this.#wide[(block + layout.BYTES) / 8]),
    };
  }

  /** Counts an object that this thread has searched without the kernel. */
  addSearched(length: number): void {
    this.#set(this.#thread + layout.OBJECTS, this.#get(this.#thread + layout.OBJECTS) + 1);
    const at = (this.#thread + layout.BYTES) / 8;
    this.#wide[at] = (this.#wide[at] ?? 0n) + BigInt(length);
  }

  /** How many of all threads' streams ended before their entries did, and the node of one. */
  get gaps(): { readonly count: number; readonly node: number } {
    const met = this.#threads.filter((thread) => this.#get(thread + layout.GAPS) > 0);
    const count = met.reduce((sum, thread) => sum + this.#get(thread + layout.GAPS), 0);
    return { count, node: this.#get((met[0] ?? this.#thread) + layout.GAP_NODE) };
  }

  get currentRoot(): number {
    return this.#get(this.#thread + layout.CURRENT_ROOT);
  }

  /** Sorts the objects by their offsets and makes them nodes; how many are left once each place counts once. */
  placeNodes({ count: objects, largestOffset, offsetAt }: PlacedObjects): number {
    this.#exports.makeTables(this.#get(this.#shared + layout.TABLES), this.#get(this.#thread + layout.WORK));
    const largest = Math.min(largestOffset, OFFSET_LIMIT);
    const passes = Math.ceil((Math.floor(Math.log2(largest + 1)) + 1) / layout.DIGIT_BITS);
    // They are sorted where the nodes go, back and forth, and end where each is read before a node takes its place.
    const nodes = this.#get(this.#shared + layout.NODES);
    const [last, other] = [nodes + objects * (layout.NODE_SIZE - 8), nodes + objects * (layout.NODE_SIZE - 16)];
    let [keys, room] = passes % 2 === 0 ? [last, other] : [other, last];
    const pairs = new Uint32Array(this.bytes.buffer, keys, objects * 2);
    for (let position = 0; position < objects; position++) {
      const offset = Math.min(offsetAt(position), OFFSET_LIMIT);
      pairs[2 * position] = (offset << POSITION_BITS) | position;
      pairs[2 * position + 1] = Math.floor(offset / 2 ** (32 - POSITION_BITS));
    }
    for (let pass = 0; pass < passes; pass++) {
      this.#sortByDigit(keys, room, objects, pass);
      [keys, room] = [room, keys];
    }
    for (const [from, to] of steps(objects)) this.#exports.placeNodes(this.#shared, keys + 8 * from, keys + 8 * to);
    this.#exports.endLookup(this.#shared);
    return this.nodeCount;
  }

  #sortByDigit(keys: number, room: number, count: number, number: number): void {
    const counts = this.#room;
    const size = 4 << layout.DIGIT_BITS;
    this.bytes.fill(0, counts, counts + size);
    for (const [from, to] of steps(count)) this.#exports.countByDigit(keys + 8 * from, keys + 8 * to, counts, number);
    this.#exports.sumUp(counts, size);
    for (const [from, to] of steps(count))
      this.#exports.moveByDigit(keys + 8 * from, keys + 8 * to, room, counts, number);
  }

  /** Reads the headers of the entries that begin in [from, to) of the pack, whose bytes lie from `address` on. */
  readHeaders(from: number, to: number, address: number): void {
    this.#exports.readHeaders(this.#shared, BigInt(from), BigInt(to), address);
  }

  /** Whether the headers that were read name any base by its id. */
  get hasNamedBases(): boolean {
    return Atomics.load(this.#fields, (this.#shared + layout.NAMED_BASES) / 4) !== 0;
  }

  /** Says what is wanted in trees, before anything is listed. Whether there is room for so much; otherwise nothing is to be listed. */
  want({ ids, wanted }: WantedIds): boolean {
    const hasRoom = this.#get(this.#shared + layout.IDS) !== 0;
    if (!hasRoom || wanted.length > this.#get(this.#shared + layout.WANTED_ROOM)) return false;
    this.#setShortIds(ids);
    this.bytes.set(wanted, this.#get(this.#shared + layout.WANTED));
    this.#set(this.#shared + layout.WANTED_COUNT, wanted.length / this.idLength);
    this.#exports.prepareIds(this.#shared, ids.length / this.idLength);
    return true;
  }

  #setShortIds(ids: Uint8Array): void {
    const from = new Uint32Array(ids.buffer, ids.byteOffset, ids.length / 4);
    const [step, kept] = [this.idLength / 4, layout.SHORT_ID / 4];
    const to = new Uint32Array(this.bytes.buffer, this.#get(this.#shared + layout.IDS), (from.length / step) * kept);
    for (let read = 0, written = 0; read < from.length; read += step, written += kept) {
      for (let word = 0; word < kept; word++) to[written + word] = from[read + word] ?? 0;
    }
  }

  /** Makes the blobs what is walked. */
  beginWithBlobs(): void {
    this.#set(this.#shared + layout.MODE, layout.BLOBS);
    this.#set(this.#shared + layout.ROOT_COUNT, this.#get(this.#shared + layout.BLOB_ROOT_COUNT));
  }

  /** Makes all else what is walked next. No thread may be walking. @param mode STRUCTURE, or LIST */
  turnToStructure(mode: number): void {
    this.#set(this.#shared + layout.MODE, mode);
    this.#set(this.#shared + layout.NEXT_ROOT, this.#get(this.#shared + layout.BLOB_ROOT_COUNT));
    this.#set(this.#shared + layout.ROOT_COUNT, this.#get(this.#shared + layout.ALL_ROOT_COUNT));
  }

  /** Whether every tree that could be read is listed. */
  get hasRoomForTrees(): boolean {
    return this.#get(this.#shared + layout.NO_ROOM_FOR_TREES) === 0;
  }

  /** Whether every commit that could be read is listed. */
  get hasRoomForCommits(): boolean {
    return this.#threads.every((thread) => this.#get(thread + layout.NO_ROOM_FOR_COMMITS) === 0);
  }

  /** What each thread listed of commits, record after record, as copies. */
  get commitRecords(): readonly Uint8Array[] {
    return this.#threads.map((thread) =>
      this.bytes.slice(this.#get(thread + layout.RECORDS_END), this.#get(thread + layout.RECORDS_LIMIT)),
    );
  }

  /** What each thread listed of trees. It lies in the search's memory: nobody may use it for something else meanwhile. */
  get treeRecords(): readonly TreeRecords[] {
    return this.#threads.map((thread) => {
      const from = this.#get(thread + layout.RECORDS_START);
      const names = this.#get(thread + layout.NAMES);
      return {
        records: new Uint32Array(this.bytes.buffer, from, (this.#get(thread + layout.RECORDS) - from) / 4),
        names: this.bytes.subarray(names, names + this.#get(thread + layout.NAMES_FILL)),
      };
    });
  }

  /** Links the nodes to trees, once their headers are read and their bases named, and lists the roots. */
  linkNodes(): void {
    const count = this.nodeCount;
    if (this.#hasLaterBase) this.#exports.linkInOrder(this.#shared, this.#room);
    else for (const [from, to] of steps(count)) this.#exports.linkNodes(this.#shared, count - to, count - from);
    const counts = this.#room;
    const half = layout.ROOT_CLASSES * 2;
    this.bytes.fill(0, counts, counts + 2 * half);
    for (const [from, to] of steps(count)) this.#exports.countRoots(this.#shared, from, to, counts);
    this.#set(this.#shared + layout.ALL_ROOT_COUNT, this.#exports.sumUp(counts, 2 * half));
    this.#set(this.#shared + layout.BLOB_ROOT_COUNT, this.#get(counts + half));
    for (const [from, to] of steps(count)) this.#exports.listRoots(this.#shared, from, to, counts);
  }

  /** Whether all nodes lead to a base that is in the pack. */
  get isSound(): boolean {
    return this.#get(this.#shared + layout.SOUND_COUNT) === this.nodeCount;
  }

  get #room(): number {
    return Math.ceil(this.arena / 64) * 64;
  }

  /** How many objects are built on one, itself counted. */
  countTree(node: number): number {
    return this.#exports.countTree(this.#shared, node);
  }

  offsetOf(node: number): number {
    const at = this.#node(node) + layout.OFFSET;
    return this.#get(at) + (this.bytes[at + 4] ?? 0) * 2 ** 32;
  }

  /** Where the entry's stream begins. */
  streamOf(node: number): number {
    return this.offsetOf(node) + (this.bytes[this.#node(node) + layout.HEADER] ?? 0);
  }

  /** Where the entry ends. */
  endOf(node: number): number {
    return node + 1 < this.nodeCount
      ? this.offsetOf(node + 1)
      : Number(this.#wide[(this.#shared + layout.PACK_END) / 8]);
  }

  /** As the entry says; of a delta, that of the delta. */
  sizeOf(node: number): number {
    return this.#get(this.#node(node) + layout.SIZE);
  }

  typeOf(node: number): number {
    return this.bytes[this.#node(node) + layout.TYPE] ?? 0;
  }

  positionOf(node: number): number {
    return this.#get(this.#node(node) + layout.POSITION);
  }

  baseOf(node: number): number {
    return this.#get(this.#node(node) + layout.BASE);
  }

  setBase(node: number, base: number): void {
    // Bases that are named by their offsets come before what is built on them.
    this.#hasLaterBase ||= base >= node;
    this.#set(this.#node(node) + layout.BASE, base);
  }

  setSibling(node: number, sibling: number): void {
    this.#set(this.#node(node) + layout.SIBLING, sibling);
  }

  /** Whether a root leads to the node; once they are linked. */
  isReached(node: number): boolean {
    return ((this.bytes[this.#node(node) + layout.STATE] ?? 0) & layout.REACHED) !== 0;
  }

  /** Takes the next steps, until there is something to tell or about `budget` bytes were made. */
  walk(budget: number): PackEvent {
    const kind = this.#exports.walk(this.#shared, this.#thread, budget);
    if (kind === layout.DONE) return { kind: "done" };
    if (kind === layout.PAUSED) return { kind: "paused" };
    const node = this.#get(this.#thread + layout.EVENT_NODE);
    const type = this.#get(this.#thread + layout.OBJECT_TYPE);
    if (kind === layout.LOST)
      return { kind: "lost", node, type, reason: this.#get(this.#thread + layout.EVENT_REASON) };
    return {
      kind: "met",
      node,
      type,
      from: this.#get(this.#thread + layout.EVENT_ADDRESS),
      length: this.#get(this.#thread + layout.EVENT_LENGTH),
      hits: this.#get(this.#thread + layout.EVENT_HITS),
      mayBeContainer: this.#get(this.#thread + layout.EVENT_CONTAINER) !== 0,
    };
  }

  /** Finds the anchors that begin in [from, to) of the memory, reading up to `end`; how many, {@link layout.HITS_CAPACITY} at most. */
  searchBytes(from: number, to: number, end: number): number {
    return this.#exports.searchBytes(this.#shared, this.#thread, from, to, end);
  }

  /** Whether any thread has noted that there are anchors in the pack's bytes as they are. */
  get hasPlainAnchors(): boolean {
    return Atomics.load(this.#fields, (this.#shared + layout.PLAIN_ANCHORS) / 4) !== 0;
  }

  notePlainAnchors(): void {
    Atomics.store(this.#fields, (this.#shared + layout.PLAIN_ANCHORS) / 4, 1);
  }

  /** The address of an anchor of the object met last, or of the bytes searched last. */
  hitAt(index: number): number {
    return this.#get(this.#get(this.#thread + layout.HITS) + 4 * index);
  }

  /** Begins with the deltas on an object that is not in the pack: `first` and its siblings. False when it is too large. */
  beginOutside(first: number, type: number, bytes: Uint8Array): boolean {
    if (bytes.length > this.arenaEnd - this.arena - 2 * layout.SLACK) return false;
    this.bytes.set(bytes, this.arena);
    this.#exports.beginOutside(this.#shared, this.#thread, first, type, bytes.length);
    return true;
  }

  hash(from: number, to: number, number: number): number {
    return this.#exports.hash(this.#shared, from, to, number);
  }

  /** The number of line feeds in [from, to). */
  countLines(from: number, to: number): number {
    return this.#exports.countLines(from, to);
  }

  /** The number of the next chunk of the pack that nobody has taken. */
  takeChunk(): number {
    return Atomics.add(this.#fields, (this.#shared + layout.NEXT_CHUNK) / 4, 1);
  }

  /** How many chunks are done now. */
  finishChunk(): number {
    const at = (this.#shared + layout.CHUNKS_DONE) / 4;
    const done = Atomics.add(this.#fields, at, 1) + 1;
    Atomics.notify(this.#fields, at);
    return done;
  }

  get chunksDone(): number {
    return Atomics.load(this.#fields, (this.#shared + layout.CHUNKS_DONE) / 4);
  }

  /** Waits until more chunks are done than `done`. */
  async moreChunks(done: number): Promise<void> {
    await Atomics.waitAsync(this.#fields, (this.#shared + layout.CHUNKS_DONE) / 4, done).value;
  }

  get phase(): number {
    return Atomics.load(this.#fields, (this.#shared + layout.PHASE) / 4);
  }

  enterPhase(phase: number): void {
    const at = (this.#shared + layout.PHASE) / 4;
    Atomics.store(this.#fields, at, phase);
    Atomics.notify(this.#fields, at);
  }

  /** Waits until the phase is reached, or the search is stopped. */
  awaitPhase(phase: number): void {
    for (let now = this.phase; now < phase; now = this.phase) {
      Atomics.wait(this.#fields, (this.#shared + layout.PHASE) / 4, now);
    }
  }

  /** Adds to the weight of what the main thread is still to look into; false when it would be more than `most`. */
  addPending(weight: number, most: number): boolean {
    const at = (this.#shared + layout.PENDING) / 4;
    if (Atomics.add(this.#fields, at, weight) + weight <= most) return true;
    Atomics.sub(this.#fields, at, weight);
    return false;
  }

  removePending(weight: number): void {
    Atomics.sub(this.#fields, (this.#shared + layout.PENDING) / 4, weight);
  }

  get hasPending(): boolean {
    return Atomics.load(this.#fields, (this.#shared + layout.PENDING) / 4) !== 0;
  }

  get isStopped(): boolean {
    return Atomics.load(this.#fields, (this.#shared + layout.STOP) / 4) !== 0;
  }

  /** Makes every thread end soon. */
  stop(): void {
    Atomics.store(this.#fields, (this.#shared + layout.STOP) / 4, 1);
    this.enterPhase(layout.LAST_WALK);
  }

  #node(node: number): number {
    return this.#get(this.#shared + layout.NODES) + node * layout.NODE_SIZE;
  }

  #get(address: number): number {
    return (this.#fields[address / 4] ?? 0) >>> 0;
  }

  #set(address: number, value: number): void {
    this.#fields[address / 4] = value;
  }
}

import {
  ENTRIES,
  ENTRY_SIZE,
  IS_FOREIGN,
  IS_WANTED,
  NAME_BYTES,
  NAME_LENGTH,
  VALUE_MASK,
} from "../../kernel/assembly/pack-layout.ts";
import type { PackKernel, TreeRecords } from "../../kernel/pack-kernel.ts";
import type { PackIndex } from "./pack-index.ts";

export const OUTSIDE = -1;
export const WANTED_BLOB = -2;

/** Where the list of one tree's entries is. */
export interface TreeList {
  readonly thread: number;
  readonly start: number;
  readonly length: number;
}

/** What the trees of a pack name: millions of entries, of which few are wanted. */
export class ListedTrees {
  readonly #index: PackIndex;
  readonly #wanted: readonly string[];
  readonly #listings: readonly TreeRecords[];
  /** By position in the index: the address of the tree's record, or 0. */
  readonly #lists: Uint32Array;
  /** By place, for each listing. */
  readonly #names: readonly Map<number, string>[];

  /** @param wanted the ids of which the kernel knows the numbers */
  constructor(kernel: PackKernel, index: PackIndex, wanted: Uint8Array) {
    this.#index = index;
    const { idLength } = index;
    this.#wanted = Array.from({ length: wanted.length / idLength }, (_, number) =>
      Buffer.from(wanted.subarray(number * idLength, (number + 1) * idLength)).toString("hex"),
    );
    this.#listings = kernel.treeRecords;
    this.#names = this.#listings.map(() => new Map());
    this.#lists = new Uint32Array(index.count);
    for (let node = 0; node < kernel.nodeCount; node++) this.#lists[kernel.positionOf(node)] = kernel.recordOf(node);
  }

  /** The bytes of an id of the pack. */
  idAt(position: number): Buffer {
    return Buffer.from(this.#index.idAt(position), "hex");
  }

  /** The list of a tree's entries, those that may lead to something wanted; null when the tree could not be read. */
  listOf(position: number): TreeList | null {
    const record = this.#lists[position] ?? 0;
    if (record === 0) return null;
    // One thread's records lie behind those of another.
    const thread = this.#listings.findLastIndex(({ from }) => from <= record);
    const start = (record - (this.#listings[thread]?.from ?? 0)) / 4;
    return { thread, start: start + ENTRIES / 4, length: this.#numberAt(thread, start) };
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
    const place = this.#numberAt(thread, start + entry * (ENTRY_SIZE / 4) + 1);
    const names = this.#names[thread];
    const known = names?.get(place);
    if (known !== undefined) return known;
    const name = this.#bytesAt(thread, place).toString("latin1");
    names?.set(place, name);
    return name;
  }

  #valueAt({ thread, start }: TreeList, entry: number): number {
    return this.#numberAt(thread, start + entry * (ENTRY_SIZE / 4));
  }

  #numberAt(thread: number, index: number): number {
    return this.#listings[thread]?.records[index] ?? 0;
  }

  #bytesAt(thread: number, place: number): Buffer {
    const names = this.#listings[thread]?.names ?? Buffer.alloc(0);
    const start = place + NAME_BYTES;
    return names.subarray(start, start + names.readUInt32LE(place + NAME_LENGTH));
  }
}

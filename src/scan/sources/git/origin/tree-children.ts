import { type ListedTrees, OUTSIDE, type TreeList, WANTED_BLOB } from "../search/listed-trees.ts";

/** What of a tree may lead to something wanted, in the tree's order: subtrees and wanted blobs. */
export interface TreeChildren {
  readonly length: number;
  /** A subtree's number; -1 for a wanted blob. */
  numberAt(index: number): number;
  /** A subtree's id. */
  idAt(index: number): Buffer;
  /** A wanted blob's id, in hexadecimal. */
  blobAt(index: number): string;
  /** A character for each byte; a subtree's ends in `/`. */
  nameAt(index: number): string;
}

interface ReadChild {
  readonly name: string;
  readonly number: number;
  readonly id: Buffer;
}

/** Those of a tree that was read. */
export class ReadChildren implements TreeChildren {
  readonly #children: ReadChild[] = [];

  get length(): number {
    return this.#children.length;
  }

  addTree(name: string, number: number, id: Buffer): void {
    this.#children.push({ name: `${name}/`, number, id });
  }

  addBlob(name: string, id: Buffer): void {
    this.#children.push({ name, number: -1, id });
  }

  numberAt(index: number): number {
    return this.#children[index]?.number ?? -1;
  }

  idAt(index: number): Buffer {
    return this.#children[index]?.id ?? Buffer.alloc(0);
  }

  blobAt(index: number): string {
    return this.idAt(index).toString("hex");
  }

  nameAt(index: number): string {
    return this.#children[index]?.name ?? "";
  }
}

/** Those of a tree that is listed: nothing is made of them but what is asked for. */
export class ListedChildren implements TreeChildren {
  readonly length: number;
  readonly #trees: ListedTrees;
  readonly #list: TreeList;
  readonly #first: number;
  readonly #numberOf: (id: Buffer) => number;

  /** @param first the number of the pack's first object @param numberOf for trees that are not in the pack */
  constructor(trees: ListedTrees, list: TreeList, first: number, numberOf: (id: Buffer) => number) {
    this.length = list.length;
    this.#trees = trees;
    this.#list = list;
    this.#first = first;
    this.#numberOf = numberOf;
  }

  numberAt(index: number): number {
    const position = this.#trees.subtreeAt(this.#list, index);
    if (position >= 0) return this.#first + position;
    return position === OUTSIDE ? this.#numberOf(this.idAt(index)) : -1;
  }

  idAt(index: number): Buffer {
    const position = this.#trees.subtreeAt(this.#list, index);
    return position >= 0 ? this.#trees.idAt(position) : this.#trees.outsideAt(this.#list, index);
  }

  blobAt(index: number): string {
    return this.#trees.blobAt(this.#list, index);
  }

  nameAt(index: number): string {
    const name = this.#trees.nameAt(this.#list, index);
    return this.#trees.subtreeAt(this.#list, index) === WANTED_BLOB ? name : `${name}/`;
  }
}

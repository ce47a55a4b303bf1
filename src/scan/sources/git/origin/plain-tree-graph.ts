import { type Skipped, skipped } from "../../../../model/coverage.ts";
import type { ObjectDatabase } from "../objects/object-database.ts";
import { GitDataError } from "../objects/object-error.ts";
import { TreeCursor } from "../objects/tree.ts";
import type { ListedTrees } from "../search/listed-trees.ts";
import { ListedChildren, ReadChildren, type TreeChildren } from "./tree-children.ts";
import { ITSELF, NodePool, type TreeGraph, type TreeNode } from "./tree-graph.ts";

/** As git has it (core.maxTreeDepth). */
const DEEPEST_TREE = 4096;
/** A file's name, in bytes; in a forged tree it may have any length. */
const LONGEST_NAME = 4096;

/** So many trees that are in no pack are told apart. */
const MOST_LOOSE = 4_000_000;
const UNKNOWN = 0;
const NOTHING = 1;
/** Of the first node; the others follow. */
const NODE = 2;

/** A tree that is being looked at. */
interface Frame {
  readonly number: number;
  /** What in it may lead to something wanted, in the tree's order. */
  readonly children: TreeChildren;
  /** How many of them are settled, from the first on. */
  settled: number;
}

const NO_BYTES = Buffer.alloc(0);

interface Listing {
  readonly trees: ListedTrees | null;
  readonly first: number;
  readonly end: number;
}

/**
 * Reads each tree once, when it is first asked for; those of packs whose trees are listed are looked up instead. Trees that cannot be read are
 * as if they were empty, and are told of.
 */
export class PlainTreeGraph implements TreeGraph {
  readonly #database: ObjectDatabase;
  readonly #idLength: number;
  readonly #onSkipped: (row: Skipped) => void;
  /** Ids of what is wanted, a character for each byte. */
  readonly #wanted: ReadonlySet<string>;
  /** The same in hexadecimal, by their numbers. */
  readonly #wantedNumbers: ReadonlyMap<number, string>;
  /** Whether a wanted id begins with these two bytes: most ids of others do not. */
  readonly #beginnings = new Uint8Array(1 << 16);
  /** By the tree's number: UNKNOWN, NOTHING, or NODE and its place among the nodes. */
  readonly #known: Uint32Array;
  /** Numbers of trees that are in no pack, by their ids, a character for each byte; they follow those of the packs. */
  readonly #loose = new Map<string, number>();
  readonly #knownLoose: number[] = [];
  readonly #nodes: TreeNode[] = [];
  readonly #places = new Map<TreeNode, number>();
  readonly #pool = new NodePool();

  /** What is listed of each pack of the database, and the number of its first object. */
  readonly #listings: readonly Listing[];

  /**
   * @param wanted ids of blobs and trees, in hexadecimal
   * @param idLength in bytes
   * @param listed in the order of the database's packs; the same must have been wanted
   */
  constructor(
    database: ObjectDatabase,
    wanted: Iterable<string>,
    idLength: number,
    onSkipped: (row: Skipped) => void,
    listed: readonly (ListedTrees | null)[] = [],
  ) {
    this.#database = database;
    this.#idLength = idLength;
    this.#onSkipped = onSkipped;
    this.#known = new Uint32Array(database.packedCount);
    const ids = Array.from(wanted, (id) => Buffer.from(id, "hex"));
    for (const id of ids) this.#beginnings[id.readUInt16BE()] = 1;
    this.#wanted = new Set(ids.map((id) => id.toString("latin1")));
    this.#wantedNumbers = new Map(ids.map((id) => [this.#numberOf(id, 0), id.toString("hex")]));
    let first = 0;
    this.#listings = database.packs.map(({ index }, order) => {
      const listing = { trees: listed[order] ?? null, first, end: first + index.count };
      first = listing.end;
      return listing;
    });
    for (const { trees, first } of this.#listings) this.#settleListed(trees, first);
  }

  nodeOf(id: Buffer): TreeNode | null {
    const root = this.#numberOf(id, 0);
    const open: Frame[] = this.#stateOf(root) === UNKNOWN ? [this.#frame(root, () => id, 0)] : [];
    for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
      if (this.#findUnsettled(frame)) {
        const { children, settled } = frame;
        open.push(this.#frame(children.numberAt(settled), () => children.idAt(settled), open.length));
      } else {
        this.#settle(frame.number, this.#close(frame));
        open.pop();
      }
    }
    return this.#nodeAt(this.#stateOf(root));
  }

  /** Most trees lead nowhere. */
  #settleListed(trees: ListedTrees | null, first: number): void {
    if (trees === null) return;
    for (let position = 0; position < trees.count; position++) {
      if (trees.leadsNowhere(position)) this.#known[first + position] = NOTHING;
    }
  }

  /** Goes on to the first subtree that is not known yet. Whether there is one. */
  #findUnsettled(frame: Frame): boolean {
    for (; frame.settled < frame.children.length; frame.settled++) {
      const number = frame.children.numberAt(frame.settled);
      if (number >= 0 && this.#stateOf(number) === UNKNOWN) return true;
    }
    return false;
  }

  #close({ number, children }: Frame): TreeNode | null {
    const itself = this.#wantedNumbers.get(number);
    let entries = itself === undefined ? null : new Map<string, string | TreeNode>([[ITSELF, itself]]);
    for (let index = 0; index < children.length; index++) {
      const number = children.numberAt(index);
      const child = number < 0 ? children.blobAt(index) : this.#nodeAt(this.#stateOf(number));
      if (child === null) continue;
      entries ??= new Map();
      entries.set(children.nameAt(index), child);
    }
    return entries === null ? null : this.#pool.node(entries);
  }

  #frame(number: number, id: () => Buffer, depth: number): Frame {
    // Until it is known, it is nothing: trees that name each other in a circle, which can only be forged, come to an end.
    this.#settle(number, null);
    const listed = depth > DEEPEST_TREE ? null : this.#listedChildren(number);
    return { number, children: listed ?? this.#readChildren(id(), depth), settled: 0 };
  }

  #listedChildren(number: number): TreeChildren | null {
    const listing = this.#listings.find(({ end }) => number < end);
    if (listing === undefined || listing.trees === null) return null;
    const list = listing.trees.listOf(number - listing.first);
    if (list === null) return null;
    return new ListedChildren(listing.trees, list, listing.first, this.#numberOfId);
  }

  readonly #numberOfId = (id: Buffer): number => this.#numberOf(id, 0);

  #readChildren(id: Buffer, depth: number): TreeChildren {
    const children = new ReadChildren();
    const bytes = this.#read(id, depth);
    for (const cursor = new TreeCursor(bytes, this.#idLength); cursor.next(); ) {
      const { kind, idStart } = cursor;
      if (kind === "tree") {
        const number = this.#numberOf(bytes, idStart);
        if (this.#stateOf(number) === NOTHING) continue;
        children.addTree(cursor.nameUpTo(LONGEST_NAME), number, bytes.subarray(...cursor.idSpan));
      } else if (kind === "blob" && this.#beginnings[bytes.readUInt16BE(idStart)] === 1) {
        if (!this.#wanted.has(bytes.toString("latin1", ...cursor.idSpan))) continue;
        children.addBlob(cursor.nameUpTo(LONGEST_NAME), bytes.subarray(...cursor.idSpan));
      }
    }
    return children;
  }

  #read(id: Buffer, depth: number): Buffer {
    const object =
      depth > DEEPEST_TREE
        ? new GitDataError("lies deeper than git goes", "object-bound")
        : this.#database.readBytes(id);
    if (!(object instanceof GitDataError) && object.type === "tree") return object.bytes;
    const [reason, detail] =
      object instanceof GitDataError ? [object.reason, object.message] : (["object-damaged", "is no tree"] as const);
    this.#onSkipped(skipped(`${this.#database.place} object ${id.toString("hex")}`, reason, `a tree: ${detail}`));
    return NO_BYTES;
  }

  #numberOf(bytes: Buffer, at: number): number {
    const packed = this.#database.numberOf(bytes, at);
    if (packed >= 0) return packed;
    const key = bytes.toString("latin1", at, at + this.#idLength);
    const known = this.#loose.get(key);
    if (known !== undefined) return known;
    const number = this.#known.length + Math.min(this.#loose.size, MOST_LOOSE);
    // Forged trees may name any number of trees that are nowhere: past the bound they are one.
    if (this.#loose.size <= MOST_LOOSE) this.#loose.set(key, number);
    return number;
  }

  #stateOf(number: number): number {
    return (
      (number < this.#known.length ? this.#known[number] : this.#knownLoose[number - this.#known.length]) ?? UNKNOWN
    );
  }

  #settle(number: number, node: TreeNode | null): void {
    const state = node === null ? NOTHING : NODE + this.#placeOf(node);
    if (number < this.#known.length) this.#known[number] = state;
    else this.#knownLoose[number - this.#known.length] = state;
  }

  #placeOf(node: TreeNode): number {
    const known = this.#places.get(node);
    if (known !== undefined) return known;
    this.#places.set(node, this.#nodes.length);
    return this.#nodes.push(node) - 1;
  }

  #nodeAt(state: number): TreeNode | null {
    return this.#nodes[state - NODE] ?? null;
  }
}

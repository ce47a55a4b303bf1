import { type Skipped, skipped } from "../../../model/coverage.ts";
import type { ObjectDatabase } from "./object-database.ts";
import { GitDataError } from "./object-error.ts";
import { TreeCursor } from "./tree.ts";
import { NodePool, type TreeGraph, type TreeNode } from "./tree-graph.ts";

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
  readonly children: Child[];
  /** How many of them are settled, from the first on. */
  settled: number;
}

interface Child {
  readonly name: string;
  /** A wanted blob's id, in hexadecimal; null for a subtree. */
  readonly blob: string | null;
  /** The subtree's number, and its id. */
  readonly number: number;
  readonly id: Buffer;
}

const NO_BYTES = Buffer.alloc(0);

/** Reads each tree once, when it is first asked for. Trees that cannot be read are as if they were empty, and are told of. */
export class PlainTreeGraph implements TreeGraph {
  readonly #database: ObjectDatabase;
  readonly #idLength: number;
  readonly #onSkipped: (row: Skipped) => void;
  /** Ids of wanted blobs, a character for each byte. */
  readonly #wanted: ReadonlySet<string>;
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

  /** @param wanted ids of blobs, in hexadecimal @param idLength in bytes */
  constructor(database: ObjectDatabase, wanted: Iterable<string>, idLength: number, onSkipped: (row: Skipped) => void) {
    this.#database = database;
    this.#idLength = idLength;
    this.#onSkipped = onSkipped;
    this.#known = new Uint32Array(database.packedCount);
    const ids = Array.from(wanted, (id) => Buffer.from(id, "hex"));
    for (const id of ids) this.#beginnings[id.readUInt16BE()] = 1;
    this.#wanted = new Set(ids.map((id) => id.toString("latin1")));
  }

  nodeOf(tree: string): TreeNode | null {
    const id = Buffer.from(tree, "hex");
    const root = this.#numberOf(id, 0);
    const open: Frame[] = this.#stateOf(root) === UNKNOWN ? [this.#frame(root, id, 0)] : [];
    for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
      const next = this.#unsettled(frame);
      if (next !== null) {
        open.push(this.#frame(next.number, next.id, open.length));
      } else {
        this.#settle(frame.number, this.#close(frame));
        open.pop();
      }
    }
    return this.#nodeAt(this.#stateOf(root));
  }

  /** The first subtree that is not known yet. */
  #unsettled(frame: Frame): Child | null {
    for (; frame.settled < frame.children.length; frame.settled++) {
      const child = frame.children[frame.settled];
      if (child?.blob === null && this.#stateOf(child.number) === UNKNOWN) return child;
    }
    return null;
  }

  #close({ children }: Frame): TreeNode | null {
    let entries: Map<string, string | TreeNode> | null = null;
    for (const { name, blob, number } of children) {
      const child = blob ?? this.#nodeAt(this.#stateOf(number));
      if (child === null) continue;
      entries ??= new Map();
      entries.set(name, child);
    }
    return entries === null ? null : this.#pool.node(entries);
  }

  #frame(number: number, id: Buffer, depth: number): Frame {
    // Until it is known, it is nothing: trees that name each other in a circle, which can only be forged, come to an end.
    this.#settle(number, null);
    const children: Child[] = [];
    const bytes = this.#read(id, depth);
    for (const cursor = new TreeCursor(bytes, this.#idLength); cursor.next(); ) {
      const { kind, idStart } = cursor;
      if (kind === "tree") {
        const number = this.#numberOf(bytes, idStart);
        if (this.#stateOf(number) === NOTHING) continue;
        const name = `${cursor.nameUpTo(LONGEST_NAME)}/`;
        children.push({ name, blob: null, number, id: bytes.subarray(...cursor.idSpan) });
      } else if (kind === "blob" && this.#beginnings[bytes.readUInt16BE(idStart)] === 1) {
        if (!this.#wanted.has(bytes.toString("latin1", ...cursor.idSpan))) continue;
        const blob = bytes.toString("hex", ...cursor.idSpan);
        children.push({ name: cursor.nameUpTo(LONGEST_NAME), blob, number: 0, id: NO_BYTES });
      }
    }
    return { number, children, settled: 0 };
  }

  #read(id: Buffer, depth: number): Buffer {
    const object =
      depth > DEEPEST_TREE
        ? new GitDataError("lies deeper than git goes", "object-bound")
        : this.#database.readBytes(id);
    if (!(object instanceof GitDataError) && object.type === "tree") return object.bytes;
    const [reason, detail] =
      object instanceof GitDataError ? [object.reason, object.message] : (["object-damaged", "is no tree"] as const);
    this.#onSkipped(skipped(`tree ${id.toString("hex")}`, reason, detail));
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

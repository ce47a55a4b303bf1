import { type Skipped, skipped } from "../../../model/coverage.ts";
import type { ObjectDatabase } from "./object-database.ts";
import { GitDataError } from "./object-error.ts";
import { TreeCursor } from "./tree.ts";
import { NodePool, type TreeGraph, type TreeNode } from "./tree-graph.ts";

/** As git has it (core.maxTreeDepth). */
const DEEPEST_TREE = 4096;
/** A file's name, in bytes; in a forged tree it may have any length. */
const LONGEST_NAME = 4096;

/** A tree that is being looked at. */
interface Frame {
  readonly key: string;
  /** What in it may lead to something wanted, in the tree's order. */
  readonly children: Child[];
  /** How many of them are settled, from the first on. */
  settled: number;
}

interface Child {
  readonly name: string;
  /** Of a subtree that was not known when it was met, its key; else what it is. */
  readonly value: TreeNode | string;
  readonly isSubtree: boolean;
}

/** Reads each tree once, when it is first asked for. Trees that cannot be read are as if they were empty, and are told of. */
export class PlainTreeGraph implements TreeGraph {
  readonly #database: ObjectDatabase;
  readonly #idLength: number;
  readonly #onSkipped: (row: Skipped) => void;
  /** Keys (ids, a character for each byte) of wanted blobs. */
  readonly #wanted: ReadonlySet<string>;
  /** Whether a wanted id begins with these two bytes: most ids of others do not. */
  readonly #beginnings = new Uint8Array(1 << 16);
  readonly #known = new Map<string, TreeNode | null>();
  readonly #pool = new NodePool();

  /** @param wanted ids of blobs, in hexadecimal @param idLength in bytes */
  constructor(database: ObjectDatabase, wanted: Iterable<string>, idLength: number, onSkipped: (row: Skipped) => void) {
    this.#database = database;
    this.#idLength = idLength;
    this.#onSkipped = onSkipped;
    const ids = Array.from(wanted, (id) => Buffer.from(id, "hex"));
    for (const id of ids) this.#beginnings[id.readUInt16BE()] = 1;
    this.#wanted = new Set(ids.map((id) => id.toString("latin1")));
  }

  nodeOf(tree: string): TreeNode | null {
    const root = Buffer.from(tree, "hex").toString("latin1");
    const known = this.#known.get(root);
    if (known !== undefined) return known;
    const open = [this.#frame(root, 0)];
    for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
      const next = this.#unsettled(frame);
      if (next !== null) {
        open.push(this.#frame(next, open.length));
      } else {
        this.#known.set(frame.key, this.#close(frame));
        open.pop();
      }
    }
    return this.#known.get(root) ?? null;
  }

  /** The key of the first subtree that is not known yet. */
  #unsettled(frame: Frame): string | null {
    for (; frame.settled < frame.children.length; frame.settled++) {
      const child = frame.children[frame.settled];
      if (child?.isSubtree === true && typeof child.value === "string" && !this.#known.has(child.value)) {
        return child.value;
      }
    }
    return null;
  }

  #close({ children }: Frame): TreeNode | null {
    let entries: Map<string, string | TreeNode> | null = null;
    for (const { name, value, isSubtree } of children) {
      const child = isSubtree && typeof value === "string" ? this.#known.get(value) : value;
      if (child === null || child === undefined) continue;
      entries ??= new Map();
      entries.set(name, child);
    }
    return entries === null ? null : this.#pool.node(entries);
  }

  #frame(key: string, depth: number): Frame {
    // Until it is known, it is nothing: trees that name each other in a circle, which can only be forged, come to an end.
    this.#known.set(key, null);
    const children: Child[] = [];
    const bytes = this.#read(key, depth);
    for (const cursor = new TreeCursor(bytes, this.#idLength); cursor.next(); ) {
      const { kind, idStart } = cursor;
      if (kind === "commit" || (kind === "blob" && this.#beginnings[bytes.readUInt16BE(idStart)] === 0)) continue;
      const child = bytes.toString("latin1", ...cursor.idSpan);
      if (kind === "tree") {
        const node = this.#known.get(child);
        if (node === null) continue;
        children.push({ name: `${cursor.nameUpTo(LONGEST_NAME)}/`, value: node ?? child, isSubtree: true });
      } else if (this.#wanted.has(child)) {
        const id = bytes.toString("hex", ...cursor.idSpan);
        children.push({ name: cursor.nameUpTo(LONGEST_NAME), value: id, isSubtree: false });
      }
    }
    return { key, children, settled: 0 };
  }

  #read(key: string, depth: number): Buffer {
    const id = Buffer.from(key, "latin1");
    const object =
      depth > DEEPEST_TREE
        ? new GitDataError("lies deeper than git goes", "object-bound")
        : this.#database.readBytes(id);
    if (!(object instanceof GitDataError) && object.type === "tree") return object.bytes;
    const [reason, detail] =
      object instanceof GitDataError ? [object.reason, object.message] : (["object-damaged", "is no tree"] as const);
    this.#onSkipped(skipped(`tree ${id.toString("hex")}`, reason, detail));
    return Buffer.alloc(0);
  }
}

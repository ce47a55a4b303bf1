import { type Skipped, skipped } from "../../../model/coverage.ts";
import type { ObjectDatabase } from "./object-database.ts";
import { GitDataError } from "./object-error.ts";
import { entrySpans } from "./tree.ts";
import { NodePool, type TreeGraph, type TreeNode } from "./tree-graph.ts";

/** As git has it (core.maxTreeDepth). */
const DEEPEST_TREE = 4096;
/** A file's name, in bytes; in a forged tree it may have any length. */
const LONGEST_NAME = 4096;

/** A tree that is being looked at. */
interface Frame {
  readonly key: string;
  readonly bytes: Buffer;
  /** By name, in the tree's order; a text that is no id yet stands for a subtree: its key. */
  readonly entries: Map<string, string | TreeNode>;
  /** Subtrees that are not known yet, by name. */
  readonly unknown: { readonly name: string; readonly key: string }[];
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
    const open = [this.#frame(root)];
    for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
      const next = frame.unknown.at(-1);
      if (next === undefined) {
        this.#known.set(frame.key, this.#pool.node(frame.entries));
        open.pop();
        continue;
      }
      const node = this.#known.get(next.key);
      if (node === undefined) {
        open.push(this.#frame(next.key, open.length));
        continue;
      }
      frame.unknown.pop();
      if (node !== null) frame.entries.set(next.name, node);
      // Of two folders of one name, which only a forged tree has, the other may be there already.
      else if (frame.entries.get(next.name) === next.key) frame.entries.delete(next.name);
    }
    return this.#known.get(root) ?? null;
  }

  #frame(key: string, depth = 0): Frame {
    // Until it is known, it is nothing: trees that name each other in a circle, which can only be forged, come to an end.
    this.#known.set(key, null);
    const frame: Frame = { key, bytes: this.#read(key, depth), entries: new Map(), unknown: [] };
    const { bytes, entries, unknown } = frame;
    for (const { kind, nameStart, idStart } of entrySpans(bytes, this.#idLength)) {
      if (kind === "commit") continue;
      if (kind === "blob" && this.#beginnings[bytes.readUInt16BE(idStart)] === 0) continue;
      const child = bytes.toString("latin1", idStart, idStart + this.#idLength);
      const name = (): string => bytes.toString("latin1", nameStart, Math.min(idStart - 1, nameStart + LONGEST_NAME));
      if (kind === "blob") {
        if (this.#wanted.has(child)) entries.set(name(), bytes.toString("hex", idStart, idStart + this.#idLength));
        continue;
      }
      const node = this.#known.get(child);
      if (node === null) continue;
      const folder = `${name()}/`;
      entries.set(folder, node ?? child);
      if (node === undefined) unknown.push({ name: folder, key: child });
    }
    return frame;
  }

  #read(key: string, depth: number): Buffer {
    const id = Buffer.from(key, "latin1").toString("hex");
    const object =
      depth > DEEPEST_TREE ? new GitDataError("lies deeper than git goes", "object-bound") : this.#database.read(id);
    if (!(object instanceof GitDataError) && object.type === "tree") return object.bytes;
    const [reason, detail] =
      object instanceof GitDataError ? [object.reason, object.message] : (["object-damaged", "is no tree"] as const);
    this.#onSkipped(skipped(`tree ${id}`, reason, detail));
    return Buffer.alloc(0);
  }
}

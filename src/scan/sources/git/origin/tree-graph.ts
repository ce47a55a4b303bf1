/** As which entry a tree has itself when it is wanted: no name holds a NUL. */
export const ITSELF = "\0";

/**
 * What of a tree leads to what is wanted: blobs, or trees. Trees in which the same wanted objects are at the same paths have the same node, so that
 * nodes are compared by identity.
 */
export interface TreeNode {
  /**
   * By name, a character for each byte: the id (in hexadecimal) of a wanted blob, or, where the name ends in `/`, the node of a folder
   * that leads to something wanted; its own id by {@link ITSELF} if it is wanted. Never empty.
   */
  readonly entries: ReadonlyMap<string, string | TreeNode>;
}

/** Where wanted objects are in a repository's trees. */
export interface TreeGraph {
  /** @param tree the bytes of its id @returns null when nothing wanted is in it or below */
  nodeOf(tree: Buffer): TreeNode | null;
}

/** A wanted object at its path. */
export interface PathEntry {
  readonly object: "blob" | "tree";
  /** A character for each byte; cut at {@link LONGEST_PATH}. Null for the top. */
  readonly path: string | null;
  /** In hexadecimal. */
  readonly id: string;
}

/** No file system takes a longer path; in a forged tree it may have any length. */
const LONGEST_PATH = 4096;

/** How many entries may still be looked at: forged trees have more paths than there are numbers. */
export interface EntryBudget {
  left: number;
}

/** All that is in `node` and not, at the same path, in any of `others`; as far as the budget goes. */
export function* writtenEntries(
  node: TreeNode,
  others: readonly TreeNode[],
  budget: EntryBudget,
): Generator<PathEntry> {
  const open = [{ node, others, prefix: "" }];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const { prefix, others } = folder;
    for (const [name, child] of folder.node.entries) {
      if (--budget.left < 0) return;
      if (others.some(({ entries }) => entries.get(name) === child)) continue;
      const path = (prefix + name).slice(0, LONGEST_PATH);
      if (name === ITSELF) yield { object: "tree", path: prefix === "" ? null : prefix.slice(0, -1), id: `${child}` };
      else if (typeof child === "string") yield { object: "blob", path, id: child };
      else
        open.push({ node: child, others: others.flatMap(({ entries }) => folderOf(entries.get(name))), prefix: path });
    }
  }
}

function folderOf(child: string | TreeNode | undefined): TreeNode[] {
  return typeof child === "object" ? [child] : [];
}

/** Makes nodes, the same for the same entries. */
export class NodePool {
  readonly #nodes = new Map<string, TreeNode>();
  readonly #numbers = new Map<TreeNode, number>();

  /** Null when there are no entries. */
  node(entries: ReadonlyMap<string, string | TreeNode>): TreeNode | null {
    if (entries.size === 0) return null;
    let key = "";
    for (const [name, child] of entries) {
      key += `${name}\0${typeof child === "string" ? child : `#${this.#numbers.get(child)}`}\0`;
    }
    let node = this.#nodes.get(key);
    if (node === undefined) {
      node = { entries };
      this.#nodes.set(key, node);
      this.#numbers.set(node, this.#numbers.size);
    }
    return node;
  }
}

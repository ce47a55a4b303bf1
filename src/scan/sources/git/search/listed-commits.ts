import {
  COMMIT_IDS,
  COMMIT_PARENTS,
  COMMIT_POSITION,
  COMMIT_SECONDS,
  COMMIT_TREES,
} from "../../../kernel/assembly/pack-layout.ts";
import type { OutlinedCommit } from "../objects/commit.ts";
import type { PackIndex } from "../objects/pack-index.ts";

const ALIGNMENT = 8;

/** What the commits of a pack name, as the kernel listed it. */
export class ListedCommits {
  readonly #records: readonly Uint8Array[];
  readonly #index: PackIndex;

  /** @param records see kernel/assembly/pack-layout.ts */
  constructor(records: readonly Uint8Array[], index: PackIndex) {
    this.#records = records;
    this.#index = index;
  }

  /** All commits of the pack that could be read, in any order. */
  *[Symbol.iterator](): Generator<OutlinedCommit, void> {
    const { ids, idLength } = this.#index;
    const idBytes = Buffer.from(ids.buffer, ids.byteOffset, ids.length);
    for (const { buffer, byteOffset, length } of this.#records) {
      const bytes = Buffer.from(buffer, byteOffset, length);
      for (let at = 0; at < bytes.length; ) {
        const idAt = bytes.readUInt32LE(at + COMMIT_POSITION) * idLength;
        const treeAt = at + COMMIT_IDS;
        const parentsAt = treeAt + bytes.readUInt32LE(at + COMMIT_TREES) * idLength;
        const end = parentsAt + bytes.readUInt32LE(at + COMMIT_PARENTS) * idLength;
        yield {
          id: idBytes.subarray(idAt, idAt + idLength),
          tree: parentsAt === treeAt ? null : bytes.subarray(treeAt, parentsAt),
          parents: bytes.subarray(parentsAt, end),
          committedSeconds: bytes.readDoubleLE(at + COMMIT_SECONDS),
        };
        at = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      }
    }
  }
}

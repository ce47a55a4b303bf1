import {
  COMMIT_IDS,
  COMMIT_PARENTS,
  COMMIT_POSITION,
  COMMIT_SECONDS,
  COMMIT_TREES,
} from "../../kernel/assembly/pack-layout.ts";
import type { OutlinedCommit } from "./commit.ts";
import type { PackIndex } from "./pack-index.ts";

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
    for (const bytes of this.#records) {
      const fields = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const number = (at: number): number => fields.getUint32(at, true);
      for (let at = 0; at < bytes.length; ) {
        const idAt = number(at + COMMIT_POSITION) * idLength;
        const parentsAt = at + COMMIT_IDS + number(at + COMMIT_TREES) * idLength;
        const end = parentsAt + number(at + COMMIT_PARENTS) * idLength;
        yield {
          id: ids.subarray(idAt, idAt + idLength),
          tree: parentsAt === at + COMMIT_IDS ? null : bytes.subarray(at + COMMIT_IDS, parentsAt),
          parents: bytes.subarray(parentsAt, end),
          committedSeconds: fields.getFloat64(at + COMMIT_SECONDS, true),
        };
        at = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      }
    }
  }
}

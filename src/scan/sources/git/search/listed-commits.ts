import {
  COMMIT_NAMES,
  COMMIT_OBJECTS,
  COMMIT_POSITION,
  COMMIT_SECONDS,
  NONE,
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
    const idAt = (position: number): Buffer => idBytes.subarray(position * idLength, (position + 1) * idLength);
    for (const { buffer, byteOffset, length } of this.#records) {
      const bytes = Buffer.from(buffer, byteOffset, length);
      for (let at = 0; at < bytes.length; ) {
        const names = bytes.readUInt32LE(at + COMMIT_NAMES);
        const named: Buffer[] = [];
        let end = at + COMMIT_OBJECTS;
        for (let left = (names >>> 1) + (names & 1); left > 0; left--) {
          const position = bytes.readUInt32LE(end);
          end += 4;
          // What is not in the pack is named by its id.
          if (position !== NONE) named.push(idAt(position));
          else named.push(bytes.subarray(end, (end += idLength)));
        }
        const tree = (names & 1) === 1 ? (named.shift() ?? null) : null;
        const [parent] = named;
        yield {
          id: idAt(bytes.readUInt32LE(at + COMMIT_POSITION)),
          tree,
          parents: parent !== undefined && named.length === 1 ? parent : Buffer.concat(named),
          committedSeconds: bytes.readDoubleLE(at + COMMIT_SECONDS),
        };
        at = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      }
    }
  }
}

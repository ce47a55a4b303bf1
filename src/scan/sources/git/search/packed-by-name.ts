import { type Skipped, skipped } from "../../../../model/coverage.ts";
import { containerFormat, HEAD_LENGTH } from "../../archive/format.ts";
import type { ObjectDatabase } from "../objects/object-database.ts";
import { GitDataError } from "../objects/object-error.ts";
import type { BlobSearch } from "./blob-search.ts";
import { type ObjectHit, objectHit } from "./object-hit.ts";
import { type ObjectLoss, objectLoss } from "./object-loss.ts";
import { STORED } from "./stored.ts";

/** A tree can be made of such names alone: past so many it is said that there are more. */
const MOST_NAMED = 100_000;

/** Stands for all names that say so; what is inside gets no name of it. */
const ANY_NAME = ".br";

/** The ids of such blobs, each once, and one more than are read, so that whoever reads them knows that there are. */
export class NamedBlobs {
  readonly #ids = new Set<string>();

  add(ids: Iterable<string>): void {
    for (const id of ids) if (this.#ids.size <= MOST_NAMED) this.#ids.add(id);
  }

  get ids(): readonly string[] {
    return [...this.#ids];
  }
}

export interface NamedSearchOptions {
  readonly named: NamedBlobs;
  readonly database: ObjectDatabase;
  readonly blobs: BlobSearch;
  /** How the repository is named in rows. */
  readonly place: string;
  readonly signal: AbortSignal;
  onSkipped(row: Skipped): void;
  onLost(loss: ObjectLoss): void;
}

/**
 * Searches what such blobs have packed. What stands plainly in them was searched before, as in any object; so were those that begin as containers do.
 * @throws the signal's reason when it is aborted
 */
export async function searchNamed(options: NamedSearchOptions): Promise<readonly ObjectHit[]> {
  const { named, database, blobs, place, signal, onSkipped, onLost } = options;
  const { ids } = named;
  const hits: ObjectHit[] = [];
  for (const id of ids.slice(0, MOST_NAMED)) {
    signal.throwIfAborted();
    const object = database.read(id);
    if (object instanceof GitDataError) {
      // What is damaged was told of; what is not there is not to be read.
      const { reason, message: detail } = object;
      if (reason === "object-bound") onLost({ id, storedIn: place, within: [], reason, detail });
      continue;
    }
    const { type, bytes } = object;
    if (type !== "blob" || containerFormat(bytes.subarray(0, HEAD_LENGTH)) !== null) continue;
    const content = { size: bytes.length, content: () => once(bytes) };
    const { hits: found, skipped: rows } = await blobs.search(content, { ...STORED, path: ANY_NAME });
    const packed = found.filter(({ within }) => within.length > 0);
    if (packed.length > 0) hits.push(objectHit({ id, type, found: packed }));
    for (const row of rows) onLost(objectLoss({ ...row, id, storedIn: place }));
  }
  if (ids.length > MOST_NAMED) {
    const detail = `more than ${MOST_NAMED} files are named as if they were packed: the others are not read into`;
    onSkipped(skipped(place, "object-bound", detail));
  }
  return hits;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

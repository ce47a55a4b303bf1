import { type Skipped, skipped } from "../../../model/coverage.ts";
import { memberPath } from "../member-search.ts";
import type { BlobHit, BlobSearch } from "./blob-search.ts";
import { failureOf } from "./failure.ts";
import type { LooseObjects } from "./loose.ts";
import { GitDataError } from "./object-error.ts";
import type { ObjectHit } from "./object-hit.ts";
import { STORED } from "./stored.ts";

/** An object up to this size, in bytes, is held whole. */
const HELD_BYTES = 1 << 20;

export interface LooseSearchOptions {
  readonly loose: LooseObjects;
  /** How the repository is named in rows. */
  readonly place: string;
  readonly blobs: BlobSearch;
  /** Ids of objects that were searched before. */
  readonly known: ReadonlySet<string>;
  readonly signal: AbortSignal;
  onHit(hit: ObjectHit): void;
  onSkipped(row: Skipped): void;
  onProgress(objects: number, bytes: number): void;
}

export interface LooseSearched {
  readonly all: ReadonlySet<string>;
  readonly searched: readonly string[];
}

/**
 * Searches the objects that have a file each, trees but their names left out.
 * @returns the ids of all that there are, and of those that were searched to their end
 * @throws the signal's reason when it is aborted
 */
export async function searchLoose(options: LooseSearchOptions): Promise<LooseSearched> {
  const { loose, known, signal, onSkipped } = options;
  const all = new Set<string>();
  const searched: string[] = [];
  for (const id of loose.ids(onSkipped)) {
    all.add(id);
    if (known.has(id)) continue;
    signal.throwIfAborted();
    try {
      if (await searchObject(id, options)) searched.push(id);
    } catch (error) {
      signal.throwIfAborted();
      const [reason, detail] = failureOf(error);
      onSkipped(skipped(placeOf(options, id), reason, detail));
    }
  }
  return { all, searched };
}

/** Whether nothing of the object was left out. */
async function searchObject(id: string, options: LooseSearchOptions): Promise<boolean> {
  const { loose, blobs, onHit, onSkipped, onProgress } = options;
  const header = loose.header(id);
  // A repack has just put it into a pack.
  if (header === null) return false;
  const { type, size } = header;
  // Whether it really holds nothing shows only when it is read.
  if (size === 0) loose.read(id, 0);
  const { hits, skipped: rows } = await blobs.search({ size, content: () => contentOf(id, size, loose) }, STORED);
  for (const { within, reason, detail } of rows)
    onSkipped(skipped(memberPath(placeOf(options, id), within), reason, detail));
  if (hits.length > 0) onHit({ id, type, found: distinct(hits) });
  onProgress(1, size);
  return rows.length === 0;
}

async function* contentOf(id: string, size: number, loose: LooseObjects): AsyncGenerator<Uint8Array, void> {
  if (size > HELD_BYTES) {
    yield* loose.pieces(id);
    return;
  }
  const object = loose.read(id, HELD_BYTES);
  if (object === null) throw new GitDataError("vanished while it was read", "changed-while-read");
  yield object.bytes;
}

/** One detection a credential: where it is repeated in an object is told once the object's place is known. */
function distinct(hits: readonly BlobHit[]): readonly BlobHit[] {
  return [...new Map(hits.map((hit) => [JSON.stringify([hit.detection.fingerprint, hit.within]), hit])).values()];
}

function placeOf({ place }: LooseSearchOptions, id: string): string {
  return `${place} object ${id}`;
}

import { type Skipped, skipped } from "../../../../model/coverage.ts";
import { failureOf } from "../failure.ts";
import type { LooseObjects } from "../objects/loose.ts";
import { GitDataError } from "../objects/object-error.ts";
import type { BlobHit, BlobSearch } from "./blob-search.ts";
import type { ObjectHit } from "./object-hit.ts";
import { type ObjectLoss, objectLoss } from "./object-loss.ts";
import { PackedNames } from "./packed-names.ts";
import { STORED } from "./stored.ts";

/** An object up to this size, in bytes, is held whole. */
const HELD_BYTES = 1 << 20;
/** Deflate makes a thousand bytes of one: past this many made for one that is stored, and so many at least, it is enough. */
const MOST_MADE_FOR_ONE = 32;
const LEAST_BOUND = 64 * 2 ** 30;

export interface LooseSearchOptions {
  readonly loose: LooseObjects;
  /** How the repository is named in rows. */
  readonly place: string;
  readonly blobs: BlobSearch;
  /** Objects that were searched before: see LooseObjects.mark. */
  readonly known: ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** How many bytes may be made at least; only tests set it. */
  readonly leastBound?: number;
  onHit(hit: ObjectHit): void;
  onSkipped(row: Skipped): void;
  onLost(loss: ObjectLoss): void;
  /** Blobs that a tree gives a name which says that they are packed; perhaps the same again and again. */
  onNamed(ids: readonly string[]): void;
  onProgress(objects: number, bytes: number): void;
}

/** By what LooseObjects.mark tells. */
export interface LooseSearched {
  readonly all: ReadonlySet<string>;
  readonly searched: readonly string[];
}

/**
 * Searches the objects that have a file each.
 * @returns all that there are, and those that were searched to their end
 * @throws the signal's reason when it is aborted
 */
export async function searchLoose(options: LooseSearchOptions): Promise<LooseSearched> {
  const { loose, known, signal, place, onSkipped, onLost } = options;
  const all = new Set<string>();
  const searched: string[] = [];
  const budget = new Budget(options.leastBound ?? LEAST_BOUND);
  let unread = 0;
  for (const id of loose.ids(onSkipped)) {
    signal.throwIfAborted();
    try {
      const mark = loose.mark(id);
      // A repack has just put it into a pack.
      if (mark === null) continue;
      all.add(mark);
      if (known.has(mark)) continue;
      if (budget.isSpent) unread++;
      else if (await searchObject(id, budget, options)) searched.push(mark);
    } catch (error) {
      signal.throwIfAborted();
      const [reason, detail] = failureOf(error);
      onLost({ id, storedIn: place, within: [], reason, detail });
    }
  }
  if (unread > 0) onSkipped(skipped(place, "object-bound", `${unread} more objects are not read: ${TOO_MUCH}`));
  return { all, searched };
}

const TOO_MUCH = "the files of the objects unpack to more than is searched of so little";

/** What may be made of objects' files. */
class Budget {
  readonly #least: number;
  #stored = 0;
  #made = 0;

  constructor(least: number) {
    this.#least = least;
  }

  get isSpent(): boolean {
    return this.#made > Math.max(this.#least, this.#stored * MOST_MADE_FOR_ONE);
  }

  /** Begins with a file of so many bytes. */
  begin(stored: number): void {
    this.#stored += stored;
  }

  /** @throws GitDataError when it is spent */
  make(bytes: number): void {
    this.#made += bytes;
    if (this.isSpent) throw new GitDataError(TOO_MUCH, "object-bound");
  }
}

/** Whether nothing of the object was left out. */
async function searchObject(id: string, budget: Budget, options: LooseSearchOptions): Promise<boolean> {
  const { loose, place, blobs, onHit, onLost, onNamed, onProgress } = options;
  const header = loose.header(id);
  // A repack has just put it into a pack.
  if (header === null) return false;
  const { type, size, stored } = header;
  budget.begin(stored);
  // Whether it really holds nothing shows only when it is read.
  if (size === 0) loose.read(id, 0);
  // Those of a tree, each time that it is read.
  const readings: PackedNames[] = [];
  const content = (): AsyncIterable<Uint8Array> => {
    const names = type === "tree" ? new PackedNames(id.length / 2) : null;
    if (names !== null) readings.push(names);
    return counted(contentOf(id, size, loose), budget, names);
  };
  const { hits, skipped: rows } = await blobs.search({ size, content }, STORED);
  for (const { ids } of readings) if (ids.length > 0) onNamed(ids);
  for (const row of rows) onLost(objectLoss({ ...row, id, storedIn: place }));
  if (hits.length > 0) onHit({ id, type, found: distinct(hits) });
  onProgress(1, size);
  return rows.length === 0;
}

/** @param names gets what passes; null: it is no tree */
async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  budget: Budget,
  names: PackedNames | null,
): AsyncGenerator<Uint8Array, void> {
  for await (const piece of pieces) {
    budget.make(piece.length);
    names?.push(piece);
    yield piece;
  }
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

import { type BigIntStats, statSync } from "node:fs";
import { type Skipped, type SkipReason, skipped } from "../../../model/coverage.ts";
import type { Place } from "../../../model/place.ts";
import type { Detection } from "../../detect/detection.ts";
import { shownPlace, shownSkipped } from "../../shown-name.ts";
import { type DiskPath, shownPath } from "../disk/disk-path.ts";
import type { Documents } from "../documents.ts";
import type { Sink } from "../sink.ts";
import { failureOf } from "./failure.ts";
import type { RememberedHistory, SearchedObjects, SearchedPack } from "./history-cache.ts";
import { LooseObjects } from "./objects/loose.ts";
import type { GitObject } from "./objects/object.ts";
import { ObjectDatabase } from "./objects/object-database.ts";
import { GitDataError } from "./objects/object-error.ts";
import { PackIndex } from "./objects/pack-index.ts";
import { trueChecksum } from "./objects/trailing-checksum.ts";
import { type Placed, placeHits, wantedInTrees } from "./origin/place-hits.ts";
import { findRepositories, type PackFiles, type Repository } from "./repository.ts";
import type { BlobSearch } from "./search/blob-search.ts";
import { HitCollector } from "./search/hit-collector.ts";
import { searchLoose } from "./search/loose-search.ts";
import type { ObjectHit } from "./search/object-hit.ts";
import { lossRow, type ObjectLoss } from "./search/object-loss.ts";
import { searchPackBytes } from "./search/pack-bytes.ts";
import { type HistoryKernels, LEAST_LISTED, type PackListing, searchPack } from "./search/pack-search.ts";
import { NamedBlobs, searchNamed } from "./search/packed-by-name.ts";

/** A repository that is repacked while it is read is looked at again, so many times. */
const MOST_ROUNDS = 4;

const NO_LOOSE: RememberedHistory["loose"] = {
  marks: [],
  objects: 0,
  bytes: 0,
  hits: [],
  named: [],
  beside: [],
  skipped: [],
  lost: [],
};

/** A pack that is gone may come back: git puts new ones in the place of old ones, and people move them about. Then it is searched after all. */
const GONE: SkipReason = "vanished";

/** What may be otherwise the next time, so that it is no property of the pack. */
const PASSING: ReadonlySet<SkipReason> = new Set([
  "permission-denied",
  "read-error",
  "changed-while-read",
  "internal-error",
  "vanished",
]);

export interface RepositorySearchOptions {
  readonly documents: Documents;
  readonly sink: Sink;
  /** What is scanned: real paths. */
  readonly roots: readonly string[];
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly kernels: HistoryKernels;
  readonly blobs: BlobSearch;
  /** Of this scan so far: repositories that borrow from each other have packs in common. */
  readonly packs: Map<string, SearchedPack>;
  /** Told how many more were searched, or remembered. */
  onObjects(count: number): void;
}

/** The search of one repository. */
export class RepositorySearch {
  /** As it was when it was last looked at. */
  #repository: Repository;
  readonly #options: RepositorySearchOptions;
  readonly #remembered: RememberedHistory | null;
  readonly #rows: Skipped[] = [];
  /** Told once their paths are known. */
  #lost: ObjectLoss[] = [];
  readonly #packs = new Map<string, SearchedPack>();
  /** What was listed of packs while they were searched. */
  readonly #listings = new Map<PackIndex, PackListing>();
  /** Indexes, also those that could not be read: these are no news of a repack. */
  readonly #tried = new Set<string>();
  #database: ObjectDatabase | null = null;

  constructor(repository: Repository, remembered: RememberedHistory | null, options: RepositorySearchOptions) {
    this.#repository = repository;
    this.#remembered = remembered;
    this.#options = options;
  }

  async run(state: string | null): Promise<RememberedHistory> {
    const indexes = new Map<string, PackIndex>();
    try {
      return await this.#search(state, indexes);
    } finally {
      this.#tellLost(new Map());
    }
  }

  async #search(state: string | null, indexes: Map<string, PackIndex>): Promise<RememberedHistory> {
    for (const files of this.#repository.packs) await this.#searchPack(files, indexes);
    const loose = await this.#searchLoose();
    await this.#searchNewPacks(indexes);
    this.#database?.close();
    const searched = [...this.#packs.values(), loose];
    const hits = [...searched.flatMap((part) => part.hits), ...(await this.#searchNamed(searched, indexes))];
    const { detections, paths } = await this.#placed(hits, indexes);
    this.#tellLost(paths);
    const rows = [...detections.map(withShownPlace), ...searched.flatMap(({ beside }) => beside)];
    const isSettled = !this.#rows.some(({ reason }) => PASSING.has(reason));
    const packs = [...this.#packs].filter(
      ([, pack]) => ![...pack.skipped, ...pack.lost].some(({ reason }) => PASSING.has(reason)),
    );
    return {
      state: isSettled ? state : null,
      objects: searched.reduce((sum, { objects }) => sum + objects, 0),
      bytes: searched.reduce((sum, { bytes }) => sum + bytes, 0),
      rows,
      skipped: this.#rows,
      packs: Object.fromEntries(packs),
      loose,
    };
  }

  /** What a repack or a push has written since the repository was looked at may hold what was deleted before it was read. */
  async #searchNewPacks(indexes: Map<string, PackIndex>): Promise<void> {
    const { commonDirectory } = this.#repository;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const [now] = findRepositories([commonDirectory], { roots: this.#options.roots, onSkipped: () => {} });
      if (now === undefined) return;
      // What was found is traced through what is there now: the packs that were there at first may be gone.
      this.#repository = now;
      const fresh = now.packs.filter(({ index }) => !this.#tried.has(shownPath(index)));
      if (fresh.length === 0) return;
      for (const files of fresh) await this.#searchPack(files, indexes);
    }
    this.#add(skipped(shownPath(commonDirectory), "changed-while-read", "it was repacked again and again"));
  }

  /** What only names say to be packed is read when all trees are known: it may lie in another pack than they do. */
  async #searchNamed(
    searched: readonly SearchedObjects[],
    indexes: ReadonlyMap<string, PackIndex>,
  ): Promise<readonly ObjectHit[]> {
    const named = new NamedBlobs();
    for (const part of searched) named.add(part.named);
    if (named.ids.length === 0) return [];
    const { blobs, signal } = this.#options;
    const { place } = this.#repository;
    const onLost = (loss: ObjectLoss): void => void this.#lost.push(loss);
    const database = ObjectDatabase.open(this.#repository, () => {}, indexes);
    try {
      return await searchNamed({ named, database, blobs, place, signal, onSkipped: (row) => this.#add(row), onLost });
    } finally {
      database.close();
    }
  }

  async #searchPack({ pack, index: indexPath }: PackFiles, indexes: Map<string, PackIndex>): Promise<void> {
    const { packs, kernels, signal, onObjects } = this.#options;
    this.#tried.add(shownPath(indexPath));
    let index: PackIndex;
    let key: string;
    let touchedAt: string;
    try {
      index = PackIndex.open(indexPath, this.#repository.hash);
      indexes.set(shownPath(indexPath), index);
      const files = [pack, indexPath].map((path) => statSync(path, { bigint: true }));
      key = [index.packChecksum, ...files.map(identityOf)].join(" ");
      touchedAt = files.map(({ ctimeNs }) => ctimeNs).join(" ");
    } catch (error) {
      const [reason, detail] = failureOf(error);
      this.#add(skipped(shownPath(indexPath), reason, detail));
      if (reason === GONE) this.#tried.delete(shownPath(indexPath));
      return;
    }
    const known = packs.get(key) ?? this.#recalled(key, touchedAt, { pack, index: indexPath }, index.packChecksum);
    if (known !== undefined) {
      for (const row of known.skipped) this.#add(row);
      this.#lost.push(...known.lost);
      onObjects(known.objects);
      this.#packs.set(key, known);
      return;
    }
    const hits = new HitCollector(shownPath(pack));
    const named = new NamedBlobs();
    const rows: Skipped[] = [];
    const lost: ObjectLoss[] = [];
    const wanted = (): Uint8Array => {
      const earlier = [...this.#packs.values()].flatMap((searched) => searched.hits);
      return wantedInTrees([...earlier, ...hits.hits], archivesOf([...this.#lost, ...lost]));
    };
    const { listing, hasPlainAnchors, ...totals } = await searchPack(
      {
        pack,
        index,
        kernels,
        signal,
        isPartial: this.#repository.isPartial,
        outside: (id) => this.#outside(id),
        ...(index.count < LEAST_LISTED ? {} : { wanted }),
      },
      {
        onHit: (hit) => hits.add(hit),
        onSkipped: (row) => rows.push(row),
        onLost: (loss) => lost.push(loss),
        onNamed: (ids) => named.add(ids),
        onProgress: onObjects,
      },
    );
    if (listing.wanted.length > 0) this.#listings.set(index, listing);
    const beside = hasPlainAnchors ? await this.#searchBytes(pack, rows) : [];
    const searched = {
      ...totals,
      touchedAt,
      hits: hits.hits,
      named: named.ids,
      beside,
      skipped: [...rows, ...hits.rows].map(shownSkipped),
      lost,
    };
    for (const row of searched.skipped) this.#add(row);
    this.#lost.push(...lost);
    this.#packs.set(key, searched);
    if (rows.some(({ reason }) => reason === GONE)) this.#tried.delete(shownPath(indexPath));
    else packs.set(key, searched);
  }

  /** What is remembered of a pack, if nobody has written into its files since. @param checksum the pack's, as its index has it */
  #recalled(key: string, touchedAt: string, files: PackFiles, checksum: string): SearchedPack | undefined {
    const remembered = this.#remembered?.packs[key];
    if (remembered === undefined || remembered.touchedAt === touchedAt) return remembered;
    const { hash } = this.#repository;
    const isTrue = trueChecksum(files.pack, hash) === checksum && trueChecksum(files.index, hash) !== null;
    return isTrue ? { ...remembered, touchedAt } : undefined;
  }

  async #searchBytes(pack: DiskPath, rows: Skipped[]): Promise<SearchedObjects["beside"]> {
    const { documents, signal } = this.#options;
    try {
      return (await searchPackBytes(pack, documents, signal)).map(withShownPlace);
    } catch (error) {
      signal.throwIfAborted();
      rows.push(skipped(shownPath(pack), ...failureOf(error)));
      return [];
    }
  }

  async #searchLoose(): Promise<RememberedHistory["loose"]> {
    const { blobs, signal, onObjects } = this.#options;
    const { place, objectFolders, hash } = this.#repository;
    const { marks, objects, bytes, hits: earlier, named: earlierNamed } = this.#remembered?.loose ?? NO_LOOSE;
    const known = new Set(marks);
    const hits = new HitCollector(place);
    const named = new NamedBlobs();
    named.add(earlierNamed);
    const searched = { objects, bytes };
    onObjects(objects);
    const { all, searched: fresh } = await searchLoose({
      loose: new LooseObjects(objectFolders, hash),
      place,
      blobs,
      known,
      signal,
      onHit: (hit) => hits.add(hit),
      onSkipped: (row) => this.#add(row),
      onLost: (loss) => this.#lost.push(loss),
      onNamed: (names) => named.add(names),
      onProgress: (count, size) => {
        searched.objects += count;
        searched.bytes += size;
        onObjects(count);
      },
    });
    for (const row of hits.rows) this.#add(row);
    // What was pruned, went into a pack or was read again is no longer told of from memory.
    const remaining = marks.filter((mark) => all.has(mark));
    const remembered = new Set(remaining.map((mark) => mark.slice(0, mark.indexOf(":"))));
    const stillThere = earlier.filter(({ id }) => remembered.has(id));
    return {
      ...searched,
      marks: [...remaining, ...fresh],
      hits: [...stillThere, ...hits.hits],
      named: named.ids,
      beside: [],
      skipped: [],
      lost: [],
    };
  }

  /** A base that a pack of a push or of a quarantine leaves to others. */
  #outside(id: string): GitObject | null {
    this.#database ??= ObjectDatabase.open(this.#repository, () => {});
    const object = this.#database.read(id);
    return object instanceof GitDataError ? null : object;
  }

  /** An archive is looked for by those who are to look into it: its path is traced as that of a credential. */
  async #placed(hits: readonly ObjectHit[], indexes: ReadonlyMap<string, PackIndex>): Promise<Placed> {
    const lost = archivesOf(this.#lost);
    if (hits.length + lost.length === 0) return { detections: [], paths: new Map() };
    const { blobs, kernels, nowMs, signal } = this.#options;
    const database = ObjectDatabase.open(this.#repository, (row) => this.#add(row), indexes);
    try {
      const onSkipped = (row: Skipped): void => this.#add(row);
      return await placeHits({
        repository: this.#repository,
        database,
        hits,
        lost,
        listings: this.#listings,
        blobs,
        kernels,
        nowMs,
        signal,
        onSkipped,
      });
    } finally {
      database.close();
    }
  }

  /** @param paths by the objects' ids, as far as they are known */
  #tellLost(paths: ReadonlyMap<string, string>): void {
    const { place: repository } = this.#repository;
    const lost = this.#lost;
    this.#lost = [];
    for (const loss of lost) {
      const path = paths.get(loss.id);
      this.#add(lossRow(loss, path === undefined ? null : { repository, path }));
    }
  }

  #add(row: Skipped): void {
    this.#rows.push(shownSkipped(row));
    this.#options.sink.onSkipped(row);
  }
}

/**
 * What tells that a file is the one that was read before. A pack names itself by a checksum, but whoever forges packs forges that too, so another
 * file is another pack whatever it says. Git never writes into one, but it touches it: then the checksum shows whether somebody else did.
 */
function identityOf({ dev, ino, size }: BigIntStats): string {
  return [dev, ino, size].join(":");
}

/** The ids of archives that were not read, or not wholly: what their paths are is to be told. */
function archivesOf(lost: readonly ObjectLoss[]): readonly string[] {
  return [...new Set(lost.filter(({ reason }) => reason.startsWith("archive-")).map(({ id }) => id))];
}

/** The place without whatever of its names is a secret: this is what is remembered. */
function withShownPlace<At extends Place>([detection, at]: readonly [Detection, At]): readonly [Detection, At] {
  return [detection, shownPlace(at)];
}

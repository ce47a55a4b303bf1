import { type Skipped, skipped } from "../../../../model/coverage.ts";
import { shownPath } from "../../disk/disk-path.ts";
import { skipReason } from "../../disk/skip-reason.ts";
import { failureOf } from "../failure.ts";
import type { Repository } from "../repository.ts";
import { applyDelta, deltaResultSize } from "./delta.ts";
import { LooseObjects } from "./loose.ts";
import type { GitObject, ObjectType } from "./object.ts";
import { GitDataError } from "./object-error.ts";
import { type PackEntry, PackFile } from "./pack-file.ts";
import { PackIndex } from "./pack-index.ts";
import { packedObjectsOf } from "./pack-types.ts";

/** As git has it: deltas upon deltas, so many times over (pack.depth, in 12 bits). */
export const DEEPEST_CHAIN = 4095;
/** Objects that are read at random are not larger, in bytes; larger ones are left to those who read them piece by piece. */
const LARGEST_OBJECT = 1 << 26;
/** For bases that were needed lately, in bytes. */
const CACHE_BYTES = 96 << 20;

/** Of more packs than this, none is kept open: files that are open at once are few on some systems. */
const MOST_OPEN = 100;

/** A place in a pack. */
interface Spot {
  readonly pack: PackFile;
  readonly offset: number;
}

/** A repository's objects by their ids, wherever they are: in its packs, in files of their own, in what it borrows. */
export class ObjectDatabase {
  /** The repository, as rows name it. */
  readonly place: string;
  readonly loose: LooseObjects;
  readonly packs: readonly PackFile[];
  /** How many objects its packs hold, one in two packs counted twice. */
  readonly packedCount: number;
  /** The first number of each pack. */
  readonly #firsts: readonly number[];
  /** Which pack had what was asked for last. */
  #latest = 0;
  readonly #isPartial: boolean;
  readonly #cache = new BaseCache(CACHE_BYTES);

  /** Opens a repository's packs; those that cannot be are told. @param indexes that are open already, by their paths as text */
  static open(
    repository: Repository,
    onSkipped: (row: Skipped) => void,
    indexes: ReadonlyMap<string, PackIndex> = new Map(),
  ): ObjectDatabase {
    const packs: PackFile[] = [];
    for (const { pack, index } of repository.packs) {
      let place = index;
      try {
        const opened = indexes.get(shownPath(index)) ?? PackIndex.open(index, repository.hash);
        place = pack;
        packs.push(new PackFile(pack, opened, repository.packs.length <= MOST_OPEN));
      } catch (error) {
        onSkipped(skipped(shownPath(place), ...failureOf(error)));
      }
    }
    const loose = new LooseObjects(repository.objectFolders, repository.hash);
    return new ObjectDatabase(repository, packs, loose);
  }

  private constructor({ place, isPartial }: Repository, packs: readonly PackFile[], loose: LooseObjects) {
    this.place = place;
    this.packs = packs;
    let count = 0;
    this.#firsts = packs.map(({ index }) => (count += index.count) - index.count);
    this.packedCount = count;
    this.loose = loose;
    this.#isPartial = isPartial;
  }

  /** The object of an id (in hexadecimal), or why there is none. Never throws. */
  read(id: string): GitObject | GitDataError {
    return this.readBytes(Buffer.from(id, "hex"));
  }

  /** As read, by the id's bytes. */
  readBytes(id: Buffer): GitObject | GitDataError {
    const number = this.numberOf(id, 0);
    const found = number < 0 ? null : this.#readFrom(this.#latest, number - (this.#firsts[this.#latest] ?? 0));
    if (found !== null && !(found instanceof GitDataError)) return found;
    return this.#readElsewhere(id, found);
  }

  /**
   * A number for a packed object, below `packedCount`; -1 for any other.
   * @param at where in `bytes` its id begins
   */
  numberOf(bytes: Uint8Array, at: number): number {
    // Objects that are asked for one after another are mostly in one pack: it is asked first.
    const inLatest = this.packs[this.#latest]?.index.find(bytes, at) ?? -1;
    if (inLatest >= 0) return (this.#firsts[this.#latest] ?? 0) + inLatest;
    for (const [order, { index }] of this.packs.entries()) {
      const position = order === this.#latest ? -1 : index.find(bytes, at);
      if (position < 0) continue;
      this.#latest = order;
      return (this.#firsts[order] ?? 0) + position;
    }
    return -1;
  }

  /**
   * Every commit that there is, reachable or not, some perhaps twice; those that cannot be read are told.
   * @param known packs whose commits are left out
   */
  *commits(
    onSkipped: (row: Skipped) => void,
    known: ReadonlySet<PackFile> = new Set(),
  ): Generator<{ id: string; bytes: Buffer }> {
    for (const pack of this.packs) {
      if (known.has(pack)) continue;
      for (const { position, offset } of packedObjectsOf(pack, "commit", (id) => this.#typeOf(id, pack))) {
        const object = this.#attempt(() => this.#unpack({ pack, offset }));
        const id = pack.index.idAt(position);
        if (object instanceof GitDataError)
          onSkipped(skipped(`${shownPath(pack.path)} object ${id}`, object.reason, object.message));
        else yield { id, bytes: object.bytes };
      }
    }
    for (const id of this.loose.ids(onSkipped)) {
      const header = this.#attempt(() => this.loose.header(id));
      if (header instanceof GitDataError || header?.type !== "commit") continue;
      const object = this.read(id);
      if (object instanceof GitDataError)
        onSkipped(skipped(`${this.place} object ${id}`, object.reason, object.message));
      else yield { id, bytes: object.bytes };
    }
  }

  close(): void {
    for (const pack of this.packs) pack.close();
  }

  #readFrom(order: number, position: number): GitObject | GitDataError {
    const pack = this.packs[order];
    if (pack === undefined) return this.#missing();
    return this.#attempt(() => this.#unpack({ pack, offset: pack.index.offsetAt(position) }));
  }

  /** What one pack has not, or has damaged, may be in another, or in a file. */
  #readElsewhere(id: Buffer, failure: GitDataError | null): GitObject | GitDataError {
    if (failure !== null) {
      for (const [order, { index }] of this.packs.entries()) {
        const position = order === this.#latest ? -1 : index.find(id);
        const object = position < 0 ? failure : this.#readFrom(order, position);
        if (!(object instanceof GitDataError)) return object;
      }
    }
    const object = this.#attempt(() => this.loose.read(id.toString("hex"), LARGEST_OBJECT));
    return object ?? failure ?? this.#missing();
  }

  #missing(): GitDataError {
    return this.#isPartial
      ? new GitDataError("was never fetched", "object-absent")
      : new GitDataError("is in no pack and has no file", "object-missing");
  }

  #attempt<T>(read: () => T): T | GitDataError {
    try {
      return read();
    } catch (error) {
      if (error instanceof GitDataError) return error;
      const [reason, detail] = skipReason(error);
      return new GitDataError(detail, reason);
    }
  }

  /** The object at a place: down to its base, and up again delta by delta. Depth costs no stack, and a loop ends at the bound. */
  #unpack(start: Spot): GitObject {
    const deltas: { spot: Spot; entry: PackEntry }[] = [];
    let spot: Spot = start;
    let object: GitObject | null = null;
    while (object === null) {
      const cached = this.#cache.get(spot);
      if (cached !== null) {
        object = cached;
        break;
      }
      const entry = spot.pack.entryAt(spot.offset);
      if (entry.type !== null) {
        object = { type: entry.type, bytes: spot.pack.inflate(entry, LARGEST_OBJECT) };
        this.#cache.set(spot, object);
        break;
      }
      deltas.push({ spot, entry });
      if (deltas.length > DEEPEST_CHAIN) throw new GitDataError("its chain of deltas has no end", "object-bound");
      const base = this.#baseOf(spot, entry);
      if ("bytes" in base) object = base;
      else spot = base;
    }
    for (const delta of deltas.toReversed()) {
      const operations = delta.spot.pack.inflate(delta.entry, LARGEST_OBJECT);
      if (deltaResultSize(operations) > LARGEST_OBJECT) {
        throw new GitDataError(`has more than ${LARGEST_OBJECT} bytes`, "object-bound");
      }
      object = { type: object.type, bytes: applyDelta(object.bytes, operations) };
      this.#cache.set(delta.spot, object);
    }
    return object;
  }

  #baseOf({ pack }: Spot, { baseOffset, baseId }: PackEntry): Spot | GitObject {
    if (baseOffset !== null) return { pack, offset: baseOffset };
    // `baseId` is not null then.
    const id = baseId ?? Buffer.alloc(0);
    const position = pack.index.find(id);
    if (position >= 0) return { pack, offset: pack.index.offsetAt(position) };
    for (const other of this.packs) {
      const found = other.index.find(id);
      if (found >= 0) return { pack: other, offset: other.index.offsetAt(found) };
    }
    const object = this.loose.read(id.toString("hex"), LARGEST_OBJECT);
    if (object === null) throw this.#missing();
    return object;
  }

  /** Of an object outside of the pack, which a delta in it was made from. */
  #typeOf(id: Buffer, without: PackFile): ObjectType | null {
    if (without.index.find(id) >= 0) return null;
    const object = this.read(id.toString("hex"));
    return object instanceof GitDataError ? null : object.type;
  }
}

/** Objects by their place in a pack; those that were not asked for the longest go first. */
class BaseCache {
  readonly #limit: number;
  readonly #objects = new Map<PackFile, Map<number, GitObject>>();
  readonly #order: { pack: PackFile; offset: number; length: number }[] = [];
  #oldest = 0;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get({ pack, offset }: Spot): GitObject | null {
    return this.#objects.get(pack)?.get(offset) ?? null;
  }

  set({ pack, offset }: Spot, object: GitObject): void {
    let objects = this.#objects.get(pack);
    if (objects === undefined) this.#objects.set(pack, (objects = new Map()));
    if (objects.has(offset) || object.bytes.length > this.#limit / 4) return;
    objects.set(offset, object);
    this.#order.push({ pack, offset, length: object.bytes.length });
    this.#bytes += object.bytes.length + 200;
    while (this.#bytes > this.#limit) this.#dropOldest();
  }

  #dropOldest(): void {
    const oldest = this.#order[this.#oldest++];
    if (oldest === undefined) return;
    this.#objects.get(oldest.pack)?.delete(oldest.offset);
    this.#bytes -= oldest.length + 200;
    // The queue's used part is cut off now and then.
    if (this.#oldest < 1 << 16) return;
    this.#order.splice(0, this.#oldest);
    this.#oldest = 0;
  }
}

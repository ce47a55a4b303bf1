import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { type Skipped, skipped } from "../../../../model/coverage.ts";
import * as layout from "../../../kernel/assembly/pack-layout.ts";
import {
  giveBack,
  NONE,
  PackKernel,
  type PackMemory,
  type PackShape,
  takePackMemory,
} from "../../../kernel/pack-kernel.ts";
import { type DiskPath, shownPath } from "../../disk/disk-path.ts";
import { timeUpAfter } from "../../disk/slice.ts";
import { failureOf } from "../failure.ts";
import { GitDataError } from "../objects/object-error.ts";
import type { PackIndex } from "../objects/pack-index.ts";
import { RegularFile } from "../regular-file.ts";
import type { HandedNode, PackOrders, PackReport } from "./history-worker.ts";
import { ListedCommits } from "./listed-commits.ts";
import { ListedTrees } from "./listed-trees.ts";
import { LossLimit, type UntoldLosses } from "./loss-limit.ts";
import type { ObjectDetection, ObjectHit, SearchedType } from "./object-hit.ts";
import { type ObjectLoss, objectLoss } from "./object-loss.ts";
import { preparePack } from "./pack-preparation.ts";
import { type Loss, PackWalker } from "./pack-walker.ts";
import { PackWorker, type WorkerEvents } from "./pack-worker.ts";

/** In a smaller pack, in objects, trees are found sooner one by one. */
export const LEAST_LISTED = 20_000;
/** A smaller pack is searched before another thread would have started. */
const LEAST_FOR_THREADS = 8 * 2 ** 20;
const MOST_THREADS = 16;
/** How long the main thread works before it lets others, in milliseconds. */
const SLICE_MS = 30;
/** How often the main thread looks after workers that are still at work, in milliseconds. */
const WATCH_MS = 100;
/** Deltas may say "the same again" thousands of times: past this many bytes made for one of the pack, and so many at least, it is enough. */
const MOST_MADE_FOR_ONE = 4096;
const LEAST_BOUND = 64 * 2 ** 30;
const HEADER_LENGTH = 12;

/** The compiled kernels, so that each is compiled once for many packs. */
export interface HistoryKernels {
  /** See kernel/load.ts. */
  readonly document: WebAssembly.Module;
  /** See kernel/pack-kernel.ts. */
  readonly pack: WebAssembly.Module;
}

/** An object from elsewhere, on which a pack's deltas are built. */
export interface OutsideObject {
  readonly type: SearchedType;
  readonly bytes: Uint8Array;
}

export interface PackSearchRequest {
  readonly pack: DiskPath;
  readonly index: PackIndex;
  readonly kernels: HistoryKernels;
  /** Threads altogether, the main one counted; by default one for each processor. */
  readonly threads?: number;
  readonly signal: AbortSignal;
  /** A base that is not in this pack (thin packs, quarantines), by its id in hexadecimal. */
  readonly outside?: (id: string) => OutsideObject | null;
  /** Whether a remote promised to send what is missing when it is wanted: then a missing base is no failure. */
  readonly isPartial?: boolean;
  /** A pack up to this length is held in memory; only tests set it. */
  readonly largestInMemory?: number;
  /** How many bytes may be made of the pack; only tests set it. */
  readonly mostBytes?: number;
  /** What the workers run; only tests set it. */
  readonly workerFile?: URL;
  /**
   * Asked once all blobs are searched: the ids of blobs to be found in trees, one behind the other, sorted. Without it nothing is listed;
   * it is not worth it in a pack of fewer than {@link LEAST_LISTED} objects.
   */
  readonly wanted?: () => Uint8Array;
}

export interface PackSearchEvents {
  onHit(hit: ObjectHit): void;
  onSkipped(row: Skipped): void;
  onLost(loss: ObjectLoss): void;
  /** See WalkEvents.onNamed. */
  onNamed(ids: readonly string[]): void;
  /** Objects and bytes searched since the last time; now and then. */
  onProgress(objects: number, bytes: number): void;
}

/** How many objects and bytes of a pack were searched, and what was listed on the way. */
export interface SearchedTotals {
  readonly objects: number;
  readonly bytes: number;
  /** Whether the pack's bytes as they are may hold credentials: only then they are worth a search of their own. */
  readonly hasPlainAnchors: boolean;
  readonly listing: PackListing;
}

/**
 * Searches all objects of a pack, whether anything leads to them or not. Whatever the pack holds, what cannot be read
 * becomes a row and the rest is searched.
 * @throws the signal's reason when it is aborted; nothing else
 */
export async function searchPack(request: PackSearchRequest, events: PackSearchEvents): Promise<SearchedTotals> {
  request.signal.throwIfAborted();
  let file: RegularFile | null = null;
  try {
    file = new RegularFile(request.pack);
    const stated = checkPack(file, request.index);
    if (stated !== request.index.count) {
      const detail = `its index names ${request.index.count} objects, and the pack says that it has ${stated}`;
      events.onSkipped(skipped(shownPath(request.pack), "object-damaged", detail));
    }
    const search = new PackSearch(request, events, file, request.wanted === undefined ? "none" : "last");
    try {
      const totals = await search.run();
      return { ...totals, hasPlainAnchors: search.hasPlainAnchors, listing: search.listing };
    } finally {
      search.giveBackMemory();
    }
  } catch (error) {
    request.signal.throwIfAborted();
    const [reason, detail] = failureOf(error);
    events.onSkipped(skipped(shownPath(request.pack), reason, detail));
    return { objects: 0, bytes: 0, hasPlainAnchors: true, listing: NOT_LISTED };
  } finally {
    file?.close();
  }
}

/** How many objects a pack says that it has. @throws GitDataError for what is no pack */
function checkPack(file: RegularFile, index: PackIndex): number {
  const header = Buffer.alloc(HEADER_LENGTH);
  if (file.read(header, 0) < HEADER_LENGTH || header.toString("latin1", 0, 4) !== "PACK") {
    throw new GitDataError("it is no pack");
  }
  const version = header.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw new GitDataError(`the pack has the unknown version ${version}`);
  if (file.size < HEADER_LENGTH + index.idLength) throw new GitDataError("the pack ends before its end");
  return header.readUInt32BE(8);
}

export interface PackListingRequest
  extends Pick<PackSearchRequest, "pack" | "index" | "kernels" | "threads" | "signal"> {
  /** Ids of blobs and trees, one behind the other, sorted; when there are none, no trees are listed. */
  readonly wanted: Uint8Array;
}

/** What a pack's commits and trees name; null what is to be read for itself. */
export interface PackListing {
  /** What was to be found, as it was asked for. */
  readonly wanted: Uint8Array;
  readonly commits: ListedCommits | null;
  /** As far as it may lead to something wanted. */
  readonly trees: ListedTrees | null;
}

export const NOT_LISTED: PackListing = { wanted: new Uint8Array(0), commits: null, trees: null };

const NO_EVENTS: PackSearchEvents = {
  onHit: () => {},
  onSkipped: () => {},
  onLost: () => {},
  onNamed: () => {},
  onProgress: () => {},
};

/**
 * Lists what the commits and trees of a pack name, in less than the time of a search. Left out is what would take more memory than is taken for it.
 * @throws the signal's reason when it is aborted
 */
export async function listPack({ wanted, ...request }: PackListingRequest): Promise<PackListing> {
  request.signal.throwIfAborted();
  let file: RegularFile | null = null;
  try {
    file = new RegularFile(request.pack);
    checkPack(file, request.index);
    const search = new PackSearch({ ...request, wanted: () => wanted }, NO_EVENTS, file, "first");
    try {
      await search.run();
      return search.listing;
    } finally {
      search.giveBackMemory();
    }
  } catch {
    request.signal.throwIfAborted();
    return NOT_LISTED;
  } finally {
    file?.close();
  }
}

/** The search of one pack. */
class PackSearch {
  readonly #request: PackSearchRequest;
  readonly #events: PackSearchEvents;
  readonly #file: RegularFile;
  readonly #lists: PackShape["listing"];
  readonly #memory: PackMemory;
  readonly #kernel: PackKernel;
  readonly #walker: PackWalker;
  readonly #limit = new LossLimit((loss) => this.#tellLoss(loss));
  readonly #bound: number;
  /** By workers, and not looked into yet. */
  readonly #handed: HandedNode[] = [];
  #progress = { objects: 0, bytes: 0 };
  /** Whether something in the pack is built on what is not in it. */
  #needsOthers = false;
  /** Whether the memory holds all of the pack, and how its objects hang together. */
  #isPrepared = false;
  /** Whether the walk ended early, or a thread died of it: then not all is listed that could be read. */
  #isCutShort = false;
  /** What trees are listed for; null while nothing is, or when there is no room for it. */
  #wanted: Uint8Array | null = null;

  /** @param lists see PackShape.listing */
  constructor(request: PackSearchRequest, events: PackSearchEvents, file: RegularFile, lists: PackShape["listing"]) {
    const { index, kernels, threads = availableParallelism() } = request;
    this.#request = request;
    this.#events = events;
    this.#file = file;
    this.#lists = lists;
    this.#bound = request.mostBytes ?? Math.max(LEAST_BOUND, file.size * MOST_MADE_FOR_ONE);
    const memory = takePackMemory({
      objects: index.count,
      length: file.size,
      idLength: index.idLength,
      threads: request.threads === undefined && file.size < LEAST_FOR_THREADS ? 1 : Math.min(threads, MOST_THREADS),
      hashKey: randomBytes(16),
      content: index,
      listing: lists,
      ...(lists === "first" && request.wanted !== undefined ? { wantedLength: request.wanted().length } : {}),
      ...(request.largestInMemory === undefined ? {} : { largestInMemory: request.largestInMemory }),
    });
    if (memory === null) throw new GitDataError("the pack takes more memory than there is", "object-bound");
    this.#memory = memory;
    this.#kernel = new PackKernel(kernels.pack, memory, 0, this.#read);
    this.#walker = new PackWalker({
      kernel: this.#kernel,
      documentKernel: kernels.document,
      events: {
        onFound: (node, type, found) => this.#tellFound(node, type, found),
        onLost: (loss) => this.#limit.add(loss),
        onNamed: (ids) => this.#events.onNamed(ids),
      },
      read: this.#read,
    });
  }

  async run(): Promise<{ objects: number; bytes: number }> {
    const request = this.#request;
    const { signal } = request;
    const stop = (): void => this.#kernel.stop();
    signal.addEventListener("abort", stop);
    const workers = this.#memory.threads
      .slice(1)
      .map((_, index) => new PackWorker(this.#orders(index + 1), this.#workerEvents, request.workerFile));
    // A worker that finds nothing tells nothing, however much it makes.
    const watch = setInterval(() => this.#tellProgress(), WATCH_MS);
    try {
      await this.#prepare(Promise.race(workers.map((worker) => worker.finished)));
      await this.#walk();
      if (this.#lists !== "first") {
        await Promise.all(workers.map((worker) => worker.hasWalkedFirst));
        await this.#takeOver();
        this.#want();
        this.#kernel.turnToStructure(layout.STRUCTURE);
        this.#kernel.enterPhase(layout.LAST_WALK);
        await this.#walk();
      }
      await Promise.all(workers.map((worker) => worker.finished));
      await this.#takeOver();
      if (!signal.aborted && this.#lists !== "first") await this.#searchRest();
    } finally {
      clearInterval(watch);
      this.#kernel.stop();
      signal.removeEventListener("abort", stop);
      await Promise.all(workers.map((worker) => worker.end()));
    }
    signal.throwIfAborted();
    this.#tellUntold(this.#limit.untold);
    this.#tellGaps();
    this.#tellProgress();
    return this.#progress;
  }

  /** What was listed, once all is walked. */
  get listing(): PackListing {
    const { index } = this.#request;
    const kernel = this.#kernel;
    const wanted = this.#wanted;
    if (wanted === null || this.#isCutShort) return NOT_LISTED;
    // What is built on an object of another pack may not have been come by, commits perhaps among it.
    const hasCommits = !this.#needsOthers && kernel.hasRoomForCommits;
    const hasTrees = wanted.length > 0 && kernel.hasRoomForTrees;
    return {
      wanted,
      commits: hasCommits ? new ListedCommits(kernel.commitRecords, index) : null,
      trees: hasTrees ? new ListedTrees(kernel.treeRecords, index, wanted) : null,
    };
  }

  get hasPlainAnchors(): boolean {
    // In a memory that was prepared for another search nothing was read.
    return this.#memory.isPrepared || this.#kernel.hasPlainAnchors;
  }

  giveBackMemory(): void {
    // What is built on objects from elsewhere is linked as they are looked for.
    giveBack(this.#memory, this.#isPrepared && !this.#needsOthers ? this.#request.index : null);
  }

  readonly #workerEvents: WorkerEvents = {
    onHanded: (node) => void this.#handed.push(node),
    onReport: (report, detections) => this.#hear(report, detections),
    onDeath: (thread, detail) => {
      const kernel = new PackKernel(this.#request.kernels.pack, this.#memory, thread, this.#read);
      this.#isCutShort = true;
      this.#limit.add({ node: kernel.currentRoot, within: [], reason: "internal-error", detail });
    },
  };

  #hear({ found, lost, named, untold }: PackReport, detections: readonly ObjectDetection[]): void {
    for (const [node, type, numbers] of found) {
      this.#tellFound(
        node,
        type,
        numbers.flatMap((number) => detections[number] ?? []),
      );
    }
    for (const loss of lost) this.#limit.add(loss);
    if (named.length > 0) this.#events.onNamed(named);
    if (untold !== null) this.#tellUntold(untold);
    this.#tellProgress();
  }

  readonly #read = (position: number, into: Uint8Array): number => {
    try {
      return this.#file.read(into, position);
    } catch {
      return 0;
    }
  };

  #orders(thread: number): PackOrders {
    const { pack, kernels } = this.#request;
    return {
      thread,
      pack,
      length: this.#file.size,
      memory: this.#memory,
      packKernel: kernels.pack,
      documentKernel: kernels.document,
    };
  }

  /** Makes the pack ready to be walked, as far as it is not. @param anyEnd resolves when any worker has come to its end */
  async #prepare(anyEnd: Promise<void>): Promise<void> {
    if (this.#lists === "first") this.#want();
    if (!this.#memory.isPrepared) {
      const { index, pack } = this.#request;
      const length = this.#file.size;
      const { placed, needsOthers } = await preparePack({
        kernel: this.#kernel,
        index,
        length,
        read: this.#read,
        anyEnd,
      });
      this.#needsOthers = needsOthers;
      if (placed < index.count) {
        const detail = `its index names ${index.count - placed} objects at places of others`;
        this.#events.onSkipped(skipped(shownPath(pack), "object-damaged", detail));
      }
    }
    this.#beginWalk();
  }

  #beginWalk(): void {
    this.#isPrepared = true;
    const kernel = this.#kernel;
    if (this.#lists === "first") kernel.turnToStructure(layout.LIST);
    else kernel.beginWithBlobs();
    kernel.enterPhase(this.#lists === "first" ? layout.LAST_WALK : layout.FIRST_WALK);
  }

  #want(): void {
    const { wanted, index } = this.#request;
    if (wanted === undefined) return;
    const ids = wanted();
    const isListed = ids.length > 0 || this.#lists === "first";
    if (isListed && this.#kernel.want({ ids: index.ids, wanted: ids })) this.#wanted = ids;
  }

  /** What no tree's root led to. */
  async #searchRest(): Promise<void> {
    const kernel = this.#kernel;
    if (kernel.isSound) return;
    const orphans = new Map<string, number[]>();
    for (let node = 0; node < kernel.nodeCount; node++) {
      const type = kernel.typeOf(node);
      if (type === 0) this.#walker.skip(node, "object-damaged", "its entry in the pack makes no sense");
      else if (type === layout.ID_DELTA && kernel.baseOf(node) === NONE) {
        const id = this.#baseId(node);
        const siblings = orphans.get(id);
        if (siblings === undefined) orphans.set(id, [node]);
        else siblings.push(node);
      } else if (!kernel.isReached(node)) {
        this.#limit.add({ node, within: [], reason: "object-damaged", detail: "its bases lead back to it" });
      }
    }
    for (const [id, nodes] of orphans) await this.#searchOutside(id, nodes);
  }

  #baseId(node: number): string {
    const { idLength } = this.#request.index;
    const id = Buffer.alloc(idLength);
    this.#read(this.#kernel.streamOf(node) - idLength, id);
    return id.toString("hex");
  }

  async #searchOutside(id: string, nodes: readonly number[]): Promise<void> {
    const kernel = this.#kernel;
    const base = this.#request.outside?.(id) ?? null;
    for (const [index, node] of nodes.entries()) kernel.setSibling(node, nodes[index + 1] ?? NONE);
    const isThere = base !== null && kernel.beginOutside(nodes[0] ?? NONE, TYPE_NUMBERS[base.type], base.bytes);
    if (!isThere) {
      const missing = this.#request.isPartial === true ? "object-absent" : "object-missing";
      const detail = base === null ? "is not there" : "is larger than what is held in memory";
      for (const node of nodes) {
        const reason = base === null ? missing : "object-bound";
        this.#walker.skip(node, reason, `the object that it is built on ${detail}: ${id}`);
      }
      return;
    }
    await this.#walk();
  }

  /** Walks what trees are left for this thread, in slices: others are to be heard, too. */
  async #walk(): Promise<void> {
    for (let isMore = true; isMore; ) {
      const isTimeUp = timeUpAfter(SLICE_MS);
      isMore = await this.#walker.run(
        () => isTimeUp() || this.#kernel.hasPending || this.#searched.bytes > this.#bound,
      );
      await this.#takeOver();
      this.#tellProgress();
      await new Promise(setImmediate);
    }
  }

  /** Looks into what workers have handed over. */
  async #takeOver(): Promise<void> {
    const kernel = this.#kernel;
    for (let next = this.#handed.shift(); next !== undefined && !kernel.isStopped; next = this.#handed.shift()) {
      await this.#walker.takeOver(next.handed);
      kernel.removePending(next.weight);
    }
  }

  #tellFound(node: number, type: SearchedType, found: readonly ObjectDetection[]): void {
    this.#events.onHit({ id: this.#idOf(node), type, found });
  }

  #tellLoss({ node, within, reason, detail }: Loss): void {
    const storedIn = shownPath(this.#request.pack);
    this.#events.onLost(objectLoss({ id: this.#idOf(node), storedIn, within, reason, detail }));
  }

  #tellUntold(untold: UntoldLosses): void {
    for (const [reason, count] of untold) {
      const place = shownPath(this.#request.pack);
      this.#events.onSkipped(skipped(place, reason, `${count} more objects, of which only the first are listed`));
    }
  }

  /** Whoever packs by hand may leave an object out of the index: nobody but those who look for it would see it. */
  #tellGaps(): void {
    const { count, node } = this.#kernel.gaps;
    const isFirst = this.#kernel.nodeCount === 0 || this.#kernel.offsetOf(0) === HEADER_LENGTH;
    if (count === 0 && isFirst) return;
    const where = isFirst ? `behind object ${this.#idOf(node)}` : "before its first object";
    const many = count > 1 ? `, and in ${count - 1} more places` : "";
    const detail = `${where}${many} lies what is no object that its index names: it is searched for what stands there plainly`;
    this.#events.onSkipped(skipped(shownPath(this.#request.pack), "object-damaged", detail));
  }

  #idOf(node: number): string {
    return this.#request.index.idAt(this.#kernel.positionOf(node));
  }

  /** By all threads. */
  get #searched(): { readonly objects: number; readonly bytes: number } {
    const all = this.#memory.threads.map((_, thread) => this.#kernel.searchedBy(thread));
    const sum = (field: "objects" | "bytes"): number => all.reduce((total, each) => total + each[field], 0);
    return { objects: sum("objects"), bytes: sum("bytes") };
  }

  /** Also ends what has become endless. */
  #tellProgress(): void {
    const { objects, bytes } = this.#searched;
    if (objects > this.#progress.objects) {
      this.#events.onProgress(objects - this.#progress.objects, bytes - this.#progress.bytes);
    }
    this.#progress = { objects, bytes };
    if (bytes <= this.#bound || this.#kernel.isStopped) return;
    this.#isCutShort = true;
    this.#kernel.stop();
    const detail = `its deltas make more than ${this.#bound} bytes of it: the rest is not searched`;
    this.#events.onSkipped(skipped(shownPath(this.#request.pack), "object-bound", detail));
  }
}

const TYPE_NUMBERS: Readonly<Record<SearchedType, number>> = {
  blob: layout.BLOB,
  commit: layout.COMMIT,
  tree: layout.TREE,
  tag: layout.TAG,
};

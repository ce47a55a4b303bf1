import { createInflate } from "node:zlib";
import type { SkipReason } from "../../../../model/coverage.ts";
import * as layout from "../../../kernel/assembly/pack-layout.ts";
import type { PackEvent, PackKernel, ReadPack } from "../../../kernel/pack-kernel.ts";
import { containerFormat, HEAD_LENGTH, mayEndAsZip } from "../../archive/format.ts";
import { isPlain } from "../../archive/plain.ts";
import { once } from "../../member-search.ts";
import { isMark } from "./mark.ts";
import {
  type LeftOut,
  type MetObject,
  type ObjectAnchor,
  ObjectDetector,
  surroundings,
  type UnpackEvents,
} from "./object-detector.ts";
import type { ObjectDetection, SearchedType } from "./object-hit.ts";
import { PackedNames } from "./packed-names.ts";

/** How much is made between two looks at the clock, in bytes. */
const BUDGET = 16 * 2 ** 20;
/** How much of a large object's stream is read at once. */
const STREAM_BYTES = 2 ** 18;
/** A large object is read so far: as much as of an archive. */
const MOST_BYTES = 8 * 2 ** 30;

const LINE_FEED = 0x0a;

type LinesBefore = MetObject["linesBefore"];

const TYPES: Readonly<Record<number, SearchedType>> = {
  [layout.BLOB]: "blob",
  [layout.COMMIT]: "commit",
  [layout.TREE]: "tree",
  [layout.TAG]: "tag",
};

const LOSSES: Readonly<Record<number, readonly [SkipReason, string]>> = {
  [layout.DAMAGED_ENTRY]: ["object-damaged", "its entry in the pack makes no sense"],
  [layout.DAMAGED_STREAM]: ["object-damaged", "its zlib stream is damaged, or not as long as it says"],
  [layout.DAMAGED_DELTA]: ["object-damaged", "its delta does not go with its base"],
  [layout.NO_ROOM]: ["object-bound", "it is stored as a delta, and larger than what is held in memory"],
  [layout.UNREADABLE]: ["read-error", "the pack could not be read there"],
};

/** An object that was not read, or not wholly. */
export interface Loss {
  readonly node: number;
  /** The members of an archive that lead to what was not read. */
  readonly within: readonly string[];
  readonly reason: SkipReason;
  readonly detail: string;
}

/** An object that is to be looked into. */
export interface MetNode {
  readonly node: number;
  readonly type: SearchedType;
  readonly bytes: Uint8Array;
  /** As in MetObject. */
  readonly anchors: readonly ObjectAnchor[] | null;
  readonly isArchive: boolean;
}

/** What a thread tells of its walk. Objects go by their nodes: only the main thread has the index. */
export interface WalkEvents {
  onFound(node: number, type: SearchedType, found: readonly ObjectDetection[]): void;
  onLost(loss: Loss): void;
  /** Blobs that a tree gives a name which says that they are packed; perhaps the same again and again. */
  onNamed(ids: readonly string[]): void;
}

export interface WalkOptions {
  readonly kernel: PackKernel;
  /** The kernel for documents, see ObjectDetector. */
  readonly documentKernel: WebAssembly.Module;
  readonly events: WalkEvents;
  readonly read: ReadPack;
  /** Offers an object to another thread; whether it is taken. Its bytes are valid until then only. */
  readonly handOver?: (met: MetNode) => boolean;
}

/** Walks delta trees of one pack on one thread, and looks closer at what the kernel comes upon. */
export class PackWalker {
  readonly #options: WalkOptions;
  readonly #detector: ObjectDetector;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#detector = new ObjectDetector(options.documentKernel);
  }

  /** Works until `isTimeUp()` or there is nothing left. Whether work is left. */
  async run(isTimeUp: () => boolean): Promise<boolean> {
    const { kernel } = this.#options;
    try {
      while (!kernel.isStopped) {
        const event = kernel.walk(BUDGET);
        if (event.kind === "done") return false;
        if (event.kind !== "paused") {
          const more = event.kind === "lost" ? this.#lost(event) : this.#met(event);
          if (more !== null) await more;
        }
        if (isTimeUp()) return true;
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
    return false;
  }

  /** An object that is not read, with all that is built on it. */
  skip(node: number, reason: SkipReason, detail: string): void {
    const { kernel, events } = this.#options;
    const others = kernel.countTree(node) - 1;
    const more = others === 0 ? "" : `; ${others} more that ${others === 1 ? "is" : "are"} built on it`;
    events.onLost({ node, within: [], reason, detail: detail + more });
  }

  #lost({ node, type, reason }: Extract<PackEvent, { kind: "lost" }>): Promise<void> | null {
    if (reason === layout.LARGE_BASE) return this.#searchLarge(node, TYPES[type] ?? "blob");
    const [row, detail] = LOSSES[reason] ?? ["internal-error", "it could not be read"];
    this.skip(node, row, detail);
    return null;
  }

  #met({ node, type, from, length, hits, mayBeContainer }: Extract<PackEvent, { kind: "met" }>): Promise<void> | null {
    const { kernel, handOver } = this.#options;
    const bytes = kernel.bytes.subarray(from, from + length);
    const isArchive = type === layout.BLOB && isPacked(bytes, mayBeContainer);
    if (type === layout.TREE) this.#tellNamed(bytes);
    const anchors = this.#anchors(bytes, from, hits);
    if (!isArchive && anchors?.length === 0) return null;
    const met: MetNode = { node, type: TYPES[type] ?? "blob", bytes, anchors, isArchive };
    if (handOver?.(met) === true) return null;
    return this.#lookInto(met, (offset) => kernel.countLines(from, from + offset));
  }

  /** Looks into an object that another thread has met. */
  async takeOver(met: MetNode): Promise<void> {
    const { bytes } = met;
    try {
      await this.#lookInto(met, (offset) => lineFeeds(bytes.subarray(0, offset)));
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
  }

  #lookInto({ node, type, bytes, anchors, isArchive }: MetNode, linesBefore: LinesBefore): Promise<void> | null {
    const object: MetObject = { bytes, anchors, linesBefore, leftOut: this.#leftOut(node) };
    if (isArchive) return this.#unpack(node, object);
    this.#tell(node, type, this.#detector.detect(object));
    return null;
  }

  /** Where a credential may begin: without the marks, each of which would have what is round it searched in every version. */
  #anchors(bytes: Uint8Array, from: number, hits: number): readonly ObjectAnchor[] | null {
    if (hits >= layout.HITS_CAPACITY) return null;
    const { kernel } = this.#options;
    return Array.from({ length: hits }, (_, index) => kernel.hitAt(index) - from)
      .filter((offset) => !isMark(bytes, offset))
      .map((offset) => {
        const hash = (start: number, end: number, number: number): number =>
          kernel.hash(from + start, from + end, number);
        return { offset, key: surroundings(bytes, offset, hash) };
      });
  }

  #tellNamed(tree: Uint8Array): void {
    const names = new PackedNames(this.#options.kernel.idLength);
    names.push(tree);
    if (names.ids.length > 0) this.#options.events.onNamed(names.ids);
  }

  async #unpack(node: number, object: MetObject): Promise<void> {
    const unpacking = this.#unpackEvents(node);
    const isRestWanted = await this.#detector.unpack(this.#detector.copyOf(object.bytes), true, unpacking);
    const { found } = unpacking;
    this.#tell(node, "blob", isRestWanted ? [...found, ...this.#detector.detect(object)] : found);
  }

  #unpackEvents(node: number): UnpackEvents {
    return { found: [], onSkipped: this.#onMemberSkipped(node), checkpoint: this.#checkpoint };
  }

  readonly #checkpoint = (): void => {
    if (this.#options.kernel.isStopped) throw new Stopped();
  };

  #onMemberSkipped(node: number) {
    const { events } = this.#options;
    return (within: readonly string[], reason: SkipReason, detail: string): void =>
      events.onLost({ node, within, reason, detail });
  }

  #leftOut(node: number): LeftOut {
    const skip = this.#onMemberSkipped(node);
    return once((detail, reason) => skip([], reason, detail));
  }

  #tell(node: number, type: SearchedType, found: readonly ObjectDetection[]): void {
    if (found.length > 0) this.#options.events.onFound(node, type, found);
  }

  /** A whole object that is too large to be held, piece by piece. What is built on it is not read. */
  async #searchLarge(node: number, type: SearchedType): Promise<void> {
    const { kernel, events } = this.#options;
    try {
      if (type !== "blob" || (await this.#unpackLarge(node))) await this.#searchPieces(node, type);
      kernel.addSearched(kernel.sizeOf(node));
    } catch (error) {
      if (error instanceof Stopped) throw error;
      const [reason, detail] = error instanceof Bounded ? (["object-bound", error.message] as const) : DAMAGED;
      events.onLost({ node, within: [], reason, detail });
    }
    const others = kernel.countTree(node) - 1;
    if (others === 0) return;
    const detail = `it is larger than what is held in memory: what is built on it is not read, ${others} objects`;
    events.onLost({ node, within: [], reason: "object-bound", detail });
  }

  async #head(node: number): Promise<Uint8Array> {
    for await (const piece of this.#inflate(node)) return piece.subarray(0, HEAD_LENGTH);
    return new Uint8Array(0);
  }

  /** Whether the object is to be searched as it is, too. Whatever is no container by its head is inflated once only. */
  async #unpackLarge(node: number): Promise<boolean> {
    const isContainer = containerFormat(await this.#head(node)) !== null;
    const unpacking = this.#unpackEvents(node);
    try {
      return await this.#detector.unpack(this.#inflate(node), isContainer, unpacking);
    } finally {
      this.#tell(node, "blob", unpacking.found);
    }
  }

  async #searchPieces(node: number, type: SearchedType): Promise<void> {
    const { documents } = this.#detector;
    const names = type === "tree" ? new PackedNames(this.#options.kernel.idLength) : null;
    this.#detector.beginDocument(this.#leftOut(node));
    try {
      for await (const piece of this.#inflate(node)) {
        documents.push(piece);
        names?.push(piece);
      }
    } finally {
      if (names !== null && names.ids.length > 0) this.#options.events.onNamed(names.ids);
      const found = documents.finish().map((detection) => ({ within: [], detection }));
      this.#tell(node, type, found);
    }
  }

  async *#inflate(node: number): AsyncGenerator<Uint8Array, undefined> {
    const { kernel, read } = this.#options;
    const inflate = createInflate();
    const end = kernel.endOf(node);
    let position = kernel.streamOf(node);
    const feed = (): void => {
      const piece = new Uint8Array(Math.min(STREAM_BYTES, end - position));
      const count = read(position, piece);
      position += count;
      if (count === 0) inflate.end();
      else inflate.write(piece.subarray(0, count), (error) => (error ? undefined : feed()));
    };
    feed();
    let total = 0;
    try {
      for await (const piece of inflate as AsyncIterable<Uint8Array>) {
        this.#checkpoint();
        total += piece.length;
        if (total > MOST_BYTES) throw new Bounded(`it is larger than ${MOST_BYTES} bytes`);
        yield piece;
      }
    } finally {
      inflate.destroy();
    }
    const packed = end - kernel.streamOf(node);
    if (inflate.bytesWritten < packed) throw new Error("something follows it in the pack");
    const size = kernel.sizeOf(node);
    if (size < layout.TOO_LARGE && size !== total) throw new Error("it is not as long as it says");
  }
}

function lineFeeds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}

/** @param isSuspect whether the kernel says that it may be */
function isPacked(bytes: Uint8Array, isSuspect: boolean): boolean {
  const { buffer, byteOffset, length } = bytes;
  return (isSuspect || mayEndAsZip(Buffer.from(buffer, byteOffset, length), length)) && !isPlain(bytes);
}

const DAMAGED = [
  "object-damaged",
  "its zlib stream is damaged, or not as long as it says: what came before that was searched",
] as const;

/** The search is to end. */
class Stopped extends Error {}

/** A bound was met. */
class Bounded extends Error {}

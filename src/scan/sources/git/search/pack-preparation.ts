import { ID_DELTA, PLACED } from "../../../kernel/assembly/pack-layout.ts";
import { NONE, type PackKernel, type ReadPack } from "../../../kernel/pack-kernel.ts";
import { GitDataError } from "../objects/object-error.ts";
import type { PackIndex } from "../objects/pack-index.ts";
import { CHUNK_BYTES, OVERLAP, readChunks, searchPlainly } from "./pack-reader.ts";

export interface PackPreparationRequest {
  readonly kernel: PackKernel;
  readonly index: PackIndex;
  /** The pack's length, in bytes. */
  readonly length: number;
  readonly read: ReadPack;
  /** Resolves when any of the threads that help to read has come to its end: none does before all is read. */
  readonly anyEnd: Promise<void>;
}

/** What is known of a pack that may be walked. */
export interface PreparedPack {
  /** How many objects there are, those that the index names at one place counted once. */
  readonly placed: number;
  /** Whether something is built on an object that is not in the pack. */
  readonly needsOthers: boolean;
}

/**
 * Orders a pack's objects, reads it together with other threads, and links its objects to those that they are built on.
 * @throws GitDataError when a thread that read it died
 */
export function preparePack(request: PackPreparationRequest): Promise<PreparedPack> {
  return new PackPreparation(request).run();
}

class PackPreparation {
  readonly #request: PackPreparationRequest;
  /** Nodes by position in the index, once they are asked for. */
  #nodes: Uint32Array | null = null;
  #needsOthers = false;

  constructor(request: PackPreparationRequest) {
    this.#request = request;
  }

  async run(): Promise<PreparedPack> {
    const { kernel, index } = this.#request;
    const { count, largestOffset } = index;
    const placed = kernel.placeNodes({ count, largestOffset, offsetAt: (position) => index.offsetAt(position) });
    kernel.enterPhase(PLACED);
    if (kernel.pack === 0) this.#readHeadersOnly();
    else await this.#readWhole(placed);
    kernel.linkNodes();
    return { placed, needsOthers: this.#needsOthers };
  }

  async #readWhole(placed: number): Promise<void> {
    const { kernel, length, read, anyEnd } = this.#request;
    readChunks(kernel, length, read);
    const chunks = Math.ceil(length / CHUNK_BYTES);
    const isOver = anyEnd.then(() => true);
    for (let done = kernel.chunksDone; done < chunks; done = kernel.chunksDone) {
      if ((await Promise.race([kernel.moreChunks(done), isOver])) === true) {
        throw new GitDataError("a thread that read the pack died", "internal-error");
      }
    }
    this.#nameBases(0, placed, kernel.pack);
  }

  /** For a pack that is not held in memory: chunk by chunk, through the room for objects. */
  #readHeadersOnly(): void {
    const { kernel, length, read } = this.#request;
    const room = Math.ceil(kernel.arena / 64) * 64;
    let next = 0;
    for (let from = 0; from < length; from += CHUNK_BYTES) {
      const to = Math.min(from + CHUNK_BYTES, length);
      const end = room + Math.min(to + OVERLAP, length) - from;
      read(from, kernel.bytes.subarray(room, end));
      searchPlainly(kernel, room, room + to - from, end);
      kernel.readHeaders(from, to, room);
      const first = next;
      while (next < kernel.nodeCount && kernel.offsetOf(next) < to) next++;
      this.#nameBases(first, next, room - from);
    }
  }

  /** Finds the bases that are named by their ids. @param shift where the pack's beginning lies, or would */
  #nameBases(from: number, to: number, shift: number): void {
    const { kernel, index } = this.#request;
    if (!kernel.hasNamedBases) return;
    for (let node = from; node < to; node++) {
      if (kernel.typeOf(node) !== ID_DELTA) continue;
      const end = shift + kernel.streamOf(node);
      const position = index.find(kernel.bytes.subarray(end - index.idLength, end));
      if (position === -1) {
        this.#needsOthers = true;
        continue;
      }
      const base = this.#nodesByPosition[position] ?? NONE;
      if (base !== NONE) kernel.setBase(node, base);
    }
  }

  get #nodesByPosition(): Uint32Array {
    if (this.#nodes !== null) return this.#nodes;
    const { kernel, index } = this.#request;
    const nodes = new Uint32Array(index.count).fill(NONE);
    for (let node = 0; node < kernel.nodeCount; node++) nodes[kernel.positionOf(node)] = node;
    this.#nodes = nodes;
    return nodes;
  }
}

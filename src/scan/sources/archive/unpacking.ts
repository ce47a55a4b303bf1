import { setImmediate } from "node:timers/promises";
import type { SkipReason } from "../../../model/coverage.ts";
import { ASIDE_NAME, Aside } from "./aside.ts";
import { type ArchiveBounds, HONEST_MEMBER_BYTES, HONEST_RATIO, RATIO_FLOOR } from "./bounds.ts";
import { type ByteReader, peek, windowReader } from "./byte-reader.ts";
import type { Memory } from "./decompressor.ts";
import {
  type ContainerFormat,
  containerFormat,
  endsAsZip,
  HEAD_LENGTH,
  isProgram,
  LONGEST_ZIP_END,
  Tail,
  unreadFormat,
  ZIP_BEHIND,
} from "./format.ts";
import type { MemberSink } from "./member-sink.ts";
import { MemoryAccess, type RandomAccess, Window } from "./random-access.ts";
import { FileBoundMet, Stop } from "./stop.ts";

/** A container that is being read. */
export interface Container {
  readonly reader: ByteReader;
  /** The member names that lead to it. */
  readonly within: readonly string[];
  /** What it is called itself. */
  readonly name: string;
  /** 1 for the outermost. */
  readonly depth: number;
  /** Takes what it holds beside its members' contents. */
  readonly aside: Aside;
}

/** Reads the members of a container. @throws {Stop} where the rest cannot be read */
export type Opener = (container: Container, unpacking: Unpacking) => Promise<void>;
export type Openers = Readonly<Record<ContainerFormat, Opener>>;

/**
 * Bytes, and members, after which timers, signals and the progress display get their turn. A megabyte may be 50,000
 * empty gzip members, which take half a second.
 */
const TURN_BYTES = 1 << 20;
const TURN_MEMBERS = 256;
/** So many rows of a reason are told one by one for a file; of the rest only how many there were. */
const ROWS = 100;

/** The reading of one outermost file: what all its containers share. */
export class Unpacking implements Memory {
  readonly bounds: ArchiveBounds;
  readonly sink: MemberSink;
  readonly #openers: Openers;
  readonly #signal: AbortSignal | undefined;
  /** Bytes that the outermost file itself has, or that were read of it so far. */
  readonly #fileBytes: () => number;
  #unpacked = 0;
  #members = 0;
  #held = 0;
  #bytesThisTurn = 0;
  readonly #rows = new Map<SkipReason, number>();

  constructor(
    openers: Openers,
    bounds: ArchiveBounds,
    sink: MemberSink,
    fileBytes: () => number,
    signal: AbortSignal | undefined,
  ) {
    this.#openers = openers;
    this.bounds = bounds;
    this.sink = sink;
    this.#fileBytes = fileBytes;
    this.#signal = signal;
  }

  /** Reads a container to its end, or to where it cannot be read on, which becomes a row. */
  async container(container: Omit<Container, "aside">, format: ContainerFormat): Promise<void> {
    const aside = new Aside();
    try {
      await this.#openers[format]({ ...container, aside }, this);
    } catch (error) {
      this.skipIfOwn(error, container.within, null);
      await this.unread(container.reader, container.within);
    } finally {
      this.#tellAside(aside, container.within);
    }
    if (aside.isWhole) return;
    this.skip(
      container.within,
      "archive-suspicious",
      "its headers and the space between hold more text than its members' names",
    );
    await this.unread(container.reader, container.within);
  }

  /**
   * Hands on, as they are, the bytes of what could not be read: all of them where they can be had again, or else what is left. A claim to
   * be packed or encrypted hides nothing. The outermost file is read again by whoever was told of the row, where that is possible.
   */
  async unread(reader: ByteReader, within: readonly string[]): Promise<void> {
    const { whole } = reader;
    if (whole !== null && within.length === 0) return;
    const bytes = whole === null ? reader : windowReader(whole, new Window(whole), 0, whole.size);
    if ((await peek(bytes, 1)).length > 0) await this.deliver(bytes, within);
  }

  #tellAside(aside: Aside, within: readonly string[]): void {
    const text = aside.take();
    if (text.length === 0) return;
    this.sink.begin([...within, ASIDE_NAME]);
    try {
      this.sink.bytes(text);
    } finally {
      this.sink.end();
    }
  }

  /** Reads a member: opens it when it is a container, hands it on when it is not. `depth` is its container's. */
  async member(reader: ByteReader, within: readonly string[], depth: number): Promise<void> {
    const head = await peek(reader, HEAD_LENGTH);
    const format = containerFormat(head);
    const unread = unreadFormat(head);
    if (unread !== null) this.skip(within, "archive-unsupported", `${unread} is not read into`);
    if (format !== null && depth < this.bounds.depth) {
      const name = within.at(-1) ?? "";
      this.sink.name(within, name);
      await this.container({ reader, within, name, depth: depth + 1 }, format);
      return;
    }
    if (format !== null) {
      this.skip(within, "archive-suspicious", `containers nested deeper than ${this.bounds.depth} are not opened`);
      await this.deliver(reader, within);
    } else if (reader.whole === null && isProgram(head)) await this.#program(reader, within, depth);
    else await this.#plain(reader, reader.whole, within, depth);
  }

  /** A program that comes as a stream is held, where it is not too large: it may end as a zip, which is read by its end. */
  async #program(reader: ByteReader, within: readonly string[], depth: number): Promise<void> {
    const room = Math.min(this.bounds.storedBytes, this.free);
    const size = await reader.ensure(room + 1);
    if (size > room) return this.#plain(reader, null, within, depth);
    this.hold(size);
    try {
      await this.#plain(reader, new MemoryAccess(reader.available), within, depth);
    } finally {
      this.release(size);
    }
  }

  /** Hands on what is no container, and reads the zip that it may end with. */
  async #plain(
    reader: ByteReader,
    whole: RandomAccess | null,
    within: readonly string[],
    depth: number,
  ): Promise<void> {
    const isZip = await this.deliver(reader, within);
    if (!isZip && (whole === null || !isProgramWithZip(whole))) return;
    if (whole === null) this.skip(within, "archive-unsupported", ZIP_BEHIND);
    else if (depth >= this.bounds.depth)
      this.skip(within, "archive-suspicious", `containers nested deeper than ${this.bounds.depth} are not opened`);
    else {
      const zip = windowReader(whole, new Window(whole), 0, whole.size);
      await this.container({ reader: zip, within, name: within.at(-1) ?? "", depth: depth + 1 }, "zip");
    }
  }

  /** Hands all bytes of a reader on as one document. Whether they end as a zip does. */
  async deliver(reader: ByteReader, within: readonly string[]): Promise<boolean> {
    const tail = new Tail();
    this.sink.begin(within);
    try {
      while (reader.available.length > 0 || (!reader.ended && (await reader.ensure(1)) > 0)) {
        const chunk = reader.available;
        this.sink.bytes(chunk);
        tail.add(chunk);
        reader.consume(chunk.length);
        await this.passed(chunk.length);
      }
    } finally {
      this.sink.end();
    }
    return tail.isZip;
  }

  /** Counts a member, whether or not it is going to be read. */
  async countMember(): Promise<void> {
    if (++this.#members > this.bounds.members) {
      const isHonest = this.#members * HONEST_MEMBER_BYTES <= this.#fileBytes() && this.#isHonest;
      throw this.#boundMet(isHonest, `more than ${this.bounds.members} members: the rest was not read`);
    }
    if (this.#members % TURN_MEMBERS === 0) await this.#turn();
  }

  /** Passes on what a decompressor yields, until it is too much for what `input` gave. */
  async *bounded(unpacked: AsyncGenerator<Uint8Array, void>, input: ByteReader): AsyncGenerator<Uint8Array, void> {
    const { ratio } = this.bounds;
    const start = input.position;
    let total = 0;
    for await (const chunk of unpacked) {
      this.countUnpacked(chunk.length);
      total += chunk.length;
      if (total > RATIO_FLOOR && total > ratio * (input.position - start)) {
        throw new Stop("archive-suspicious", `it unpacks to more than ${ratio} times its size`);
      }
      await this.passed(chunk.length);
      yield chunk;
    }
  }

  /** Counts bytes that came out of a decompressor. */
  countUnpacked(bytes: number): void {
    const { ratio, totalBytes } = this.bounds;
    this.#unpacked += bytes;
    if (this.#unpacked > totalBytes) {
      throw this.#boundMet(this.#isHonest, `more than ${totalBytes} bytes unpacked: the rest was not read`);
    }
    if (this.#unpacked > RATIO_FLOOR && this.#unpacked > ratio * this.#fileBytes()) {
      throw this.#boundMet(false, `the file unpacks to more than ${ratio} times its size: the rest was not read`);
    }
  }

  /** Whether what was unpacked so far is in proportion. */
  get #isHonest(): boolean {
    return this.#unpacked <= HONEST_RATIO * this.#fileBytes();
  }

  #boundMet(isHonest: boolean, detail: string): FileBoundMet {
    return new FileBoundMet(isHonest ? "archive-bound" : "archive-suspicious", detail);
  }

  /** Lets others have their turn once in a while; to be told of all bytes that move on. */
  async passed(bytes: number): Promise<void> {
    this.#bytesThisTurn += bytes;
    if (this.#bytesThisTurn >= TURN_BYTES) await this.#turn();
  }

  hold(bytes: number): void {
    if (bytes > this.free) {
      throw new Stop("archive-suspicious", `unpacking it takes more than ${this.bounds.heldBytes} bytes of memory`);
    }
    this.#held += bytes;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }

  /** How much more may be held. */
  get free(): number {
    return this.bounds.heldBytes - this.#held;
  }

  skip(within: readonly string[], reason: SkipReason, detail: string): void {
    const rows = (this.#rows.get(reason) ?? 0) + 1;
    this.#rows.set(reason, rows);
    if (rows <= ROWS) this.sink.skipped(within, reason, detail);
  }

  /**
   * Makes a row of a Stop that ends the reading of this container or reader; throws on what is another's.
   * @param reader the reader that the caller made, or null when it only reads
   */
  skipIfOwn(error: unknown, within: readonly string[], reader: ByteReader | null): void {
    if (!(error instanceof Stop) || error instanceof FileBoundMet || error.origin !== reader) throw error;
    this.skip(within, error.reason, error.message);
  }

  /** Tells how many rows were not told one by one. */
  finish(): void {
    for (const [reason, rows] of this.#rows) {
      if (rows > ROWS) this.sink.skipped([], reason, `${rows - ROWS} more like the ${ROWS} before`);
    }
  }

  async #turn(): Promise<void> {
    this.#bytesThisTurn = 0;
    this.#signal?.throwIfAborted();
    await setImmediate();
    this.#signal?.throwIfAborted();
  }
}

/** Whether a program is followed by a zip, which may have a comment. */
function isProgramWithZip(whole: RandomAccess): boolean {
  const head = new Uint8Array(Math.min(whole.size, 4));
  if (whole.read(head, 0) < head.length || !isProgram(head)) return false;
  const tail = new Uint8Array(Math.min(whole.size, LONGEST_ZIP_END));
  return whole.read(tail, whole.size - tail.length) === tail.length && endsAsZip(tail);
}

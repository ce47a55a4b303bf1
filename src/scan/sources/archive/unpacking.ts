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
  isScript,
  LONGEST_ZIP_END,
  Tail,
  UNREAD_HEAD_LENGTH,
  unreadFormat,
  unreadFormatByEnd,
  ZIP_BEHIND,
} from "./format.ts";
import type { MemberSink } from "./member-sink.ts";
import { payloadOf } from "./payload.ts";
import { MemoryAccess, type RandomAccess, Window } from "./random-access.ts";
import { FileBoundMet, Stop } from "./stop.ts";

/** Something to be read, whatever it is. */
export interface Member {
  readonly reader: ByteReader;
  /** The member names that lead to it, its own at the end. */
  readonly within: readonly string[];
  /** What it is called itself. */
  readonly name: string;
  /** In how many containers it lies. */
  readonly depth: number;
}

/** A container that is being read; its depth counts itself, so that of the outermost is 1. */
export interface Container extends Member {
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
/** What is called so has no name: a container that no member of another one is, but that lies in it. */
const STRAY_NAME = "[behind]";
/** Says of a script that nobody could go back to read what follows it. */
const SCRIPT_TOO_LONG =
  "it is a script that may unpack what follows it, and too large to be held in the midst of a stream";
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
  /** Of the plain member that is being handed on. */
  readonly #tail = new Tail();
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
  async container(container: Member, format: ContainerFormat): Promise<void> {
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

  /** Reads a member: opens it when it is a container, hands it on when it is not. */
  async member(member: Member): Promise<void> {
    const { reader, within, name } = member;
    // To wait for more would have all members copied, so that is done only for what may be an image of a CD.
    const isBlank = (await peek(reader, HEAD_LENGTH)).every((byte) => byte === 0);
    if (isBlank || member.depth === 0) await peek(reader, UNREAD_HEAD_LENGTH);
    const head = await peek(reader, HEAD_LENGTH);
    const unread = unreadFormat(reader.available);
    if (unread !== null) this.skip(within, "archive-unsupported", `${unread} is not read into`);
    const format = containerFormat(head, name);
    if (format !== null) {
      if (within.length > 0) this.sink.name(within, name);
      if (!(await this.#nested(member, format))) await this.deliver(reader, within);
    } else if (reader.whole === null && isProgram(head)) await this.#program(member);
    else await this.#plain(member, reader.whole);
  }

  /** Reads what lies in a container and belongs to no member of it. */
  async stray(reader: ByteReader, { within, depth }: Container): Promise<void> {
    const format = containerFormat(await peek(reader, HEAD_LENGTH));
    const member = { reader, within: [...within, STRAY_NAME], name: STRAY_NAME, depth };
    // What begins like zlib is most often none.
    const isNone = format === null || format === "zlib";
    if (isNone || !(await this.#nested(member, format))) await this.deliver(reader, within);
  }

  /** Opens a container that lies in another one; false where that is too deep. */
  async #nested(member: Member, format: ContainerFormat): Promise<boolean> {
    if (member.depth < this.bounds.depth) {
      await this.container({ ...member, depth: member.depth + 1 }, format);
      return true;
    }
    const detail = `containers nested deeper than ${this.bounds.depth} are not opened`;
    this.skip(member.within, "archive-suspicious", detail);
    return false;
  }

  /** A program that comes as a stream is held, where it is not too large: what it unpacks may follow it. */
  async #program(member: Member): Promise<void> {
    const { reader } = member;
    const room = Math.min(this.bounds.storedBytes, this.free);
    const size = await reader.ensure(room + 1);
    if (size > room) return this.#plain(member, null);
    this.hold(size);
    try {
      await this.#plain(member, new MemoryAccess(reader.available));
    } finally {
      this.release(size);
    }
  }

  /** Hands on what is no container, and reads what may follow it. */
  async #plain(member: Member, whole: RandomAccess | null): Promise<void> {
    const { reader, within } = member;
    const isProgramOfText = isScript(await peek(reader, 2));
    const tail = await this.#deliverToEnd(reader, within);
    const unread = unreadFormatByEnd(tail);
    if (unread !== null) this.skip(within, "archive-unsupported", `${unread} is not read into`);
    const isZip = endsAsZip(tail);
    if (whole === null) {
      if (isZip) this.skip(within, "archive-unsupported", ZIP_BEHIND);
      else if (isProgramOfText) this.skip(within, "archive-unsupported", SCRIPT_TOO_LONG);
      return;
    }
    const payload = isZip || isProgramOfText ? payloadOf(whole) : null;
    if (payload === null) return;
    const { format, from } = payload;
    const behind = windowReader(whole, new Window(whole), from, whole.size - from);
    await this.#nested({ ...member, reader: behind }, format);
  }

  /** Hands all bytes of a reader on as one document. Its last bytes, enough to tell how it ends. */
  async #deliverToEnd(reader: ByteReader, within: readonly string[]): Promise<Uint8Array> {
    const { available } = reader;
    const isAll = reader.ended;
    this.#tail.clear();
    await this.deliver(reader, within, isAll ? null : this.#tail);
    return isAll ? available.subarray(-LONGEST_ZIP_END) : this.#tail.bytes;
  }

  /** Hands all bytes of a reader on as one document; `tail` is given them too. */
  async deliver(reader: ByteReader, within: readonly string[], tail: Tail | null = null): Promise<void> {
    this.sink.begin(within);
    try {
      while (reader.available.length > 0 || (!reader.ended && (await reader.ensure(1)) > 0)) {
        const chunk = reader.available;
        this.sink.bytes(chunk);
        tail?.add(chunk);
        reader.consume(chunk.length);
        await this.passed(chunk.length);
      }
    } finally {
      this.sink.end();
    }
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

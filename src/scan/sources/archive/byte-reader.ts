import { PartAccess, type RandomAccess, Window } from "./random-access.ts";
import { Stop } from "./stop.ts";

/**
 * Bytes that are read in order, as they are asked for: nothing is unpacked before somebody wants it, so memory stays
 * bounded however the containers are nested.
 */
export interface ByteReader {
  /** What lies ready, unread. Valid until the next `ensure`. */
  readonly available: Uint8Array;
  /** Whether nothing comes behind `available`. */
  readonly ended: boolean;
  /** How many bytes were consumed. */
  readonly position: number;
  /** All the bytes of this reader, from its beginning, at any position; null where they come as a stream. */
  readonly whole: RandomAccess | null;
  /**
   * Reads until `count` bytes lie ready, or all that are left; how many lie ready.
   * @throws what reading on throws, but only once nothing lies ready: what came before the error is read first
   */
  ensure(count: number): Promise<number>;
  /** Moves past bytes that lie ready. */
  consume(count: number): void;
}

/** The next bytes, valid until the next call; null at the end. */
export type Pull = () => Promise<Uint8Array | null> | Uint8Array | null;

const NOTHING = new Uint8Array(0);

/** Reads what is pulled, and keeps it together where more has to lie ready than one pull brings. */
export class BufferedReader implements ByteReader {
  readonly #pull: Pull;
  readonly whole: RandomAccess | null;
  #own: Uint8Array = NOTHING;
  /** Either a pulled chunk or a part of `#own`. */
  #available: Uint8Array = NOTHING;
  #ended = false;
  #failure: { readonly error: unknown } | null = null;
  #position = 0;

  constructor(pull: Pull, whole: RandomAccess | null = null) {
    this.#pull = pull;
    this.whole = whole;
  }

  get available(): Uint8Array {
    return this.#available;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get position(): number {
    return this.#position;
  }

  async ensure(count: number): Promise<number> {
    while (this.#available.length < count && !this.#ended && this.#failure === null) {
      const kept = this.#available.length;
      if (kept > 0) this.#keep(kept + 1);
      const chunk = await this.#next();
      if (chunk === null) continue;
      if (kept === 0) this.#available = chunk;
      else this.#append(chunk);
    }
    if (this.#failure !== null && this.#available.length === 0) throw this.#failure.error;
    return this.#available.length;
  }

  consume(count: number): void {
    this.#available = this.#available.subarray(count);
    this.#position += count;
  }

  async #next(): Promise<Uint8Array | null> {
    try {
      const chunk = await this.#pull();
      this.#ended = chunk === null;
      return chunk;
    } catch (error) {
      if (error instanceof Stop) error.origin ??= this;
      this.#failure = { error };
      return null;
    }
  }

  /** Moves what is available into memory of our own, with room for `size` bytes: the chunk it lies in is about to be reused. */
  #keep(size: number): void {
    const bytes = this.#available;
    const inOwn = bytes.buffer === this.#own.buffer;
    if (inOwn && bytes.byteOffset + size <= this.#own.length) return;
    if (size > this.#own.length) {
      const own = new Uint8Array(Math.max(1 << 12, 2 * size));
      own.set(bytes);
      this.#own = own;
    } else {
      this.#own.set(bytes);
    }
    this.#available = this.#own.subarray(0, bytes.length);
  }

  #append(chunk: Uint8Array): void {
    const kept = this.#available.length;
    this.#keep(kept + chunk.length);
    const from = this.#available.byteOffset;
    this.#own.set(chunk, from + kept);
    this.#available = this.#own.subarray(from, from + kept + chunk.length);
  }
}

/** The next `length` bytes of another reader: consuming here consumes there. */
export class PartReader implements ByteReader {
  readonly #parent: ByteReader;
  readonly #from: number;
  readonly length: number;
  readonly whole: RandomAccess | null;

  constructor(parent: ByteReader, length: number) {
    this.#parent = parent;
    this.#from = parent.position;
    this.length = length;
    this.whole = parent.whole && new PartAccess(parent.whole, parent.position, length);
  }

  get position(): number {
    return this.#parent.position - this.#from;
  }

  get available(): Uint8Array {
    const { available } = this.#parent;
    const left = this.length - this.position;
    return available.length <= left ? available : available.subarray(0, left);
  }

  get ended(): boolean {
    return this.#parent.ended || this.#parent.available.length >= this.length - this.position;
  }

  async ensure(count: number): Promise<number> {
    const left = this.length - this.position;
    return Math.min(left, await this.#parent.ensure(Math.min(count, left)));
  }

  consume(count: number): void {
    this.#parent.consume(count);
  }
}

/** Bytes that are all there. */
export class MemoryReader implements ByteReader {
  available: Uint8Array;
  readonly ended = true;
  readonly whole: RandomAccess;
  position = 0;

  constructor(bytes: Uint8Array, whole: RandomAccess) {
    this.available = bytes;
    this.whole = whole;
  }

  async ensure(): Promise<number> {
    return this.available.length;
  }

  consume(count: number): void {
    this.available = this.available.subarray(count);
    this.position += count;
  }
}

/** Reads [from, from + length) through a window, which nobody else may use meanwhile. */
export function windowReader(access: RandomAccess, window: Window, from: number, length: number): ByteReader {
  return new BufferedReader(windowPull(access, window, from, length), new PartAccess(access, from, length));
}

/** Chunks of [from, from + length), all of it unless said otherwise. */
export function windowPull(access: RandomAccess, window = new Window(access), from = 0, length = access.size): Pull {
  const end = from + length;
  let position = from;
  return () => {
    const chunk = window.view(position, end - position);
    position += chunk.length;
    return chunk.length === 0 ? null : chunk;
  };
}

/** At most `count` bytes from the front, which stay unread. */
export async function peek(reader: ByteReader, count: number): Promise<Uint8Array> {
  if (reader.available.length < count && !reader.ended) await reader.ensure(count);
  return reader.available.length > count ? reader.available.subarray(0, count) : reader.available;
}

/** Exactly `count` bytes, consumed; null where fewer are left. Valid until the next `ensure`. */
export async function take(reader: ByteReader, count: number): Promise<Uint8Array | null> {
  const bytes = await peek(reader, count);
  if (bytes.length < count) return null;
  reader.consume(count);
  return bytes;
}

/** Reads to the end and forgets. */
export async function drain(reader: ByteReader): Promise<void> {
  for (;;) {
    reader.consume(reader.available.length);
    if (reader.ended || (await reader.ensure(1)) === 0) return;
  }
}

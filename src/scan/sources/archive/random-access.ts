import { readSync } from "node:fs";

/** Bytes that can be read at any position: a file, or memory. */
export interface RandomAccess {
  readonly size: number;
  /** Fills `into` from `position` on; how many bytes there were, fewer only at the end. */
  read(into: Uint8Array, position: number): number;
}

/** An open file. @throws what reading it throws */
export class FileAccess implements RandomAccess {
  readonly #fd: number;
  readonly size: number;

  /** @param size what fstat says; bytes that are added later are not read */
  constructor(fd: number, size: number) {
    this.#fd = fd;
    this.size = size;
  }

  read(into: Uint8Array, position: number): number {
    const wanted = Math.min(into.length, this.size - position);
    let at = 0;
    while (at < wanted) {
      const count = readSync(this.#fd, into, at, wanted - at, position + at);
      if (count === 0) break;
      at += count;
    }
    return at;
  }
}

export class MemoryAccess implements RandomAccess {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  read(into: Uint8Array, position: number): number {
    const bytes = this.#bytes.subarray(position, position + into.length);
    into.set(bytes);
    return bytes.length;
  }
}

/** The part [from, from + size) of another one. */
export class PartAccess implements RandomAccess {
  readonly #whole: RandomAccess;
  readonly #from: number;
  readonly size: number;

  constructor(whole: RandomAccess, from: number, size: number) {
    this.#whole = whole;
    this.#from = from;
    this.size = Math.max(0, Math.min(size, whole.size - from));
  }

  read(into: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(into.length, this.size - position));
    return this.#whole.read(into.subarray(0, count), this.#from + position);
  }
}

const WINDOW = 1 << 18;

/** A stretch of a RandomAccess held in memory, so that thousands of small reads in a row cost few calls. */
export class Window {
  readonly #access: RandomAccess;
  readonly #buffer: Uint8Array;
  #from = 0;
  #length = 0;

  constructor(access: RandomAccess) {
    this.#access = access;
    this.#buffer = new Uint8Array(Math.min(WINDOW, access.size));
  }

  /** The bytes at `position`, at most `length` and at most 256 KiB; fewer at the end. Valid until the next call. */
  view(position: number, length: number): Uint8Array {
    const wanted = Math.max(0, Math.min(length, this.#buffer.length, this.#access.size - position));
    if (wanted === 0) return this.#buffer.subarray(0, 0);
    if (position < this.#from || position + wanted > this.#from + this.#length) {
      this.#from = position;
      this.#length = this.#access.read(this.#buffer, position);
    }
    const start = position - this.#from;
    return this.#buffer.subarray(start, Math.min(start + wanted, this.#length));
  }
}

import { GitDataError } from "./object-error.ts";

/** How many bytes a delta's result has, as it states itself. */
export function deltaResultSize(delta: Uint8Array): number {
  return new DeltaReader(delta).sizes().result;
}

/**
 * What a delta makes of its base (gitformat-pack(5)).
 * @throws GitDataError when it goes beyond its base, its result or itself
 */
export function applyDelta(base: Buffer, delta: Uint8Array): Buffer {
  const reader = new DeltaReader(delta);
  const sizes = reader.sizes();
  if (sizes.base !== base.length) throw new GitDataError("its delta was made for another base");
  const result = Buffer.allocUnsafe(sizes.result);
  let filled = 0;
  while (!reader.isAtEnd) {
    const operation = reader.byte();
    if (operation >= 0x80) {
      const offset = reader.operand(operation, 4);
      const length = reader.operand(operation >> 4, 3) || 0x10000;
      if (offset + length > base.length || filled + length > result.length) throw beyond();
      base.copy(result, filled, offset, offset + length);
      filled += length;
    } else {
      if (operation === 0 || filled + operation > result.length) throw beyond();
      result.set(reader.literals(operation), filled);
      filled += operation;
    }
  }
  if (filled !== result.length) throw new GitDataError("its delta makes less than it states");
  return result;
}

class DeltaReader {
  readonly #delta: Uint8Array;
  #at = 0;

  constructor(delta: Uint8Array) {
    this.#delta = delta;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#delta.length;
  }

  sizes(): { base: number; result: number } {
    return { base: this.#size(), result: this.#size() };
  }

  byte(): number {
    const byte = this.#delta[this.#at++];
    if (byte === undefined) throw beyond();
    return byte;
  }

  /** A number of which only the bytes are there whose bits are set in `present`. */
  operand(present: number, bytes: number): number {
    let value = 0;
    for (let i = 0; i < bytes; i++) if (present & (1 << i)) value += this.byte() * 2 ** (8 * i);
    return value;
  }

  literals(count: number): Uint8Array {
    const end = this.#at + count;
    if (end > this.#delta.length) throw beyond();
    return this.#delta.subarray(this.#at, (this.#at = end));
  }

  #size(): number {
    let size = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      size += (byte & 0x7f) * scale;
      if (!Number.isSafeInteger(size)) throw beyond();
      if (byte < 0x80) return size;
    }
  }
}

function beyond(): GitDataError {
  return new GitDataError("its delta goes beyond its base or its end");
}

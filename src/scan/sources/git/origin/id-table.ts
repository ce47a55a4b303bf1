import { randomBytes } from "node:crypto";
import { IdList } from "./id-list.ts";

const NONE = -1;
const FIRST_SLOTS = 2048;
/** Of so many slots one is used at most. */
const SPARSENESS = 2;

/** Objects' ids, each once, numbered from 0 on in the order in which they come. */
export class IdTable {
  readonly #ids: IdList;
  /** By hash, or the next free one behind it: the number of an id + 1, or 0. */
  #slots = new Int32Array(FIRST_SLOTS);
  /** Two for each two bytes of an id. Since they are random, nobody who forges an index knows which of its ids have one hash. */
  readonly #factors: Int32Array;

  /** @param idLength in bytes */
  constructor(idLength: number) {
    this.#ids = new IdList(idLength);
    this.#factors = new Int32Array(new Uint8Array(randomBytes(4 * idLength)).buffer);
  }

  get count(): number {
    return this.#ids.length;
  }

  /** The number of the id that begins there, -1 when it is not in the table. */
  numberOf(bytes: Uint8Array, at = 0): number {
    return (this.#slots[this.#slotOf(bytes, at)] ?? 0) - 1;
  }

  /** Adds the id that begins there; false when it is in the table already. */
  add(bytes: Uint8Array, at = 0): boolean {
    const slot = this.#slotOf(bytes, at);
    if (this.#slots[slot] !== 0) return false;
    this.#ids.add(bytes, at);
    this.#slots[slot] = this.count;
    if (this.count * SPARSENESS > this.#slots.length) this.#grow();
    return true;
  }

  /** The id of that number. */
  idAt(number: number): Buffer {
    return this.#ids.at(number);
  }

  /** The slot that holds the id, or would. */
  #slotOf(bytes: Uint8Array, at: number): number {
    const { bytes: known, idLength } = this.#ids;
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = this.#hash(bytes, at) & mask; ; slot = (slot + 1) & mask) {
      const number = (slots[slot] ?? 0) - 1;
      if (number === NONE || isSame(known, number * idLength, bytes, at, idLength)) return slot;
    }
  }

  /** Of the upper halves of two sums: each is universal (Thorup, "High speed hashing for integers and strings", 3.5), whatever ids there are. */
  #hash(bytes: Uint8Array, at: number): number {
    const factors = this.#factors;
    let high = 0;
    let low = 0;
    for (let i = 0; i < factors.length; i += 2) {
      const word = (bytes[at + i] ?? 0) | ((bytes[at + i + 1] ?? 0) << 8);
      high = (high + Math.imul(word, factors[i] ?? 0)) | 0;
      low = (low + Math.imul(word, factors[i + 1] ?? 0)) | 0;
    }
    return (high & ~0xffff) | (low >>> 16);
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    this.#slots = slots;
    const { bytes, idLength } = this.#ids;
    for (let number = 0; number < this.count; number++) {
      let slot = this.#hash(bytes, number * idLength) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = number + 1;
    }
  }
}

function isSame(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aAt + i] !== b[bAt + i]) return false;
  return true;
}

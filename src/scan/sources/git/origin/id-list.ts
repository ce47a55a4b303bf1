const FIRST_ROOM = 1024;

/** A list of objects' ids, as bytes, one behind the other: a text for each would take five times the room. */
export class IdList {
  readonly idLength: number;
  length = 0;
  #bytes: Buffer;

  /** @param idLength in bytes */
  constructor(idLength: number) {
    this.idLength = idLength;
    this.#bytes = Buffer.alloc(FIRST_ROOM * idLength);
  }

  /** All bytes of the list, and some more; valid until the next id is added. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Adds the id that begins there. */
  add(bytes: Uint8Array, at = 0): void {
    const end = this.length * this.idLength;
    if (end === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * end);
    for (let i = 0; i < this.idLength; i++) this.#bytes[end + i] = bytes[at + i] ?? 0;
    this.length++;
  }

  /** The id of that number; it shares the list's memory. */
  at(number: number): Buffer {
    return this.#bytes.subarray(number * this.idLength, (number + 1) * this.idLength);
  }
}

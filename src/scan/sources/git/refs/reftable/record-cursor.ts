import { GitDataError } from "../../objects/object-error.ts";

/** Walks the records of one block: each has a key, of which only what differs from the last one's end is stored. */
export class RecordCursor {
  readonly #bytes: Buffer;
  readonly #end: number;
  #position: number;
  #key = Buffer.alloc(256);
  #keyLength = 0;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#end;
  }

  /** The last key's bytes, until the next one is read. */
  get key(): Buffer {
    return this.#key.subarray(0, this.#keyLength);
  }

  /**
   * Reads a record up to its value.
   * @returns the three bits that say what the value is
   * @throws GitDataError
   */
  nextKey(): number {
    const prefixLength = this.varint();
    const suffixAndType = this.varint();
    const suffixLength = Math.floor(suffixAndType / 8);
    if (prefixLength > this.#keyLength) throw damaged("a name begins with more than the one before it has");
    const start = this.#take(suffixLength);
    const length = prefixLength + suffixLength;
    if (length === 0) throw damaged("a name is empty");
    this.#reserve(length);
    this.#bytes.copy(this.#key, prefixLength, start, start + suffixLength);
    this.#keyLength = length;
    return suffixAndType % 8;
  }

  /** A number in git's manner: seven bits a byte, the highest first, and one added for each byte that follows. @throws GitDataError */
  varint(): number {
    let byte = this.#byte();
    let value = byte & 0x7f;
    while ((byte & 0x80) !== 0) {
      byte = this.#byte();
      value = (value + 1) * 128 + (byte & 0x7f);
      if (value > Number.MAX_SAFE_INTEGER) throw damaged("a number is too large");
    }
    return value;
  }

  /** An object's name, in hexadecimal. @throws GitDataError */
  id(length: number): string {
    const start = this.#take(length);
    return this.#bytes.toString("hex", start, start + length);
  }

  /** Text with its length before it, a character for each byte. @throws GitDataError */
  text(): string {
    const length = this.varint();
    const start = this.#take(length);
    return this.#bytes.toString("latin1", start, start + length);
  }

  /** @throws GitDataError */
  int16(): number {
    return this.#bytes.readInt16BE(this.#take(2));
  }

  #byte(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }

  /** Goes past so many bytes; where they begin. */
  #take(length: number): number {
    const start = this.#position;
    if (length > this.#end - start) throw damaged("a record is longer than its block");
    this.#position = start + length;
    return start;
  }

  #reserve(length: number): void {
    if (length <= this.#key.length) return;
    const longer = Buffer.alloc(Math.max(length, 2 * this.#key.length));
    this.#key.copy(longer, 0, 0, this.#keyLength);
    this.#key = longer;
  }
}

function damaged(detail: string): GitDataError {
  return new GitDataError(detail, "repository-damaged");
}

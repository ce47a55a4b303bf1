/** Reads bits, the most significant of each byte first. Behind the end there are zeros: ask {@link BitReader.isOverrun}. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  /** The lowest `#count` bits are still to be read. */
  #bits = 0;
  #count = 0;

  constructor(bytes: Uint8Array, firstBit: number) {
    this.#bytes = bytes;
    this.#at = 0;
    if (firstBit > 0) this.read(firstBit);
  }

  /** The next `count` bits, 24 at most. */
  read(count: number): number {
    this.#fill(count);
    this.#count -= count;
    return (this.#bits >>> this.#count) & ((1 << count) - 1);
  }

  /** The next `count` bits, 24 at most, which stay unread. */
  peek(count: number): number {
    this.#fill(count);
    return (this.#bits >>> (this.#count - count)) & ((1 << count) - 1);
  }

  /** Moves past bits that were peeked at. */
  skip(count: number): void {
    this.#count -= count;
  }

  get isOverrun(): boolean {
    return this.#at - (this.#count >>> 3) > this.#bytes.length;
  }

  /** Bytes of which every bit was read. */
  get bytesPassed(): number {
    return this.#at - ((this.#count + 7) >>> 3);
  }

  /** Bytes of which a bit was read. */
  get bytesTouched(): number {
    return this.#at - (this.#count >>> 3);
  }

  /** How many bits of the byte behind `bytesPassed` were read. */
  get bitInByte(): number {
    return (8 - (this.#count & 7)) & 7;
  }

  #fill(count: number): void {
    while (this.#count < count) {
      this.#bits = (this.#bits << 8) | (this.#bytes[this.#at++] ?? 0);
      this.#count += 8;
    }
  }
}

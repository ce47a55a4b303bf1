import { type ByteReader, take } from "./byte-reader.ts";
import { LzmaDecoder } from "./lzma-decoder.ts";
import { damaged } from "./stop.ts";

const LONGEST_CHUNK = 1 << 21;

/**
 * LZMA2: LZMA in chunks, each of which is decoded at once.
 * @see https://tukaani.org/xz/xz-file-format.txt (5.3.1)
 */
export class Lzma2 {
  readonly #decoder = new LzmaDecoder();
  readonly #dictionarySize: number;
  /** What was decoded last is at its end, and at least a dictionary of it. Grows to what the data need. */
  #window = new Uint8Array(1 << 16);
  #at = 0;
  /** Bytes since the dictionary was reset. */
  #position = 0;

  constructor(dictionarySize: number) {
    this.#dictionarySize = dictionarySize;
  }

  /** The memory that this may come to need. */
  static memory(dictionarySize: number): number {
    return largestWindow(dictionarySize);
  }

  /** Unpacks up to the mark that ends the chunks. */
  async *unpack(input: ByteReader): AsyncGenerator<Uint8Array, void> {
    let needsDictionaryReset = true;
    let needsProperties = true;
    for (;;) {
      const control = (await this.#take(input, 1))[0] ?? 0;
      if (control === 0) return;
      const resetsDictionary = control === 1 || control >= 0xe0;
      if (resetsDictionary) this.#position = 0;
      else if (needsDictionaryReset) throw invalid();
      needsDictionaryReset = false;
      if (control < 0x80) {
        if (control > 2) throw invalid();
        if (resetsDictionary) needsProperties = true;
        yield* this.#copy(input, bigEndian16(await this.#take(input, 2), 0) + 1);
        continue;
      }
      const header = await this.#take(input, 4);
      const unpacked = ((control & 0x1f) << 16) + bigEndian16(header, 0) + 1;
      const packed = bigEndian16(header, 2) + 1;
      const reset = (control >>> 5) & 3;
      if (reset >= 2) {
        const properties = (await this.#take(input, 1))[0] ?? 0;
        if (!this.#decoder.setProperties(properties)) throw invalid();
        needsProperties = false;
      } else if (needsProperties) {
        throw invalid();
      }
      if (reset >= 1) this.#decoder.reset();
      yield* this.#decode(await this.#take(input, packed), unpacked);
    }
  }

  *#decode(chunk: Uint8Array, size: number): Generator<Uint8Array, void> {
    this.#makeRoom(size);
    const from = this.#at;
    const reach = Math.min(this.#position, from);
    const to = this.#decoder.decode(chunk, this.#window, from, from + size, reach, this.#position);
    this.#at = to;
    this.#position += to - from;
    if (to > from) yield this.#window.subarray(from, to);
    if (to < from + size) throw invalid();
  }

  /** Bytes that were not worth packing. */
  async *#copy(input: ByteReader, size: number): AsyncGenerator<Uint8Array, void> {
    const bytes = await this.#take(input, size);
    this.#makeRoom(size);
    this.#window.set(bytes, this.#at);
    this.#at += size;
    this.#position += size;
    yield this.#window.subarray(this.#at - size, this.#at);
  }

  #makeRoom(size: number): void {
    if (this.#at + size <= this.#window.length) return;
    const largest = largestWindow(this.#dictionarySize);
    const kept = this.#window.subarray(Math.max(0, this.#at - this.#dictionarySize), this.#at);
    if (this.#window.length < largest) {
      const window = new Uint8Array(Math.min(largest, Math.max(2 * this.#window.length, kept.length + size)));
      window.set(kept);
      this.#window = window;
    } else {
      this.#window.set(kept);
    }
    this.#at = kept.length;
  }

  async #take(input: ByteReader, count: number): Promise<Uint8Array> {
    const bytes = await take(input, count);
    if (bytes === null) throw damaged("xz data end too early");
    return bytes;
  }
}

/** Room to move the dictionary seldom: each byte is moved twice at most. */
function largestWindow(dictionarySize: number): number {
  return dictionarySize + Math.max(2 * LONGEST_CHUNK, dictionarySize >>> 1);
}

function bigEndian16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function invalid(): Error {
  return damaged("xz data are not valid");
}

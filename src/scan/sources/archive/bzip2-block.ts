import type { BitReader } from "./bit-reader.ts";
import { damaged, unsupported } from "./stop.ts";

const GROUP = 50;
const LONGEST_CODE = 20;
const RUN_A = 0;
const RUN_B = 1;

/** CRC-32 as bzip2 computes it: the polynomial of zlib's, but the most significant bit first. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

/** One decoded block: a text sorted by Burrows and Wheeler, from which the bytes are followed out. */
export class Bzip2Block {
  /** The lower 8 bits: a byte of the sorted text; the upper 24: where the byte behind it is. Grows to what blocks need. */
  #text = new Uint32Array(1 << 14);
  #length = 0;
  #left = 0;
  #next = 0;
  /** Equal bytes in a row so far; behind four comes a byte that says how many more. */
  #run = 0;
  #byte = -1;
  /** Copies of `#byte` still to be written. */
  #copies = 0;
  #crc = 0;

  /** The checksum of what was written. */
  get crc(): number {
    return ~this.#crc >>> 0;
  }

  clear(): void {
    this.#length = 0;
  }

  /** @throws {Stop} when the block grows past `limit` */
  append(byte: number, count: number, limit: number): void {
    const length = this.#length + count;
    if (length > limit) throw damaged("a bzip2 block is too long");
    if (length > this.#text.length) {
      const text = new Uint32Array(Math.min(limit, Math.max(length, 2 * this.#text.length)));
      text.set(this.#text.subarray(0, this.#length));
      this.#text = text;
    }
    if (count === 1) this.#text[this.#length] = byte;
    else this.#text.fill(byte, this.#length, length);
    this.#length = length;
  }

  /** Undoes the sort; the block can be written then. */
  finish(origin: number): void {
    const text = this.#text;
    const length = this.#length;
    if (origin >= length) throw damaged("a bzip2 block is not valid");
    const starts = new Uint32Array(257);
    for (let i = 0; i < length; i++) {
      const after = ((text[i] ?? 0) & 0xff) + 1;
      starts[after] = (starts[after] ?? 0) + 1;
    }
    for (let byte = 1; byte < 257; byte++) starts[byte] = (starts[byte] ?? 0) + (starts[byte - 1] ?? 0);
    for (let i = 0; i < length; i++) {
      const byte = (text[i] ?? 0) & 0xff;
      const at = starts[byte] ?? 0;
      starts[byte] = at + 1;
      text[at] = (text[at] ?? 0) | (i << 8);
    }
    this.#left = length;
    this.#next = (text[origin] ?? 0) >>> 8;
    this.#run = 0;
    this.#byte = -1;
    this.#copies = 0;
    this.#crc = 0xffffffff;
  }

  /** Writes the next bytes; how many, zero when the block is done. */
  write(output: Uint8Array): number {
    const text = this.#text;
    let crc = this.#crc;
    let next = this.#next;
    let left = this.#left;
    let run = this.#run;
    let last = this.#byte;
    let copies = this.#copies;
    let at = 0;
    while (at < output.length && (copies > 0 || left > 0)) {
      if (copies > 0) {
        copies--;
      } else {
        const entry = text[next] ?? 0;
        const byte = entry & 0xff;
        next = entry >>> 8;
        left--;
        if (run === 4) {
          copies = byte;
          run = 0;
          continue;
        }
        run = byte === last ? run + 1 : 1;
        last = byte;
      }
      output[at++] = last;
      crc = (crc << 8) ^ (CRC_TABLE[(crc >>> 24) ^ last] ?? 0);
    }
    this.#crc = crc;
    this.#next = next;
    this.#left = left;
    this.#run = run;
    this.#byte = last;
    this.#copies = copies;
    return at;
  }
}

/** Reads a block, from behind its checksum on. */
export function readBlock(bits: BitReader, block: Bzip2Block, level: number): void {
  if (bits.read(1) === 1) throw unsupported("bzip2 blocks of before version 0.9.5 are not read");
  const origin = bits.read(24);
  const symbols = readSymbols(bits);
  const tableCount = bits.read(3);
  const selectorCount = bits.read(15);
  if (symbols.length === 0 || tableCount < 2 || tableCount > 6 || selectorCount === 0)
    throw damaged("a bzip2 block is not valid");
  const selectors = readSelectors(bits, tableCount, selectorCount);
  const tables = Array.from({ length: tableCount }, () => readTable(bits, symbols.length + 2));
  block.clear();
  readText(bits, block, level * 100_000, symbols, selectors, tables);
  if (bits.isOverrun) throw damaged("bzip2 data end too early");
  block.finish(origin);
}

/** The bytes that occur in the block. */
function readSymbols(bits: BitReader): Uint8Array {
  const symbols: number[] = [];
  const rows = bits.read(16);
  for (let row = 0; row < 16; row++) {
    if ((rows & (0x8000 >>> row)) === 0) continue;
    const columns = bits.read(16);
    for (let column = 0; column < 16; column++) if (columns & (0x8000 >>> column)) symbols.push(16 * row + column);
  }
  return Uint8Array.from(symbols);
}

/** Which table decodes each group of symbols. */
function readSelectors(bits: BitReader, tableCount: number, count: number): Uint8Array {
  const order = Array.from({ length: tableCount }, (_, table) => table);
  const selectors = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    let rank = 0;
    while (bits.read(1) === 1) if (++rank >= tableCount) throw damaged("a bzip2 block is not valid");
    const [table = 0] = order.splice(rank, 1);
    order.unshift(table);
    selectors[i] = table;
  }
  return selectors;
}

/** A canonical prefix code. */
interface Table {
  /** By length of code: the largest code of that length, left-aligned in 20 bits, plus one. */
  readonly ends: Int32Array;
  /** By length of code: what to take from a code to get its symbol's place in `order`. */
  readonly offsets: Int32Array;
  readonly order: Uint16Array;
  readonly shortest: number;
  /** By the next 10 bits: symbol * 32 + length for codes that short, else 0. */
  readonly quick: Uint16Array;
}

const QUICK_BITS = 10;

function readTable(bits: BitReader, symbolCount: number): Table {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    for (;;) {
      if (length < 1 || length > LONGEST_CODE) throw damaged("a bzip2 block is not valid");
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return prefixCode(lengths);
}

function prefixCode(lengths: Uint8Array): Table {
  const ends = new Int32Array(LONGEST_CODE + 1);
  const offsets = new Int32Array(LONGEST_CODE + 1);
  const order = new Uint16Array(lengths.length);
  const quick = new Uint16Array(1 << QUICK_BITS);
  let shortest = LONGEST_CODE;
  let code = 0;
  let placed = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    code <<= 1;
    offsets[length] = code - placed;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      if (length < shortest) shortest = length;
      if (code >= 1 << length) throw damaged("a bzip2 block is not valid");
      order[placed++] = symbol;
      if (length <= QUICK_BITS) {
        const from = code << (QUICK_BITS - length);
        quick.fill(symbol * 32 + length, from, from + (1 << (QUICK_BITS - length)));
      }
      code++;
    }
    ends[length] = code << (LONGEST_CODE - length);
  }
  return { ends, offsets, order, shortest, quick };
}

function readSymbol(bits: BitReader, table: Table): number {
  const code = bits.peek(LONGEST_CODE);
  const quick = table.quick[code >>> (LONGEST_CODE - QUICK_BITS)] ?? 0;
  if (quick !== 0) {
    bits.skip(quick & 31);
    return quick >>> 5;
  }
  let length = table.shortest;
  while (code >= (table.ends[length] ?? 0)) if (++length > LONGEST_CODE) throw damaged("a bzip2 block is not valid");
  bits.skip(length);
  return table.order[(code >>> (LONGEST_CODE - length)) - (table.offsets[length] ?? 0)] ?? 0;
}

/** Decodes the sorted text: prefix codes over runs and places in a list whose last used byte moves to the front. */
function readText(
  bits: BitReader,
  block: Bzip2Block,
  limit: number,
  symbols: Uint8Array,
  selectors: Uint8Array,
  tables: readonly Table[],
): void {
  const end = symbols.length + 1;
  let run = 0;
  let runUnit = 1;
  for (const selector of selectors) {
    const table = tables[selector];
    if (table === undefined) break;
    if (bits.isOverrun) throw damaged("bzip2 data end too early");
    for (let i = 0; i < GROUP; i++) {
      const symbol = readSymbol(bits, table);
      if (symbol === RUN_A || symbol === RUN_B) {
        run += runUnit << symbol;
        runUnit *= 2;
        if (run > limit) throw damaged("a bzip2 block is too long");
        continue;
      }
      if (run > 0) {
        block.append(symbols[0] ?? 0, run, limit);
        run = 0;
        runUnit = 1;
      }
      if (symbol === end) return;
      const rank = symbol - 1;
      const byte = symbols[rank] ?? 0;
      symbols.copyWithin(1, 0, rank);
      symbols[0] = byte;
      block.append(byte, 1, limit);
    }
  }
  throw damaged("a bzip2 block is not valid");
}

import {
  COUNTS, DISTANCE_BITS, DISTANCE_RESULTS, FIXED_DISTANCES, FIXED_LITERALS, LENGTH_ORDER, LENGTH_RESULTS, LITERAL_BITS, LITERAL_RESULTS, PLACES,
  SORTED, SPREAD, SYMBOLS,
} from "./pack-layout";

/*
 * Decode tables in the manner of libdeflate. An entry (u32) says for the next bits of the stream:
 * a literal: LITERAL, the byte from bit 16, the code's length in bits 0-7;
 * a length or a distance: its base from bit 16, the code's length from bit 8, that and the extra bits together in bits 0-7;
 * a subtable: SUBTABLE, its place from bit 16, its width from bit 8, this table's width in bits 0-7;
 * and for the end of a block, and for what no code may be, a flag and the code's length. The last three have EXCEPTION too.
 */
export const LITERAL: u32 = 0x80000000;
export const EXCEPTION: u32 = 0x8000;
export const SUBTABLE: u32 = 0x4000;
export const END_OF_BLOCK: u32 = 0x2000;

/** The longest code. */
const MOST_BITS: u32 = 15;

/** Fills what all threads share. @param work a thread's work room */
export function makeInflateTables(tables: usize, work: usize): void {
  for (let i: u32 = 0; i < 256; i++) store<u32>(tables + (i << 2), LITERAL | (i << 16), LITERAL_RESULTS);
  store<u32>(tables, EXCEPTION | END_OF_BLOCK, LITERAL_RESULTS + 256 * 4);
  let base: u32 = 3;
  for (let i: u32 = 0; i < 28; i++) {
    const extra: u32 = i < 8 ? 0 : (i >> 2) - 1;
    store<u32>(tables + (i << 2), (base << 16) | extra, LITERAL_RESULTS + 257 * 4);
    base += 1 << extra;
  }
  store<u32>(tables, 258 << 16, LITERAL_RESULTS + 285 * 4);
  // Symbols that have codes, and that no stream may use.
  store<u32>(tables, EXCEPTION, LITERAL_RESULTS + 286 * 4);
  store<u32>(tables, EXCEPTION, LITERAL_RESULTS + 287 * 4);
  base = 1;
  for (let i: u32 = 0; i < 30; i++) {
    const extra: u32 = i < 4 ? 0 : (i >> 1) - 1;
    store<u32>(tables + (i << 2), (base << 16) | extra, DISTANCE_RESULTS);
    base += 1 << extra;
  }
  store<u32>(tables, EXCEPTION, DISTANCE_RESULTS + 30 * 4);
  store<u32>(tables, EXCEPTION, DISTANCE_RESULTS + 31 * 4);
  for (let i: u32 = 0; i < 19; i++) store<u32>(tables + (i << 2), i << 16, LENGTH_RESULTS);
  // In which order a block gives the lengths of the codes for code lengths: 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1 15.
  store<u64>(tables, 0x0609070800121110, LENGTH_ORDER);
  store<u64>(tables, 0x020d030c040b050a, LENGTH_ORDER + 8);
  store<u32>(tables, 0x000f010e, LENGTH_ORDER + 16);
  for (let distance: u32 = 1; distance < 16; distance++) {
    for (let i: u32 = 0; i < 16; i++) store<u8>(tables + (distance << 4) + i, u8(i % distance), SPREAD);
  }
  for (let i: u32 = 0; i < 288; i++) {
    store<u32>(work + (i << 2), i | ((i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8) << 16), SYMBOLS);
  }
  buildTable(work, work + SYMBOLS, work + SYMBOLS + 288 * 4, 0, tables + LITERAL_RESULTS, tables + FIXED_LITERALS, LITERAL_BITS);
  for (let i: u32 = 0; i < 32; i++) store<u32>(work + (i << 2), i | (5 << 16), SYMBOLS);
  buildTable(work, work + SYMBOLS, work + SYMBOLS + 32 * 4, 0, tables + DISTANCE_RESULTS, tables + FIXED_DISTANCES, DISTANCE_BITS);
}

/**
 * Builds the table for the symbols listed in [list, end): symbol + `first` and, from bit 16, the length of its code, never 0; by symbol.
 * @param results what each symbol means, without the length of its code
 * @returns the number of the code's bits in units of 2^-15 of the code space: less than 2^15 for a code that leaves some words without meaning
 * (the table tells them), more for one that gives some two (then there is no table)
 */
export function buildTable(work: usize, list: usize, end: usize, first: u32, results: usize, table: usize, bits: u32): u32 {
  const zero = i64x2.splat(0);
  v128.store(work, zero, COUNTS);
  v128.store(work, zero, COUNTS + 16);
  v128.store(work, zero, COUNTS + 32);
  v128.store(work, zero, COUNTS + 48);
  for (let at = list; at < end; at += 4) {
    const count = work + (usize(load<u16>(at, 2)) << 2);
    store<u32>(count, load<u32>(count, COUNTS) + 1, COUNTS);
  }
  let place: u32 = 0;
  let space: u32 = 0;
  for (let length: u32 = 1; length <= MOST_BITS; length++) {
    const at = work + (length << 2);
    store<u32>(at, place, PLACES);
    const count = load<u32>(at, COUNTS);
    place += count;
    space += count << (MOST_BITS - length);
  }
  if (space > 1 << MOST_BITS) return space;
  // The symbols' results by the length of their codes.
  for (let at = list; at < end; at += 4) {
    const next = work + (usize(load<u16>(at, 2)) << 2);
    const index = load<u32>(next, PLACES);
    store<u32>(next, index + 1, PLACES);
    store<u32>(work + (index << 2), load<u32>(results + ((u32(load<u16>(at)) - first) << 2)), SORTED);
  }
  if (space < 1 << MOST_BITS) fillIncomplete(work, list == end, table, bits);
  else fill(work, table, bits);
  return space;
}

/** The one incomplete code that may be used has one word, of one bit; or none. Anything else is refused, so the table does not matter. */
function fillIncomplete(work: usize, isEmpty: bool, table: usize, bits: u32): void {
  const one = isEmpty ? EXCEPTION | 1 : load<u32>(work, SORTED) + 0x101;
  for (let i: u32 = 0; i < 1 << bits; i += 2) store<u64>(table + (i << 2), u64(one) | (u64(EXCEPTION | 1) << 32));
}

function fill(work: usize, table: usize, bits: u32): void {
  let sorted = work + SORTED;
  let length: u32 = 1;
  let count = load<u32>(work + (length << 2), COUNTS);
  while (count == 0) count = load<u32>(work + (++length << 2), COUNTS);
  let end: u32 = 1 << length;
  // The bits of a word come in reverse order, so the word is counted up from its highest bit.
  let word: u32 = 0;
  while (length <= bits) {
    do {
      store<u32>(table + (word << 2), load<u32>(sorted) + length * 0x101);
      sorted += 4;
      if (word == end - 1) {
        for (; length < bits; length++) end = double(table, end);
        return;
      }
      word = successor(word, end - 1);
    } while (--count != 0);
    do {
      if (++length <= bits) end = double(table, end);
      count = load<u32>(work + (length << 2), COUNTS);
    } while (count == 0);
  }
  fillSubtables(work, table, bits, sorted, word, length, count);
}

function fillSubtables(work: usize, table: usize, bits: u32, sorted: usize, word: u32, length: u32, count: u32): void {
  let end: u32 = 1 << bits;
  let start: u32 = 0;
  let prefix: u32 = u32.MAX_VALUE;
  while (true) {
    if ((word & ((1 << bits) - 1)) != prefix) {
      prefix = word & ((1 << bits) - 1);
      start = end;
      let width = length - bits;
      for (let used = count; used < 1 << width; ) {
        width++;
        used = (used << 1) + load<u32>(work + ((bits + width) << 2), COUNTS);
      }
      end = start + (1 << width);
      store<u32>(table + (prefix << 2), (start << 16) | EXCEPTION | SUBTABLE | (width << 8) | bits);
    }
    const entry = load<u32>(sorted) + (length - bits) * 0x101;
    sorted += 4;
    for (let i = start + (word >> bits); i < end; i += 1 << (length - bits)) store<u32>(table + (i << 2), entry);
    const last: u32 = (1 << length) - 1;
    if (word == last) return;
    word = successor(word, last);
    count--;
    while (count == 0) count = load<u32>(work + (++length << 2), COUNTS);
  }
}

/** The next word of a code when bits are read in reverse. */
// @ts-ignore: decorator
@inline
function successor(word: u32, last: u32): u32 {
  const bit: u32 = 1 << (31 - clz(word ^ last));
  return (word & (bit - 1)) | bit;
}

/** Repeats the first `end` entries behind them; the new end. */
// @ts-ignore: decorator
@inline
function double(table: usize, end: u32): u32 {
  const size = usize(end) << 2;
  let to = table + size;
  if (size < 16) for (let i: usize = 0; i < size; i += 8) store<u64>(to + i, load<u64>(table + i));
  else for (let i: usize = 0; i < size; i += 16) v128.store(to + i, v128.load(table + i));
  return end << 1;
}

import {
  CODE_LENGTHS, DISTANCE_BITS, DISTANCE_RESULTS, DISTANCES, FIXED_DISTANCES, FIXED_LITERALS, LENGTH_BITS, LENGTH_ORDER, LENGTH_RESULTS, LENGTHS,
  LITERAL_BITS, LITERAL_RESULTS, LITERALS, SPREAD, SYMBOLS,
} from "./pack-layout";
import { buildTable, END_OF_BLOCK, EXCEPTION, LITERAL, SUBTABLE } from "./inflate-tables";

const LITERAL_MASK: usize = (1 << LITERAL_BITS) - 1;
const DISTANCE_MASK: usize = (1 << DISTANCE_BITS) - 1;
const LENGTH_MASK: usize = (1 << LENGTH_BITS) - 1;
const WHOLE: u32 = 1 << 15;
/** What a distance may take: a code of 15 bits, 13 extra bits. */
const DISTANCE_NEED: u32 = 28;

/** Where the last stream that was inflated ended, its sum counted. */
export let streamEnd: usize = 0;

/**
 * Inflates the zlib stream in [from, end) to [out, outEnd), in libdeflate's manner: 64 bits in hand, refilled without branches.
 * It refuses what zlib refuses (RFC 1950, 1951; the judgement of codes is that of zlib's inflate_table), but does not check the sum at the
 * end: what a bit turned over in a literal is searched all the same. Up to 512 bytes behind either end are read, and written behind `outEnd`.
 * @returns whether the stream is sound and exactly fills the room
 */
export function inflate(tables: usize, work: usize, from: usize, end: usize, out: usize, outEnd: usize): bool {
  if (end < from + 6) return false;
  const header = (u32(load<u8>(from)) << 8) | load<u8>(from, 1);
  if ((header & 0x0f20) != 0x0800 || header > 0x78ff || header % 31 != 0) return false;
  let at = from + 2;
  const start = out;
  // Reading may run ahead of what is used by 8 bytes; past that there is nothing more to come.
  const limit = end + 8;
  let bits: u64 = 0;
  // How many of them count: the lowest 6 bits. What is above them is rubbish from subtracting whole entries.
  let left: u32 = 0;
  let isLast = false;
  while (!isLast) {
    if (at > limit) return false;
    bits |= load<u64>(at) << u64(left), at += 7 - ((left >> 3) & 7), left |= 56;
    isLast = (bits & 1) != 0;
    const kind = u32(bits >> 1) & 3;
    bits >>= 3, left -= 3;
    let literals = tables + FIXED_LITERALS;
    let distances = tables + FIXED_DISTANCES;
    if (kind == 0) {
      at -= (left & 63) >> 3;
      bits = 0, left = 0;
      if (at + 4 > end) return false;
      const length = usize(load<u16>(at));
      if (length != usize(load<u16>(at, 2) ^ 0xffff)) return false;
      at += 4;
      if (at + length > end || out + length > outEnd) return false;
      memory.copy(out, at, length);
      at += length, out += length;
      continue;
    }
    if (kind == 3) return false;
    if (kind == 2) {
      // How the codes are coded, how long they are, and the codes.
      literals = work + LITERALS;
      distances = work + DISTANCES;
      const literalCount = (u32(bits) & 31) + 257;
      const total = literalCount + (u32(bits >> 5) & 31) + 1;
      const lengthCount = (u32(bits >> 10) & 15) + 4;
      bits >>= 14, left -= 14;
      if (literalCount > 286 || total - literalCount > 30) return false;
      v128.store(work, i64x2.splat(0), LENGTHS);
      store<u32>(work, 0, LENGTHS + 16);
      for (let i: u32 = 0; i < lengthCount; i++) {
        if (i == 12) bits |= load<u64>(at) << u64(left), at += 7 - ((left >> 3) & 7), left |= 56;
        store<u8>(work + usize(load<u8>(tables + i, LENGTH_ORDER)), u8(bits & 7), LENGTHS);
        bits >>= 3, left -= 3;
      }
      let list = work + SYMBOLS;
      for (let i: u32 = 0; i < 19; i++) {
        const length = u32(load<u8>(work + i, LENGTHS));
        store<u32>(list, i | (length << 16));
        list += length == 0 ? 0 : 4;
      }
      if (buildTable(work, work + SYMBOLS, list, 0, tables + LENGTH_RESULTS, work + CODE_LENGTHS, LENGTH_BITS) != WHOLE) return false;
      list = work + SYMBOLS;
      let previous: u32 = 0;
      for (let i: u32 = 0; i < total; ) {
        if ((left & 63) < 14) {
          if (at > limit) return false;
          bits |= load<u64>(at) << u64(left), at += 7 - ((left >> 3) & 7), left |= 56;
        }
        const entry = load<u32>(work + ((usize(bits) & LENGTH_MASK) << 2), CODE_LENGTHS);
        bits >>= u64(entry), left -= entry;
        const symbol = entry >> 16;
        if (symbol < 16) {
          store<u32>(list, i | (symbol << 16));
          list += symbol == 0 ? 0 : 4;
          previous = symbol;
          i++;
          continue;
        }
        let repeat: u32;
        if (symbol == 16) {
          if (i == 0) return false;
          repeat = 3 + (u32(bits) & 3);
          bits >>= 2, left -= 2;
        } else {
          previous = 0;
          const extra: u32 = symbol == 17 ? 3 : 7;
          repeat = (symbol == 17 ? 3 : 11) + (u32(bits) & ((1 << extra) - 1));
          bits >>= u64(extra), left -= extra;
        }
        const stop = i + repeat;
        if (stop > total) return false;
        if (previous == 0) i = stop;
        else for (; i < stop; i++, list += 4) store<u32>(list, i | (previous << 16));
      }
      let split = list;
      while (split > work + SYMBOLS && u32(load<u16>(split - 4)) >= literalCount) split -= 4;
      if (!hasEnd(work + SYMBOLS, split)) return false;
      if (!isUsable(work, split, list, buildTable(work, split, list, literalCount, tables + DISTANCE_RESULTS, distances, DISTANCE_BITS))) return false;
      if (!isUsable(work, work + SYMBOLS, split, buildTable(work, work + SYMBOLS, split, 0, tables + LITERAL_RESULTS, literals, LITERAL_BITS))) return false;
    }
    if (at > limit) return false;
    bits |= load<u64>(at) << u64(left), at += 7 - ((left >> 3) & 7), left |= 56;
    let entry = load<u32>(literals + ((usize(bits) & LITERAL_MASK) << 2));
    while (true) {
      if (out > outEnd || at > limit) return false;
      let used = bits;
      bits >>= u64(entry), left -= entry;
      if ((entry & LITERAL) != 0) {
        store<u8>(out, u8(entry >> 16)), out++;
        entry = load<u32>(literals + ((usize(bits) & LITERAL_MASK) << 2));
        used = bits, bits >>= u64(entry), left -= entry;
        if ((entry & LITERAL) != 0) {
          store<u8>(out, u8(entry >> 16)), out++;
          entry = load<u32>(literals + ((usize(bits) & LITERAL_MASK) << 2));
          used = bits, bits >>= u64(entry), left -= entry;
          if ((entry & LITERAL) != 0) {
            store<u8>(out, u8(entry >> 16)), out++;
            entry = load<u32>(literals + ((usize(bits) & LITERAL_MASK) << 2));
            used = bits, bits >>= u64(entry), left -= entry;
            if ((entry & LITERAL) != 0) {
              store<u8>(out, u8(entry >> 16)), out++;
              // Of 56 bits 40 are used at most: enough are left to look up the next entry without those that come now.
              entry = load<u32>(literals + ((usize(bits) & LITERAL_MASK) << 2));
              bits |= load<u64>(at) << u64(left), at += 7 - ((left >> 3) & 7), left |= 56;
              continue;
            }
          }
        }
      }
      if ((entry & EXCEPTION) != 0) {
        if ((entry & SUBTABLE) != 0) {
          entry = load<u32>(literals + ((usize(entry >> 16) + usize(bits & ((u64(1) << u64((entry >> 8) & 63)) - 1))) << 2));
          used = bits, bits >>= u64(entry), left -= entry;
          if ((entry & LITERAL) != 0) {
            store<u8>(out, u8(entry >> 16)), out++;
            bits |= load<u64>(at) << u64(left), at += 7 - ((left >> 3) & 7), left |= 56;
            entry = load<u32>(literals + ((usize(bits) & LITERAL_MASK) << 2));
            continue;
          }
        }
        if ((entry & EXCEPTION) != 0) {
          if ((entry & END_OF_BLOCK) != 0) break;
          return false;
        }
      }
      const length = usize(entry >> 16) + usize((used & ((u64(1) << u64(entry & 63)) - 1)) >> u64(entry >> 8));
      if ((left & 63) < DISTANCE_NEED) bits |= load<u64>(at) << u64(left), at += 7 - ((left >> 3) & 7), left |= 56;
      entry = load<u32>(distances + ((usize(bits) & DISTANCE_MASK) << 2));
      if ((entry & EXCEPTION) != 0) {
        if ((entry & SUBTABLE) == 0) return false;
        bits >>= DISTANCE_BITS, left -= DISTANCE_BITS;
        entry = load<u32>(distances + ((usize(entry >> 16) + usize(bits & ((u64(1) << u64((entry >> 8) & 63)) - 1))) << 2));
        if ((entry & EXCEPTION) != 0) return false;
      }
      used = bits, bits >>= u64(entry), left -= entry;
      const distance = usize(entry >> 16) + usize((used & ((u64(1) << u64(entry & 63)) - 1)) >> u64(entry >> 8));
      if (distance > out - start) return false;
      // The next entry is on its way while the match is copied.
      bits |= load<u64>(at) << u64(left), at += 7 - ((left >> 3) & 7), left |= 56;
      entry = load<u32>(literals + ((usize(bits) & LITERAL_MASK) << 2));
      const stop = out + length;
      if (distance >= 16) {
        let source = out - distance;
        v128.store(out, v128.load(source));
        while ((out += 16) < stop) source += 16, v128.store(out, v128.load(source));
      } else {
        const pattern = i8x16.relaxed_swizzle(v128.load(out - distance), v128.load(tables + (distance << 4), SPREAD));
        const step: usize = 16 - (16 % distance);
        do v128.store(out, pattern);
        while ((out += step) < stop);
      }
      out = stop;
    }
  }
  // The four bytes of the sum must be there.
  streamEnd = at - ((left & 63) >> 3) + 4;
  return out == outEnd && streamEnd <= end;
}

/** Whether the code has the word that ends a block. */
function hasEnd(list: usize, end: usize): bool {
  for (let at = end - 4; at >= list; at -= 4) {
    const symbol = load<u16>(at);
    if (symbol <= 256) return symbol == 256;
  }
  return false;
}

/** As zlib has it: a code is complete, or has one word of one bit, or none at all. */
function isUsable(work: usize, list: usize, end: usize, space: u32): bool {
  return space == WHOLE || list == end || (end - list == 4 && load<u16>(list, 2) == 1);
}

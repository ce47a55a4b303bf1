import { FILTER, START_BITS, STARTS } from "./layout";
import { isAnchor } from "./anchor";

/**
 * Finds the anchors of `table` that begin in [from, to), reading what follows them up to `to` only.
 * Up to 31 bytes behind `to` are loaded, and have no influence.
 * @returns how many addresses (u32) it wrote to `hits`, `capacity` at most.
 */
export function search(table: usize, from: usize, to: usize, hits: usize, capacity: u32): u32 {
  let found: u32 = 0;
  for (let at = nextCandidate(table, from, to); at < to; at = nextCandidate(table, at + 1, to)) {
    if (!isAnchor(table, at, to)) continue;
    store<u32>(hits + (usize(found) << 2), u32(at));
    if (++found == capacity) break;
  }
  return found;
}

/**
 * The first place in [from, to) where a literal may begin, judged by its first four bytes; `to` or more when there is none.
 *
 * For each of the four, one bit for each bucket says whether the byte's low nibble, and whether its high nibble, occurs there
 * in a literal of the bucket: two table look-ups of 16 bytes at once. Where the four agree on a bucket, the four bytes are looked up as one.
 * This function calls nothing, so that all its tables stay in registers.
 */
export function nextCandidate(table: usize, from: usize, to: usize): usize {
  const low0 = v128.load(table, FILTER), high0 = v128.load(table, FILTER + 16);
  const low1 = v128.load(table, FILTER + 32), high1 = v128.load(table, FILTER + 48);
  const low2 = v128.load(table, FILTER + 64), high2 = v128.load(table, FILTER + 80);
  const low3 = v128.load(table, FILTER + 96), high3 = v128.load(table, FILTER + 112);
  const nibble = i8x16.splat(0x0f);
  const none = i8x16.splat(0);
  // What the 16 bytes before these gave for the first three bytes of a literal; before `from` nothing begins.
  let before0 = none, before1 = none, before2 = none;

  // It is the fourth byte that completes a beginning, and no literal is shorter.
  for (let block = from; block < to; block += 32) {
    let bytes = v128.load(block);
    let low = v128.and(bytes, nibble), high = v128.and(i16x8.shr_u(bytes, 4), nibble);
    const middle0 = look(low0, high0, low, high);
    const middle1 = look(low1, high1, low, high);
    const middle2 = look(low2, high2, low, high);
    const first = v128.and(
      v128.and(look(low3, high3, low, high), shifted1(before2, middle2)),
      v128.and(shifted2(before1, middle1), shifted3(before0, middle0)),
    );
    bytes = v128.load(block, 16);
    low = v128.and(bytes, nibble), high = v128.and(i16x8.shr_u(bytes, 4), nibble);
    before0 = look(low0, high0, low, high);
    before1 = look(low1, high1, low, high);
    before2 = look(low2, high2, low, high);
    const second = v128.and(
      v128.and(look(low3, high3, low, high), shifted1(middle2, before2)),
      v128.and(shifted2(middle1, before1), shifted3(middle0, before0)),
    );
    if (!v128.any_true(v128.or(first, second))) continue;
    let mask = u32(i8x16.bitmask(i8x16.ne(first, none))) | (u32(i8x16.bitmask(i8x16.ne(second, none))) << 16);
    do {
      const at = block + usize(ctz(mask)) - 3;
      if (isStart(table, load<u32>(at))) return at;
      mask &= mask - 1;
    } while (mask != 0);
  }
  return to;
}

// @ts-ignore: decorator
@inline
function look(lowTable: v128, highTable: v128, low: v128, high: v128): v128 {
  return v128.and(i8x16.relaxed_swizzle(lowTable, low), i8x16.relaxed_swizzle(highTable, high));
}

// The 16 bytes that end 1, 2 or 3 before the end of `here`.

// @ts-ignore: decorator
@inline
function shifted1(before: v128, here: v128): v128 {
  return i8x16.shuffle(before, here, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}

// @ts-ignore: decorator
@inline
function shifted2(before: v128, here: v128): v128 {
  return i8x16.shuffle(before, here, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
}

// @ts-ignore: decorator
@inline
function shifted3(before: v128, here: v128): v128 {
  return i8x16.shuffle(before, here, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
}

/** Whether any literal, whole or cut by a line break, begins with these four bytes; now and then yes for others (a hash of one bit). */
// @ts-ignore: decorator
@inline
function isStart(table: usize, bytes: u32): bool {
  const hash = ((bytes | 0x20202020) * 0x9e3779b1) >>> (32 - START_BITS);
  return ((load<u8>(table + (hash >>> 3), STARTS) >>> u8(hash & 7)) & 1) != 0;
}

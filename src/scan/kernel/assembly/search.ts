import { FILTER } from "./layout";
import { isAnchor } from "./anchor";

const BLOCK: usize = 64;

/**
 * Finds the anchors of `table` that begin in [from, to), reading what follows them up to `to` only.
 * Up to 67 bytes behind `to` are loaded, and have no influence.
 * @returns how many addresses (u32) it wrote to `hits`, `capacity` at most.
 */
export function search(table: usize, from: usize, to: usize, hits: usize, capacity: u32): u32 {
  let found: u32 = 0;
  for (let block = nextBlock(table, from, to); block < to; block = nextBlock(table, block + BLOCK, to)) {
    for (let mask = candidates(table, block); mask != 0; mask &= mask - 1) {
      const at = block + usize(ctz(mask));
      if (at >= to) break;
      if (!isAnchor(table, at, to)) continue;
      store<u32>(hits + (usize(found) << 2), u32(at));
      if (++found == capacity) return found;
    }
  }
  return found;
}

/** The first of the blocks from `block` on in which the filter admits a byte; `to` or more when there is none. Calls nothing, so that its tables stay in registers. */
function nextBlock(table: usize, block: usize, to: usize): usize {
  const low0 = v128.load(table, FILTER), high0 = v128.load(table, FILTER + 16);
  const low1 = v128.load(table, FILTER + 32), high1 = v128.load(table, FILTER + 48);
  const low2 = v128.load(table, FILTER + 64), high2 = v128.load(table, FILTER + 80);
  const low3 = v128.load(table, FILTER + 96), high3 = v128.load(table, FILTER + 112);
  for (; block < to; block += BLOCK) {
    const first = admit(block, low0, high0, low1, high1, low2, high2, low3, high3);
    const second = admit(block + 16, low0, high0, low1, high1, low2, high2, low3, high3);
    const third = admit(block + 32, low0, high0, low1, high1, low2, high2, low3, high3);
    const fourth = admit(block + 48, low0, high0, low1, high1, low2, high2, low3, high3);
    if (v128.any_true(v128.or(v128.or(first, second), v128.or(third, fourth)))) break;
  }
  return block;
}

/** One bit for each byte of the block that the filter admits. */
function candidates(table: usize, block: usize): u64 {
  const low0 = v128.load(table, FILTER), high0 = v128.load(table, FILTER + 16);
  const low1 = v128.load(table, FILTER + 32), high1 = v128.load(table, FILTER + 48);
  const low2 = v128.load(table, FILTER + 64), high2 = v128.load(table, FILTER + 80);
  const low3 = v128.load(table, FILTER + 96), high3 = v128.load(table, FILTER + 112);
  const none = i8x16.splat(0);
  let mask: u64 = 0;
  for (let part: usize = 0; part < BLOCK; part += 16) {
    const buckets = admit(block + part, low0, high0, low1, high1, low2, high2, low3, high3);
    mask |= u64(u32(i8x16.bitmask(i8x16.ne(buckets, none)))) << part;
  }
  return mask;
}

/** For each of 16 bytes the buckets, one a bit, with a literal that may begin there. */
// @ts-ignore: decorator
@inline
function admit(at: usize, low0: v128, high0: v128, low1: v128, high1: v128, low2: v128, high2: v128, low3: v128, high3: v128): v128 {
  return v128.and(
    v128.and(lookUp(v128.load(at), low0, high0), lookUp(v128.load(at, 1), low1, high1)),
    v128.and(lookUp(v128.load(at, 2), low2, high2), lookUp(v128.load(at, 3), low3, high3)),
  );
}

// @ts-ignore: decorator
@inline
function lookUp(bytes: v128, low: v128, high: v128): v128 {
  const nibble = i8x16.splat(0x0f);
  return v128.and(
    i8x16.relaxed_swizzle(low, v128.and(bytes, nibble)),
    i8x16.relaxed_swizzle(high, v128.and(i16x8.shr_u(bytes, 4), nibble)),
  );
}

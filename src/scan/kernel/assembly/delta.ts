import { OPERANDS } from "./pack-layout";

/** Windows that are no further apart are made one. */
const GAP: usize = 192;
/** Up to here a loop is quicker than `memory.copy`. */
const INLINE: usize = 400;

/** Where the bytes of a copy's operands lie, for each set of them that is there. */
export function makeOperandTable(tables: usize): void {
  for (let set: u32 = 0; set < 128; set++) {
    let next: u8 = 0;
    for (let operand: u32 = 0; operand < 7; operand++) {
      store<u8>(tables + (set << 3) + operand, ((set >> operand) & 1) != 0 ? next++ : 0x80, OPERANDS);
    }
    store<u8>(tables + (set << 3), 0x80, OPERANDS + 7);
  }
}

/**
 * How many bytes of windows (see {@link applyDelta}) a result may have at most.
 */
// @ts-ignore: decorator
@inline
export function windowsRoom(length: usize): usize {
  return (length >> 3) + 64;
}

/**
 * Makes an object of its base and a delta's instructions, and lists where it may hold what its base does not: round what is inserted and
 * where two operations meet. Whatever begins elsewhere lies with the next `reach` bytes within one copy, or the base's last bytes do.
 * @param windows gets pairs of addresses (u32), ascending: what is new may begin there; empty ones do not count
 * @returns the end of the windows; 0 for instructions that make no sense
 */
export function applyDelta(
  tables: usize, base: usize, baseLength: usize, at: usize, end: usize, out: usize, outEnd: usize, windows: usize, reach: usize,
): usize {
  const start = out;
  let from = out;
  let to = out;
  while (at < end) {
    const operation = u32(load<u8>(at++));
    const reached = out - min(reach, out - start);
    let size: usize;
    let fresh = out;
    if ((operation & 0x80) != 0) {
      const set = operation & 0x7f;
      const operands = u64(i64x2.extract_lane(
        i8x16.relaxed_swizzle(v128.load64_zero(at), v128.load64_zero(tables + (set << 3), OPERANDS)), 0,
      ));
      at += popcnt(set);
      const offset = usize(operands);
      size = usize(operands >> 32);
      if (size == 0) size = 0x10000;
      if (size > outEnd - out || offset > baseLength || size > baseLength - offset) return 0;
      const source = base + offset;
      if (size > INLINE) memory.copy(out, source, size);
      else {
        let i: usize = 0;
        do v128.store(out + i, v128.load(source + i));
        while ((i += 16) < size);
      }
    } else {
      size = usize(operation);
      if (size == 0 || at + size > end || size > outEnd - out) return 0;
      let i: usize = 0;
      do v128.store(out + i, v128.load(at + i));
      while ((i += 16) < size);
      at += size;
      fresh += size;
    }
    if (reached > to + GAP) {
      store<u32>(windows, from);
      store<u32>(windows, to, 4);
      windows += 8;
      from = reached;
    }
    to = fresh;
    out += size;
  }
  if (at != end || out != outEnd) return 0;
  // What follows something may not be what followed it in the base: nothing does at the end.
  const reached = out - min(reach, out - start);
  if (reached > to + GAP) {
    store<u32>(windows, from);
    store<u32>(windows, to, 4);
    windows += 8;
    from = reached;
  }
  store<u32>(windows, from);
  store<u32>(windows, outEnd, 4);
  return windows + 8;
}

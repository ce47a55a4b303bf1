import {
  BASE, BLOB, COMMIT, DIGIT_BITS, HEADER, HEAVY, ID_DELTA, ID_LENGTH, LIGHT, LOOKUP, LOOKUP_SHIFT, BLOBS, LIST, MODE, NODE_COUNT, NODE_SIZE, NODES, NONE, OFFSET, OFFSET_DELTA,
  PACK_END, POSITION, REACHED, ROOT_COUNT, ROOTS, SIBLING, SIZE, STATE, TAG, TOO_LARGE, TREE, TYPE, WANTED_COUNT, WEIGHT,
} from "./pack-layout";

/** How many bits of a key are the object's position in the index; the others are its offset. */
const POSITION_BITS: u64 = 26;
/** The length of a pack's own header. */
const FIRST_OFFSET: u64 = 12;

// @ts-ignore: decorator
@inline
export function nodeAt(shared: usize, index: u32): usize {
  return load<usize>(shared, NODES) + usize(index) * NODE_SIZE;
}

/**
 * Puts the index's objects in the order of their offsets, as nodes that know nothing but where they are.
 * @param keys `count` × u64: offset << 26 | position; unsorted. They and `room` may lie where the nodes go, the sorted ones at its very end
 * @param room as much again
 * @param passes so many times {@link DIGIT_BITS} has the largest offset
 * @param counts 2^11 × u32
 * @returns how many nodes; fewer than `count` when the index names several objects at one place
 */
export function placeNodes(shared: usize, keys: usize, room: usize, count: u32, passes: u32, counts: usize): u32 {
  for (let pass: u32 = 0; pass < passes; pass++) {
    sortByDigit(keys, room, count, counts, POSITION_BITS + u64(pass * DIGIT_BITS));
    const sorted = room;
    room = keys;
    keys = sorted;
  }
  let placed: u32 = 0;
  let last: u64 = u64.MAX_VALUE;
  let node = load<usize>(shared, NODES);
  for (let i: u32 = 0; i < count; i++) {
    const key = load<u64>(keys + (usize(i) << 3));
    const offset = key >> POSITION_BITS;
    if (offset == last) continue;
    last = offset;
    store<u64>(node, offset, OFFSET);
    store<u32>(node, 0, SIZE);
    store<u32>(node, NONE, BASE);
    store<u32>(node, NONE, LIGHT);
    store<u32>(node, NONE, SIBLING);
    store<u32>(node, NONE, HEAVY);
    store<u32>(node, 0, WEIGHT);
    store<u32>(node, u32(key) & ((1 << u32(POSITION_BITS)) - 1), POSITION);
    store<u32>(node, 0, HEADER);
    node += NODE_SIZE;
    placed++;
  }
  store<u32>(shared, placed, NODE_COUNT);
  fillLookup(shared);
  return placed;
}

function sortByDigit(from: usize, to: usize, count: u32, counts: usize, shift: u64): void {
  const mask: u64 = (1 << u64(DIGIT_BITS)) - 1;
  memory.fill(counts, 0, 4 << DIGIT_BITS);
  const end = from + (usize(count) << 3);
  for (let at = from; at < end; at += 8) {
    const digit = counts + (usize((load<u64>(at) >> shift) & mask) << 2);
    store<u32>(digit, load<u32>(digit) + 1);
  }
  let place: u32 = 0;
  for (let digit = counts; digit < counts + (4 << DIGIT_BITS); digit += 4) {
    const size = load<u32>(digit);
    store<u32>(digit, place);
    place += size;
  }
  for (let at = from; at < end; at += 8) {
    const key = load<u64>(at);
    const digit = counts + (usize((key >> shift) & mask) << 2);
    const index = load<u32>(digit);
    store<u32>(digit, index + 1);
    store<u64>(to + (usize(index) << 3), key);
  }
}

/** For each stretch of the pack, the first node that begins in it or behind it; one more for what is behind the last. */
function fillLookup(shared: usize): void {
  const lookup = load<usize>(shared, LOOKUP);
  const shift = u64(load<u32>(shared, LOOKUP_SHIFT));
  let stretch = i64(load<u64>(shared, PACK_END) >> shift) + 1;
  const count = load<u32>(shared, NODE_COUNT);
  for (let i = i64(count) - 1; i >= 0; i--) {
    const mine = i64(load<u64>(nodeAt(shared, u32(i)), OFFSET) >> shift);
    for (; stretch > mine; stretch--) store<u32>(lookup + (usize(stretch) << 2), u32(i) + 1);
  }
  for (; stretch >= 0; stretch--) store<u32>(lookup + (usize(stretch) << 2), 0);
}

/** The first node at `offset` or behind it. */
export function firstNodeFrom(shared: usize, offset: u64): u32 {
  let index = load<u32>(load<usize>(shared, LOOKUP) + (usize(offset >> u64(load<u32>(shared, LOOKUP_SHIFT))) << 2));
  const count = load<u32>(shared, NODE_COUNT);
  while (index < count && load<u64>(nodeAt(shared, index), OFFSET) < offset) index++;
  return index;
}

/** Where the entry of a node ends. */
export function endOf(shared: usize, index: u32): u64 {
  return index + 1 < load<u32>(shared, NODE_COUNT) ? load<u64>(nodeAt(shared, index + 1), OFFSET) : load<u64>(shared, PACK_END);
}

/**
 * Reads the headers of the entries that begin in [from, to) of the pack, which lies in memory from `address` on, and 64 bytes more.
 * @returns how many of them name their base by its id
 */
export function readHeaders(shared: usize, from: u64, to: u64, address: usize): u32 {
  const count = load<u32>(shared, NODE_COUNT);
  let named: u32 = 0;
  for (let index = firstNodeFrom(shared, from); index < count; index++) {
    const offset = load<u64>(nodeAt(shared, index), OFFSET);
    if (offset >= to) break;
    readHeader(shared, index, offset, address + usize(offset - from));
    if (load<u8>(nodeAt(shared, index), TYPE) == ID_DELTA) named++;
  }
  return named;
}

/** An entry's header: type and size, then what its base is. One that makes no sense leaves the type 0. */
function readHeader(shared: usize, index: u32, offset: u64, address: usize): void {
  const node = nodeAt(shared, index);
  const end = endOf(shared, index);
  if (offset < FIRST_OFFSET || offset >= load<u64>(shared, PACK_END)) return;
  let at = address;
  let byte = load<u8>(at++);
  const type = i32(byte >> 4) & 7;
  let size = u64(byte & 15);
  for (let shift: u64 = 4; (byte & 0x80) != 0; shift += 7) {
    if (shift > 56) return;
    byte = load<u8>(at++);
    size |= u64(byte & 0x7f) << shift;
  }
  let base: u32 = NONE;
  if (type == OFFSET_DELTA) {
    byte = load<u8>(at++);
    let back = u64(byte & 0x7f);
    for (let i = 0; (byte & 0x80) != 0; i++) {
      if (i > 6) return;
      byte = load<u8>(at++);
      back = ((back + 1) << 7) | u64(byte & 0x7f);
    }
    if (back == 0 || back > offset) return;
    base = firstNodeFrom(shared, offset - back);
    if (load<u64>(nodeAt(shared, base), OFFSET) != offset - back) return;
  } else if (type == ID_DELTA) {
    at += load<u32>(shared, ID_LENGTH);
  } else if (type < COMMIT || type > TAG) return;
  const length = u64(at - address);
  if (offset + length >= end) return;
  // Only now: an entry that makes no sense is built on nothing, so that it cannot be part of a circle.
  store<u32>(node, base, BASE);
  store<u32>(node, size < TOO_LARGE ? u32(size) : TOO_LARGE, SIZE);
  store<u32>(node, u32((end - offset) >> 4) + 1, WEIGHT);
  store<u8>(node, u8(length), HEADER);
  store<u8>(node, u8(type), TYPE);
}

/**
 * Links the nodes to trees, and lists the roots of those that are searched, the heaviest first.
 * @param room 4 bytes a node
 */
export function linkNodes(shared: usize, room: usize): void {
  const count = load<u32>(shared, NODE_COUNT);
  if (hasLaterBase(shared, count)) weighInOrder(shared, count, room);
  else weighBackwards(shared, count);
  listRoots(shared, room);
}

/** Bases named by their offset come before what is built on them; those named by id may come after it. */
function hasLaterBase(shared: usize, count: u32): bool {
  for (let i: u32 = 0; i < count; i++) {
    const base = load<u32>(nodeAt(shared, i), BASE);
    if (base != NONE && base >= i) return true;
  }
  return false;
}

/** Every child comes after its base, so backwards each is weighed before its parent. */
function weighBackwards(shared: usize, count: u32): void {
  for (let i = i64(count) - 1; i >= 0; i--) {
    const node = nodeAt(shared, u32(i));
    store<u8>(node, load<u8>(node, STATE) | REACHED, STATE);
    addToBase(shared, u32(i));
    addChild(shared, u32(i));
  }
}

/** The same in any order of bases and children. What is in a circle is reached from no root, and left out. */
function weighInOrder(shared: usize, count: u32, order: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const base = load<u32>(nodeAt(shared, i), BASE);
    if (base == NONE) continue;
    const parent = nodeAt(shared, base);
    store<u32>(nodeAt(shared, i), load<u32>(parent, LIGHT), SIBLING);
    store<u32>(parent, i, LIGHT);
  }
  let end = order;
  for (let i: u32 = 0; i < count; i++) {
    if (load<u32>(nodeAt(shared, i), BASE) != NONE) continue;
    store<u32>(end, i);
    end += 4;
  }
  for (let at = order; at < end; at += 4) {
    const node = nodeAt(shared, load<u32>(at));
    store<u8>(node, load<u8>(node, STATE) | REACHED, STATE);
    for (let child = load<u32>(node, LIGHT); child != NONE; child = load<u32>(nodeAt(shared, child), SIBLING)) {
      store<u32>(end, child);
      end += 4;
    }
    store<u32>(node, NONE, LIGHT);
  }
  while (end > order) {
    end -= 4;
    const index = load<u32>(end);
    store<u32>(nodeAt(shared, index), NONE, SIBLING);
    addToBase(shared, index);
    addChild(shared, index);
  }
}

function addToBase(shared: usize, index: u32): void {
  const node = nodeAt(shared, index);
  const base = load<u32>(node, BASE);
  if (base == NONE) return;
  const parent = nodeAt(shared, base);
  store<u32>(parent, load<u32>(parent, WEIGHT) + load<u32>(node, WEIGHT), WEIGHT);
}

/** Adds a weighed node to its base's children: the heaviest apart, the others in a list. */
function addChild(shared: usize, index: u32): void {
  const node = nodeAt(shared, index);
  const base = load<u32>(node, BASE);
  if (base == NONE) return;
  const parent = nodeAt(shared, base);
  let light = index;
  const heavy = load<u32>(parent, HEAVY);
  if (heavy == NONE || load<u32>(node, WEIGHT) > load<u32>(nodeAt(shared, heavy), WEIGHT)) {
    store<u32>(parent, index, HEAVY);
    if (heavy == NONE) return;
    light = heavy;
  }
  store<u32>(nodeAt(shared, light), load<u32>(parent, LIGHT), SIBLING);
  store<u32>(parent, light, LIGHT);
}

/** A quarter of a megabyte of the pack. Trees up to here are walked where they lie: so small a one may come last. */
const LIGHTEST: u32 = 1 << 14;

/** Four classes a power of two, and one for all light trees. */
// @ts-ignore: decorator
@inline
function weightClass(weight: u32): u32 {
  const counted = max(weight, LIGHTEST);
  const log = 31 - clz(counted);
  return 127 - ((log << 2) | ((counted >> (log - 2)) & 3));
}

/**
 * Lists the roots of linked trees, sorted by class only, so that light trees, which are many, keep the pack's order: what lies together is
 * in the processor's caches together.
 * @param counts 128 × u32
 */
export function listRoots(shared: usize, counts: usize): void {
  const count = load<u32>(shared, NODE_COUNT);
  const mode = load<u32>(shared, MODE);
  memory.fill(counts, 0, 512);
  for (let i: u32 = 0; i < count; i++) {
    const node = nodeAt(shared, i);
    if (!isRoot(shared, node, mode)) continue;
    const mine = counts + (usize(weightClass(load<u32>(node, WEIGHT))) << 2);
    store<u32>(mine, load<u32>(mine) + 1);
  }
  let place: u32 = 0;
  for (let at = counts; at < counts + 512; at += 4) {
    const size = load<u32>(at);
    store<u32>(at, place);
    place += size;
  }
  store<u32>(shared, place, ROOT_COUNT);
  const roots = load<usize>(shared, ROOTS);
  for (let i: u32 = 0; i < count; i++) {
    const node = nodeAt(shared, i);
    const weight = load<u32>(node, WEIGHT);
    if (!isRoot(shared, node, mode)) continue;
    const mine = counts + (usize(weightClass(weight)) << 2);
    const index = load<u32>(mine);
    store<u32>(mine, index + 1);
    store<u32>(roots + (usize(index) << 2), i);
  }
}

function isRoot(shared: usize, node: usize, mode: u32): bool {
  const type = load<u8>(node, TYPE);
  if (mode == BLOBS) return type == BLOB;
  if (mode == LIST) return type == COMMIT || (type == TREE && load<u32>(shared, WANTED_COUNT) != 0);
  return type == COMMIT || type == TREE || type == TAG;
}

/** How many objects are built on this one, itself counted. */
export function countTree(shared: usize, root: u32): u32 {
  let count: u32 = 1;
  let index = root;
  while (true) {
    const node = nodeAt(shared, index);
    const first = load<u32>(node, LIGHT);
    let next = first != NONE ? first : load<u32>(node, HEAVY);
    while (next == NONE) {
      if (index == root) return count;
      const base = load<u32>(nodeAt(shared, index), BASE);
      const heavy = load<u32>(nodeAt(shared, base), HEAVY);
      if (index != heavy) {
        next = load<u32>(nodeAt(shared, index), SIBLING);
        if (next == NONE) next = heavy;
      } else {
        index = base;
      }
    }
    index = next;
    count++;
  }
}

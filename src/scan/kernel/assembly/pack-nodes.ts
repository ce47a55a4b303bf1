import {
  BASE, BLOB, CHILD, COMMIT, DIGIT_BITS, HEADER, ID_DELTA, ID_LENGTH, LOOKUP, LOOKUP_SHIFT, NAMED_BASES, NODE_COUNT, NODE_SIZE, NODES, NONE, OFFSET, OFFSET_DELTA,
  PACK_END, POSITION, REACHED, ROOTS, SIBLING, SIZE, SOUND_COUNT, STATE, TAG, TOO_LARGE, TREE, TYPE, WEIGHT,
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

/** Where the pack holds the object. */
// @ts-ignore: decorator
@inline
export function offsetOf(node: usize): u64 {
  return load<u64>(node, OFFSET) & 0xff_ffff_ffff;
}

/**
 * One step of sorting keys by {@link DIGIT_BITS} of their offsets, `number` times as far up. A key is u64: offset << 26 | position.
 * Counts the keys in [from, end) by that digit. @param counts 2^11 × u32, zero at first
 */
export function countByDigit(from: usize, end: usize, counts: usize, number: u32): void {
  const shift = POSITION_BITS + u64(number * DIGIT_BITS);
  for (let at = from; at < end; at += 8) {
    const digit = counts + digitOf(load<u64>(at), shift);
    store<u32>(digit, load<u32>(digit) + 1);
  }
}

/** The next: how many there are of each becomes where the first of each goes. @param size of the counts, in bytes @returns how many there are of all */
export function sumUp(counts: usize, size: usize): u32 {
  let sum: u32 = 0;
  for (let at = counts; at < counts + size; at += 4) {
    const count = load<u32>(at);
    store<u32>(at, sum);
    sum += count;
  }
  return sum;
}

/** The last: moves the keys in [from, end) to where they belong. */
export function moveByDigit(from: usize, end: usize, to: usize, counts: usize, number: u32): void {
  const shift = POSITION_BITS + u64(number * DIGIT_BITS);
  for (let at = from; at < end; at += 8) {
    const key = load<u64>(at);
    const digit = counts + digitOf(key, shift);
    const place = load<u32>(digit);
    store<u32>(digit, place + 1);
    store<u64>(to + (usize(place) << 3), key);
  }
}

// @ts-ignore: decorator
@inline
function digitOf(key: u64, shift: u64): usize {
  const mask: u64 = (1 << u64(DIGIT_BITS)) - 1;
  return usize((key >> shift) & mask) << 2;
}

/**
 * Makes nodes of the sorted keys in [from, end), behind those that are there, that know nothing but where they are; of several at one place, one.
 * The keys may lie at the very end of where the nodes go.
 */
export function placeNodes(shared: usize, from: usize, end: usize): void {
  let placed = load<u32>(shared, NODE_COUNT);
  const lookup = load<usize>(shared, LOOKUP);
  const shift = u64(load<u32>(shared, LOOKUP_SHIFT));
  const lastStretch = (load<u64>(shared, PACK_END) >> shift) + 1;
  let node = nodeAt(shared, placed);
  let last = placed == 0 ? u64.MAX_VALUE : offsetOf(node - NODE_SIZE);
  let stretch = placed == 0 ? 0 : (last >> shift) + 1;
  for (let at = from; at < end; at += 8) {
    const key = load<u64>(at);
    const offset = key >> POSITION_BITS;
    if (offset == last) continue;
    last = offset;
    for (const mine = min(offset >> shift, lastStretch); stretch <= mine; stretch++) store<u32>(lookup + (usize(stretch) << 2), placed);
    // Header, type and state are not known yet.
    store<u64>(node, offset, OFFSET);
    store<u32>(node, 0, SIZE);
    store<u32>(node, NONE, BASE);
    store<u32>(node, NONE, CHILD);
    store<u32>(node, NONE, SIBLING);
    store<u32>(node, 0, WEIGHT);
    store<u32>(node, u32(key) & ((1 << u32(POSITION_BITS)) - 1), POSITION);
    node += NODE_SIZE;
    placed++;
  }
  store<u32>(shared, placed, NODE_COUNT);
}

/** For each stretch of the pack behind the last node's: that no node begins in it, or behind it. To be called when all nodes are placed. */
export function endLookup(shared: usize): void {
  const count = load<u32>(shared, NODE_COUNT);
  const shift = u64(load<u32>(shared, LOOKUP_SHIFT));
  const lastStretch = (load<u64>(shared, PACK_END) >> shift) + 1;
  let stretch = count == 0 ? 0 : (offsetOf(nodeAt(shared, count - 1)) >> shift) + 1;
  for (; stretch <= lastStretch; stretch++) store<u32>(load<usize>(shared, LOOKUP) + (usize(stretch) << 2), count);
}

/** The first node at `offset` or behind it. */
export function firstNodeFrom(shared: usize, offset: u64): u32 {
  let index = load<u32>(load<usize>(shared, LOOKUP) + (usize(offset >> u64(load<u32>(shared, LOOKUP_SHIFT))) << 2));
  const count = load<u32>(shared, NODE_COUNT);
  while (index < count && offsetOf(nodeAt(shared, index)) < offset) index++;
  return index;
}

/** Where the entry of a node ends. */
export function endOf(shared: usize, index: u32): u64 {
  return index + 1 < load<u32>(shared, NODE_COUNT) ? offsetOf(nodeAt(shared, index + 1)) : load<u64>(shared, PACK_END);
}

/**
 * Reads the headers of the entries that begin in [from, to) of the pack, which lies in memory from `address` on, and 64 bytes more.
 * Counts those that name their base by its id.
 */
export function readHeaders(shared: usize, from: u64, to: u64, address: usize): void {
  const count = load<u32>(shared, NODE_COUNT);
  let named: u32 = 0;
  for (let index = firstNodeFrom(shared, from); index < count; index++) {
    const offset = offsetOf(nodeAt(shared, index));
    if (offset >= to) break;
    readHeader(shared, index, offset, address + usize(offset - from));
    if (load<u8>(nodeAt(shared, index), TYPE) == ID_DELTA) named++;
  }
  if (named != 0) atomic.add<u32>(shared, named, NAMED_BASES);
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
    if (offsetOf(nodeAt(shared, base)) != offset - back) return;
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
 * Links the nodes in [from, to) to those that they are built on, from the last to the first: to be called for the last nodes first, when every base comes
 * before what is built on it. So each is weighed before its parent.
 */
export function linkNodes(shared: usize, from: u32, to: u32): void {
  for (let i = to; i > from; i--) {
    const index = i - 1;
    markReached(shared, index);
    addToBase(shared, index);
    addChild(shared, index);
  }
}

/**
 * Links all nodes, in any order of bases and children: a base that is named by its id may come later. What is in a circle is reached from no root, and left out.
 * @param order 4 bytes a node
 */
export function linkInOrder(shared: usize, order: usize): void {
  const count = load<u32>(shared, NODE_COUNT);
  for (let i: u32 = 0; i < count; i++) {
    const base = load<u32>(nodeAt(shared, i), BASE);
    if (base == NONE) continue;
    const parent = nodeAt(shared, base);
    store<u32>(nodeAt(shared, i), load<u32>(parent, CHILD), SIBLING);
    store<u32>(parent, i, CHILD);
  }
  let end = order;
  for (let i: u32 = 0; i < count; i++) {
    if (load<u32>(nodeAt(shared, i), BASE) != NONE) continue;
    store<u32>(end, i);
    end += 4;
  }
  for (let at = order; at < end; at += 4) {
    const node = nodeAt(shared, load<u32>(at));
    markReached(shared, load<u32>(at));
    for (let child = load<u32>(node, CHILD); child != NONE; child = load<u32>(nodeAt(shared, child), SIBLING)) {
      store<u32>(end, child);
      end += 4;
    }
    store<u32>(node, NONE, CHILD);
  }
  while (end > order) {
    end -= 4;
    const index = load<u32>(end);
    store<u32>(nodeAt(shared, index), NONE, SIBLING);
    addToBase(shared, index);
    addChild(shared, index);
  }
}

/** Notes that a node leads to a base, if it is one that can be read. */
// @ts-ignore: decorator
@inline
function markReached(shared: usize, index: u32): void {
  const node = nodeAt(shared, index);
  store<u8>(node, load<u8>(node, STATE) | REACHED, STATE);
  const type = load<u8>(node, TYPE);
  if (type == 0 || (type == ID_DELTA && load<u32>(node, BASE) == NONE)) return;
  store<u32>(shared, load<u32>(shared, SOUND_COUNT) + 1, SOUND_COUNT);
}

function addToBase(shared: usize, index: u32): void {
  const node = nodeAt(shared, index);
  const base = load<u32>(node, BASE);
  if (base == NONE) return;
  const parent = nodeAt(shared, base);
  store<u32>(parent, load<u32>(parent, WEIGHT) + load<u32>(node, WEIGHT), WEIGHT);
}

/** Adds a weighed node to its base's children: the heaviest is the first. */
function addChild(shared: usize, index: u32): void {
  const node = nodeAt(shared, index);
  const base = load<u32>(node, BASE);
  if (base == NONE) return;
  const parent = nodeAt(shared, base);
  const heaviest = load<u32>(parent, CHILD);
  if (heaviest == NONE || load<u32>(node, WEIGHT) > load<u32>(nodeAt(shared, heaviest), WEIGHT)) {
    store<u32>(node, heaviest, SIBLING);
    store<u32>(parent, index, CHILD);
    return;
  }
  const first = nodeAt(shared, heaviest);
  store<u32>(node, load<u32>(first, SIBLING), SIBLING);
  store<u32>(first, index, SIBLING);
}

/** A quarter of a megabyte of the pack. Trees up to here are walked where they lie: so small a one may come last. */
const LIGHTEST: u32 = 1 << 14;

/** Where a root is counted: blobs come first, then the others; of both the heaviest. Four classes a power of two, and one for all light trees. */
// @ts-ignore: decorator
@inline
function rootClass(type: u8, weight: u32): usize {
  const counted = max(weight, LIGHTEST);
  const log = 31 - clz(counted);
  const light = 127 - ((log << 2) | ((counted >> (log - 2)) & 3));
  return usize(type == BLOB ? light : 128 + light) << 2;
}

/** Counts the roots of trees among the nodes in [from, to) by their classes. @param counts {@link ROOT_CLASSES} × u32, zero at first */
export function countRoots(shared: usize, from: u32, to: u32, counts: usize): void {
  for (let i = from; i < to; i++) {
    const node = nodeAt(shared, i);
    const type = load<u8>(node, TYPE);
    if (!isRoot(type)) continue;
    const mine = counts + rootClass(type, load<u32>(node, WEIGHT));
    store<u32>(mine, load<u32>(mine) + 1);
  }
}

/**
 * Lists them, sorted by class only, so that light trees, which are many, keep the pack's order: what lies together is in the processor's caches together.
 * @param counts where the first of each class goes
 */
export function listRoots(shared: usize, from: u32, to: u32, counts: usize): void {
  const roots = load<usize>(shared, ROOTS);
  for (let i = from; i < to; i++) {
    const node = nodeAt(shared, i);
    const type = load<u8>(node, TYPE);
    if (!isRoot(type)) continue;
    const mine = counts + rootClass(type, load<u32>(node, WEIGHT));
    const place = load<u32>(mine);
    store<u32>(mine, place + 1);
    store<u32>(roots + (usize(place) << 2), i);
  }
}

// @ts-ignore: decorator
@inline
function isRoot(type: u8): bool {
  return type == BLOB || type == COMMIT || type == TREE || type == TAG;
}

/** How many objects are built on this one, itself counted. */
export function countTree(shared: usize, root: u32): u32 {
  let count: u32 = 1;
  let index = root;
  while (true) {
    let next = load<u32>(nodeAt(shared, index), CHILD);
    while (next == NONE) {
      if (index == root) return count;
      next = load<u32>(nodeAt(shared, index), SIBLING);
      if (next == NONE) index = load<u32>(nodeAt(shared, index), BASE);
    }
    index = next;
    count++;
  }
}

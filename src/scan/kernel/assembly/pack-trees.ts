import { hash64 } from "./hash";
import {
  ENTRIES, ENTRY_SIZE, ID_LENGTH, ID_STARTS, IDS, IS_FOREIGN, IS_WANTED, LONGEST_NAME, NAME_BYTES, NAME_LENGTH, NAME_SLOT_BITS, NAME_SLOTS, NAMES,
  NAMES_FILL, NAMES_ROOM, NO_ROOM_FOR_TREES, NONE, OVERFLOW, POSITION, RECENT, RECENT_BITS, RECORDS, RECORDS_END, RECORDS_START, SHORT_ID, TREE_POSITION, VALUE_MASK, WANTED, WANTED_COUNT, WANTED_STARTS,
} from "./pack-layout";

const SPACE: u32 = 0x20;
/** More digits than a mode has. */
const LONGEST_MODE: usize = 8;
const FORMAT: u32 = 0xf000;
const FOLDER: u32 = 0x4000;
const SUBMODULE: u32 = 0xe000;
/** A name that is not found so soon is one too many. */
const MOST_TRIES: u32 = 64;

/** Makes it quick to look up ids: those of the index, and those that are wanted. @param count ids of the index */
export function prepareIds(shared: usize, count: u32): void {
  const starts = load<usize>(shared, ID_STARTS);
  let id = load<usize>(shared, IDS);
  let next: u32 = 0;
  for (let position: u32 = 0; position < count; position++, id += SHORT_ID) {
    for (const start = beginning(id); next <= start; next++) store<u32>(starts + (usize(next) << 2), position);
    // One that is not told from another by what is kept of it was forged: its pack's trees are read one by one.
    if (position != 0 && compareShort(id - SHORT_ID, id) == 0) atomic.store<u32>(shared, 1, NO_ROOM_FOR_TREES);
  }
  for (; next <= 0x10000; next++) store<u32>(starts + (usize(next) << 2), count);
  const length = usize(load<u32>(shared, ID_LENGTH));
  const bits = load<usize>(shared, WANTED_STARTS);
  id = load<usize>(shared, WANTED);
  for (let left = load<u32>(shared, WANTED_COUNT); left != 0; left--, id += length) {
    const start = beginning(id);
    const byte = bits + usize(start >> 3);
    store<u8>(byte, load<u8>(byte) | u8(u32(1) << (start & 7)));
  }
}

/**
 * Lists what of a tree may lead to something wanted, if anything is: its subtrees, and the wanted blobs in it; up to the first entry that makes no sense.
 */
export function listTree(shared: usize, thread: usize, node: usize, at: usize, end: usize): void {
  if (load<u32>(shared, WANTED_COUNT) == 0) return;
  if (atomic.load<u32>(shared, NO_ROOM_FOR_TREES) != 0) return giveUp(shared, thread);
  const idLength = usize(load<u32>(shared, ID_LENGTH));
  const bits = load<usize>(shared, WANTED_STARTS);
  const record = load<usize>(thread, RECORDS);
  const limit = load<usize>(thread, RECORDS_END);
  let entry = record + ENTRIES;
  while (at < end) {
    let mode: u32 = 0;
    const longest = at + LONGEST_MODE;
    let byte = u32(load<u8>(at));
    for (; byte != SPACE && at < end && at < longest; byte = u32(load<u8>(at))) {
      mode = (mode << 3) + (byte & 7);
      at++;
    }
    if (at >= end || byte != SPACE) break;
    const name = at + 1;
    const nameEnd = endOfName(name, end);
    const id = nameEnd + 1;
    at = id + idLength;
    if (at > end) break;
    const format = mode & FORMAT;
    if (format == SUBMODULE) continue;
    let value: u32;
    if (format == FOLDER) {
      const position = lookUp(shared, thread, id);
      value = position == NONE ? IS_FOREIGN | intern(shared, thread, id, idLength) : position;
    } else {
      const start = beginning(id);
      if (((u32(load<u8>(bits + usize(start >> 3))) >> (start & 7)) & 1) == 0) continue;
      const wanted = findWanted(load<usize>(shared, WANTED), load<u32>(shared, WANTED_COUNT), id, idLength);
      if (wanted == NONE) continue;
      value = IS_WANTED | wanted;
    }
    if (entry + ENTRY_SIZE > limit) return giveUp(shared, thread);
    store<u32>(entry, value);
    store<u32>(entry, intern(shared, thread, name, min(nameEnd - name, LONGEST_NAME)), 4);
    entry += ENTRY_SIZE;
  }
  if (entry > limit || load<u32>(thread, OVERFLOW) != 0) return giveUp(shared, thread);
  store<u32>(record, u32((entry - record - ENTRIES) / ENTRY_SIZE));
  store<u32>(record, load<u32>(node, POSITION), TREE_POSITION);
  store<usize>(thread, entry, RECORDS);
}

/** Lists of which one lacks something are of no use: the room is that of commits then. */
function giveUp(shared: usize, thread: usize): void {
  store<u32>(thread, 1, OVERFLOW);
  store<usize>(thread, load<usize>(thread, RECORDS_START), RECORDS);
  atomic.store<u32>(shared, 1, NO_ROOM_FOR_TREES);
}

/** Where the next NUL is, or `end`. */
// @ts-ignore: decorator
@inline
function endOfName(at: usize, end: usize): usize {
  const zero = i8x16.splat(0);
  for (; at < end; at += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(at), zero));
    if (mask != 0) return min(end, at + usize(ctz(mask)));
  }
  return end;
}

/** The first two bytes of an id, as a number by which ids are sorted. */
// @ts-ignore: decorator
@inline
function beginning(id: usize): u32 {
  return (u32(load<u8>(id)) << 8) | u32(load<u8>(id, 1));
}

/** The position of an id in the index, or NONE. The same ones are named again and again. */
export function lookUp(shared: usize, thread: usize, id: usize): u32 {
  const recent = load<usize>(thread, RECENT) + (usize(load<u32>(id, 2) & ((1 << RECENT_BITS) - 1)) << 2);
  const ids = load<usize>(shared, IDS);
  const known = load<u32>(recent) - 1;
  if (known != NONE && compareShort(ids + usize(known) * SHORT_ID, id) == 0) return known;
  const starts = load<usize>(shared, ID_STARTS) + (usize(beginning(id)) << 2);
  let low = load<u32>(starts);
  let high = load<u32>(starts, 4);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareShort(ids + usize(middle) * SHORT_ID, id);
    if (order == 0) {
      store<u32>(recent, middle + 1);
      return middle;
    }
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return NONE;
}

/** Compares what is kept of ids. */
// @ts-ignore: decorator
@inline
function compareShort(a: usize, b: usize): i32 {
  const firstA = bswap(load<u64>(a));
  const firstB = bswap(load<u64>(b));
  if (firstA != firstB) return firstA < firstB ? -1 : 1;
  const lastA = bswap(load<u32>(a, 8));
  const lastB = bswap(load<u32>(b, 8));
  return lastA == lastB ? 0 : lastA < lastB ? -1 : 1;
}

/** The number of a wanted id, or NONE. */
function findWanted(ids: usize, count: u32, id: usize, length: usize): u32 {
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = memory.compare(ids + usize(middle) * length, id, length);
    if (order == 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return NONE;
}

/** The place of a name among the thread's; 0 with OVERFLOW when there is no more room for it. */
function intern(shared: usize, thread: usize, from: usize, length: usize): u32 {
  const hash = u32(hash64(shared, from, from + length, 0));
  const names = load<usize>(thread, NAMES);
  const slots = load<usize>(thread, NAME_SLOTS);
  const mask: u32 = (1 << NAME_SLOT_BITS) - 1;
  let tries: u32 = 0;
  for (let slot = hash & mask; tries < MOST_TRIES; slot = (slot + 1) & mask, tries++) {
    const known = load<u32>(slots + (usize(slot) << 2));
    if (known == 0) return addName(thread, names, slots + (usize(slot) << 2), hash, from, length);
    const name = names + usize(known - 1);
    if (load<u32>(name) != hash || load<u32>(name, NAME_LENGTH) != u32(length)) continue;
    if (memory.compare(name + NAME_BYTES, from, length) == 0) return known - 1;
  }
  store<u32>(thread, 1, OVERFLOW);
  return 0;
}

function addName(thread: usize, names: usize, slot: usize, hash: u32, from: usize, length: usize): u32 {
  const place = load<u32>(thread, NAMES_FILL);
  const next = place + ((u32(length) + NAME_BYTES + 3) & ~3);
  if (next > load<u32>(thread, NAMES_ROOM) || next > u32(VALUE_MASK)) {
    store<u32>(thread, 1, OVERFLOW);
    return 0;
  }
  const name = names + usize(place);
  store<u32>(name, hash);
  store<u32>(name, u32(length), NAME_LENGTH);
  memory.copy(name + NAME_BYTES, from, length);
  store<u32>(thread, next, NAMES_FILL);
  store<u32>(slot, place + 1);
  return place;
}

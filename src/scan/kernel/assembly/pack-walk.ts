import { mayBeContainer } from "./container";
import { applyDelta, windowsRoom } from "./delta";
import { reach, resetReach, searchWithin, SHORT_REACH } from "./fresh";
import { inflate, streamEnd } from "./inflate";
import { listCommit } from "./pack-commits";
import {
  ANCHORS, ARENA, ARENA_END, BLOB, BYTES, CHILD, COMMIT, CURRENT_ROOT, DAMAGED_DELTA, DAMAGED_ENTRY, DAMAGED_STREAM, DEPTH, DONE, EVENT_ADDRESS,
  EVENT_CONTAINER, EVENT_HITS, EVENT_LENGTH, EVENT_NODE, EVENT_REASON, FRAME_ADDRESS, FRAME_FLAGS, FRAME_FLOOR, FRAME_HEAVY, FRAME_LENGTH,
  FRAME_NEXT, FRAME_NODE, FRAME_REACH, FRAME_SIZE, FRAMES, GAP_NODE, GAPS, HAS_HITS, HEADER, HITS, LARGE_BASE, LIST, LOST, MET, MODE, NEXT_ROOT, NO_ROOM, NO_ROOM_FOR_TREES, NONE,
  OBJECT_TYPE, OBJECTS, PACK, PAUSED, ROOT_COUNT, ROOTS, SIBLING, SIZE, SLACK, STOP, TABLES, TOUCHED, TREE, TYPE, UNREADABLE, WANTED_COUNT, WORK,
} from "./pack-layout";
import { endOf, nodeAt, offsetOf } from "./pack-nodes";
import { listTree } from "./pack-trees";

/**
 * Reads what lies in [position, position + length) of the pack to `address`, when the pack does not lie in memory.
 * Whether it could.
 */
// @ts-ignore: decorator
@external("env", "readPack")
declare function readPack(position: f64, length: u32, address: usize): bool;

/** What an object costs that has no bytes, in bytes. */
const OVERHEAD: u64 = 256;

// What `make` ends with, besides the reasons of pack-layout.ts: none.
const MADE: u32 = 0;

/** What `make` made. */
let madeAt: usize = 0;
let madeLength: usize = 0;
let madeHits: u32 = 0;

/**
 * Makes and searches (or lists) the objects of the mode, delta tree by delta tree, each from its base on and depth first. Of an object only what its base does not
 * hold is searched, unless the base held anchors. Of each object on the path from the base only those are kept that more is built on;
 * the heaviest child comes last and takes its parent's place, so there are never more than the logarithm of the tree's weight.
 * @param budget about how many bytes to make before it pauses
 * @returns what happened, see pack-layout.ts; the thread's fields say of what. To be called again until it is DONE.
 */
export function walk(shared: usize, thread: usize, budget: u32): u32 {
  for (let made: u64 = 0; made < u64(budget); made += u64(madeLength) + OVERHEAD) {
    const depth = load<u32>(thread, DEPTH);
    let index: u32;
    let failure: u32;
    if (depth == 0) {
      if (atomic.load<u32>(shared, STOP) != 0) return PAUSED;
      const next = atomic.add<u32>(shared, 1, NEXT_ROOT);
      if (next >= load<u32>(shared, ROOT_COUNT)) return DONE;
      index = load<u32>(load<usize>(shared, ROOTS) + (usize(next) << 2));
      store<u32>(thread, index, CURRENT_ROOT);
      const type = u32(load<u8>(nodeAt(shared, index), TYPE));
      store<u32>(thread, type, OBJECT_TYPE);
      if (load<u32>(shared, MODE) == LIST && !isListed(shared, type)) continue;
      failure = makeRoot(shared, thread, index);
    } else {
      const frame = load<usize>(thread, FRAMES) + usize(depth - 1) * FRAME_SIZE;
      index = load<u32>(frame, FRAME_NEXT);
      if (index != NONE) {
        store<u32>(frame, load<u32>(nodeAt(shared, index), SIBLING), FRAME_NEXT);
        failure = makeChild(shared, thread, frame, index, false);
      } else {
        index = load<u32>(frame, FRAME_HEAVY);
        // Whatever comes of it, it was the last.
        store<u32>(thread, depth - 1, DEPTH);
        if (index == NONE) continue;
        failure = makeChild(shared, thread, frame, index, true);
      }
    }
    store<u32>(thread, index, EVENT_NODE);
    if (failure != MADE) {
      store<u32>(thread, failure, EVENT_REASON);
      return LOST;
    }
    store<u64>(thread, load<u64>(thread, BYTES) + u64(madeLength), BYTES);
    store<u32>(thread, load<u32>(thread, OBJECTS) + 1, OBJECTS);
    const type = load<u32>(thread, OBJECT_TYPE);
    if (type == TREE) listTree(shared, thread, nodeAt(shared, index), madeAt, madeAt + madeLength);
    else if (type == COMMIT) listCommit(shared, thread, nodeAt(shared, index), madeAt, madeAt + madeLength);
    const isContainer = type == BLOB && mayBeContainer(madeAt, madeLength);
    if (madeHits == 0 && !isContainer) continue;
    store<usize>(thread, madeAt, EVENT_ADDRESS);
    store<usize>(thread, madeLength, EVENT_LENGTH);
    store<u32>(thread, madeHits, EVENT_HITS);
    store<u32>(thread, u32(isContainer), EVENT_CONTAINER);
    return MET;
  }
  return PAUSED;
}

/**
 * Finds the anchors that begin in [from, to) of the memory, whatever lies there, reading what follows them up to `end`.
 * @returns how many: {@link HITS_CAPACITY} at most; the thread has their addresses
 */
export function searchBytes(shared: usize, thread: usize, from: usize, to: usize, end: usize): u32 {
  return searchWithin(load<usize>(shared, ANCHORS), from, to, end, load<usize>(thread, HITS), 0);
}

/** Whether there is anything to list of such objects. */
function isListed(shared: usize, type: u32): bool {
  if (type == TREE) return load<u32>(shared, WANTED_COUNT) != 0 && atomic.load<u32>(shared, NO_ROOM_FOR_TREES) == 0;
  return type == COMMIT;
}

/** Begins with an object that is not in the pack; it lies at the arena's beginning. @param first a child; the others are its siblings */
export function beginOutside(shared: usize, thread: usize, first: u32, type: u32, length: usize): void {
  const at = load<usize>(thread, ARENA);
  store<u32>(thread, type, OBJECT_TYPE);
  madeAt = at;
  madeLength = length;
  searchWhole(shared, thread);
  store<u32>(thread, 0, DEPTH);
  const frame = pushFrame(thread, NONE, at);
  store<u32>(frame, first, FRAME_NEXT);
  store<u32>(frame, NONE, FRAME_HEAVY);
}

function makeRoot(shared: usize, thread: usize, index: u32): u32 {
  const node = nodeAt(shared, index);
  const size = load<u32>(node, SIZE);
  const floor = load<usize>(thread, ARENA);
  const end = load<usize>(thread, ARENA_END);
  if (u64(size) + 2 * SLACK > u64(end - floor)) return LARGE_BASE;
  const from = source(shared, node, index, floor + size + SLACK, end);
  if (from <= usize(UNREADABLE)) return from == NO_ROOM ? LARGE_BASE : u32(from);
  const length = usize(endOf(shared, index) - offsetOf(node)) - load<u8>(node, HEADER);
  if (!inflate(load<usize>(shared, TABLES), load<usize>(thread, WORK), from, from + length, floor, floor + size)) return DAMAGED_STREAM;
  if (streamEnd != from + length) noteGap(thread, index);
  madeAt = floor;
  madeLength = size;
  searchWhole(shared, thread);
  if (load<u32>(node, CHILD) != NONE) pushNode(shared, thread, index, floor);
  return MADE;
}

/** @param takesPlace whether the frame's object is needed no more once this one is made */
function makeChild(shared: usize, thread: usize, frame: usize, index: u32, takesPlace: bool): u32 {
  const node = nodeAt(shared, index);
  const type = load<u8>(node, TYPE);
  if (type == 0) return DAMAGED_ENTRY;
  touchNext(shared, thread, frame, node);
  const base = load<usize>(frame, FRAME_ADDRESS);
  const baseLength = load<usize>(frame, FRAME_LENGTH);
  const floor = aligned(base + baseLength + SLACK);
  const size = load<u32>(node, SIZE);
  const tables = load<usize>(shared, TABLES);
  // The delta lies at the arena's end while it is needed.
  const from = source(shared, node, index, floor, load<usize>(thread, ARENA_END));
  if (from <= usize(UNREADABLE)) return u32(from);
  const ceiling = load<usize>(shared, PACK) != 0 ? load<usize>(thread, ARENA_END) : from;
  if (u64(size) + 2 * SLACK > u64(ceiling - floor)) return NO_ROOM;
  const delta = (ceiling - size - SLACK) & ~63;
  const deltaEnd = delta + size;
  const length = usize(endOf(shared, index) - offsetOf(node)) - load<u8>(node, HEADER);
  if (!inflate(tables, load<usize>(thread, WORK), from, from + length, delta, deltaEnd)) return DAMAGED_STREAM;
  if (streamEnd != from + length) noteGap(thread, index);

  const statedBase = readSize(delta, deltaEnd);
  if (sizeEnd == 0 || statedBase != u64(baseLength)) return DAMAGED_DELTA;
  const resultLength = readSize(sizeEnd, deltaEnd);
  if (sizeEnd == 0) return DAMAGED_DELTA;
  if (resultLength > u64(delta - floor)) return NO_ROOM;
  const resultSize = usize(resultLength);
  const room = u64(resultSize) + u64(windowsRoom(resultSize)) + 2 * SLACK;
  const freeFrom = load<usize>(frame, FRAME_FLOOR);
  let out = floor;
  let isBelow = false;
  if (takesPlace && base >= freeFrom && u64(base - freeFrom) >= room) {
    out = freeFrom;
    isBelow = true;
  } else if (u64(delta - floor) < room) return NO_ROOM;
  const outEnd = out + resultSize;
  const windows = aligned(outEnd + SLACK);
  const flags = load<u32>(frame, FRAME_FLAGS);
  const baseReach = load<usize>(frame, FRAME_REACH);
  const windowsEnd = applyDelta(tables, base, baseLength, sizeEnd, deltaEnd, out, outEnd, windows, baseReach);
  if (windowsEnd == 0) return DAMAGED_DELTA;
  madeAt = out;
  madeLength = resultSize;
  if ((flags & HAS_HITS) != 0) searchWhole(shared, thread);
  else searchWindows(shared, thread, windows, windowsEnd, baseReach);
  if (load<u32>(node, CHILD) != NONE) pushNode(shared, thread, index, takesPlace ? freeFrom : floor);
  return MADE;
}

/**
 * Loads what the next two steps begin with, a node and a stream: neither is in the processor's caches, and both come at once while this step is at work.
 */
// @ts-ignore: decorator
@inline
function touchNext(shared: usize, thread: usize, frame: usize, node: usize): void {
  const pack = load<usize>(shared, PACK);
  if (pack == 0) return;
  const next = stepAfter(shared, frame, node, load<u32>(frame, FRAME_NEXT));
  if (next == NONE) return;
  const nextNode = nodeAt(shared, next);
  const then = stepAfter(shared, frame, nextNode, load<u32>(nextNode, SIBLING));
  let touched = u32(load<u8>(pack + usize(offsetOf(nextNode))));
  if (then != NONE) touched += load<u32>(nodeAt(shared, then));
  store<u32>(thread, touched, TOUCHED);
}

/** The object that most likely comes after a node's. */
// @ts-ignore: decorator
@inline
function stepAfter(shared: usize, frame: usize, node: usize, sibling: u32): u32 {
  const child = load<u32>(node, CHILD);
  if (child == NONE) return sibling == NONE ? load<u32>(frame, FRAME_HEAVY) : sibling;
  const light = load<u32>(nodeAt(shared, child), SIBLING);
  return light == NONE ? child : light;
}

/** Between a stream's end and the next entry there may be an object that the index does not name. */
function noteGap(thread: usize, index: u32): void {
  store<u32>(thread, load<u32>(thread, GAPS) + 1, GAPS);
  store<u32>(thread, index, GAP_NODE);
}

function searchWhole(shared: usize, thread: usize): void {
  madeHits = 0;
  resetReach(SHORT_REACH);
  if (load<u32>(shared, MODE) == LIST) return;
  const end = madeAt + madeLength;
  madeHits = searchWithin(load<usize>(shared, ANCHORS), madeAt, end, end, load<usize>(thread, HITS), 0);
}

/** @param baseReach that of the base, of which parts are copied */
function searchWindows(shared: usize, thread: usize, windows: usize, windowsEnd: usize, baseReach: usize): void {
  madeHits = 0;
  resetReach(baseReach);
  if (load<u32>(shared, MODE) == LIST) return;
  const table = load<usize>(shared, ANCHORS);
  const hits = load<usize>(thread, HITS);
  const end = madeAt + madeLength;
  let found: u32 = 0;
  for (let at = windows; at < windowsEnd; at += 8) found = searchWithin(table, load<usize>(at), load<usize>(at, 4), end, hits, found);
  madeHits = found;
}

function pushNode(shared: usize, thread: usize, index: u32, floor: usize): void {
  const node = nodeAt(shared, index);
  const frame = pushFrame(thread, index, floor);
  const heaviest = load<u32>(node, CHILD);
  store<u32>(frame, load<u32>(nodeAt(shared, heaviest), SIBLING), FRAME_NEXT);
  store<u32>(frame, heaviest, FRAME_HEAVY);
}

function pushFrame(thread: usize, index: u32, floor: usize): usize {
  const depth = load<u32>(thread, DEPTH);
  store<u32>(thread, depth + 1, DEPTH);
  const frame = load<usize>(thread, FRAMES) + usize(depth) * FRAME_SIZE;
  store<u32>(frame, index, FRAME_NODE);
  store<usize>(frame, madeAt, FRAME_ADDRESS);
  store<usize>(frame, madeLength, FRAME_LENGTH);
  store<u32>(frame, madeHits != 0 ? HAS_HITS : 0, FRAME_FLAGS);
  store<usize>(frame, reach, FRAME_REACH);
  store<usize>(frame, floor, FRAME_FLOOR);
  return frame;
}

/** Where the entry's stream lies: in the pack, or read to below `ceiling`; else why it does not. */
// @ts-ignore: decorator
@inline
function source(shared: usize, node: usize, index: u32, floor: usize, ceiling: usize): usize {
  if (load<u8>(node, TYPE) == 0) return DAMAGED_ENTRY;
  const pack = load<usize>(shared, PACK);
  return pack != 0 ? pack + usize(offsetOf(node)) + load<u8>(node, HEADER) : readSource(shared, node, index, floor, ceiling);
}

function readSource(shared: usize, node: usize, index: u32, floor: usize, ceiling: usize): usize {
  const position = offsetOf(node) + u64(load<u8>(node, HEADER));
  const length = endOf(shared, index) - position;
  if (floor >= ceiling || length + 2 * SLACK > u64(ceiling - floor)) return NO_ROOM;
  const address = (ceiling - usize(length) - SLACK) & ~63;
  return readPack(f64(position), u32(length), address) ? address : UNREADABLE;
}

let sizeEnd: usize = 0;

/** A number of a delta's header; `sizeEnd` is what follows it, 0 when it makes no sense. */
function readSize(at: usize, end: usize): u64 {
  let size: u64 = 0;
  for (let shift: u64 = 0; shift < 63; shift += 7) {
    if (at >= end) break;
    const byte = load<u8>(at++);
    size |= u64(byte & 0x7f) << shift;
    if ((byte & 0x80) != 0) continue;
    sizeEnd = at;
    return size;
  }
  sizeEnd = 0;
  return 0;
}

// @ts-ignore: decorator
@inline
function aligned(address: usize): usize {
  return (address + 63) & ~63;
}

import {
  COMMIT_NAMES, COMMIT_OBJECTS, COMMIT_POSITION, COMMIT_SECONDS, ID_LENGTH, LIST, MODE, NO_ROOM_FOR_COMMITS, NO_ROOM_FOR_TREES, NONE, POSITION, RECORDS, RECORDS_END, STOP,
  WANTED_COUNT,
} from "./pack-layout";
import { lookUp } from "./pack-trees";

const LINE_FEED: u8 = 0x0a;
const SPACE: u8 = 0x20;
const GREATER: u8 = 0x3e;
const TREE: u32 = 0x65657274; // "tree"
const PARENT: u32 = 0x65726170; // "pare"
const PARENT_END: u32 = 0x20746e65; // "ent "
const COMMITTER: u64 = 0x65747469_6d6d6f63; // "committe"
const COMMITTER_END: u16 = 0x2072; // "r "
const TREE_LENGTH: usize = 5;
const PARENT_LENGTH: usize = 7;
const COMMITTER_LENGTH: usize = 10;
/** As sources/git/objects/commit.ts has it. */
const LONGEST_HEADERS: usize = 1 << 20;
const MOST_DIGITS: i32 = 15;
/** The last second of the year 9999. */
const LATEST_SECONDS: u64 = 253402300799;

/** Lists what a commit says of its tree, its parents and its time, by the rules of sources/git/objects/commit.ts; where nothing is searched, or something is wanted. */
export function listCommit(shared: usize, thread: usize, node: usize, at: usize, end: usize): void {
  const isWanted = load<u32>(shared, MODE) == LIST || load<u32>(shared, WANTED_COUNT) != 0;
  if (!isWanted || load<u32>(thread, NO_ROOM_FOR_COMMITS) != 0) return;
  const length = usize(load<u32>(shared, ID_LENGTH));
  const limit = min(end, at + LONGEST_HEADERS);
  const tree = load<u32>(at) == TREE && load<u8>(at, 4) == SPACE && isId(at + TREE_LENGTH, limit, length) ? at + TREE_LENGTH : 0;
  const first = tree == 0 ? at : tree + 2 * length + 1;
  let next = first;
  let parents: u32 = 0;
  for (; isParent(next, limit, length); next += PARENT_LENGTH + 2 * length + 1) parents++;
  const trees: u32 = tree == 0 ? 0 : 1;
  const most = (usize(COMMIT_OBJECTS) + usize(trees + parents) * (4 + length) + 7) & ~7;
  const room = load<usize>(thread, RECORDS_END);
  if (room - load<usize>(thread, RECORDS) < most) {
    // What is listed of trees is of no use by itself.
    atomic.store<u32>(shared, 1, NO_ROOM_FOR_TREES);
    store<u32>(thread, 1, NO_ROOM_FOR_COMMITS);
    if (load<u32>(shared, MODE) == LIST) atomic.store<u32>(shared, 1, STOP);
    return;
  }
  const record = room - most;
  store<u32>(record, load<u32>(node, POSITION), COMMIT_POSITION);
  store<u32>(record, (parents << 1) | trees, COMMIT_NAMES);
  store<f64>(record, f64(committedSeconds(next, limit)), COMMIT_SECONDS);
  let object = record + COMMIT_OBJECTS;
  if (tree != 0) object = listObject(shared, thread, tree, length, object);
  for (let parent = first; parent != next; parent += PARENT_LENGTH + 2 * length + 1) {
    object = listObject(shared, thread, parent + PARENT_LENGTH, length, object);
  }
  // It is mostly shorter than it could be.
  const size = (object - record + 7) & ~7;
  memory.copy(room - size, record, size);
  store<usize>(thread, room - size, RECORDS_END);
}

/** Writes what tells which object an id in hexadecimal is of; the address behind it. */
function listObject(shared: usize, thread: usize, hexadecimal: usize, length: usize, to: usize): usize {
  const idEnd = decode(hexadecimal, length, to + 4);
  // Where trees are not listed, ids may not be told apart by what is kept of them.
  const position = atomic.load<u32>(shared, NO_ROOM_FOR_TREES) == 0 ? lookUp(shared, thread, to + 4) : NONE;
  store<u32>(to, position);
  return position == NONE ? idEnd : to + 4;
}

// @ts-ignore: decorator
@inline
function isParent(at: usize, end: usize, length: usize): bool {
  return load<u32>(at) == PARENT && load<u32>(at, 3) == PARENT_END && isId(at + PARENT_LENGTH, end, length);
}

/** Whether an id in hexadecimal and the line's end come next. */
function isId(at: usize, end: usize, length: usize): bool {
  const idEnd = at + 2 * length;
  if (idEnd > end || (idEnd < end && load<u8>(idEnd) != LINE_FEED)) return false;
  for (; at < idEnd; at++) {
    const byte = u32(load<u8>(at));
    if (byte - 0x30 > 9 && byte - 0x61 > 5) return false;
  }
  return true;
}

/** Writes an id's bytes; the address behind them. */
function decode(at: usize, length: usize, to: usize): usize {
  const end = to + length;
  for (; to < end; to++, at += 2) store<u8>(to, u8((digit(load<u8>(at)) << 4) | digit(load<u8>(at, 1))));
  return end;
}

// @ts-ignore: decorator
@inline
function digit(byte: u8): u32 {
  return (u32(byte) & 15) + (byte > 0x60 ? 9 : 0);
}

/** When the first `committer` line, up to the first empty one, says that it was; 0 when that is no time. */
function committedSeconds(at: usize, end: usize): u64 {
  while (at < end && load<u8>(at) != LINE_FEED) {
    let lineEnd = at;
    let dateAt = at + COMMITTER_LENGTH;
    for (let byte = load<u8>(lineEnd); lineEnd < end && byte != LINE_FEED; byte = load<u8>(++lineEnd)) {
      if (byte == GREATER && lineEnd >= dateAt) dateAt = lineEnd + 1;
    }
    if (load<u64>(at) == COMMITTER && load<u16>(at, 8) == COMMITTER_END && dateAt <= lineEnd) return secondsAt(dateAt, lineEnd);
    at = lineEnd + 1;
  }
  return 0;
}

function secondsAt(at: usize, end: usize): u64 {
  if (at >= end || load<u8>(at) != SPACE) return 0;
  at++;
  let seconds: u64 = 0;
  let digits = 0;
  for (; at < end && load<u8>(at) != SPACE; at++) {
    const value = u32(load<u8>(at)) - 0x30;
    if (value > 9 || ++digits > MOST_DIGITS) return 0;
    seconds = seconds * 10 + u64(value);
  }
  return seconds > LATEST_SECONDS ? 0 : seconds;
}

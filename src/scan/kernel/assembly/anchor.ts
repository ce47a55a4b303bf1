import {
  CLASSES, COUNT, FLAGS, FOLD_CASE, FOLLOW, KEY, LENGTH, NEAR_SECRET, NO_PLACE, PLACE, RECORDS, RECORD_SIZE, SECRET, SECRET_LENGTH, SLOTS, SLOT_BITS, STOP,
  TEXT, UPPER, WIDE, WRAPPED,
} from "./layout";
import { mayEncodeText } from "./base64";
import { lineBreak, softBreak } from "./break";
import { isSecretNear, nearReach, runEnd } from "./near";

/** What decides that an anchor goes on lies so many bytes behind its last character at most. */
const AHEAD: usize = 8;

/** When {@link isAnchor} says no: the bytes up to here decided it. */
export let decidedBy: usize = 0;

/** Whether an anchor of the table begins at `at`. Exact; the filter has let through a little more. */
export function isAnchor(table: usize, at: usize, to: usize): bool {
  decidedBy = 0;
  return isRecorded(table, load<u32>(at), at, to, false) || isRecordedAcrossBreak(table, at, to);
}

/** Wrapped base64 may break inside the first four characters too: look them up as they were before they were wrapped. */
function isRecordedAcrossBreak(table: usize, at: usize, to: usize): bool {
  let start: u32 = load<u8>(at);
  let broken = false;
  at += 1;
  let next = at;
  for (let shift = 8; shift < 32; shift += 8) {
    const skip = lineBreak(next, to);
    broken = broken || skip != 0;
    next += skip;
    if (next >= to) return missed(next);
    start |= u32(load<u8>(next)) << shift;
    next += 1;
  }
  missed(next);
  return broken && isRecorded(table, start, at - 1, to, true);
}

function isRecorded(table: usize, start: u32, at: usize, to: usize, broken: bool): bool {
  const key = start | 0x20202020;
  const slot = table + SLOTS + usize((key * 0x9e3779b1) >>> (32 - SLOT_BITS)) * 2;
  const end = table + RECORDS + usize(load<u16>(slot, 2)) * RECORD_SIZE;
  for (let record = table + RECORDS + usize(load<u16>(slot)) * RECORD_SIZE; record < end; record += RECORD_SIZE) {
    if (load<u32>(record, KEY) != key) continue;
    if (broken && (load<u8>(record, FLAGS) & WRAPPED) == 0) continue;
    if (matches(table, record, at, to)) return true;
  }
  return false;
}

function matches(table: usize, record: usize, at: usize, to: usize): bool {
  const flags = load<u8>(record, FLAGS);
  const literal = table + load<u16>(record, TEXT);
  const length = usize(load<u8>(record, LENGTH));
  const wrapped = (flags & WRAPPED) != 0;
  const after = wrapped ? afterWrapped(literal, length, at, to) : afterLiteral(literal, length, (flags & FOLD_CASE) != 0, at, to);
  if (after == 0) return false;
  const wide = (flags & WIDE) != 0;
  if ((flags & NEAR_SECRET) != 0) return isSecretNear(table, after, to, wide) || missed(after + nearReach(wide));
  return isFollowed(table, record, after, to, wrapped, wide);
}

/** Notes how far it had to be looked. Always false. */
// @ts-ignore: decorator
@inline
function missed(at: usize): bool {
  decidedBy = max(decidedBy, at + AHEAD);
  return false;
}

/** The address behind the literal when it is at `at`, else 0. */
function afterLiteral(literal: usize, length: usize, foldCase: bool, at: usize, to: usize): usize {
  if (length > to - at) return 0;
  for (let i: usize = 0; i < length; i++) {
    let byte = load<u8>(at + i);
    if (foldCase && byte >= 0x41 && byte <= 0x5a) byte |= 0x20;
    if (byte != load<u8>(literal + i)) return 0;
  }
  return at + length;
}

/** As {@link afterLiteral}, when line breaks may cut the literal. */
function afterWrapped(literal: usize, length: usize, at: usize, to: usize): usize {
  for (let i: usize = 0; i < length; i++) {
    if (i != 0) at += lineBreak(at, to);
    if (at >= to || load<u8>(at) != load<u8>(literal + i)) {
      missed(at);
      return 0;
    }
    at += 1;
  }
  return at;
}

/** Whether `count` characters of the class `follow`, and then none of the class `stop` (or a secret), come after the literal. */
function isFollowed(table: usize, record: usize, at: usize, to: usize, wrapped: bool, wide: bool): bool {
  const follow = load<u8>(record, FOLLOW);
  const stop = load<u8>(record, STOP);
  let place: u32 = load<u8>(record, PLACE);
  for (let left = load<u8>(record, COUNT); left != 0; left--) {
    if (wrapped) at += lineBreak(at, to);
    else if (wide) {
      if (at >= to || load<u8>(at) != 0) return missed(at);
      at += 1;
    } else at += softBreak(at, to);
    if (at >= to || (load<u8>(table + load<u8>(at), CLASSES) & follow) == 0) return missed(at);
    if (place != NO_PLACE) {
      if (!mayEncodeText(load<u8>(at), place)) return missed(at);
      place = (place + 1) & 3;
    }
    at += 1;
  }
  if (wide) {
    if (at >= to || load<u8>(at) != 0) return true;
    at += 1;
  }
  if (at >= to || (load<u8>(table + load<u8>(at), CLASSES) & stop) == 0) return true;
  return !wide && isSecret(table, at, to);
}

/** Whether exactly a secret is there, as in a database's row, where values touch: and not a word in capitals, a base32 text, a protein. */
function isSecret(table: usize, at: usize, to: usize): bool {
  const end = runEnd(table, at, min(to, at + SECRET_LENGTH + 1), to, SECRET, 1);
  return (end == at + SECRET_LENGTH && runEnd(table, at, end, to, UPPER, 1) < end) || missed(end);
}

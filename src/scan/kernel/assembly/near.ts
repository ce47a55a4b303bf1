import { CLASSES, ENCODED_SECRET_LENGTH, ESCAPE, ESCAPED_SECRET_LENGTH, HEX, NEAR_REACH, SECRET, SECRET_LENGTH } from "./layout";

const EQUALS: u8 = 0x3d;
const PERCENT: u8 = 0x25;
const LOWER_X: u8 = 0x78;

/**
 * Whether what could be a secret access key begins within {@link NEAR_REACH} characters of `at`, the end of a keyword.
 * The letters that touch the keyword are the rest of a name (`secretAccessKey`), not a value.
 */
export function isSecretNear(table: usize, at: usize, to: usize, wide: bool): bool {
  const step: usize = wide ? 2 : 1;
  if (wide) {
    if (at >= to || load<u8>(at) != 0) return false;
    at += 1;
  }
  if (!hasLongRun(at, to, step)) return false;
  const limit = min(to, at + usize(NEAR_REACH) * step);
  const value = runEnd(table, at, limit, to, SECRET, step);
  return hasSecret(table, value, limit, to, step) || hasEscapedSecret(table, value, limit, to, step);
}

/** What decides that no secret is near lies so many bytes behind the keyword at most. */
// @ts-ignore: decorator
@inline
export function nearReach(wide: bool): usize {
  return usize(NEAR_REACH + ESCAPED_SECRET_LENGTH + 4) << usize(wide);
}

/**
 * A cheap no for nearly every keyword in prose and code: any run of 31 characters or more fills one of the blocks of 16
 * that follow the keyword.
 */
function hasLongRun(at: usize, to: usize, step: usize): bool {
  // A bit for each row of the ASCII table (bytes with the same high nibble) in which that low nibble belongs to a secret, plain or escaped.
  const low = i8x16(
    10, 14, 14, 14, 14, 15, 14, 14, 14, 14, 12, 5, 20, 4, 4, 5,
  );
  const high = i8x16(0, 0, 1, 2, 4, 24, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0);
  const nibble = i8x16.splat(0x0f);
  const last = min(to, at + usize(NEAR_REACH + 32) * step);
  for (let block = at; block + 16 * step <= last; block += 16 * step) {
    const bytes = step == 1 ? v128.load(block) : i8x16.narrow_i16x8_u(v128.load(block), v128.load(block, 16));
    const rows = v128.and(
      i8x16.relaxed_swizzle(low, v128.and(bytes, nibble)),
      i8x16.relaxed_swizzle(high, v128.and(i16x8.shr_u(bytes, 4), nibble)),
    );
    if (i8x16.all_true(rows)) return true;
  }
  return false;
}

/** A run of a secret's length that is not hexadecimal (a digest, a commit), or of a secret's base64. */
function hasSecret(table: usize, at: usize, limit: usize, to: usize, step: usize): bool {
  while (at < limit) {
    const end = runEnd(table, at, max(limit, min(to, at + usize(ENCODED_SECRET_LENGTH + 1) * step)), to, SECRET, step);
    const length = i32((end - at) / step);
    if (length == SECRET_LENGTH && runEnd(table, at, end, to, HEX, step) < end) return true;
    if (length == ENCODED_SECRET_LENGTH && isPadded(end, to, step)) return true;
    at = end + step;
  }
  return false;
}

function isPadded(at: usize, to: usize, step: usize): bool {
  return at + step < to && load<u8>(at) == EQUALS && load<u8>(at + step) == EQUALS;
}

/** A run that is longer than a secret because some of it is escaped; of other base64 the padding alone is. */
function hasEscapedSecret(table: usize, at: usize, limit: usize, to: usize, step: usize): bool {
  while (at < limit) {
    const end = escapedEnd(table, at, max(limit, min(to, at + usize(ESCAPED_SECRET_LENGTH + 1) * step)), to, step);
    if (end - at > usize(SECRET_LENGTH) * step && end - at <= usize(ESCAPED_SECRET_LENGTH) * step) {
      const textEnd = beforePadding(at, end, step);
      const length = i32((textEnd - at) / step);
      if (runEnd(table, at, textEnd, to, SECRET, step) < textEnd) return true;
      if (textEnd < end && (length == SECRET_LENGTH || length == ENCODED_SECRET_LENGTH)) return true;
    }
    at = end + step;
  }
  return false;
}

/** Where the `%3D`s begin with which a run ends. */
function beforePadding(at: usize, end: usize, step: usize): usize {
  const length: usize = 3 * step;
  while (end - at >= length && load<u8>(end - length) == PERCENT && load<u8>(end - 2 * step) == 0x33 && (load<u8>(end - step) | 0x20) == 0x64) end -= length;
  return end;
}

/** Where the run of a secret's characters and of escapes that may stand for some ends, `limit` at most. */
function escapedEnd(table: usize, at: usize, limit: usize, to: usize, step: usize): usize {
  let end = runEnd(table, at, limit, to, SECRET, step);
  while (end < limit && isOf(table, end, to, ESCAPE, step) && !isForeign(table, end, to, step)) {
    end = runEnd(table, end + step, limit, to, SECRET, step);
  }
  return end;
}

/** Whether an escape is that of a byte that no secret has, `\x80` to `\xff` or `%80` to `%ff`: strings of random bytes are full of them. */
function isForeign(table: usize, at: usize, to: usize, step: usize): bool {
  const next = at + step;
  if (load<u8>(at) == PERCENT) return isHigh(table, next, to, step);
  return next < to && load<u8>(next) == LOWER_X && isOf(table, next, to, SECRET, step) && isHigh(table, next + step, to, step);
}

/** Whether a hexadecimal digit from 8 on is there. */
function isHigh(table: usize, at: usize, to: usize, step: usize): bool {
  return at < to && isOf(table, at, to, HEX, step) && load<u8>(at) >= 0x38;
}

// @ts-ignore: decorator
@inline
function isOf(table: usize, at: usize, to: usize, classes: i32, step: usize): bool {
  return runEnd(table, at, at + step, to, classes, step) > at;
}

/** Where the run of characters of these classes that begins at `at` ends, `limit` at most. */
export function runEnd(table: usize, at: usize, limit: usize, to: usize, classes: i32, step: usize): usize {
  while (at < limit && (i32(load<u8>(table + load<u8>(at), CLASSES)) & classes) != 0 && (step == 1 || at + 1 >= to || load<u8>(at, 1) == 0)) at += step;
  return at;
}

import { decidedBy, isAnchor } from "./anchor";
import { HITS_CAPACITY } from "./pack-layout";
import { nextCandidate } from "./search";

/** Nearly everything that begins like an anchor is told to be one or none by so many bytes. */
export const SHORT_REACH: usize = 32;
/** Everything is: some 3 KB of wrapped, indented base64 is the longest. */
const LONG_REACH: usize = 4096;

/**
 * How many bytes, at least {@link SHORT_REACH}, decided for each of what the last {@link searchWithin}s met that begins like an anchor and is none.
 * Where it is copied, what lies so far behind it matters.
 */
export let reach: usize = SHORT_REACH;

/** To be called before an object is searched. */
export function resetReach(least: usize): void {
  reach = least;
}

/**
 * Finds the anchors that begin in [from, to), reading what follows them up to `end`.
 * @param hits where the addresses (u32) go, of which `found` are there already
 * @returns how many are there now, {@link HITS_CAPACITY} at most
 */
export function searchWithin(table: usize, from: usize, to: usize, end: usize, hits: usize, found: u32): u32 {
  // The fourth byte completes a beginning.
  const limit = min(to + 3, end);
  for (let at = nextCandidate(table, from, limit); at < to; at = nextCandidate(table, at + 1, limit)) {
    if (isAnchor(table, at, end)) {
      if (found < u32(HITS_CAPACITY)) store<u32>(hits + (usize(found++) << 2), u32(at));
    } else if (decidedBy > at + reach) reach = min(decidedBy - at, LONG_REACH);
  }
  return found;
}

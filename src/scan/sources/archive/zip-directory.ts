import { LONGEST_ZIP_END, ZIP_END_LENGTH, zipEnds } from "./format.ts";
import { littleEndian } from "./little-endian.ts";
import type { RandomAccess, Window } from "./random-access.ts";
import { DIRECTORY_HEADER, DIRECTORY_HEADER_LENGTH, directoryEntry, type ZipEntry } from "./zip-entry.ts";

const UNKNOWN_32 = 0xffffffff;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_LENGTH = 20;
const ZIP64_END = 0x06064b50;
const ZIP64_END_LENGTH = 56;

/** Where a zip's directory is. */
export interface ZipDirectory {
  readonly from: number;
  readonly to: number;
  /** How many entries it is said to have. */
  readonly entries: number;
  /** What to add to the offsets that entries state: how much was put before the zip, or is missing there (negative). */
  readonly shift: number;
  /** Where the records that end the zip do. */
  readonly end: number;
}

/** Finds the directory from the end of the file; null when there is none, or it is on another disk. */
export function findDirectory(access: RandomAccess): ZipDirectory | null {
  const tail = new Uint8Array(Math.min(access.size, LONGEST_ZIP_END));
  const start = access.size - tail.length;
  if (access.read(tail, start) < tail.length) return null;
  for (const at of zipEnds(tail)) {
    if (at + ZIP_END_LENGTH + littleEndian(tail, at + 20, 2) > tail.length) continue;
    const directory = zip64Directory(access, start + at) ?? narrowDirectory(access, tail, at, start);
    if (directory !== null) return directory;
  }
  return null;
}

function narrowDirectory(access: RandomAccess, tail: Uint8Array, at: number, start: number): ZipDirectory | null {
  if (littleEndian(tail, at + 4, 2) !== 0) return null;
  const [entries, size, offset] = [
    littleEndian(tail, at + 10, 2),
    littleEndian(tail, at + 12, 4),
    littleEndian(tail, at + 16, 4),
  ];
  return located(
    access,
    start + at,
    at + start + ZIP_END_LENGTH + littleEndian(tail, at + 20, 2),
    entries,
    size,
    offset,
  );
}

function zip64Directory(access: RandomAccess, endAt: number): ZipDirectory | null {
  const locator = new Uint8Array(ZIP64_LOCATOR_LENGTH);
  const locatorAt = endAt - ZIP64_LOCATOR_LENGTH;
  if (
    locatorAt < 0 ||
    access.read(locator, locatorAt) < locator.length ||
    littleEndian(locator, 0, 4) !== ZIP64_LOCATOR
  )
    return null;
  const end = new Uint8Array(ZIP64_END_LENGTH);
  // Where it is said to be, or, when something was put before the zip, right before its locator.
  for (const at of [littleEndian(locator, 8, 8), locatorAt - ZIP64_END_LENGTH]) {
    if (at < 0 || at + end.length > access.size || access.read(end, at) < end.length) continue;
    if (littleEndian(end, 0, 4) !== ZIP64_END) continue;
    return located(
      access,
      at,
      endAt + ZIP_END_LENGTH,
      littleEndian(end, 32, 8),
      littleEndian(end, 40, 8),
      littleEndian(end, 48, 8),
    );
  }
  return null;
}

/** The directory ends where its end record begins; its stated offset then tells what was put before the zip. */
function located(
  access: RandomAccess,
  to: number,
  end: number,
  entries: number,
  size: number,
  offset: number,
): ZipDirectory | null {
  for (const from of [to - size, offset]) {
    const isThere = from >= 0 && from + size <= to && (entries === 0 || startsEntry(access, from));
    // Info-ZIP, writing to a pipe, may refer to a zip64 record that it then leaves out.
    const shift = offset === UNKNOWN_32 ? 0 : from - offset;
    if (isThere) return { from, to: from + size, entries, shift, end };
  }
  return null;
}

function startsEntry(access: RandomAccess, at: number): boolean {
  const signature = new Uint8Array(4);
  return access.read(signature, at) === 4 && littleEndian(signature, 0, 4) === DIRECTORY_HEADER;
}

/** The entries in their order, as far as they can be read. */
export function* directoryEntries(window: Window, directory: ZipDirectory): Generator<ZipEntry> {
  for (let at = directory.from; at < directory.to; ) {
    let bytes = window.view(at, DIRECTORY_HEADER_LENGTH);
    if (littleEndian(bytes, 0, 4) !== DIRECTORY_HEADER) return;
    // Name, extra field and comment have at most 65,535 bytes each.
    bytes = window.view(at, DIRECTORY_HEADER_LENGTH + 3 * 0xffff);
    const entry = directoryEntry(bytes);
    if (entry === null) return;
    yield entry;
    at += entry.headerLength;
  }
}

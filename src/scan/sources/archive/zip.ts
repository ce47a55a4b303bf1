import { windowReader } from "./byte-reader.ts";
import { Intervals } from "./intervals.ts";
import { littleEndian } from "./little-endian.ts";
import { MemoryAccess, type RandomAccess, Window } from "./random-access.ts";
import { damaged } from "./stop.ts";
import type { Container, Unpacking } from "./unpacking.ts";
import { directoryEntries, findDirectory, type ZipDirectory } from "./zip-directory.ts";
import { LOCAL_HEADER, LOCAL_HEADER_LENGTH, localEntry, type ZipEntry } from "./zip-entry.ts";
import { isFolder, readForward } from "./zip-forward.ts";
import { readMember } from "./zip-member.ts";

/** Between members there may be this much: a data descriptor. */
const LONGEST_DESCRIPTOR = 24;
/** The records behind the directory, in both widths, and the comment. */
const LONGEST_END = 98 + 0xffff;

/**
 * Reads a zip by its directory, then what the directory does not speak of. One that comes as a stream is held in memory,
 * or read front to back when it is too large for that.
 */
export async function openZip(container: Container, unpacking: Unpacking): Promise<void> {
  const { reader } = container;
  if (reader.whole !== null) return readWhole(reader.whole, container, unpacking);
  const room = Math.min(unpacking.bounds.storedBytes, unpacking.free);
  const size = await reader.ensure(room + 1);
  if (size > room) {
    if (!(await readForward(reader, container, unpacking))) throw damaged("the zip ends without a directory");
    return;
  }
  unpacking.hold(size);
  try {
    await readWhole(new MemoryAccess(reader.available), container, unpacking);
    reader.consume(size);
  } finally {
    unpacking.release(size);
  }
}

async function readWhole(access: RandomAccess, container: Container, unpacking: Unpacking): Promise<void> {
  const directory = findDirectory(access);
  if (directory === null) {
    unpacking.skip(container.within, "archive-damaged", "the zip has no directory at its end: it may be cut off");
    await readForward(windowReader(access, new Window(access), 0, access.size), container, unpacking);
    return;
  }
  const covered = new Intervals();
  covered.add(directory.from, directory.end);
  const entries = directoryEntries(new Window(access), directory);
  const window = new Window(access);
  let count = 0;
  let end = directory.from;
  for (const entry of entries) {
    count++;
    end += entry.headerLength;
    container.aside.add(entry.extra);
    await unpacking.countMember();
    await readEntry(entry, { access, directory, covered, window }, container, unpacking);
  }
  // Without zip64 the number is stated in 16 bits, whatever it is.
  if (count % 0x10000 !== directory.entries % 0x10000) {
    unpacking.skip(
      container.within,
      "archive-damaged",
      "the zip's directory has another number of members than it says",
    );
  }
  if (count === 0 && access.size - (directory.end - directory.from) > LONGEST_DESCRIPTOR) {
    unpacking.skip(container.within, "archive-damaged", "the zip's directory is empty, though the zip is not");
  }
  for (const [from, to] of covered.gaps(access.size)) await readGap(access, window, from, to, container, unpacking);
  // The rest of the directory: the records that end it, and the zip's comment.
  const rest = directory.end - end;
  if (rest <= LONGEST_END) container.aside.add(window.view(end, rest));
  else await readGap(access, window, end, directory.end, container, unpacking);
}

interface Zip {
  readonly access: RandomAccess;
  readonly directory: ZipDirectory;
  /** What was read already: members that share bytes are how a small zip unpacks to terabytes. */
  readonly covered: Intervals;
  readonly window: Window;
}

async function readEntry(entry: ZipEntry, zip: Zip, container: Container, unpacking: Unpacking): Promise<void> {
  const { access, window } = zip;
  const skip = (detail: string) => unpacking.skip([...container.within, entry.name], "archive-damaged", detail);
  const at = entry.offset + zip.directory.shift;
  const head = window.view(Math.max(0, at), LOCAL_HEADER_LENGTH);
  if (at < 0 || littleEndian(head, 0, 4) !== LOCAL_HEADER)
    return skip("the member is not where the zip's directory says");
  const headerLength = LOCAL_HEADER_LENGTH + littleEndian(head, 26, 2) + littleEndian(head, 28, 2);
  const local = localEntry(window.view(at, headerLength));
  const from = at + headerLength;
  if (local === null || from + entry.packedSize > access.size) return skip("the member reaches past the zip's end");
  if (!zip.covered.add(at, from + entry.packedSize)) return skip("the member overlaps another one: it was not read");
  container.aside.add(local.extra);
  if (!agree(local, entry))
    skip("the member's header and the zip's directory disagree: it was read as the directory says");
  if (isFolder(entry)) return container.aside.addName(entry.name);
  await readMember(entry, windowReader(access, window, from, entry.packedSize), container, unpacking);
}

/** Reads what lies between members: members that were taken out of the directory, a program in front, or anything. */
async function readGap(
  access: RandomAccess,
  window: Window,
  from: number,
  to: number,
  container: Container,
  unpacking: Unpacking,
): Promise<void> {
  const reader = windowReader(access, window, from, to - from);
  if (littleEndian(window.view(from, 4), 0, 4) === LOCAL_HEADER) {
    try {
      await readForward(reader, container, unpacking);
    } catch (error) {
      unpacking.skipIfOwn(error, container.within, null);
      // Other gaps are still to be read.
      await unpacking.unread(reader, container.within);
    }
  } else if (to - from > LONGEST_DESCRIPTOR) {
    await unpacking.countMember();
    await unpacking.stray(reader, container);
  } else {
    container.aside.add(window.view(from, to - from));
  }
}

/** Where sizes follow the data, the local header does not have them. */
function agree(local: ZipEntry, entry: ZipEntry): boolean {
  const sameSize = local.hasDescriptor || local.packedSize === entry.packedSize;
  return sameSize && local.method === entry.method && local.name === entry.name;
}

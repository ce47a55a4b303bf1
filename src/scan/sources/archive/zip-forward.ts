import { type ByteReader, drain, PartReader, peek } from "./byte-reader.ts";
import { littleEndian } from "./little-endian.ts";
import { damaged } from "./stop.ts";
import type { Container, Unpacking } from "./unpacking.ts";
import { DIRECTORY_HEADER, LOCAL_HEADER, LOCAL_HEADER_LENGTH, localEntry, type ZipEntry } from "./zip-entry.ts";
import { DEFLATED, readMember } from "./zip-member.ts";

const DESCRIPTOR = 0x08074b50;

/** The record that ends a zip, with its comment. */
const END = 0x06054b50;

/**
 * What may follow the members: by its signature, how long it is without the parts whose lengths stand at these places. The directory's
 * entries, more data and a signature of it, the records of its end.
 */
const RECORDS: ReadonlyMap<
  number,
  readonly [length: number, ...parts: readonly (readonly [at: number, width: 2 | 4 | 8])[]]
> = new Map([
  [0x02014b50, [46, [28, 2], [30, 2], [32, 2]]],
  [0x08064b50, [8, [4, 4]]],
  [0x05054b50, [6, [4, 2]]],
  [0x06064b50, [12, [4, 8]]],
  [0x07064b50, [20]],
  [END, [22, [20, 2]]],
] as const);

/**
 * Reads a zip by its local headers, front to back: one that is cut off, too large to be held, or a part that the directory
 * does not speak of.
 * @returns whether there was a record that ends the zip
 */
export async function readForward(reader: ByteReader, container: Container, unpacking: Unpacking): Promise<boolean> {
  // What was once split begins with a mark.
  if (littleEndian(await peek(reader, 4), 0, 4) === DESCRIPTOR) reader.consume(4);
  let isEnded = false;
  for (;;) {
    const head = await peek(reader, LOCAL_HEADER_LENGTH);
    if (head.length === 0) return isEnded;
    const signature = littleEndian(head, 0, 4);
    if (await setAsideRecord(signature, reader, container)) {
      isEnded ||= signature === END;
      continue;
    }
    if (isEnded && signature !== LOCAL_HEADER) {
      await unpacking.deliver(reader, container.within);
      return true;
    }
    if (signature !== LOCAL_HEADER) throw damaged("a zip header is missing: the rest was not read");
    const entry = localEntry(await peek(reader, LOCAL_HEADER_LENGTH + 2 * 0xffff));
    if (entry === null) throw damaged("the zip ends inside a header");
    reader.consume(entry.headerLength);
    container.aside.add(entry.extra);
    await unpacking.countMember();
    const isSizeKnown = !entry.hasDescriptor || entry.packedSize > 0;
    if (isSizeKnown) await readSized(entry, reader, container, unpacking);
    else await readUnsized(entry, reader, container, unpacking);
  }
}

/** Sets aside what a record other than a member's says; false: it is none. What follows may be members again, that the directory hides. */
async function setAsideRecord(signature: number, reader: ByteReader, { aside }: Container): Promise<boolean> {
  const record = RECORDS.get(signature);
  if (record === undefined) return false;
  const [fixed, ...parts] = record;
  const head = await peek(reader, fixed);
  if (head.length < fixed) throw damaged("the zip ends inside a header");
  const length = parts.reduce((sum, [at, width]) => sum + littleEndian(head, at, width), fixed);
  if ((await aside.addAll(new PartReader(reader, length))) < length) throw damaged("the zip ends inside a header");
  return true;
}

async function readSized(
  entry: ZipEntry,
  reader: ByteReader,
  container: Container,
  unpacking: Unpacking,
): Promise<void> {
  const packed = new PartReader(reader, entry.packedSize);
  if (isFolder(entry)) container.aside.addName(entry.name);
  else await readMember(entry, packed, container, unpacking);
  await drain(packed);
  if (packed.position < entry.packedSize) throw damaged("the zip ends inside a member");
  if (entry.hasDescriptor) reader.consume(await descriptorLength(reader, entry.packedSize, entry.size));
}

/** Only a deflated member says itself where it ends. */
async function readUnsized(
  entry: ZipEntry,
  reader: ByteReader,
  container: Container,
  unpacking: Unpacking,
): Promise<void> {
  if (entry.method !== DEFLATED || entry.isEncrypted) {
    const emptyDescriptor = await descriptorLength(reader, 0, 0);
    if (emptyDescriptor === 0) return readToNextHeader(entry, reader, container, unpacking);
    reader.consume(emptyDescriptor);
    if (!isFolder(entry)) await readMember(entry, new PartReader(reader, 0), container, unpacking);
    return;
  }
  const start = reader.position;
  await readMember(entry, reader, container, unpacking, async (size, crc) => {
    const length = await descriptorLength(reader, reader.position - start, size);
    if (length === 0) return "the member's size is not what the zip says";
    const descriptor = await peek(reader, length);
    const stated = littleEndian(descriptor, littleEndian(descriptor, 0, 4) === DESCRIPTOR ? 4 : 0, 4);
    reader.consume(length);
    return stated === crc ? null : "the member's checksum does not match";
  });
}

/** A content that ends nobody knows where: up to what looks like the next header, as it is. */
async function readToNextHeader(
  entry: ZipEntry,
  reader: ByteReader,
  container: Container,
  unpacking: Unpacking,
): Promise<void> {
  const within = [...container.within, entry.name];
  const reason = entry.isEncrypted ? "archive-encrypted" : "archive-unsupported";
  unpacking.skip(within, reason, "the member does not say how long it is: it was read as it is");
  unpacking.sink.begin(within);
  try {
    for (let isEnd = false; !isEnd; ) {
      const length = await reader.ensure(4);
      const header = nextHeader(reader.available);
      // The last three bytes may begin one.
      const end = header ?? (length < 4 ? length : length - 3);
      isEnd = header !== null || length < 4;
      unpacking.sink.bytes(reader.available.subarray(0, end));
      reader.consume(end);
      await unpacking.passed(end);
    }
  } finally {
    unpacking.sink.end();
  }
}

/** Where a member's header begins, or an entry of the directory; null: nowhere. */
function nextHeader(bytes: Uint8Array): number | null {
  for (let at = bytes.indexOf(0x50); at !== -1; at = bytes.indexOf(0x50, at + 1)) {
    const signature = littleEndian(bytes, at, 4);
    if (signature === LOCAL_HEADER || signature === DIRECTORY_HEADER) return at;
  }
  return null;
}

/** A folder, whose data are nothing or nothing deflated: what has more is read, whatever it is called. */
export function isFolder(entry: ZipEntry): boolean {
  return entry.packedSize <= 2 && entry.size === 0 && (entry.name.endsWith("/") || entry.name.endsWith("\\"));
}

/** How long the descriptor is that follows, by the sizes that it must state; zero: there is none. */
async function descriptorLength(reader: ByteReader, packedSize: number, size: number): Promise<number> {
  const bytes = await peek(reader, 24);
  const at = littleEndian(bytes, 0, 4) === DESCRIPTOR ? 8 : 4;
  for (const width of [4, 8] as const) {
    const length = at + 2 * width;
    const fits = littleEndian(bytes, at, width) === packedSize && littleEndian(bytes, at + width, width) === size;
    if (bytes.length >= length && fits) return length;
  }
  return 0;
}

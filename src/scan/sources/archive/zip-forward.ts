import { type ByteReader, drain, PartReader, peek } from "./byte-reader.ts";
import { littleEndian } from "./little-endian.ts";
import { damaged, unsupported } from "./stop.ts";
import type { Container, Unpacking } from "./unpacking.ts";
import { LOCAL_HEADER, LOCAL_HEADER_LENGTH, localEntry, type ZipEntry } from "./zip-entry.ts";
import { DEFLATED, readMember } from "./zip-member.ts";

const DESCRIPTOR = 0x08074b50;

/** What may follow the members: the directory, an encrypted one, the records of its end, a signature of all (APK). */
const FIRST_BEHIND_MEMBERS: readonly number[] = [0x02014b50, 0x08064b50, 0x06064b50, 0x06054b50];

/**
 * Reads a zip by its local headers, front to back: one that is cut off, too large to be held, or a part that the directory
 * does not speak of.
 * @returns whether something else ended the members; false: the bytes did
 */
export async function readForward(reader: ByteReader, container: Container, unpacking: Unpacking): Promise<boolean> {
  // What was once split begins with a mark.
  if (littleEndian(await peek(reader, 4), 0, 4) === DESCRIPTOR) reader.consume(4);
  for (;;) {
    const head = await peek(reader, LOCAL_HEADER_LENGTH);
    if (head.length === 0) return false;
    const signature = littleEndian(head, 0, 4);
    if (FIRST_BEHIND_MEMBERS.includes(signature)) return true;
    if (signature !== LOCAL_HEADER) throw damaged("a zip header is missing: the rest was not read");
    const entry = localEntry(await peek(reader, LOCAL_HEADER_LENGTH + 2 * 0xffff));
    if (entry === null) throw damaged("the zip ends inside a header");
    reader.consume(entry.headerLength);
    await unpacking.countMember();
    const isSizeKnown = !entry.hasDescriptor || entry.packedSize > 0;
    if (isSizeKnown) await readSized(entry, reader, container, unpacking);
    else await readUnsized(entry, reader, container, unpacking);
  }
}

async function readSized(
  entry: ZipEntry,
  reader: ByteReader,
  container: Container,
  unpacking: Unpacking,
): Promise<void> {
  const packed = new PartReader(reader, entry.packedSize);
  if (!isFolder(entry)) await readMember(entry, packed, container, unpacking);
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
    if (emptyDescriptor === 0) throw unsupported("a zip member does not say how long it is: the rest was not read");
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

export function isFolder(entry: ZipEntry): boolean {
  return entry.size === 0 && (entry.name.endsWith("/") || entry.name.endsWith("\\"));
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

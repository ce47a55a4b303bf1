import { crc32 } from "node:zlib";
import { BufferedReader, type ByteReader, drain, MemoryReader, peek } from "./byte-reader.ts";
import { bunzip2 } from "./bzip2.ts";
import type { Decompressor } from "./decompressor.ts";
import { inflateAtOnce, inflateRaw } from "./inflate.ts";
import { MemoryAccess } from "./random-access.ts";
import { damaged } from "./stop.ts";
import type { Container, Unpacking } from "./unpacking.ts";
import { unxz } from "./xz.ts";
import type { ZipEntry } from "./zip-entry.ts";
import { unzstd } from "./zstd.ts";

export const STORED = 0;
export const DEFLATED = 8;
const ENCRYPTED_BY_AES = 99;

/** By the number of the method. */
const DECOMPRESSORS: ReadonlyMap<number, Decompressor> = new Map<number, Decompressor>([
  [STORED, store],
  [DEFLATED, inflateRaw],
  [12, bunzip2],
  // Its number before it had one of its own.
  [20, unzstd],
  [93, unzstd],
  [95, unxz],
]);

const UNREAD_METHODS: ReadonlyMap<number, string> = new Map([
  [1, "shrink"],
  [6, "implode"],
  [9, "deflate64"],
  [14, "lzma"],
  [97, "wavpack"],
  [98, "ppmd"],
]);

/** Members up to this size, packed and unpacked, are unpacked in one call. */
const SMALL = 1 << 18;

/** Says what is wrong with a content of that length and checksum; null: nothing. */
export type Verify = (size: number, crc: number) => string | null | Promise<string | null>;

/**
 * Reads a member, whose data `packed` begins with. What is wrong with it becomes a row.
 * @param verify null: as the entry says
 */
export async function readMember(
  entry: ZipEntry,
  packed: ByteReader,
  container: Container,
  unpacking: Unpacking,
  verify: Verify | null = null,
): Promise<void> {
  const within = [...container.within, entry.name];
  const member = { within, name: entry.name, depth: container.depth };
  const decompress = DECOMPRESSORS.get(entry.method);
  if (entry.isEncrypted || entry.method === ENCRYPTED_BY_AES) {
    unpacking.skip(within, "archive-encrypted", "the member is encrypted");
    return unpacking.unread(packed, within);
  }
  if (decompress === undefined) {
    const method = UNREAD_METHODS.get(entry.method) ?? `number ${entry.method}`;
    unpacking.skip(within, "archive-unsupported", `the zip method ${method} is not read`);
    return unpacking.unread(packed, within);
  }
  if (verify === null) {
    const small = await smallContent(entry, packed);
    if (small !== null) {
      container.aside.add(small.rest);
      unpacking.countUnpacked(small.bytes.length);
      await unpacking.passed(small.bytes.length);
      await unpacking.member({ ...member, reader: new MemoryReader(small.bytes, new MemoryAccess(small.bytes)) });
      if (small.failure === null) return;
      unpacking.skip(within, "archive-damaged", small.failure);
      if (!small.isUnpacked) await unpacking.unread(packed, within);
      return;
    }
  }
  let isUnpacked = entry.method === STORED;
  const chunks = verified(unpacking.bounded(decompress(packed, unpacking, container.aside), packed), (size, crc) => {
    isUnpacked = true;
    return verify === null ? mismatch(entry, size, crc) : verify(size, crc);
  });
  const content = new BufferedReader(
    async () => (await chunks.next()).value ?? null,
    entry.method === STORED ? packed.whole : null,
  );
  try {
    await unpacking.member({ ...member, reader: content });
    await drain(content);
  } catch (error) {
    unpacking.skipIfOwn(error, within, content);
  } finally {
    await chunks.return();
  }
  // Where the member's length is not known, what follows is another one.
  if (verify !== null) return;
  if (!isUnpacked) await unpacking.unread(packed, within);
  // The stream may end before the member does.
  else await container.aside.addAll(packed);
}

/** A content and what is wrong with it: null when it is too large to be unpacked at once. */
async function smallContent(
  entry: ZipEntry,
  packed: ByteReader,
): Promise<{ bytes: Uint8Array; rest: Uint8Array; failure: string | null; isUnpacked: boolean } | null> {
  if ((entry.method !== DEFLATED && entry.method !== STORED) || entry.packedSize > SMALL || entry.size > SMALL)
    return null;
  const data = await peek(packed, entry.packedSize);
  const content =
    entry.method === STORED ? { bytes: data, consumed: data.length, failure: null } : inflateAtOnce(data, entry.size);
  if (content === null) return null;
  const { bytes } = content;
  return {
    bytes,
    rest: data.subarray(content.consumed),
    isUnpacked: content.failure === null,
    failure: content.failure ?? mismatch(entry, bytes.length, crc32(bytes)),
  };
}

function mismatch(entry: ZipEntry, size: number, crc: number): string | null {
  if (size !== entry.size) return "the member's size is not what the zip says";
  return crc === entry.crc ? null : "the member's checksum does not match";
}

async function* store(input: ByteReader): AsyncGenerator<Uint8Array, void> {
  while (input.available.length > 0 || (await input.ensure(1)) > 0) {
    const chunk = input.available;
    input.consume(chunk.length);
    yield chunk;
  }
}

async function* verified(chunks: AsyncGenerator<Uint8Array, void>, verify: Verify): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  let crc = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    crc = crc32(chunk, crc);
    yield chunk;
  }
  const complaint = await verify(size, crc);
  if (complaint !== null) throw damaged(complaint);
}

import { crc32 } from "node:zlib";
import type { Aside } from "./aside.ts";
import { type ByteReader, peek, take } from "./byte-reader.ts";
import { Crc64 } from "./crc64.ts";
import type { Memory } from "./decompressor.ts";
import { littleEndian } from "./little-endian.ts";
import { Lzma2 } from "./lzma2.ts";
import { damaged, unsupported } from "./stop.ts";

const WRONG_INDEX = "the xz index does not fit the data";
const LZMA2_FILTER = 0x21;
/** By the kind of check: how long it is. */
const CHECK_LENGTHS = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/**
 * Unpacks xz streams until the input ends. (Of the packages for it, the native one holds all that one chunk unpacks to
 * in memory, which a bomb makes gigabytes, and the one in WebAssembly decodes one stream at a time in the whole process,
 * so an xz inside an xz never ends.)
 * @see https://tukaani.org/xz/xz-file-format.txt
 */
export async function* unxz(input: ByteReader, memory: Memory, aside: Aside): AsyncGenerator<Uint8Array, void> {
  for (let first = true; ; first = false) {
    if (!first && (await skipPadding(input))) return;
    const check = await readStreamHeader(input, first);
    const blocks = new Blocks();
    while ((await peek(input, 1))[0] !== 0) yield* unpackBlock(input, check, memory, aside, blocks);
    await readIndex(input, blocks, aside);
  }
}

/** The kind of check that the stream's blocks end with. */
async function readStreamHeader(input: ByteReader, first: boolean): Promise<number> {
  const header = await peek(input, 12);
  if (header.length < 12 || header[0] !== 0xfd || header[1] !== 0x37 || header[5] !== 0) {
    throw damaged(first ? "the xz header is not valid" : "something else follows the xz data");
  }
  const check = header[7] ?? 0;
  if (header[6] !== 0 || check > 15) throw unsupported("an xz file of a later format is not read");
  if (crc32(header.subarray(6, 8)) !== littleEndian(header, 8, 4)) throw damaged("the xz header is not valid");
  input.consume(12);
  return check;
}

async function* unpackBlock(
  input: ByteReader,
  check: number,
  memory: Memory,
  aside: Aside,
  blocks: Blocks,
): AsyncGenerator<Uint8Array, void> {
  const start = input.position;
  const dictionarySize = await readBlockHeader(input, aside);
  let unpacked = 0;
  const held = Lzma2.memory(dictionarySize);
  memory.hold(held);
  const sum = checksum(check);
  try {
    for await (const chunk of new Lzma2(dictionarySize).unpack(input)) {
      sum?.update(chunk);
      unpacked += chunk.length;
      yield chunk;
    }
  } finally {
    memory.release(held);
  }
  const padding = (4 - ((input.position - start) % 4)) % 4;
  const length = CHECK_LENGTHS[check] ?? 0;
  blocks.add(input.position - start + length, unpacked);
  const end = await takeOrStop(input, padding + length);
  if (sum === null) aside.add(end);
  else if (!Buffer.from(sum.digest()).equals(end.subarray(padding))) {
    throw damaged("the checksum of an xz block does not match");
  }
}

/** The size of the dictionary that the block is unpacked with. */
async function readBlockHeader(input: ByteReader, aside: Aside): Promise<number> {
  const length = (((await peek(input, 1))[0] ?? 0) + 1) * 4;
  const header = await peek(input, length);
  if (header.length < length) throw damaged("xz data end too early");
  const end = length - 4;
  if (crc32(header.subarray(0, end)) !== littleEndian(header, end, 4))
    throw damaged("an xz block's header is not valid");
  const flags = header[1] ?? 0;
  let at = 2;
  // The sizes that a block may state are those that its data have; so they are skipped.
  for (const hasSize of [flags & 0x40, flags & 0x80]) if (hasSize) while ((header[at++] ?? 0) & 0x80) {}
  const isLzma2 = header[at] === LZMA2_FILTER && header[at + 1] === 1 && at + 2 < end;
  if ((flags & 3) !== 0 || !isLzma2) throw unsupported("xz filters other than LZMA2 are not read");
  const bits = header[at + 2] ?? 0;
  if (bits > 40) throw damaged("an xz block's header is not valid");
  aside.add(header);
  input.consume(length);
  return bits === 40 ? 2 ** 32 - 1 : (2 | (bits & 1)) * 2 ** (Math.floor(bits / 2) + 11);
}

/** What the index must say of the blocks: a checksum of it, as there may be millions. */
class Blocks {
  count = 0;
  crc = 0;

  /** @param size of header, data and check, without padding */
  add(size: number, unpacked: number): void {
    this.count++;
    this.crc = crc32(Uint8Array.from([...multibyte(size), ...multibyte(unpacked)]), this.crc);
  }
}

/** The index repeats the sizes of the blocks; the footer ends the stream. */
async function readIndex(input: ByteReader, blocks: Blocks, aside: Aside): Promise<void> {
  const head = [0, ...multibyte(blocks.count)];
  if (!Buffer.from(head).equals(await takeOrStop(input, head.length))) throw damaged(WRONG_INDEX);
  let crc = 0;
  let length = 0;
  // Each byte that ends a number has its first bit clear. They are text where somebody chose the sizes so.
  for (let left = 2 * blocks.count; left > 0; ) {
    if ((await peek(input, 1)).length === 0) throw damaged("xz data end too early");
    let end = 0;
    for (const bytes = input.available; end < bytes.length && left > 0; end++) if ((bytes[end] ?? 0) < 0x80) left--;
    const records = input.available.subarray(0, end);
    crc = crc32(records, crc);
    aside.add(records, length > 0);
    length += end;
    input.consume(end);
  }
  if (crc !== blocks.crc) throw damaged(WRONG_INDEX);
  const padding = (4 - ((head.length + length) % 4)) % 4;
  aside.add(await takeOrStop(input, padding + 4));
  const footer = await takeOrStop(input, 12);
  if (footer[10] !== 0x59 || footer[11] !== 0x5a) throw damaged("the xz footer is not valid");
}

/** A number as xz writes it: seven bits a byte, the lowest first. */
function multibyte(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** Skips zeros, in fours. Whether nothing follows. */
async function skipPadding(input: ByteReader): Promise<boolean> {
  for (;;) {
    const bytes = await peek(input, 4);
    if (bytes.length === 0) return true;
    if (bytes.length < 4) throw damaged("something else follows the xz data");
    if (littleEndian(bytes, 0, 4) !== 0) return false;
    input.consume(4);
  }
}

interface Checksum {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** What computes a check of this kind; null for none and for kinds that nobody writes. */
function checksum(check: number): Checksum | null {
  if (check === 1) return new Crc32();
  if (check === 4) return new Crc64();
  return check === 10 ? process.getBuiltinModule("node:crypto").createHash("sha256") : null;
}

class Crc32 implements Checksum {
  #value = 0;

  update(bytes: Uint8Array): void {
    this.#value = crc32(bytes, this.#value);
  }

  digest(): Uint8Array {
    return new Uint8Array(Uint32Array.of(this.#value).buffer);
  }
}

async function takeOrStop(input: ByteReader, count: number): Promise<Uint8Array> {
  const bytes = await take(input, count);
  if (bytes === null) throw damaged("xz data end too early");
  return bytes;
}

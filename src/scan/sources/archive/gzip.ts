import { crc32 } from "node:zlib";
import type { Aside } from "./aside.ts";
import { type ByteReader, peek, take } from "./byte-reader.ts";
import type { Memory } from "./decompressor.ts";
import { HEAD_LENGTH } from "./format.ts";
import { inflateRaw } from "./inflate.ts";
import { littleEndian } from "./little-endian.ts";
import { damaged } from "./stop.ts";

const FLAG_HEADER_CRC = 2;
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;
const RESERVED_FLAGS = 0xe0;

/**
 * Unpacks gzip members until the input ends.
 * @see https://www.rfc-editor.org/rfc/rfc1952
 */
export async function* gunzip(input: ByteReader, _memory: Memory, aside: Aside): AsyncGenerator<Uint8Array, void> {
  for (let first = true; ; first = false) {
    if (!first && (await skipPadding(input))) return;
    await skipHeader(input, first, aside);
    let crc = 0;
    let length = 0;
    for await (const chunk of inflateRaw(input)) {
      crc = crc32(chunk, crc);
      length += chunk.length;
      yield chunk;
    }
    const trailer = await take(input, 8);
    if (trailer === null) throw damaged("gzip data end too early");
    if (littleEndian(trailer, 0, 4) !== crc || littleEndian(trailer, 4, 4) !== length % 2 ** 32) {
      throw damaged("the gzip checksum does not match");
    }
  }
}

/** The file's name as gzip noted it (Latin-1), or null. @param head the first bytes, unread */
export function gzipName(head: Uint8Array): string | null {
  const flags = head[3] ?? 0;
  if ((flags & FLAG_NAME) === 0) return null;
  const from = 10 + (flags & FLAG_EXTRA ? 2 + littleEndian(head, 10, 2) : 0);
  const to = head.indexOf(0, from);
  return to > from ? Buffer.from(head.subarray(from, to)).toString("latin1") : null;
}

/** Skips zeros, with which tapes pad. Whether nothing follows. */
async function skipPadding(input: ByteReader): Promise<boolean> {
  for (;;) {
    if (input.available.length === 0 && (await input.ensure(1)) === 0) return true;
    const end = input.available.findIndex((byte) => byte !== 0);
    if (end !== -1) {
      input.consume(end);
      return false;
    }
    input.consume(input.available.length);
  }
}

async function skipHeader(input: ByteReader, first: boolean, aside: Aside): Promise<void> {
  // The name that the content is told by is looked into there.
  const isNamed = first && gzipName(await peek(input, HEAD_LENGTH)) !== null;
  const header = await peek(input, 10);
  if (header.length < 10 || header[0] !== 0x1f || header[1] !== 0x8b) {
    throw damaged(first ? "the gzip header is cut off" : "something else follows the gzip data");
  }
  const flags = header[3] ?? 0;
  if (header[2] !== 8 || flags & RESERVED_FLAGS) throw damaged("the gzip header is not valid");
  input.consume(10);
  if (flags & FLAG_EXTRA) {
    const size = await take(input, 2);
    const extra = size && (await take(input, littleEndian(size, 0, 2)));
    if (extra === null) throw damaged("the gzip header is cut off");
    aside.add(extra);
  }
  if (flags & FLAG_NAME) await skipText(input, isNamed ? null : aside);
  if (flags & FLAG_COMMENT) await skipText(input, aside);
  if (flags & FLAG_HEADER_CRC && (await take(input, 2)) === null) throw damaged("the gzip header is cut off");
}

/** A name, a comment: texts up to a zero. */
async function skipText(input: ByteReader, aside: Aside | null): Promise<void> {
  for (let goesOn = false; ; goesOn = true) {
    const bytes = await peek(input, 1);
    if (bytes.length === 0) throw damaged("the gzip header is cut off");
    const end = input.available.indexOf(0);
    aside?.add(end === -1 ? input.available : input.available.subarray(0, end), goesOn);
    input.consume(end === -1 ? input.available.length : end + 1);
    if (end !== -1) return;
  }
}

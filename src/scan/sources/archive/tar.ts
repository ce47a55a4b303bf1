import { ASIDE_NAME, type Aside, isNumbers } from "./aside.ts";
import { type ByteReader, drain, PartReader, peek } from "./byte-reader.ts";
import { type ContainerFormat, containerFormat } from "./format.ts";
import { paxRecords } from "./pax.ts";
import { damaged } from "./stop.ts";
import { BLOCK, isTarHeader, isZero, sparseMapContinues, type TarHeader, tarHeader } from "./tar-header.ts";
import type { Container, Unpacking } from "./unpacking.ts";

/** Long names and extended headers; what is longer is no honest name. */
const LONGEST_EXTENSION = 1 << 20;

/** What earlier headers said of the next member. */
interface Extension {
  name?: string;
  size?: number;
  /** Takes precedence over `name`, which is made up then. */
  sparseName?: string;
  /** GNU's sparse format 1.0: the map lies before the data. */
  hasSparseMap?: boolean;
}

/** Keys of records whose values are numbers: times, owners, sizes. */
const NUMBERED = /^(?:[acm]time|[gu]id|[A-Z]+\.[A-Za-z.]+)$/;

const EXTENSION_TYPES = "xXLKg";

/**
 * Reads a tar of any age: v7, ustar, pax, GNU. Links, folders and devices have no content. Of sparse files the stored parts
 * are read, without the holes between them.
 */
export async function openTar(container: Container, unpacking: Unpacking): Promise<void> {
  const { reader, aside } = container;
  let extension: Extension = {};
  let zeroBlocks = 0;
  for (;;) {
    const block = await peek(reader, BLOCK);
    if (block.length === 0) break;
    // Two of them end a tar; what follows is read all the same: an attached tar, or the tape's padding.
    if (isZero(block)) {
      zeroBlocks++;
      reader.consume(block.length);
      await unpacking.passed(block.length);
      continue;
    }
    const isEnded = zeroBlocks >= 2;
    if (isEnded && isOther(containerFormat(block))) {
      await unpacking.stray(reader, container);
      break;
    }
    if (isEnded && block.length < BLOCK) {
      aside.add(block);
      reader.consume(block.length);
      break;
    }
    if (!isTarHeader(block)) {
      await readStray(container, unpacking);
      const isLast = (await peek(reader, BLOCK)).length === 0;
      // Anything may lie behind the end mark. Members behind that, though, are no part of it: what is between lost its header.
      if (isEnded && isLast) break;
      const detail = "a tar header is not valid: what it belongs to was read without its name";
      unpacking.skip(container.within, "archive-damaged", detail);
      zeroBlocks = 0;
      extension = {};
      continue;
    }
    zeroBlocks = 0;
    await unpacking.countMember();
    const header = tarHeader(block);
    const isSparse = header.type === "S" && sparseMapContinues(block, 482);
    aside.add(unnamed(block, header));
    if (header.otherPrefix.length > 0) tellName(joined(header.otherPrefix, header.name), container, unpacking);
    reader.consume(BLOCK);
    if (isSparse) await skipSparseMap(reader, aside);
    const size = await bodySize(header, extension, reader);
    const body = new PartReader(reader, size);
    switch (header.type) {
      case "x":
      case "X":
      case "L":
        tellName(nameOf(header), container, unpacking);
        extension = { ...extension, ...(await readExtension(header.type, body, container, unpacking)) };
        break;
      case "K": // The target of a link.
      case "g": // Holds for all members: comments, seldom names.
        tellName(nameOf(header), container, unpacking);
        await aside.addAll(body);
        break;
      default: {
        const name = extension.sparseName ?? extension.name ?? nameOf(header);
        if (name !== nameOf(header)) tellName(nameOf(header), container, unpacking);
        if (hasContent(header, size)) {
          if (extension.hasSparseMap === true) await skipSparseNumbers(body, aside);
          const { within, depth } = container;
          await unpacking.member({ reader: body, within: [...within, name], name, depth });
        } else aside.addName(name);
        extension = {};
      }
    }
    await drain(body);
    if (body.position < size) throw damaged("the tar ends inside a member");
    await skipPadding(reader, size, aside);
  }
  if (zeroBlocks === 0) throw damaged("the tar has no end mark: it may be cut off");
}

/** Whether what is behind a tar is a container of another kind: tars are read on. */
function isOther(format: ContainerFormat | null): boolean {
  return format !== null && format !== "tar";
}

function hasContent(header: TarHeader, size: number): boolean {
  if (size > 0) return true;
  const isFile = header.type === "0" || header.type === "\0" || header.type === "7" || header.type === "S";
  // v7 marks a folder by the end of its name.
  return isFile && header.name.at(-1) !== 0x2f;
}

/** How long the body is: a header's size may say something else for what has none. */
async function bodySize(header: TarHeader, extension: Extension, reader: ByteReader): Promise<number> {
  const size = EXTENSION_TYPES.includes(header.type) ? header.size : (extension.size ?? header.size);
  if (size === null) throw damaged("a tar header has no valid size");
  if (size === 0 || "23456".includes(header.type)) return 0;
  // A hard link states the size of what it links to, with its content behind it only in some tars.
  if (header.type === "1" && isTarHeader(await peek(reader, BLOCK))) return 0;
  return size;
}

/** The blocks up to the next header, or the end: no member, but bytes all the same. */
async function readStray(container: Container, unpacking: Unpacking): Promise<void> {
  const { reader, within } = container;
  unpacking.sink.begin(within);
  try {
    for (;;) {
      const block = await peek(reader, BLOCK);
      if (block.length === 0 || isTarHeader(block)) return;
      unpacking.sink.bytes(block);
      reader.consume(block.length);
      await unpacking.passed(block.length);
    }
  } finally {
    unpacking.sink.end();
  }
}

async function readExtension(
  type: "x" | "X" | "L",
  body: ByteReader,
  container: Container,
  unpacking: Unpacking,
): Promise<Extension> {
  const bytes = await peek(body, LONGEST_EXTENSION + 1);
  if (bytes.length > LONGEST_EXTENSION) {
    unpacking.skip(container.within, "archive-damaged", "an extended tar header is too long");
    await unpacking.unread(body, container.within);
    return {};
  }
  if (type === "L") {
    const name = untilNul(bytes);
    container.aside.add(bytes.subarray(name.length));
    tellName(text(name), container, unpacking);
    return { name: text(name) };
  }
  const extension: Extension = {};
  for (const [key, value] of paxRecords(bytes)) {
    if (key === "path" || key === "GNU.sparse.name") tellName(text(value), container, unpacking);
    if (key === "path") extension.name = text(value);
    else if (key === "size") Object.assign(extension, decimal(value));
    else if (key === "GNU.sparse.name") extension.sparseName = text(value);
    else if (key === "GNU.sparse.major" && text(value) === "1") extension.hasSparseMap = true;
    else if (!NUMBERED.test(key) || !isNumbers(text(value))) container.aside.addName(`${key}=${text(value)}`);
  }
  return extension;
}

/** A name that another one may overrule, or that belongs to no member: searched all the same. */
function tellName(name: string, { within }: Container, { sink }: Unpacking): void {
  sink.name([...within, ASIDE_NAME], name);
}

function decimal(value: Uint8Array): Pick<Extension, "size"> {
  const digits = text(value);
  const size = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isSafeInteger(size)) throw damaged("an extended tar header has no valid size");
  return { size };
}

/** The header without the member's name, which is looked into as such. */
function unnamed(block: Uint8Array, header: TarHeader): Uint8Array {
  const rest = Uint8Array.from(block);
  rest.fill(0, 0, header.name.length);
  // Size, time and checksum, which are digits with perhaps no more than spaces between.
  rest.fill(0, 124, 156);
  if (header.prefix.length > 0) rest.fill(0, 345, 345 + header.prefix.length);
  return rest;
}

function nameOf(header: TarHeader): string {
  return header.prefix.length > 0 ? joined(header.prefix, header.name) : text(header.name);
}

function joined(prefix: Uint8Array, name: Uint8Array): string {
  return `${text(prefix)}/${text(name)}`;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}

function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

async function skipSparseMap(reader: ByteReader, aside: Aside): Promise<void> {
  for (let continues = true; continues; ) {
    const block = await peek(reader, BLOCK);
    if (block.length < BLOCK) throw damaged("the tar ends inside a member");
    continues = sparseMapContinues(block, 504);
    aside.add(block);
    reader.consume(BLOCK);
  }
}

/** A number of pairs, then the pairs, each number on a line of its own, filled up to whole blocks. */
async function skipSparseNumbers(body: ByteReader, aside: Aside): Promise<void> {
  let lines = -1;
  for (let count = 0, digits = 0; lines !== 0; ) {
    const block = await peek(body, BLOCK);
    if (block.length === 0) return;
    for (const [at, byte] of block.entries()) {
      if (lines === 0) {
        aside.add(block.subarray(at));
        break;
      }
      if (byte === 0x0a) {
        lines = lines === -1 ? 2 * count : lines - 1;
        digits = 0;
      } else if (byte < 0x30 || byte > 0x39 || ++digits > 20) {
        throw damaged("the map of a sparse tar member is not valid");
      } else if (lines === -1) {
        count = count * 10 + byte - 0x30;
      }
    }
    body.consume(block.length);
  }
}

async function skipPadding(reader: ByteReader, size: number, aside: Aside): Promise<void> {
  const padding = (BLOCK - (size % BLOCK)) % BLOCK;
  if (padding === 0) return;
  // Some writers leave the last block short.
  const bytes = await peek(reader, padding);
  aside.add(bytes);
  reader.consume(bytes.length);
}

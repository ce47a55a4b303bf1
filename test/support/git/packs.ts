import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";
import type { HashFormat } from "../../../src/scan/sources/git/hash-format.ts";

export type EntryType = "commit" | "tree" | "blob" | "tag";

/** One instruction of a delta. */
export type Operation =
  | { readonly copy: { readonly offset: number; readonly size: number } }
  | { readonly insert: Uint8Array };

/** An object as a pack holds it: whole, or as a delta on an earlier one. */
export type Entry =
  | { readonly type: EntryType; readonly content: Uint8Array }
  | { readonly base: number; readonly by: "offset" | "id"; readonly operations: readonly Operation[] };

/** A pack and its index, as written, and what is in it. */
export interface WrittenPack {
  readonly pack: Buffer;
  readonly index: Buffer;
  readonly objects: readonly PackedObject[];
}

export interface PackedObject {
  readonly id: string;
  readonly type: EntryType;
  readonly content: Buffer;
  /** Where its entry begins, and where its stream does. */
  readonly offset: number;
  readonly stream: number;
  readonly base: number | null;
}

export interface WriteOptions {
  readonly hash?: HashFormat;
  /** How each stream is compressed: 0 to 9; by default 6. */
  readonly level?: (entry: number) => number;
}

const TYPES = { commit: 1, tree: 2, blob: 3, tag: 4 } as const;
const OFFSET_DELTA = 6;
const ID_DELTA = 7;

/** Writes a pack as git would, but with the deltas that the test wants. Bases come before what is built on them. */
export function writePack(
  entries: readonly Entry[],
  { hash = "sha1", level = () => 6 }: WriteOptions = {},
): WrittenPack {
  const header = Buffer.alloc(12);
  header.write("PACK");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(entries.length, 8);
  const parts: Buffer[] = [header];
  const objects: PackedObject[] = [];
  const sums: number[] = [];
  let offset = header.length;
  for (const [number, entry] of entries.entries()) {
    const base = "base" in entry ? (objects[entry.base] ?? null) : null;
    const type = "base" in entry ? (base?.type ?? "blob") : entry.type;
    const content =
      "base" in entry ? applied(entry.operations, base?.content ?? Buffer.alloc(0)) : Buffer.from(entry.content);
    const stored = "base" in entry ? deltaOf(entry.operations, base?.content.length ?? 0, content.length) : content;
    const id = objectId(type, content, hash);
    const kind = "base" in entry ? (entry.by === "offset" ? OFFSET_DELTA : ID_DELTA) : TYPES[type];
    const head = [entryHeader(kind, stored.length)];
    if ("base" in entry) {
      head.push(entry.by === "offset" ? backwards(offset - (base?.offset ?? 0)) : Buffer.from(base?.id ?? "", "hex"));
    }
    const written = Buffer.concat([...head, deflateSync(stored, { level: level(number) })]);
    const stream = offset + head.reduce((sum, part) => sum + part.length, 0);
    parts.push(written);
    sums.push(crc32(written));
    objects.push({ id, type, content, offset, stream, base: "base" in entry ? entry.base : null });
    offset += written.length;
  }
  const body = Buffer.concat(parts);
  const pack = Buffer.concat([body, createHash(hash).update(body).digest()]);
  return { pack, index: indexOf(objects, sums, pack, hash), objects };
}

/** The id of an object. */
export function objectId(type: EntryType, content: Uint8Array, hash: HashFormat): string {
  return createHash(hash).update(`${type} ${content.length}\0`).update(content).digest("hex");
}

function applied(operations: readonly Operation[], base: Buffer): Buffer {
  return Buffer.concat(
    operations.map((operation) =>
      "copy" in operation
        ? base.subarray(operation.copy.offset, operation.copy.offset + operation.copy.size)
        : operation.insert,
    ),
  );
}

/** A delta's bytes; sizes may be lies. */
export function deltaOf(operations: readonly Operation[], baseLength: number, length: number): Buffer {
  const parts = operations.map((operation) => {
    if ("insert" in operation) return Buffer.concat([Buffer.of(operation.insert.length), operation.insert]);
    const { offset, size } = operation.copy;
    const operands: number[] = [];
    let set = 0x80;
    for (const [value, count, first] of [
      [offset, 4, 0],
      [size === 0x10000 ? 0 : size, 3, 4],
    ] as const) {
      for (let i = 0; i < count; i++) {
        const byte = Math.floor(value / 256 ** i) & 0xff;
        if (byte === 0) continue;
        set |= 1 << (first + i);
        operands.push(byte);
      }
    }
    return Buffer.of(set, ...operands);
  });
  return Buffer.concat([sizeOf(baseLength), sizeOf(length), ...parts]);
}

function sizeOf(size: number): Buffer {
  const bytes: number[] = [];
  for (; size > 127; size = Math.floor(size / 128)) bytes.push((size & 127) | 128);
  return Buffer.of(...bytes, size);
}

/** An entry's type and size. */
export function entryHeader(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 128;
    bytes.push(rest & 127);
  }
  return Buffer.of(...bytes);
}

/** How far back a base lies, as a pack writes it. */
export function backwards(distance: number): Buffer {
  const bytes = [distance & 127];
  for (let rest = Math.floor(distance / 128); rest > 0; rest = Math.floor(rest / 128)) {
    rest--;
    bytes.unshift((rest & 127) | 128);
  }
  return Buffer.of(...bytes);
}

/** An index of version 2 with these objects. */
export function indexOf(
  objects: readonly { readonly id: string; readonly offset: number }[],
  sums: readonly number[],
  pack: Buffer,
  hash: HashFormat,
): Buffer {
  const idLength = hash === "sha1" ? 20 : 32;
  const sorted = objects
    .map(({ id, offset }, number) => ({ id: Buffer.from(id, "hex"), offset, sum: sums[number] ?? 0 }))
    .sort((a, b) => a.id.compare(b.id))
    .filter(({ id }, position, all) => position === 0 || !id.equals(all[position - 1]?.id ?? Buffer.alloc(0)));
  const fanOut = Buffer.alloc(1024);
  for (let byte = 0; byte < 256; byte++) {
    fanOut.writeUInt32BE(sorted.filter(({ id }) => (id[0] ?? 0) <= byte).length, byte * 4);
  }
  const numbers = (values: readonly number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 4);
    for (const [position, value] of values.entries()) bytes.writeUInt32BE(value, position * 4);
    return bytes;
  };
  const content = Buffer.concat([
    Buffer.from("ff744f6300000002", "hex"),
    fanOut,
    ...sorted.map(({ id }) => id),
    numbers(sorted.map(({ sum }) => sum)),
    numbers(sorted.map(({ offset }) => offset)),
    pack.subarray(-idLength),
  ]);
  return Buffer.concat([content, createHash(hash).update(content).digest()]);
}

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

/** One entry of a pack, header and compressed data, under an id (in hexadecimal) that need not be its own. */
export interface ForgedEntry {
  readonly id: string;
  readonly bytes: Buffer;
}

/** A whole object of at most 2047 bytes. */
export function forgedObject(
  id: string,
  type: "commit" | "tree" | "blob" | "tag",
  content: string | Buffer,
): ForgedEntry {
  const code = ["commit", "tree", "blob", "tag"].indexOf(type) + 1;
  const size = Buffer.byteLength(content);
  const header = Buffer.from([0x80 | (code << 4) | (size & 15), size >> 4]);
  return { id, bytes: Buffer.concat([header, deflateSync(content)]) };
}

/** A delta of at most 15 bytes, of a base that is named by its id. */
export function forgedDelta(id: string, base: string, delta: Buffer): ForgedEntry {
  return {
    id,
    bytes: Buffer.concat([Buffer.from([0x70 | delta.length]), Buffer.from(base, "hex"), deflateSync(delta)]),
  };
}

/** Writes a pack and its index into a repository (for SHA-1) by hand, each entry as it is given. */
export function writePack(gitFolder: string, name: string, entries: readonly ForgedEntry[]): void {
  const head = Buffer.alloc(12);
  head.write("PACK");
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(entries.length, 8);
  const body = Buffer.concat([head, ...entries.map(({ bytes }) => bytes)]);
  const pack = Buffer.concat([body, createHash("sha1").update(body).digest()]);
  let offset = 12;
  const rows = entries.map(({ id, bytes }) => {
    const row = { id: Buffer.from(id, "hex"), offset, crc: crc32(bytes) };
    offset += bytes.length;
    return row;
  });
  rows.sort((a, b) => a.id.compare(b.id));
  const index = Buffer.alloc(8 + 1024 + rows.length * 28 + 40);
  index.writeUInt32BE(0xff744f63, 0);
  index.writeUInt32BE(2, 4);
  for (let i = 0; i < 256; i++) index.writeUInt32BE(rows.filter(({ id }) => (id[0] ?? 0) <= i).length, 8 + 4 * i);
  rows.forEach((row, i) => {
    row.id.copy(index, 1032 + 20 * i);
    index.writeUInt32BE(row.crc, 1032 + 20 * rows.length + 4 * i);
    index.writeUInt32BE(row.offset, 1032 + 24 * rows.length + 4 * i);
  });
  const folder = join(gitFolder, "objects/pack");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `pack-${name}.pack`), pack);
  writeFileSync(join(folder, `pack-${name}.idx`), index);
}

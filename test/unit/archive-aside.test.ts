import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type Reading, reading } from "../support/archives/reading.ts";
import { pax, type TarMember, tar, tarMember } from "../support/archives/tar.ts";
import { xz } from "../support/archives/xz.ts";
import { zip, zipMember } from "../support/archives/zip.ts";

const HIDDEN = "what somebody hid between the members";
const bytes = Buffer.from(HIDDEN);
const content = Buffer.from("content\n");
const member = { name: "one", content };

function isSeen(read: Reading): boolean {
  return read.documents.some(({ within, content }) => within.includes(HIDDEN) || content.includes(HIDDEN));
}

/** A gzip member whose header holds these parts. */
function gzipWith({ extra, name, comment }: { extra?: Buffer; name?: string; comment?: string }): Buffer {
  const packed = gzipSync(content);
  const flags = (extra ? 4 : 0) | (name ? 8 : 0) | (comment ? 16 : 0);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(extra?.length ?? 0);
  return Buffer.concat([
    packed.subarray(0, 3),
    Buffer.of(flags),
    packed.subarray(4, 10),
    ...(extra ? [length, extra] : []),
    ...(name ? [Buffer.from(`${name}\0`)] : []),
    ...(comment ? [Buffer.from(`${comment}\0`)] : []),
    packed.subarray(10),
  ]);
}

function skippable(frame: Buffer): Buffer {
  const header = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
  header.writeUInt32LE(frame.length, 4);
  return Buffer.concat([header, frame]);
}

/** A directory's entry or a local header with an extra field or a comment put in. */
function withPart(header: Buffer, kind: "local" | "central", part: "extra" | "comment", name: string): Buffer {
  const fixed = kind === "local" ? 30 : 46;
  const lengthAt = { local: { extra: 28, comment: 0 }, central: { extra: 30, comment: 32 } }[kind][part];
  const changed = Buffer.from(header);
  changed.writeUInt16LE(bytes.length, lengthAt);
  const at = fixed + name.length;
  return Buffer.concat([changed.subarray(0, at), bytes, changed.subarray(at)]);
}

function zipOf(local: Buffer, central: Buffer, comment = "", tail = Buffer.alloc(0)): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([local, central, tail, end, Buffer.from(comment)]);
}

const { local, central } = zipMember(member, 0);
const slack = Buffer.concat([deflateRawSync(content), bytes]);
const large = Buffer.alloc(300_000, "0123456789abcdef\n");
const largeSlack = Buffer.concat([deflateRawSync(large, { level: 0 }), bytes]);

function tarWith(patch: TarMember["patch"] & object): Buffer {
  return tar([{ ...member, format: "gnu", patch }]);
}

function padded(): Buffer {
  const archive = tar([member]);
  archive.set(bytes, 512 + 100);
  return archive;
}

const ARCHIVES: readonly (readonly [string, Buffer])[] = [
  ["gzip: a comment", gzipWith({ comment: HIDDEN })],
  ["gzip: an extra field", gzipWith({ extra: bytes })],
  ["gzip: the name of a second stream", Buffer.concat([gzipSync(content), gzipWith({ name: HIDDEN })])],
  ["gzip: a name behind more than is looked at", gzipWith({ extra: Buffer.alloc(600), name: HIDDEN })],
  ["zip: its comment", zipOf(local, central, HIDDEN)],
  ["zip: a member's comment", zipOf(local, withPart(central, "central", "comment", "one"))],
  ["zip: an extra field of the directory", zipOf(local, withPart(central, "central", "extra", "one"))],
  ["zip: an extra field of a member", zipOf(withPart(local, "local", "extra", "one"), central)],
  ["zip: between directory and end", zipOf(local, central, "", bytes)],
  ["zip: behind a member's packed data", zip([{ ...member, packed: slack }])],
  ["zip: behind a large member's packed data", zip([{ name: "large", content: large, packed: largeSlack }])],
  ["zip: the name of a folder", zip([member, { name: `${HIDDEN}/` }])],
  ["zip: the name of an encrypted member", zip([member, { name: HIDDEN, content, flags: 1 }])],
  ["zip: the name of a member packed in an unknown way", zip([member, { name: HIDDEN, content, methodNumber: 99 }])],
  ["zip: behind its end", Buffer.concat([zip([member]), bytes])],
  ["tar: padding", padded()],
  ["tar: the target of a link", tarWith({ at: 157, bytes })],
  ["tar: the end of the header", tarWith({ at: 470, bytes })],
  ["tar: behind the name", tarWith({ at: 8, bytes })],
  ["tar: the name of a folder", tar([{ name: `${HIDDEN}/`, type: "5" }])],
  ["tar: a record of an extended header", tar([pax({ comment: HIDDEN }), member])],
  ["tar: behind the records of an extended header", tar([{ name: "pax", type: "x", content: bytes }, member])],
  ["tar: a record for all members", tar([{ ...pax({ comment: HIDDEN }), type: "g" }, member])],
  ["tar: the long target of a link", tar([{ name: "././@LongLink", type: "K", content: bytes }, member])],
  [
    "tar: behind a long name",
    tar([{ name: "././@LongLink", type: "L", content: Buffer.concat([Buffer.from("one\0"), bytes]) }, member]),
  ],
  ["tar: behind its end", Buffer.concat([tar([member]), tarMember({ name: HIDDEN, type: "5" }), Buffer.alloc(1024)])],
  ["zstd: a skippable frame in front", Buffer.concat([skippable(bytes), zstdCompressSync(content)])],
  ["zstd: a skippable frame behind", Buffer.concat([zstdCompressSync(content), skippable(bytes)])],
  ["xz: padding of a block's header", xzWithPadding()],
];

/** The header of a block may be padded, by zeros that nobody checks. */
function xzWithPadding(): Buffer {
  const packed = xz(content);
  const length = (packed.readUInt8(12) + 1) * 4;
  const more = Buffer.alloc(Math.ceil(bytes.length / 4) * 4);
  more.set(bytes);
  const header = Buffer.concat([packed.subarray(12, 12 + length - 4), more, Buffer.alloc(4)]);
  header.writeUInt8(header.length / 4 - 1, 0);
  header.writeUInt32LE(crc32(header.subarray(0, -4)), header.length - 4);
  return Buffer.concat([packed.subarray(0, 12), header, packed.subarray(12 + length)]);
}

describe("what a container holds beside its members is a document too", () => {
  test.each(ARCHIVES)("%s", async (_, archive) => {
    expect(isSeen(await reading(archive))).toBe(true);
  });

  test.each(ARCHIVES)("nested, in small chunks: %s", async (_, archive) => {
    expect(isSeen(await reading(gzipSync(archive), { chunks: 7 }))).toBe(true);
  });

  test.each(ARCHIVES.filter(([name]) => name.startsWith("zip:") && !/between directory/.test(name)))(
    "front to back: %s",
    async (_, archive) => {
      expect(isSeen(await reading(archive, { chunks: 16, bounds: { storedBytes: 10 } }))).toBe(true);
    },
  );

  test("a member behind a directory that hides it, where a zip is read front to back", async () => {
    const hidden = zip([{ name: "hidden", content: bytes }]);
    const read = await reading(Buffer.concat([zip([member]), hidden]), { chunks: 64, bounds: { storedBytes: 10 } });
    expect(isSeen(read)).toBe(true);
  });

  test("not where there is no text in it", async () => {
    for (const archive of [
      gzipSync(content),
      zip([member], { zip64: true }),
      tar([member]),
      zstdCompressSync(content),
    ]) {
      expect((await reading(archive)).documents).toHaveLength(1);
    }
  });

  test("up to a bound, past which it is a failure", async () => {
    const text = Buffer.alloc(1 << 20, "words and words ");
    const read = await reading(Buffer.concat([skippable(text), skippable(text), zstdCompressSync(content)]));
    expect(read.rows).toMatchObject([{ reason: "archive-suspicious" }]);
  });
});

import { crc32, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { unreadFormat } from "../../src/scan/sources/archive/format.ts";
import { type Reading, reading } from "../support/archives/reading.ts";
import { gnuLongName, pax, type TarMember, tar } from "../support/archives/tar.ts";
import { xz } from "../support/archives/xz.ts";
import { type ZipMember, zip, zipMember } from "../support/archives/zip.ts";

const PLAIN = "plain text behind a claim to be something else";
const plain = Buffer.from(PLAIN);
const stored = { name: "a", content: plain, method: "stored" as const } satisfies ZipMember;
const other = { name: "other", content: Buffer.from("content\n") } satisfies ZipMember;

function isSeen(read: Reading): boolean {
  return read.documents.some(({ content }) => content.includes(PLAIN));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** The head of an xz file whose one block has a filter that nobody knows, and then text. */
function xzOfOtherFilter(): Buffer {
  const header = Buffer.of(1, 0, 4, 0);
  return Buffer.concat([xz(plain).subarray(0, 12), header, uint32(crc32(header)), plain]);
}

/** A local header with no sizes, as a stream has it, and no descriptor behind the data. */
function unsized(member: ZipMember): Buffer {
  const { local } = zipMember({ ...member, descriptor: "signed" }, 0);
  return local.subarray(0, -16);
}

/** What is said not to be readable, and is not. */
const CLAIMS: readonly (readonly [string, Buffer])[] = [
  ["xz of a later format", Buffer.concat([Buffer.from("\xfd7zXZ\0\x01\0", "latin1"), plain])],
  ["xz with a filter that is not read", xzOfOtherFilter()],
  ["xz with garbage behind it", Buffer.concat([xz(plain.subarray(0, 1)), plain])],
  ["gzip that is none", Buffer.concat([gzipSync("").subarray(0, 10), plain])],
  ["gzip with garbage behind it", Buffer.concat([gzipSync("content"), plain])],
  ["bzip2 that is none", Buffer.concat([Buffer.from("BZh91AY&SY"), plain])],
  ["zstd that is none", Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), plain])],
  ["zip without a directory", Buffer.concat([Buffer.from("PK\x03\x04"), plain])],
  ["a member that claims to be encrypted", zip([{ ...stored, flags: 1 }])],
  ["a member that claims to be packed in an unknown way", zip([{ ...stored, methodNumber: 77 }])],
  ["a member that claims to be deflated", zip([{ ...stored, methodNumber: 8 }])],
  ["a hidden member that claims to be encrypted", zip([other, { ...stored, flags: 1, isUnlisted: true }])],
];

describe("what is not read is searched as it is", () => {
  test.each(CLAIMS)("%s, nested", async (_, archive) => {
    const read = await reading(tar([{ name: "inner", content: archive }, other]));
    expect(isSeen(read)).toBe(true);
    expect(read.rows.length).toBeGreaterThan(0);
    expect(read.documents.map(({ within }) => within)).toContainEqual(["other"]);
  });

  test.each(CLAIMS)("%s, nested in what is compressed", async (_, archive) => {
    expect(isSeen(await reading(gzipSync(tar([{ name: "inner", content: archive }]))))).toBe(true);
  });

  test.each(CLAIMS)("%s, as a stream", async (_, archive) => {
    expect(isSeen(await reading(archive, { chunks: 5 }))).toBe(true);
  });

  test("what lies behind a bound, as a stream", async () => {
    const archive = tar([other, { ...other, name: "another" }, stored]);
    expect(isSeen(await reading(archive, { chunks: 100, bounds: { members: 1 } }))).toBe(true);
  });
});

describe("a zip", () => {
  test("a folder with data is no folder", async () => {
    const read = await reading(zip([{ ...stored, name: "a/", size: 0, crc: 0 }, other]));
    expect(isSeen(read)).toBe(true);
    expect(read.rows).toMatchObject([{ within: ["a/"], reason: "archive-damaged" }]);
  });

  test("what follows a member that does not say how long it is, is unpacked", async () => {
    const gap = Buffer.concat([
      unsized({ ...other, method: "stored" }),
      zipMember({ name: "a", content: plain }, 0).local,
    ]);
    for (const archive of [Buffer.concat([gap, zip([other])]), gap])
      for (const options of [{}, { chunks: 3, bounds: { storedBytes: 10 } }])
        expect(isSeen(await reading(archive, options))).toBe(true);
  });

  test("a gap that cannot be read on does not end the reading of the others", async () => {
    const gap = unsized(stored);
    const archive = Buffer.concat([
      gap,
      zip([
        other,
        { ...other, name: "hidden", content: Buffer.alloc(1 << 16, "hidden"), isUnlisted: true },
        { ...other, name: "last" },
      ]),
    ]);
    const read = await reading(gzipSync(archive));
    expect(isSeen(read)).toBe(true);
    expect(read.documents.map(({ within }) => within.at(-1))).toContain("hidden");
  });
});

test("the name of a member that is a container itself is told", async () => {
  const inner = zip([other]);
  expect((await reading(zip([{ name: "inner.zip", content: inner }]))).names).toEqual(["inner.zip"]);
  expect((await reading(tar([{ name: "inner.zip", content: inner }]))).names).toEqual(["inner.zip"]);
});

test("an xz index that is not of the blocks is damage, and is looked into", async () => {
  // Each block has a record of two bytes.
  const packed = xz(Buffer.alloc(PLAIN.length / 2), 1);
  const index = packed.length - 12 - 4 * Math.ceil((2 + PLAIN.length + 4) / 4);
  packed.set(plain, index + 2);
  for (const archive of [packed, tar([{ name: "inner", content: packed }])]) {
    const read = await reading(archive);
    expect(isSeen(read)).toBe(true);
    expect(read.rows).toMatchObject([{ reason: "archive-damaged", detail: "the xz index does not fit the data" }]);
  }
});

describe("a zip behind a program", () => {
  const packed = zip([{ name: "packed", content: plain }]);
  const program = Buffer.concat([Buffer.from("#!/usr/bin/python\n"), packed]);
  const image = Buffer.concat([Buffer.from("GIF89a"), packed]);

  test("is read where it lies in an archive, from a file or as a stream", async () => {
    for (const archive of [
      tar([{ name: "a", content: program }]),
      gzipSync(program),
      zip([{ name: "a", content: image }]),
    ]) {
      const read = await reading(archive, { name: "a" });
      expect(read.documents.map(({ within }) => within)).toContainEqual(["a", "packed"]);
      expect(isSeen(read)).toBe(true);
      expect(read.rows).toEqual([]);
    }
  });

  test("is told where it could only be read past", async () => {
    const rows = [{ within: ["a"], reason: "archive-unsupported" }];
    expect((await reading(gzipSync(program), { name: "a", bounds: { storedBytes: 20 } })).rows).toMatchObject(rows);
    expect((await reading(gzipSync(image), { name: "a" })).rows).toMatchObject(rows);
  });
});

test("lzma alone is a packed format that is not read into", () => {
  const properties = Buffer.from([0x5d, 0, 0, 0x80, 0]);
  expect(unreadFormat(Buffer.concat([properties, Buffer.alloc(8, 0xff), plain]))).toBe("lzma");
  expect(unreadFormat(Buffer.concat([properties, Buffer.from([9, 1, 0, 0, 0, 0, 0, 0]), plain]))).toBe("lzma");
  expect(unreadFormat(Buffer.from("]\n\n[another section]"))).toBeNull();
});

describe("names of a tar that another one overrules, or that no member bears, are told", () => {
  const long = "a name that hides behind another";
  test.each<[string, readonly TarMember[]]>([
    ["GNU's long name", [gnuLongName("short"), { ...other, name: long }]],
    ["pax, twice", [pax({ path: long }), pax({ path: "short" }), other]],
    ["a sparse file's", [pax({ path: long, "GNU.sparse.name": "short" }), other]],
    ["of no member, by pax", [other, pax({ path: long })]],
    ["of no member, by GNU", [other, gnuLongName(long)]],
    ["of the extension itself", [{ ...gnuLongName("short"), name: long }, other]],
    ["with the prefix of another format", [{ name: "behind another", prefix: "a name that hides", format: "gnu" }]],
    ["of what holds for all members", [{ ...pax({ comment: "none" }), type: "g", name: long }, other]],
  ])("%s", async (_, members) => {
    const isTold = expect.toSatisfy((name: string) => name.replace("/", " ") === long);
    expect((await reading(tar(members))).names).toContainEqual(isTold);
    expect((await reading(gzipSync(tar(members)), { chunks: 7 })).names).toContainEqual(isTold);
  });
});

test("text without letters is text: numeric entities, and a key whose value is a number", async () => {
  const entities = Array.from(plain, (code) => `&#${code};`).join("");
  for (const archive of [
    zip([other], { comment: entities }),
    tar([pax({ comment: entities }), other]),
    tar([pax({ [entities]: "1" }), other]),
  ])
    expect((await reading(archive)).documents.some(({ content }) => content.includes(entities))).toBe(true);
});

test("what is unpacked is compared with what was read for it, in the midst of a chunk too", async () => {
  const lines = Array.from({ length: 24_000 }, (_, i) => `${i * 7919}${"x".repeat(3000)}`);
  const packed = gzipSync(lines.join("\n"));
  // More than 64 MiB, from less than what is read of a file at once.
  expect(packed.length).toBeLessThan(1 << 18);
  expect((await reading(packed, { keep: 0 })).rows).toEqual([]);
});

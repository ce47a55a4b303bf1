import { randomBytes } from "node:crypto";
import { constants, crc32, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { BZIP2, toolContent, XZ, XZ_BCJ, XZ_CRC32, XZ_OTHER_PROPERTIES } from "../support/archives/by-tools.ts";
import { bzip2 } from "../support/archives/bzip2.ts";
import { reading, reasons, texts } from "../support/archives/reading.ts";
import { xz } from "../support/archives/xz.ts";

const content = Buffer.from("first line\nsecond line\n");
/** More than all buffers on the way. */
const large = Buffer.concat(
  Array.from({ length: 40 }, (_, i) => Buffer.concat([randomBytes(20_000), Buffer.alloc(20_000, i)])),
);

const FORMATS = { gzip: gzipSync, zstd: zstdCompressSync, bzip2, xz } as const;

describe.each(Object.entries(FORMATS))("%s", (_, compress) => {
  test("is unpacked, from a file and as a stream", async () => {
    for (const options of [{}, { chunks: 1 }, { chunks: 100 }]) {
      const read = await reading(compress(content), { name: "notes.txt", ...options });
      expect(texts(read)).toEqual({ "notes.txt": content.toString() });
      expect(read.rows).toEqual([]);
    }
  });

  test("may be empty", async () => {
    const read = await reading(compress(Buffer.alloc(0)));
    expect(read.documents.map((document) => document.content.length)).toEqual([0]);
    expect(read.rows).toEqual([]);
  });

  test("may be larger than any buffer", async () => {
    const packed = compress(large.subarray(0, compress === bzip2 ? 100_000 : large.length));
    for (const options of [{}, { chunks: 10_000 }]) {
      const read = await reading(packed, options);
      expect(read.rows).toEqual([]);
      expect(read.documents[0]?.content.equals(large.subarray(0, read.bytes))).toBe(true);
      expect(read.bytes).toBeGreaterThanOrEqual(100_000);
    }
  });

  test("may be several, one behind the other", async () => {
    const read = await reading(
      Buffer.concat([compress(content), compress(large.subarray(0, 70_000)), compress(content)]),
    );
    expect(read.rows).toEqual([]);
    expect(read.documents[0]?.content.equals(Buffer.concat([content, large.subarray(0, 70_000), content]))).toBe(true);
  });

  test("what is cut off is read up to there, and told", async () => {
    for (const bytes of [content, large.subarray(0, 60_000)]) {
      const packed = compress(bytes);
      for (const length of [packed.length - 1, packed.length - 5, packed.length >> 1]) {
        const read = await reading(packed.subarray(0, length));
        expect(reasons(read)).toEqual([["", "archive-damaged"]]);
        const got = read.documents[0]?.content ?? Buffer.alloc(0);
        expect(got.equals(bytes.subarray(0, got.length))).toBe(true);
      }
    }
  });

  test("what follows it is told, and what came before is kept", async () => {
    const read = await reading(Buffer.concat([compress(content), Buffer.from("something else")]), { name: "a" });
    expect(texts(read)).toEqual({ a: content.toString() });
    expect(reasons(read)).toEqual([["", "archive-damaged"]]);
  });
});

describe("the name inside", () => {
  test.each([
    ["notes.txt.gz", "notes.txt"],
    ["backup.tgz", "backup.tar"],
    ["BACKUP.TAR.GZ", "BACKUP.TAR"],
    ["backup.tbz2", "backup.tar"],
    ["backup.txz", "backup.tar"],
    ["backup.tzst", "backup.tar"],
    ["log.zst", "log"],
    ["initrd", "initrd"],
  ])("%s holds %s", async (name, inside) => {
    const read = await reading(gzipSync(content), { name });
    expect(read.documents.map((document) => document.within)).toEqual([[inside]]);
  });

  test("is the one that gzip noted, whatever it holds", async () => {
    const header = Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 3, 2, 0, 0xff, 0xff]);
    const name = Buffer.from("../\x1b[31mcaf\xe9\0", "latin1");
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(crc32(content), 0);
    trailer.writeUInt32LE(content.length, 4);
    const comment = Buffer.from("a comment\0\0\0");
    const packed = Buffer.concat([header, name, comment, deflateRawSync(content), trailer]);
    const read = await reading(packed, { name: "other.gz" });
    expect(texts(read)).toEqual({ "../\x1b[31mcafé": content.toString() });
    expect(read.rows).toEqual([]);
  });
});

describe("gzip", () => {
  test("zeros behind it are padding", async () => {
    const read = await reading(
      Buffer.concat([gzipSync(content), Buffer.alloc(1000), gzipSync(content), Buffer.alloc(9)]),
    );
    expect(read.documents[0]?.content.toString()).toBe(`${content}${content}`);
    expect(read.rows).toEqual([]);
  });

  test("a wrong checksum, or length, is told; the bytes were read", async () => {
    for (const at of [8, 4]) {
      const packed = Buffer.from(gzipSync(content));
      packed.writeUInt32LE(7, packed.length - at);
      const read = await reading(packed, { name: "a" });
      expect(texts(read)).toEqual({ a: content.toString() });
      expect(reasons(read)).toEqual([["", "archive-damaged"]]);
    }
  });

  test.each([
    ["a small one", content],
    ["a large one", large],
  ])("all that comes before damage is read: %s", async (_, bytes) => {
    // What was flushed ends at a byte; then comes a block of a type that does not exist.
    const deflated = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
    const packed = Buffer.concat([gzipSync("").subarray(0, 10), deflated, Buffer.alloc(20, 7)]);
    const read = await reading(packed);
    const got = read.documents[0]?.content ?? Buffer.alloc(0);
    expect(got.equals(bytes.subarray(0, got.length))).toBe(true);
    // zlib keeps the last chunk to itself when it meets damage.
    expect(got.length).toBeGreaterThanOrEqual(bytes === content ? content.length : bytes.length - (1 << 16));
    expect(reasons(read)).toEqual([["", "archive-damaged"]]);
  });
});

describe("zstd", () => {
  test("skippable frames are skipped wherever they are", async () => {
    const skippable = Buffer.concat([Buffer.from([0x53, 0x2a, 0x4d, 0x18, 9, 0, 0, 0]), Buffer.from("nine byte")]);
    const packed = Buffer.concat([
      skippable,
      zstdCompressSync(content),
      skippable,
      zstdCompressSync(content),
      skippable,
    ]);
    const read = await reading(packed);
    expect(read.documents[0]?.content.toString()).toBe(`${content}${content}`);
    expect(read.rows).toEqual([]);
  });

  test("a window that takes too much memory is refused", async () => {
    const frame = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0xf8]), Buffer.alloc(40)]);
    expect(reasons(await reading(frame))).toEqual([["", "archive-suspicious"]]);
  });
});

describe("xz as the tool makes it", () => {
  test.each([
    ["CRC-64", XZ],
    ["other properties, a small dictionary, SHA-256", XZ_OTHER_PROPERTIES],
    ["other properties, CRC-32", XZ_CRC32],
  ])("%s", async (_, packed) => {
    const read = await reading(packed);
    expect(read.documents[0]?.content.equals(toolContent())).toBe(true);
    expect(read.rows).toEqual([]);
  });

  test("filters for machine code are not read", async () => {
    expect(reasons(await reading(XZ_BCJ))).toEqual([["", "archive-unsupported"]]);
  });

  test("a wrong checksum is told; the bytes were read", async () => {
    const packed = xz(Buffer.alloc(100, "x"));
    packed[12 + 12 + 3] = 0x79; // Behind the headers of the stream, the block and the chunk.
    const read = await reading(packed, { name: "a" });
    expect(texts(read)).toEqual({ a: `y${"x".repeat(99)}` });
    expect(read.rows).toEqual([
      { within: [], reason: "archive-damaged", detail: "the checksum of an xz block does not match" },
    ]);
  });

  test("blocks and padding between streams", async () => {
    const read = await reading(Buffer.concat([xz(content, 5), Buffer.alloc(8), XZ, Buffer.alloc(4)]));
    expect(read.documents[0]?.content.equals(Buffer.concat([content, toolContent()]))).toBe(true);
    expect(read.rows).toEqual([]);
  });

  test("an xz inside an xz inside an xz", async () => {
    const read = await reading(xz(xz(XZ)), { name: "a.xz.xz.xz" });
    expect(read.documents[0]?.within).toEqual(["a.xz.xz", "a.xz", "a"]);
    expect(read.documents[0]?.content.equals(toolContent())).toBe(true);
  });
});

describe("bzip2 as the tool makes it", () => {
  test("is unpacked", async () => {
    const read = await reading(BZIP2);
    expect(read.documents[0]?.content.equals(toolContent())).toBe(true);
    expect(read.rows).toEqual([]);
  });

  test("runs of every length", async () => {
    const lengths = [1, 2, 3, 4, 5, 8, 254, 255, 256, 259, 260, 600];
    const bytes = Buffer.concat(lengths.map((length, i) => Buffer.alloc(length, i % 3)));
    const read = await reading(bzip2(bytes));
    expect(read.documents[0]?.content.equals(bytes)).toBe(true);
    expect(read.rows).toEqual([]);
  });

  test("a wrong checksum of a block is told; the bytes were read", async () => {
    const packed = bzip2(content);
    packed[10] = (packed[10] ?? 0) ^ 1;
    const read = await reading(packed, { name: "a" });
    expect(texts(read)).toEqual({ a: content.toString() });
    expect(reasons(read)).toEqual([["", "archive-damaged"]]);
  });

  test("a wrong checksum of the whole is told; the bytes were read", async () => {
    const packed = bzip2(content);
    // Behind the checksum there are seven bits at most.
    packed[packed.length - 2] = (packed[packed.length - 2] ?? 0) ^ 1;
    const read = await reading(packed, { name: "a" });
    expect(texts(read)).toEqual({ a: content.toString() });
    expect(reasons(read)).toEqual([["", "archive-damaged"]]);
  });
});

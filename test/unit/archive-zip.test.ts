import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { reading, reasons, texts } from "../support/archives/reading.ts";
import { tar } from "../support/archives/tar.ts";
import { type ZipMember, type ZipMethod, zip, zipEnd, zipMember } from "../support/archives/zip.ts";

const one = Buffer.from("content of one\n");
const two = Buffer.from("content of two\n");
const both = { one: `${one}`, two: `${two}` };
const large = Buffer.concat([randomBytes(300_000), Buffer.alloc(300_000, "large\n")]);
const METHODS: readonly ZipMethod[] = ["stored", "deflated", "zstd", "bzip2", "xz"];

describe("zip", () => {
  test.each(METHODS)("%s", async (method) => {
    const content = method === "bzip2" ? large.subarray(0, 5000) : large;
    const archive = zip([
      { name: "one", content: one, method },
      { name: "large", content, method },
      { name: "two", content: two, method },
    ]);
    for (const options of [{}, { chunks: 5000 }, { chunks: 5000, bounds: { storedBytes: 100 } }]) {
      const read = await reading(archive, options);
      expect(read.rows).toEqual([]);
      expect(read.documents.map(({ within }) => within)).toEqual([["one"], ["large"], ["two"]]);
      expect(read.documents[1]?.content.equals(content)).toBe(true);
    }
  });

  test.each<[string, Partial<ZipMember>]>([
    ["a signed descriptor", { descriptor: "signed" }],
    ["a bare descriptor", { descriptor: "bare" }],
    ["a zip64 field", { zip64: true }],
  ])("members with %s", async (_, facts) => {
    const archive = zip([
      { name: "one", content: one, ...facts },
      { name: "large", content: large, ...facts },
      { name: "two", content: two, ...facts },
    ]);
    for (const options of [{}, { chunks: 5000, bounds: { storedBytes: 100 } }]) {
      const read = await reading(archive, options);
      expect(read.rows).toEqual([]);
      expect(texts(read)).toEqual({ ...both, large: large.toString() });
    }
  });

  test("stored members with a descriptor, as Go writes them", async () => {
    const archive = zip([
      { name: "one", content: one, method: "stored", descriptor: "signed" },
      { name: "two", content: two },
    ]);
    expect(texts(await reading(archive))).toEqual(both);
    // Front to back nothing says where the first one ends.
    const read = await reading(archive, { chunks: 10, bounds: { storedBytes: 10 } });
    expect(read.documents.map(({ within }) => within)).toEqual([["one"], ["two"]]);
    expect(read.documents[0]?.content.includes(one)).toBe(true);
    expect(reasons(read)).toEqual([["one", "archive-unsupported"]]);
  });

  test.each<[string, Buffer]>([
    [
      "a comment",
      zip(
        [
          { name: "one", content: one },
          { name: "two", content: two },
        ],
        { comment: "no PK\x05\x06 end" },
      ),
    ],
    [
      "zip64 records at its end",
      zip(
        [
          { name: "one", content: one },
          { name: "two", content: two },
        ],
        { zip64: true },
      ),
    ],
    [
      "folders",
      zip([
        { name: "a/", method: "stored" },
        { name: "one", content: one },
        { name: "b\\" },
        { name: "two", content: two },
      ]),
    ],
  ])("%s", async (_, archive) => {
    const read = await reading(archive);
    expect(texts(read)).toEqual(both);
    expect(read.rows).toEqual([]);
  });

  test("empty ones, and empty members", async () => {
    expect(await reading(zip([]))).toEqual({ documents: [], rows: [], names: [], bytes: 0 });
    const read = await reading(zip([{ name: "one" }, { name: "two", method: "stored" }]));
    expect(texts(read)).toEqual({ one: "", two: "" });
    expect(read.rows).toEqual([]);
  });

  test("what precedes it is a document of its own", async () => {
    const script = "#!/bin/sh\nexec java -jar $0\n";
    for (const zip64 of [false, true]) {
      const archive = zip(
        [
          { name: "one", content: one },
          { name: "two", content: two },
        ],
        { zip64 },
      );
      const read = await reading(Buffer.concat([Buffer.from(script), archive]), { format: "zip" });
      expect(texts(read)).toEqual({ ...both, "": script });
      expect(read.rows).toEqual([]);
    }
  });

  test("what follows it is a document of its own", async () => {
    const read = await reading(Buffer.concat([zip([{ name: "one", content: one }]), Buffer.alloc(100, "x")]));
    expect(texts(read)).toEqual({ one: `${one}`, "": "x".repeat(100) });
  });

  test("members that the directory does not speak of", async () => {
    const read = await reading(
      zip([{ name: "one", content: one }, { name: "two", content: two, isUnlisted: true }, { name: "three" }]),
    );
    expect(texts(read)).toEqual({ ...both, three: "" });
    expect(read.rows).toEqual([]);
  });

  test.each<[string, string | Buffer, number, string]>([
    ["ASCII", "a b", 0, "a b"],
    ["UTF-8 that says so", "ä€", 1 << 11, "ä€"],
    ["UTF-8 that does not", "ä€", 0, "ä€"],
    ["code page 437", Buffer.from([0x84, 0xe1, 0xff]), 0, "äß\u00a0"],
    ["no UTF-8 that says it is", Buffer.from([0x61, 0xff]), 1 << 11, "a\ufffd"],
    ["one that leads elsewhere", "/../../etc/passwd", 0, "/../../etc/passwd"],
    ["control characters", "a\n\x1b[2J\0", 0, "a\n\x1b[2J\0"],
  ])("names: %s", async (_, name, flags, expected) => {
    const read = await reading(zip([{ name, flags, content: one }]));
    expect(read.documents.map(({ within }) => within)).toEqual([[expected]]);
    expect(read.rows).toEqual([]);
  });

  test("members of one name are each read", async () => {
    const read = await reading(
      zip([
        { name: "a", content: one },
        { name: "a", content: two },
      ]),
    );
    expect(read.documents.map(({ content }) => `${content}`)).toEqual([`${one}`, `${two}`]);
  });

  test("encrypted members are told, and read as they are: one that is not encrypted at all hides nothing", async () => {
    const archive = zip([
      { name: "zipcrypto", content: one, method: "stored", flags: 1 },
      { name: "aes", content: one, methodNumber: 99, packed: one },
      { name: "headers", content: one, method: "stored", flags: 1 << 13 },
      { name: "two", content: two },
    ]);
    for (const options of [{}, { chunks: 10, bounds: { storedBytes: 10 } }]) {
      const read = await reading(archive, options);
      expect(texts(read)).toEqual({ zipcrypto: `${one}`, aes: `${one}`, headers: `${one}`, two: `${two}` });
      expect(reasons(read)).toEqual([
        ["zipcrypto", "archive-encrypted"],
        ["aes", "archive-encrypted"],
        ["headers", "archive-encrypted"],
      ]);
    }
  });

  test("members packed in a way that is not read are told, by its name, and read as they are", async () => {
    const read = await reading(
      zip([
        { name: "a", content: one, packed: one, methodNumber: 9 },
        { name: "b", content: two, packed: two, methodNumber: 77 },
        { name: "two", content: two },
      ]),
    );
    expect(texts(read)).toEqual({ a: `${one}`, b: `${two}`, two: `${two}` });
    expect(read.rows).toEqual([
      { within: ["a"], reason: "archive-unsupported", detail: "the zip method deflate64 is not read" },
      { within: ["b"], reason: "archive-unsupported", detail: "the zip method number 77 is not read" },
    ]);
  });
});

describe("a zip that lies", () => {
  test.each(METHODS)("about the checksum of a member that is %s: the bytes were read", async (method) => {
    const read = await reading(
      zip([
        { name: "one", content: one, method, crc: 7 },
        { name: "two", content: two },
      ]),
    );
    expect(texts(read)).toEqual(both);
    expect(reasons(read)).toEqual([["one", "archive-damaged"]]);
  });

  test.each([1, 100, 5_000_000])("about a member's size (%d): the bytes were read", async (size) => {
    const read = await reading(
      zip([
        { name: "one", content: one, size },
        { name: "two", content: two },
      ]),
    );
    expect(texts(read)).toEqual(both);
    expect(reasons(read)).toEqual([["one", "archive-damaged"]]);
  });

  test("about the checksum behind a member, where it is read front to back", async () => {
    const archive = zip([
      { name: "one", content: one, descriptor: "signed", crc: 7 },
      { name: "two", content: two },
    ]);
    const read = await reading(archive, { chunks: 10, bounds: { storedBytes: 10 } });
    expect(texts(read)).toEqual(both);
    expect(reasons(read)).toEqual([["one", "archive-damaged"]]);
  });

  test("about the number of its members", async () => {
    const read = await reading(
      zip(
        [
          { name: "one", content: one },
          { name: "two", content: two },
        ],
        { entries: 3 },
      ),
    );
    expect(texts(read)).toEqual(both);
    expect(reasons(read)).toEqual([["", "archive-damaged"]]);
  });

  test("about being empty: what it holds is read, and it is told", async () => {
    const full = zip([{ name: "one", content: one, isUnlisted: true }]);
    const read = await reading(full);
    expect(texts(read)).toEqual({ one: `${one}` });
    expect(reasons(read)).toEqual([["", "archive-damaged"]]);
  });

  test("with another name or method in the local header", async () => {
    const archive = zip([
      { name: "one", content: one, local: { name: "uno" } },
      { name: "two", content: two, local: { methodNumber: 0 } },
    ]);
    const read = await reading(archive);
    expect(texts(read)).toEqual(both);
    expect(reasons(read)).toEqual([
      ["one", "archive-damaged"],
      ["two", "archive-damaged"],
    ]);
  });

  test("with an entry that leads nowhere, or past the end", async () => {
    const { local } = zipMember({ name: "one", content: one }, 0);
    const entries = [
      zipMember({ name: "one", content: one }, 0).central,
      zipMember({ name: "nowhere", content: one }, 3).central,
      zipMember({ name: "far", content: one }, 1_000_000).central,
    ];
    const long = zipMember({ name: "one", content: one }, 0).central;
    long.writeUInt32LE(1_000_000, 20);
    const read = await reading(
      Buffer.concat(
        [local, zipEnd(entries, local.length)].flatMap((part, i) => (i === 0 ? [part] : [...entries, part])),
      ),
    );
    expect(texts(read)).toEqual({ one: `${one}` });
    expect(reasons(read)).toEqual([
      ["nowhere", "archive-damaged"],
      ["far", "archive-damaged"],
    ]);
    const cut = await reading(Buffer.concat([local, long, zipEnd([long], local.length)]));
    expect(reasons(cut)).toEqual([["one", "archive-damaged"]]);
  });

  test("with data that are not valid: the rest is read", async () => {
    const read = await reading(
      zip([
        { name: "one", content: one, packed: Buffer.alloc(40, 0xff) },
        { name: "two", content: two },
      ]),
    );
    expect(read.documents.map(({ within, content }) => [within[0], content.toString("latin1")])).toEqual([
      ["one", ""],
      ["one", "\xff".repeat(40)],
      ["two", `${two}`],
    ]);
    expect(reasons(read)).toEqual([["one", "archive-damaged"]]);
  });

  test("with many members of the same bytes: they are read once", async () => {
    const member = { name: "bomb", content: large };
    const { local, central } = zipMember(member, 0);
    const entries = Array.from({ length: 300 }, () => central);
    const read = await reading(Buffer.concat([local, ...entries, zipEnd(entries, local.length)]));
    expect(read.bytes).toBe(large.length);
    // A hundred one by one, then how many more.
    expect(read.rows).toHaveLength(101);
    expect(read.rows.at(-1)).toEqual({ within: [], reason: "archive-damaged", detail: "199 more like the 100 before" });
  });

  test("with members inside one another, as David Fifield's bomb has them", async () => {
    const inner = zipMember({ name: "inner", content: large, method: "stored" }, 0);
    const outer = zipMember({ name: "outer", content: inner.local, method: "stored" }, 0);
    const innerAt = outer.local.length - inner.local.length;
    const entries = [outer.central, zipMember({ name: "inner", content: large, method: "stored" }, innerAt).central];
    const read = await reading(Buffer.concat([outer.local, ...entries, zipEnd(entries, outer.local.length)]));
    // The outer one's content is a zip in its own right, without a directory.
    expect(reasons(read)).toEqual([
      ["outer", "archive-damaged"],
      ["inner", "archive-damaged"],
    ]);
    expect(read.documents.map(({ within }) => within)).toEqual([["outer", "inner"]]);
    expect(read.bytes).toBe(large.length);
  });
});

describe("a zip that is cut off", () => {
  const archive = zip([
    { name: "one", content: one },
    { name: "two", content: two, descriptor: "signed" },
    { name: "large", content: large },
  ]);

  test("before its directory: all members are read", async () => {
    const directory = archive.indexOf("PK\x01\x02");
    const read = await reading(archive.subarray(0, directory));
    expect(texts(read)).toEqual({ ...both, large: large.toString() });
    expect(reasons(read)).toEqual([["", "archive-damaged"]]);
    const stream = await reading(archive.subarray(0, directory), { chunks: 1000, bounds: { storedBytes: 1000 } });
    expect(stream).toEqual({
      ...read,
      rows: [{ within: [], reason: "archive-damaged", detail: "the zip ends without a directory" }],
    });
  });

  test("at its beginning: all but the first member is read", async () => {
    const read = await reading(archive.subarray(archive.indexOf("PK\x03\x04", 1)));
    expect(texts(read)).toEqual({ two: `${two}`, large: large.toString() });
    expect(reasons(read)).toEqual([["one", "archive-damaged"]]);
  });

  test("inside a member: what is there is read", async () => {
    const read = await reading(archive.subarray(0, 200_000));
    expect(texts(read)).toMatchObject(both);
    const last = read.documents.find(({ within }) => within[0] === "large");
    expect(last?.within).toEqual(["large"]);
    expect(last?.content.length).toBeGreaterThan(100_000);
    expect(last?.content.equals(large.subarray(0, last.content.length))).toBe(true);
    expect(reasons(read)).toContainEqual(["large", "archive-damaged"]);
  });

  test("as a stream, too large to be held", async () => {
    const read = await reading(archive.subarray(0, 200_000), { chunks: 1000, bounds: { storedBytes: 1000 } });
    expect(texts(read)).toMatchObject(both);
    expect(reasons(read)).toContainEqual(["large", "archive-damaged"]);
  });
});

describe("a zip inside", () => {
  const inner = zip([
    { name: "one", content: one },
    { name: "two", content: two },
  ]);

  test.each<[string, Buffer, string]>([
    ["a zip, stored", zip([{ name: "a.jar", content: inner, method: "stored" }]), "a.jar"],
    ["a zip, packed", zip([{ name: "a.jar", content: inner }]), "a.jar"],
    ["a tar", tar([{ name: "a.jar", content: inner }]), "a.jar"],
    ["a gzip", gzipSync(inner), "archive"],
    ["a packed tar", gzipSync(tar([{ name: "a.jar", content: inner }])), "archive!a.jar"],
  ])("%s", async (_, archive, within) => {
    for (const options of [{}, { bounds: { storedBytes: 20 } }, { chunks: 50 }]) {
      const read = await reading(archive, options);
      expect(texts(read)).toEqual({ [`${within}!one`]: `${one}`, [`${within}!two`]: `${two}` });
      expect(read.rows).toEqual([]);
    }
  });

  test("damage of what it lies in is told, though it was read front to back", async () => {
    const packed = Buffer.from(gzipSync(inner));
    packed[packed.length - 8] = (packed[packed.length - 8] ?? 0) ^ 1;
    const read = await reading(packed, { bounds: { storedBytes: 20 } });
    expect(read.documents).toHaveLength(2);
    expect(reasons(read)).toEqual([["", "archive-damaged"]]);
  });
});

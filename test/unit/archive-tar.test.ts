import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { reading, reasons, texts } from "../support/archives/reading.ts";
import { gnuLongName, pax, type TarMember, tar, tarMember } from "../support/archives/tar.ts";

const one = Buffer.from("content of one\n");
const two = Buffer.from("content of two\n");

describe("tar", () => {
  test.each<[string, readonly TarMember[], Record<string, string>]>([
    [
      "ustar",
      [
        { name: "one", content: one },
        { name: "two", content: two, prefix: "a/b" },
      ],
      { one: `${one}`, "a/b/two": `${two}` },
    ],
    ["v7", [{ name: "one", content: one, format: "v7", type: "\0" }], { one: `${one}` }],
    ["GNU's magic has no prefix", [{ name: "one", content: one, format: "gnu", prefix: "no name" }], { one: `${one}` }],
    [
      "sizes in base 256",
      [
        { name: "one", content: one, isSizeBinary: true },
        { name: "two", content: two },
      ],
      { one: `${one}`, two: `${two}` },
    ],
    [
      "GNU's long names",
      [gnuLongName("x".repeat(300)), { name: "x", content: one }, { name: "two", content: two }],
      { ["x".repeat(300)]: `${one}`, two: `${two}` },
    ],
    [
      "pax names",
      [pax({ path: "ä/\n\x1b[0m", comment: "no name" }), { name: "x", content: one }],
      { "ä/\n\x1b[0m": `${one}` },
    ],
    [
      "names that lead elsewhere",
      [
        { name: "/etc/passwd", content: one },
        { name: "../../x", content: two },
      ],
      { "/etc/passwd": `${one}`, "../../x": `${two}` },
    ],
    ["empty files", [{ name: "one" }, { name: "two", content: two }], { one: "", two: `${two}` }],
  ])("%s", async (_, members, expected) => {
    for (const options of [{}, { chunks: 100 }]) {
      const read = await reading(tar(members), options);
      expect(texts(read)).toEqual(expected);
      expect(read.rows).toEqual([]);
    }
  });

  test("names that are not UTF-8 are read all the same", async () => {
    const member = { name: "x", content: one, patch: { at: 0, bytes: Buffer.from([0x61, 0xff, 0x62]) } };
    expect(texts(await reading(tar([member])))).toEqual({ "a\ufffdb": `${one}` });
  });

  test("a pax header's size counts", async () => {
    const read = await reading(
      tar([pax({ size: String(one.length) }), { name: "one", content: one, size: 0 }, { name: "two", content: two }]),
    );
    expect(texts(read)).toEqual({ one: `${one}`, two: `${two}` });
    expect(read.rows).toEqual([]);
  });

  test("what has no content makes no document, whatever size it states", async () => {
    const members = ["1", "2", "3", "4", "5", "6"].map((type) => ({ name: `type ${type}`, type, size: 1000 }));
    const read = await reading(
      tar([...members, { name: "folder/", format: "v7", type: "\0" }, { name: "two", content: two }]),
    );
    expect(texts(read)).toEqual({ two: `${two}` });
    expect(read.rows).toEqual([]);
  });

  test("a hard link with its content behind it", async () => {
    const read = await reading(
      tar([
        { name: "one", type: "1", content: one },
        { name: "two", content: two },
      ]),
    );
    expect(texts(read)).toEqual({ one: `${one}`, two: `${two}` });
  });

  test("GNU's sparse files: the parts that are stored", async () => {
    const patch = { at: 482, bytes: Buffer.from([1]) };
    const [header, body] = [
      tarMember({ name: "one", type: "S", format: "gnu", content: one, patch }),
      Buffer.alloc(1024),
    ];
    body[504] = 1; // The first block of the map says that there is a second.
    const sparse = Buffer.concat([header.subarray(0, 512), body, header.subarray(512)]);
    const read = await reading(Buffer.concat([sparse, tar([{ name: "two", content: two }])]));
    expect(texts(read)).toEqual({ one: `${one}`, two: `${two}` });
    expect(read.rows).toEqual([]);
  });

  test("pax's sparse files: without their map", async () => {
    const map = Buffer.alloc(512);
    map.write(`1\n0\n${one.length}\n`);
    const records = {
      "GNU.sparse.major": "1",
      "GNU.sparse.minor": "0",
      "GNU.sparse.name": "one",
      path: "GNUSparseFile.0/one",
    };
    const read = await reading(
      tar([pax(records), { name: "x", content: Buffer.concat([map, one]) }, { name: "two", content: two }]),
    );
    expect(texts(read)).toEqual({ one: `${one}`, two: `${two}` });
    expect(read.rows).toEqual([]);
  });

  test("a tar attached to another one", async () => {
    const read = await reading(
      Buffer.concat([tar([{ name: "one", content: one }]), tar([{ name: "two", content: two }])]),
    );
    expect(texts(read)).toEqual({ one: `${one}`, two: `${two}` });
    expect(read.rows).toEqual([]);
  });

  test.each([
    ["a line break", "\r\n", "[headers]", ""],
    ["a line of text", "a line behind the end\n", "[headers]", "a line behind the end"],
    ["more than a block", "a line behind the end\n".repeat(50), "", "a line behind the end\n".repeat(50)],
  ])("what follows the end mark is no damage, and is read: %s", async (_, rest, within, expected) => {
    for (const options of [{}, { chunks: 100 }]) {
      const read = await reading(
        Buffer.concat([tar([{ name: "one", content: one }]), Buffer.from(rest, "latin1")]),
        options,
      );
      expect(read.rows).toEqual([]);
      const { one: member, ...others } = texts(read);
      expect(member).toBe(`${one}`);
      expect((others[within] ?? "").trim()).toBe(expected.trim());
    }
  });

  test("a last block that is short ends a tar as a whole one does", async () => {
    const read = await reading(tar([{ name: "one", content: one }]).subarray(0, 1024 + 100));
    expect(texts(read)).toEqual({ one: `${one}` });
    expect(read.rows).toEqual([]);
  });

  test.each([
    ["one zero block is no end mark", 512, Buffer.alloc(0)],
    ["zeros where a header was are no end mark, as members follow", 1024, tar([{ name: "two", content: two }])],
  ])("%s", async (_, zeros, rest) => {
    const first = tarMember({ name: "one", content: one });
    const read = await reading(Buffer.concat([first, Buffer.alloc(zeros), Buffer.alloc(512, "x"), rest]));
    expect(texts(read)).toMatchObject({ one: `${one}`, "": "x".repeat(512) });
    expect(read.rows[0]?.detail).toBe("a tar header is not valid: what it belongs to was read without its name");
  });

  test("a wrong checksum: the bytes are read without a name, and what follows with its own", async () => {
    const broken = tarMember({ name: "one", content: one });
    broken[0] = 0x78;
    const first = tarMember({ name: "zero", content: Buffer.from("0") });
    const read = await reading(Buffer.concat([first, broken, tar([{ name: "two", content: two }])]));
    expect(reasons(read)).toEqual([["", "archive-damaged"]]);
    expect(read.documents.map(({ within }) => within)).toEqual([["zero"], [], ["two"]]);
    expect(read.documents[1]?.content.includes(one)).toBe(true);
  });

  test("checksums of signed characters", async () => {
    const member = tarMember({ name: "x", content: one, patch: { at: 0, bytes: Buffer.from([0xff]) } });
    const sum =
      member.subarray(0, 512).reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0) - 256;
    member.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    const read = await reading(Buffer.concat([member, Buffer.alloc(1024)]));
    expect(texts(read)).toEqual({ "\ufffd": `${one}` });
    expect(read.rows).toEqual([]);
  });

  test("one that ends inside a member is read up to there", async () => {
    const whole = tar([
      { name: "one", content: one },
      { name: "two", content: Buffer.alloc(5000, "y") },
    ]);
    const read = await reading(whole.subarray(0, 1024 + 512 + 1000));
    expect(texts(read)).toEqual({ one: `${one}`, two: "y".repeat(1000) });
    expect(read.rows).toEqual([{ within: [], reason: "archive-damaged", detail: "the tar ends inside a member" }]);
  });

  test("one that ends between members is told: more may have come", async () => {
    const read = await reading(tarMember({ name: "one", content: one }));
    expect(texts(read)).toEqual({ one: `${one}` });
    expect(reasons(read)).toEqual([["", "archive-damaged"]]);
  });

  test("a size that is no number", async () => {
    const patch = { at: 124, bytes: Buffer.from([0xff, 0xff, 0xff]) };
    const read = await reading(
      tar([
        { name: "one", content: one },
        { name: "two", content: two, patch },
      ]),
    );
    expect(texts(read)).toEqual({ one: `${one}` });
    expect(reasons(read)).toEqual([["", "archive-damaged"]]);
  });

  test("damage of a member leaves the next ones alone", async () => {
    const broken = Buffer.from(gzipSync(one));
    broken[broken.length - 1] = 1;
    const read = await reading(
      tar([
        { name: "one.gz", content: broken },
        { name: "two", content: two },
      ]),
    );
    expect(texts(read)).toEqual({ "one.gz!one": `${one}`, "one.gz": `${broken}`, two: `${two}` });
    expect(reasons(read)).toEqual([["one.gz", "archive-damaged"]]);
  });

  test("damage of what a tar lies in is told of that", async () => {
    const packed = gzipSync(
      tar([
        { name: "one", content: one },
        { name: "two.gz", content: gzipSync(Buffer.alloc(3000, "y")) },
      ]),
    );
    const read = await reading(packed.subarray(0, packed.length - 30), { name: "a.tgz" });
    expect(texts(read)["a.tar!one"]).toBe(`${one}`);
    expect(reasons(read)).toEqual([["", "archive-damaged"]]);
  });
});

import { constants, deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { reading, reasons, texts } from "../support/archives/reading.ts";
import { tar } from "../support/archives/tar.ts";
import { zip } from "../support/archives/zip.ts";
import { randomFrom } from "../support/random.ts";

const NAME = ".git/objects/ab/cdef";
const content = Buffer.from("a line of a file\n");

function object(type: string, bytes: Uint8Array, size = bytes.length, level: number = constants.Z_BEST_SPEED): Buffer {
  return deflateSync(Buffer.concat([Buffer.from(`${type} ${size}\0`), bytes]), { level });
}

describe("a loose object of git", () => {
  test.each(["blob", "commit", "tag", "tree"])("a %s on its own", async (type) => {
    for (const options of [{}, { chunks: 1 }, { chunks: 100 }]) {
      const read = await reading(object(type, content), options);
      expect(texts(read)).toEqual({ [type]: `${content}` });
      expect(read.rows).toEqual([]);
    }
  });

  test.each([0, 1, 5, 6, 9])("however hard was tried to compress it: %i", async (level) => {
    expect(texts(await reading(object("blob", content, content.length, level)))).toEqual({ blob: `${content}` });
  });

  test("in archives, and when it is one", async () => {
    const nested = object("blob", tar([{ name: "one", content }]));
    const expected = { [`${NAME}!blob!one`]: `${content}`, other: `${content}` };
    for (const pack of [tar, zip]) {
      const read = await reading(
        pack([
          { name: NAME, content: nested },
          { name: "other", content },
        ]),
      );
      expect(texts(read)).toEqual(expected);
      expect(read.rows).toEqual([]);
    }
  });

  test("one that is larger than all buffers", async () => {
    const large = Buffer.alloc(3 << 20, content);
    const read = await reading(tar([{ name: NAME, content: object("blob", large) }]));
    expect(read.documents[0]?.content.equals(large)).toBe(true);
    expect(read.rows).toEqual([]);
  });

  test.each<[string, Buffer, string]>([
    ["shorter than it says", object("blob", content, 100), `${content}`],
    ["longer than it says", object("blob", content, 3), `${content}`],
    ["cut off", object("blob", content, content.length, 0).subarray(0, -10), "a line of a"],
    ["followed by something", Buffer.concat([object("blob", content), Buffer.from("more")]), `${content}`],
    ["with a wrong checksum", Buffer.concat([object("blob", content).subarray(0, -1), Buffer.alloc(1)]), `${content}`],
  ])("one that is %s is told", async (_, bytes, expected) => {
    const read = await reading(
      tar([
        { name: NAME, content: bytes },
        { name: "other", content },
      ]),
    );
    expect(texts(read)).toMatchObject({ [`${NAME}!blob`]: expected, other: `${content}` });
    expect(reasons(read)).toEqual([[NAME, "archive-damaged"]]);
  });

  test("a bomb is told", async () => {
    const read = await reading(object("blob", Buffer.alloc(80 << 20)), { keep: 0, bounds: { ratio: 100 } });
    expect(reasons(read)).toEqual([["", "archive-suspicious"]]);
  });
});

describe("another zlib stream", () => {
  const large = Buffer.from(randomFrom(1).bytes(300_000));

  test.each<[string, Buffer]>([
    ["short", content],
    ["long, and hardly compressed", large],
    ["long, and compressed to little", Buffer.alloc(5 << 20, content)],
  ])("is read into: %s", async (_, bytes) => {
    for (const options of [{}, { chunks: 1000 }]) {
      const read = await reading(deflateSync(bytes), { ...options, format: "zlib" });
      expect(read.documents.map((document) => document.content.equals(bytes))).toEqual([true]);
      expect(read.rows).toEqual([]);
    }
  });

  test("is read into in an archive, and others behind it", async () => {
    const streams = Buffer.concat([deflateSync(content), deflateSync(tar([]), { level: 1 }), deflateSync(content)]);
    const read = await reading(tar([{ name: "some.zz", content: streams }]));
    expect(texts(read)["some.zz!some"]).toMatch(/^a line of a file\n\0+a line of a file\n$/);
    expect(read.rows).toEqual([]);
  });

  test("that something else follows is told, which is read as it is", async () => {
    const read = await reading(tar([{ name: "some.zz", content: Buffer.concat([deflateSync(content), content]) }]));
    expect(texts(read)["some.zz!some"]).toBe(`${content}`);
    expect(reasons(read)).toEqual([["some.zz", "archive-unsupported"]]);
  });

  test("that is damaged is told", async () => {
    const bytes = deflateSync(large);
    bytes.fill(0xff, 200_000, 200_100);
    const read = await reading(tar([{ name: "some.zz", content: bytes }]));
    expect(reasons(read)).toEqual([["some.zz", "archive-damaged"]]);
  });
});

describe("what begins like zlib and is no stream is read as it is", () => {
  test.each<[string, Buffer]>([
    ["text", Buffer.from("x^2 + y^2 = z^2\n")],
    ["a stream that is cut off", deflateSync(content).subarray(0, -1)],
    ["more text", Buffer.from(`x^2 + y^2 = z^2\n${content.toString().repeat(1000)}`)],
    ["too little to be anything", Buffer.from("x\x01")],
  ])("%s", async (_, bytes) => {
    for (const options of [{}, { chunks: 1 }]) {
      const read = await reading(bytes, { ...options, format: "zlib" });
      expect(read.documents).toEqual([{ within: [], content: bytes }]);
      expect(read.rows).toEqual([]);
    }
  });

  test("a zip behind it is found as behind a program", async () => {
    const read = await reading(Buffer.concat([Buffer.from(`x\x01${" ".repeat(40)}`), zip([{ name: "one", content }])]));
    expect(texts(read)).toMatchObject({ one: `${content}` });
    expect(read.rows).toEqual([]);
  });
});

test.each([
  ["a git pack", "PACK\0\0\0\x02\0\0\0\x01"],
  ["a git pack", "PACK\0\0\0\x03\0\0\0\x01"],
  ["a git bundle", "# v2 git bundle\n"],
  ["a git bundle", "# v3 git bundle\n@object-format=sha1\n"],
])("%s is told and not read into", async (name, head) => {
  const read = await reading(tar([{ name: "member", content: Buffer.from(head) }]));
  expect(read.rows).toEqual([
    { within: ["member"], reason: "archive-unsupported", detail: `${name} is not read into` },
  ]);
});

import { describe, expect, test } from "vitest";
import { parseAuthorship, parseOutline, parseTagTarget } from "../../src/scan/sources/git/objects/commit.ts";
import { TreeCursor } from "../../src/scan/sources/git/objects/tree.ts";

const ID = "0123456789abcdef0123456789abcdef01234567";
const LONG_ID = ID + "0".repeat(24);

function commit(...lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join("\n")}\n\nparent ${ID}\ntree ${ID}\n`, "latin1");
}

describe("a commit", () => {
  test("says its tree, parents, author and dates", () => {
    const bytes = commit(
      `tree ${ID}`,
      `parent ${ID}`,
      `parent ${LONG_ID}`,
      "author Ada L <ada@x> 1700000000 +0200",
      "committer B <b@x> 1700000001 -0100",
      "gpgsig -----",
      ` parent ${ID}`,
    );
    expect(parseOutline(bytes)).toEqual({ tree: ID, parents: [ID, LONG_ID], committedSeconds: 1_700_000_001 });
    expect(parseAuthorship(bytes)).toEqual({ author: "Ada L <ada@x>", date: "2023-11-14T22:13:20Z" });
  });

  test.for([
    ["utf-8", Buffer.from("author Zoë <z> 1 +0"), "Zoë <z>"],
    ["ISO-8859-1", Buffer.from("author Zo\xeb <z> 1 +0", "latin1"), "Zoë <z>"],
    ["shift_jis", Buffer.from("author \x83\x65 <z> 1 +0", "latin1"), "テ <z>"],
    ["unheard-of", Buffer.from("author Zo\xeb <z> 1 +0", "latin1"), "Zo\ufffd <z>"],
  ] as const)("written in %s", ([encoding, author, expected]) => {
    const bytes = Buffer.concat([author, Buffer.from(`\nencoding ${encoding}\n\n`)]);
    expect(parseAuthorship(bytes).author).toBe(expected);
  });

  test.for([
    ["0", "1970-01-01T00:00:00Z"],
    ["253402300799", "9999-12-31T23:59:59Z"],
    ["253402300800", null],
    ["99999999999999999999", null],
    ["-5", null],
    ["yesterday", null],
    ["", null],
  ] as const)("written at %s", ([seconds, date]) => {
    const parsed = parseAuthorship(commit(`author A <a> ${seconds} +0000`));
    expect([parsed.author, parsed.date]).toEqual(["A <a>", date]);
  });

  test("that is broken says what it can", () => {
    const [noOutline, nobody] = [
      { tree: null, parents: [], committedSeconds: 0 },
      { author: null, date: null },
    ];
    for (const bytes of [Buffer.alloc(0), commit("tree 123", "parent", "author", "committer"), Buffer.from("\n\n")]) {
      expect(parseOutline(bytes)).toEqual(noOutline);
      expect(parseAuthorship(bytes)).toEqual(nobody);
    }
    expect(parseAuthorship(commit("author <> 1 +0", "tree x")).author).toBe("<>");
    expect(parseAuthorship(commit("author no address at all")).author).toBe("no address at all");
    expect(parseAuthorship(commit(`author ${"x".repeat(1e6)}> 1 +0`)).author).toHaveLength(1000);
    expect(parseOutline(Buffer.from(`tree ${ID}`)).tree).toBe(ID);
    expect(parseOutline(commit(`parent ${ID}`, `tree ${ID}`))).toEqual({ ...noOutline, parents: [ID] });
  });

  test("whose author's date is none of this world has the committer's", () => {
    const bytes = commit(`tree ${ID}`, "author A <a> 99999999999999 +0000", "committer B <b> 1700000000 +0000");
    expect(parseAuthorship(bytes)).toEqual({ author: "A <a>", date: "2023-11-14T22:13:20Z" });
  });
});

test("a tag says what it tags, who and when", () => {
  const bytes = Buffer.from(`object ${ID}\ntype commit\ntag v1\ntagger T <t@x> 1700000000 +0000\n\ntagger no`);
  expect(parseTagTarget(bytes)).toBe(ID);
  expect(parseAuthorship(bytes)).toEqual({ author: "T <t@x>", date: "2023-11-14T22:13:20Z" });
  expect([parseTagTarget(Buffer.from("tag v1\n\n")), parseTagTarget(commit(`tree ${ID}`))]).toEqual([null, null]);
});

describe("a tree", () => {
  const entries = (bytes: Buffer, idLength: number) => {
    const all: { kind: string; name: string; id: string }[] = [];
    for (const cursor = new TreeCursor(bytes, idLength); cursor.next(); ) {
      all.push({
        kind: cursor.kind,
        name: cursor.nameUpTo(bytes.length),
        id: bytes.toString("hex", ...cursor.idSpan),
      });
    }
    return all;
  };
  const entry = (mode: string, name: string, id = ID): Buffer =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`, "latin1"), Buffer.from(id, "hex")]);

  test("lists its entries by their modes", () => {
    const modes = { 100644: "blob", 100755: "blob", 120000: "blob", 40000: "tree", "040000": "tree", 160000: "commit" };
    const bytes = Buffer.concat(Object.keys(modes).map((mode) => entry(mode, `${mode} \xff\n`)));
    const expected = Object.entries(modes).map(([mode, kind]) => ({ kind, name: `${mode} \xff\n`, id: ID }));
    expect(entries(bytes, 20)).toEqual(expected);
    expect(entries(entry("40000", "a", LONG_ID), 32)).toEqual([{ kind: "tree", name: "a", id: LONG_ID }]);
  });

  test("that is broken ends before what makes no sense", () => {
    const good = entry("100644", "a");
    for (const bad of [
      Buffer.from("100644"),
      Buffer.from("100644 b"),
      entry("100644", "b").subarray(0, -1),
      entry("123456789", "b"),
    ]) {
      expect(entries(Buffer.concat([good, bad]), 20)).toHaveLength(1);
    }
  });
});

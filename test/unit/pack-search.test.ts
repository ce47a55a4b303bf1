import { deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { expectedIn, searchPackBytes } from "../support/git/pack-searching.ts";
import { type Entry, type Operation, writePack } from "../support/git/packs.ts";
import { generateMaterial } from "../support/material.ts";

const { id, secret, temporaryId } = generateMaterial(11);
const line = "nothing to see on this line of some length, nor on the next one\n";

/** Base64 that is wrapped and indented; the name of the secret lies across the end of its first line. */
function wrapped(mark: string): string {
  const text = `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n# ${mark}\n`;
  return Buffer.from(text)
    .toString("base64")
    .replace(/.{76}/g, `$&\n${" ".repeat(60)}`);
}

/** Documents with one credential, in which anchors reach further or less far. The mark tells one from another. */
const DOCUMENTS: Readonly<Record<string, (mark: string) => string>> = {
  "an id": (mark) => `${line}key ${id}\n${line}${mark}`,
  "an id at the end": (mark) => `${mark}${line}${line}${id}`,
  "an id at the beginning": (mark) => `${id}\n${line}${mark}`,
  "an id in UTF-16": (mark) => Buffer.from(`\n${temporaryId}\n${mark}`, "utf16le").toString("latin1"),
  "a pair": (mark) => `${mark}\naws_access_key_id=${id}\naws_secret_access_key=${secret}\n${line}`,
  "a secret far behind its name": (mark) => `aws_secret_access_key =${" ".repeat(80)}${secret}\n${mark}`,
  "a secret far behind its name in UTF-16": (mark) =>
    Buffer.from(`${mark}\naws_secret_access_key =${" ".repeat(60)}${secret}\n`, "utf16le").toString("latin1"),
  "wrapped base64, indented": wrapped,
};

/** A delta that makes `target` of a base in which its parts lie in another order, so that what the cut parts is not in it. */
function cutAt(
  target: Buffer,
  cuts: readonly number[],
  isInserted: (part: number) => boolean,
): { base: Buffer; operations: Operation[] } {
  const ends = [...cuts, target.length];
  const parts = ends.map((end, part) => target.subarray(ends[part - 1] ?? 0, end));
  const kept: Buffer[] = [];
  let place = 0;
  const operations: Operation[] = [];
  for (const [number, part] of [...parts.entries()].reverse()) {
    if (part.length === 0) continue;
    if (isInserted(number)) {
      for (let end = part.length; end > 0; end -= 127)
        operations.unshift({ insert: part.subarray(Math.max(0, end - 127), end) });
      continue;
    }
    kept.push(part, Buffer.from("A"));
    operations.unshift({ copy: { offset: place, size: part.length } });
    place += part.length + 1;
  }
  return { base: Buffer.concat(kept), operations };
}

/** What was found in each object of such a pack, and what should have been. */
async function search(entries: readonly Entry[]): Promise<{ found: unknown; expected: ReadonlyMap<string, unknown> }> {
  const written = writePack(entries);
  const { found, skipped } = await searchPackBytes(written);
  return { found: { found, skipped }, expected: expectedIn(written.objects) };
}

test.each([0, 1, 2])("keys anywhere in long base64 are found (alignment %i)", async (before) => {
  const entries = [0, 2000, 3200, 6000, 20_000].flatMap((behind) =>
    [0, 2000, 3200, 6000, 20_000].map((ahead): Entry => {
      const text = `${"#".repeat(before + 3 * ahead)}\nkey=${id}\nsecret=${secret}\n${"z".repeat(behind)}`;
      const encoded = Buffer.from(text).toString("base64");
      const content = ahead % 3 === 2 ? encoded : encoded.replace(/.{76}/g, "$&\n");
      return { type: "blob", content: Buffer.from(content) };
    }),
  );
  const { found, expected } = await search(entries);
  expect(found).toEqual({ found: expected, skipped: [] });
  expect(expected.size).toBe(entries.length);
});

describe.each(Object.entries(DOCUMENTS))("%s is found", (_, document) => {
  const { length } = document("");

  /** Each cut in a tree of its own. */
  const trees = (cuts: (at: number) => readonly number[], isInserted: (part: number) => boolean): Entry[] =>
    Array.from({ length: length - 1 }, (_, number): Entry[] => {
      const target = Buffer.from(document(`${number}`), "latin1");
      const { base, operations } = cutAt(target, cuts(number + 1), isInserted);
      const content = Buffer.concat([base, Buffer.from(` ${number}`)]);
      return [
        { type: "blob", content },
        { base: 2 * number, by: "offset", operations },
      ];
    }).flat();

  test.each([
    ["where two copies meet", 0, () => false],
    ["where all of it is inserted", 0, () => true],
    ["where its end is inserted", 0, (part: number) => part === 1],
    ["where its beginning is inserted", 0, (part: number) => part === 0],
    ["where one byte of it is inserted", 1, (part: number) => part === 1],
    ["where one byte of it is copied", 1, (part: number) => part !== 1],
  ])("%s", async (_, width, isInserted) => {
    const entries = trees((at) => (width === 0 ? [at] : [at, at + width]), isInserted);
    const { found, expected } = await search(entries);
    expect(found).toEqual({ found: expected, skipped: [] });
    expect(expected.size).toBeGreaterThanOrEqual(entries.length / 2);
  });
});

/** How packed formats begin that are not read into. */
const UNREAD = [
  "7z\xbc\xaf\x27\x1c",
  "Rar!\x1a\x07",
  "\x04\x22\x4d\x18",
  "LZIP",
  "\x89LZO\0",
  "\x1f\x9d\x90",
  "MSCF\0\0\0\0",
  "xar!\0",
  "\xed\xab\xee\xdb",
  "!<arch>\ndebian-binary",
  "hsqs",
  "\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff",
  "PACK\0\0\0\x02",
  "PACK\0\0\0\x03",
  "# v2 git bundle\n",
  "# v3 git bundle\n",
];

test("packed formats that are not read into are told, and searched as they are", async () => {
  const heads = [...UNREAD, "# v4 of nothing\n"];
  const entries = heads.map((head, number): Entry => {
    return { type: "blob", content: Buffer.from(`${head}\n${number} ${id}\n`, "latin1") };
  });
  const { found, skipped } = await searchPackBytes(writePack(entries));
  expect(found.size).toBe(heads.length);
  expect(skipped.map(({ reason }) => reason)).toEqual(UNREAD.map(() => "archive-unsupported"));
});

test("a loose object of git that was committed as a file is read", async () => {
  const content = Buffer.from(`key ${id}\n`);
  const object = deflateSync(Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]));
  const text = Buffer.from(`x^2 ${id}`);
  const written = writePack([object, text].map((bytes): Entry => ({ type: "blob", content: bytes })));
  const { hits, skipped } = await searchPackBytes(written);
  expect(new Set(hits.map(({ found }) => found.map(({ within }) => within.join("!")).join()))).toEqual(
    new Set(["blob", ""]),
  );
  expect(skipped).toEqual([]);
});

test.for([undefined, 0])(
  "of the bytes as they are it says whether they may hold credentials, held in memory or not",
  async (largest) => {
    const options = largest === undefined ? {} : { largestInMemory: largest };
    const { pack, index } = writePack([{ type: "blob", content: Buffer.from(`key ${id}\n`) }]);
    const plain = await searchPackBytes({ pack, index }, options);
    expect([plain.found.size, plain.hasPlainAnchors]).toEqual([1, false]);
    const longer = await searchPackBytes({ pack: Buffer.concat([pack, Buffer.from(`\n${id}\n`)]), index }, options);
    expect(longer.hasPlainAnchors).toBe(true);
    const named = await searchPackBytes({ pack: Buffer.concat([pack, Buffer.from("a.br\0")]), index }, options);
    expect(named.hasPlainAnchors).toBe(false);
  },
);

import { createHash } from "node:crypto";
import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fingerprintsIn, searchPackBytes } from "../support/git/pack-searching.ts";
import {
  deltaOf,
  type Entry,
  entryHeader,
  indexOf,
  type Operation,
  objectId,
  writePack,
} from "../support/git/packs.ts";
import { generateMaterial } from "../support/material.ts";

const BLOB = 3;
const OFFSET_DELTA = 6;
const ID_DELTA = 7;

const credentials = (seed: number): Buffer => {
  const { id, secret } = generateMaterial(seed);
  return Buffer.from(`aws_access_key_id=${id}\naws_secret_access_key=${secret}\n`);
};
const text = Buffer.from("nothing of interest is in this line\n".repeat(20));
const copyOf = (bytes: Buffer): Operation => ({ copy: { offset: 0, size: bytes.length } });

/** A pack of raw entries, whose index gives them ids of their own numbers. */
function rawPack(
  entries: readonly Uint8Array[],
  places: (offsets: readonly number[]) => readonly number[] = (all) => all,
) {
  const header = Buffer.from("PACK\0\0\0\x02\0\0\0\0", "latin1");
  header.writeUInt32BE(entries.length, 8);
  const offsets: number[] = [];
  let offset = header.length;
  for (const entry of entries) {
    offsets.push(offset);
    offset += entry.length;
  }
  const body = Buffer.concat([header, ...entries]);
  const pack = Buffer.concat([body, createHash("sha1").update(body).digest()]);
  const objects = places(offsets).map((place, number) => ({ id: rawId(number), offset: place }));
  return { pack, index: indexOf(objects, [], pack, "sha1") };
}

const rawId = (number: number): string => `${number}`.padStart(40, "0");
const blob = (content: Uint8Array, size = content.length): Buffer =>
  Buffer.concat([entryHeader(BLOB, size), deflateSync(content)]);
const deltaOn = (base: string, delta: Uint8Array, size = delta.length): Buffer =>
  Buffer.concat([entryHeader(ID_DELTA, size), Buffer.from(base, "hex"), deflateSync(delta)]);

/** A good object, a bad one, one built on the bad one, and a good one. */
function around(bad: Uint8Array): readonly Uint8Array[] {
  return [blob(credentials(1)), bad, deltaOn(rawId(1), deltaOf([], 5, 0)), blob(credentials(2))];
}

const base = Buffer.concat([entryHeader(BLOB, text.length), deflateSync(text)]);
const bad: Readonly<Record<string, () => ReturnType<typeof rawPack>>> = {
  "says it is longer than it is": () => rawPack(around(blob(text, text.length + 1))),
  "says it is shorter than it is": () => rawPack(around(blob(text, text.length - 1))),
  "says it has no length": () => rawPack(around(blob(text, 0))),
  "has an unknown type": () => rawPack(around(Buffer.concat([entryHeader(5, 4), deflateSync(text)]))),
  "has a stream with a preset dictionary": () =>
    rawPack(around(Buffer.concat([entryHeader(BLOB, text.length), deflateSync(text, { dictionary: text })]))),
  "has no stream": () => rawPack(around(entryHeader(BLOB, 100))),
  "has a header without end": () => rawPack(around(Buffer.alloc(60, 0xff))),
};

test.each([
  ["behind a whole object", () => rawPack([base, Buffer.concat([base, blob(credentials(1))])])],
  [
    "behind a delta",
    () =>
      rawPack([
        base,
        Buffer.concat([deltaOn(rawId(0), deltaOf([copyOf(text)], text.length, text.length)), blob(credentials(1))]),
      ]),
  ],
  ["behind a tree", () => rawPack([Buffer.concat([entryHeader(2, 0), deflateSync(""), blob(credentials(1))]), base])],
  [
    "before the first",
    () =>
      rawPack([Buffer.concat([blob(credentials(1)), base]), base], ([first = 0, ...rest]) => [
        first + blob(credentials(1)).length,
        ...rest,
      ]),
  ],
])("an object that the index leaves out is told: %s", async (_, made) => {
  const { skipped } = await searchPackBytes(made());
  expect(skipped.map(({ reason, detail }) => `${reason} ${detail}`)).toEqual([
    expect.stringMatching(/^object-damaged .* lies what is no object that its index names/),
  ]);
});

const badDeltas: Readonly<Record<string, Buffer>> = {
  "copies from outside its base": deltaOf([{ copy: { offset: text.length - 1, size: 2 } }], text.length, 2),
  "copies from far outside its base": deltaOf(
    [{ copy: { offset: 0xfffffff0, size: 0xffffff } }],
    text.length,
    0xffffff,
  ),
  "says its base is longer": deltaOf([copyOf(text)], text.length + 1, text.length),
  "makes more than it says": deltaOf([copyOf(text), { insert: Buffer.of(1) }], text.length, text.length),
  "makes less than it says": deltaOf([copyOf(text)], text.length, text.length + 1),
  "has the operation that is reserved": Buffer.concat([
    deltaOf([copyOf(text)], text.length, text.length),
    Buffer.of(0),
  ]),
  "is cut in an insertion": deltaOf([{ insert: Buffer.alloc(100) }], text.length, 100).subarray(0, 20),
  "is cut in a copy": Buffer.concat([deltaOf([], text.length, 100), Buffer.of(0xff, 0)]),
  "is empty": Buffer.alloc(0),
  "has sizes without end": Buffer.alloc(40, 0xff),
};

test("entries of which one has no content, built on each other in a circle, end the search of nothing", async () => {
  const first = deltaOn(rawId(1), deltaOf([], 1, 0));
  const onFirst = Buffer.concat([entryHeader(OFFSET_DELTA, 5), Buffer.of(first.length)]);
  const { hits, skipped } = await searchPackBytes(rawPack([first, onFirst, blob(credentials(2))]));
  expect(hits.map(({ id }) => id)).toEqual([rawId(2)]);
  expect(skipped.map(({ place }) => place.slice(-40))).toEqual([rawId(1)]);
});

describe("an object is a row, and nothing else is lost, when", () => {
  const good = { [rawId(0)]: fingerprintsIn(credentials(1)), [rawId(3)]: fingerprintsIn(credentials(2)) };

  test.each(Object.entries(bad))("it %s", async (_, make) => {
    const { found, skipped } = await searchPackBytes(make());
    expect(Object.fromEntries(found)).toEqual(good);
    expect(skipped.map(({ reason, place }) => `${reason} ${place.slice(-1)}`)).toEqual(["object-damaged 1"]);
    expect(skipped[0]?.detail).toMatch(/; 1 more that is built on it$/);
  });

  test.each(Object.entries(badDeltas))("its delta %s", async (_, delta) => {
    const distance = Buffer.concat([
      entryHeader(OFFSET_DELTA, delta.length),
      Buffer.of(base.length),
      deflateSync(delta),
    ]);
    const entries = [blob(credentials(1)), base, distance, blob(credentials(2)), deltaOn(rawId(2), delta)];
    const { found, skipped } = await searchPackBytes(rawPack(entries));
    expect(Object.fromEntries(found)).toEqual(good);
    expect(skipped.map(({ reason, place }) => `${reason} ${place.slice(-1)}`)).toEqual(["object-damaged 2"]);
  });

  test("its bases lead back to it", async () => {
    const entries = [deltaOn(rawId(1), text), deltaOn(rawId(2), text), deltaOn(rawId(0), text), blob(credentials(2))];
    const { found, skipped } = await searchPackBytes(rawPack(entries));
    expect([...found.keys()]).toEqual([rawId(3)]);
    expect(skipped.map(({ detail }) => detail)).toEqual(Array(3).fill("its bases lead back to it"));
  });

  test("its delta is larger than what is held in memory", async () => {
    const huge = deltaOf(Array(3000).fill({ copy: { offset: 0, size: 65_536 } }), 65_536, 3000 * 65_536);
    const entries = [blob(credentials(1)), blob(Buffer.alloc(65_536)), deltaOn(rawId(1), huge), blob(credentials(2))];
    const { found, skipped } = await searchPackBytes(rawPack(entries));
    expect(Object.fromEntries(found)).toEqual(good);
    expect(skipped.map(({ reason }) => reason)).toEqual(["object-bound"]);
  });
});

describe("an index that lies", () => {
  test.each<[string, (offset: number) => number]>([
    ["places an object behind the end", () => 1 << 30],
    ["places an object in the header", () => 3],
    ["places an object in the middle of another", (offset) => offset - 20],
  ])("%s", async (_, move) => {
    const entries = [blob(credentials(1)), blob(text), blob(text), blob(credentials(2))];
    const { found, skipped } = await searchPackBytes(
      rawPack(entries, (offsets) => offsets.map((offset, number) => (number === 2 ? move(offset) : offset))),
    );
    expect([...found.keys()].sort((a, b) => (a < b ? -1 : 1))).toEqual([rawId(0), rawId(3)]);
    expect(skipped.length).toBeGreaterThan(0);
    expect(skipped.filter(({ failure }) => !failure)).toEqual([]);
  });

  test("names two objects at one place", async () => {
    const entries = [blob(credentials(1)), blob(text)];
    const { found, skipped } = await searchPackBytes(rawPack(entries, ([first = 0]) => [first, first]));
    expect(found.size).toBe(1);
    expect(skipped.map(({ detail }) => detail)).toEqual([
      "its index names 1 objects at places of others",
      expect.stringContaining("lies what is no object that its index names"),
    ]);
  });
});

describe("a base that is not in the pack", () => {
  const outsideId = objectId("blob", text, "sha1");
  const delta = deltaOf([copyOf(text), { insert: credentials(3) }], text.length, text.length + credentials(3).length);
  const pack = rawPack([deltaOn(outsideId, delta), blob(credentials(2)), deltaOn(rawId(0), deltaOf([], 5, 0))]);

  test("is asked for", async () => {
    const { found } = await searchPackBytes(pack, {
      outside: (id) => (id === outsideId ? { type: "blob", bytes: text } : null),
    });
    expect(found.get(rawId(0))).toEqual(fingerprintsIn(credentials(3)));
  });

  test.each([
    [false, "object-missing"],
    [true, "object-absent"],
  ])("is a row when nobody has it (partial: %s)", async (isPartial, reason) => {
    const { found, skipped } = await searchPackBytes(pack, { isPartial });
    expect([...found.keys()]).toEqual([rawId(1)]);
    expect(skipped.map((row) => row.reason)).toEqual([reason]);
    expect(skipped[0]?.detail).toBe(
      `the object that it is built on is not there: ${outsideId}; 1 more that is built on it`,
    );
  });
});

test("a chain of 5,000 deltas is walked to its end", async () => {
  const first = Buffer.from("0\n");
  const entries: Entry[] = [{ type: "blob", content: first }];
  let length = first.length;
  for (let depth = 1; depth <= 5000; depth++) {
    const insert = depth === 4900 ? credentials(4) : Buffer.from(`${depth}\n`);
    entries.push({ base: depth - 1, by: "offset", operations: [{ copy: { offset: 0, size: length } }, { insert }] });
    length += insert.length;
  }
  const { found, skipped, objects } = await searchPackBytes(writePack(entries, { level: () => 1 }));
  expect(skipped).toEqual([]);
  expect(objects).toBe(5001);
  expect(found.size).toBe(101);
});

test("archives are unpacked, also those that are stored as deltas", async () => {
  const archive = gzipSync(credentials(5));
  const entries: Entry[] = [
    { type: "blob", content: Buffer.concat([text, archive]) },
    { base: 0, by: "offset", operations: [{ copy: { offset: text.length, size: archive.length } }] },
  ];
  const { found, skipped } = await searchPackBytes(writePack(entries));
  expect([...found.values()].map(([first = ""]) => first.replace(/.*!/, ""))).toEqual(fingerprintsIn(credentials(5)));
  expect(skipped).toEqual([]);
});

test("what is left out of compressed base64 is told", async () => {
  const content = gzipSync(Buffer.alloc(40 << 20), { level: 9 }).toString("base64");
  const { skipped } = await searchPackBytes(writePack([{ type: "blob", content: Buffer.from(content) }]));
  expect(skipped.map(({ reason }) => reason)).toEqual(["archive-suspicious"]);
});

test("a blob that is larger than what is held in memory is searched in pieces, and told if it is packed", async () => {
  const large = Buffer.concat([Buffer.from("LZIP"), Buffer.alloc(290 << 20), credentials(6)]);
  const entries: Entry[] = [
    { type: "blob", content: large },
    { base: 0, by: "offset", operations: [{ copy: { offset: 0, size: 10 } }] },
    { type: "blob", content: credentials(7) },
  ];
  const { found, skipped, objects, bytes } = await searchPackBytes(writePack(entries, { level: () => 1 }));
  expect([objects, bytes]).toEqual([2, large.length + credentials(7).length]);
  expect([...found.values()].flat().sort()).toEqual(
    [...fingerprintsIn(credentials(6)), ...fingerprintsIn(credentials(7))].sort(),
  );
  expect(skipped.map(({ reason }) => reason)).toEqual(["archive-unsupported", "object-bound"]);
});

test("a tree that is larger than what is held in memory is asked which of its files only their names say to be packed", async () => {
  const id = "5".repeat(40);
  const long = Buffer.concat([Buffer.from("100644 "), Buffer.alloc(290 << 20, "x"), Buffer.alloc(21)]);
  const content = Buffer.concat([long, Buffer.from("100644 a.br\0"), Buffer.from(id, "hex")]);
  const { named, skipped, objects } = await searchPackBytes(writePack([{ type: "tree", content }], { level: () => 1 }));
  expect([named, skipped, objects]).toEqual([[id], [], 1]);
});

test("deltas that make too much of a pack end its search, with a row", async () => {
  const many = Array.from({ length: 400 }, (_, number): Entry => {
    const operations = [{ copy: { offset: 0, size: 60_000 } }, { insert: Buffer.from(`${number}`) }];
    return { base: 0, by: "offset", operations };
  });
  const written = writePack([{ type: "blob", content: Buffer.alloc(65_536) }, ...many]);
  const { skipped } = await searchPackBytes(written, { mostBytes: 1 << 20 });
  expect(skipped.map(({ reason }) => reason)).toEqual(["object-bound"]);
});

test("deltas that make too much of a pack end its search, whoever makes them and whichever walk", {
  timeout: 5_000,
}, async () => {
  const entries: Entry[] = [{ type: "blob", content: credentials(8) }];
  const { skipped } = await searchPackBytes(writePack(entries), {
    threads: 2,
    mostBytes: 1 << 20,
    workerFile: new URL("../support/git/endless-pack-worker.ts", import.meta.url),
  });
  expect(skipped.map(({ reason }) => reason)).toEqual(["object-bound"]);
});

test("what is no pack is a row", async () => {
  const { index } = writePack([{ type: "blob", content: text }]);
  for (const pack of [
    "",
    "PACK",
    "nothing of the kind, but long enough",
    "PACK\0\0\0\x07 of a version to come, long enough",
  ]) {
    const { skipped, objects } = await searchPackBytes({ pack: Buffer.from(pack, "latin1"), index });
    expect(objects).toBe(0);
    expect(skipped.map(({ reason }) => reason)).toEqual(["object-damaged"]);
  }
});

test("a search that is aborted throws the signal's reason", async () => {
  const written = writePack([{ type: "blob", content: credentials(1) }]);
  const reason = new Error("enough");
  await expect(searchPackBytes(written, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("a worker that dies costs the tree that it had in hand", async () => {
  const entries = Array.from({ length: 500 }, (_, seed): Entry => ({ type: "blob", content: credentials(seed) }));
  const { found, skipped } = await searchPackBytes(writePack(entries), {
    threads: 2,
    workerFile: new URL("../support/git/dying-pack-worker.ts", import.meta.url),
  });
  expect(skipped.map(({ reason }) => reason)).toEqual(["internal-error"]);
  expect(skipped[0]?.detail).not.toContain("quote");
  expect(found.size).toBeGreaterThan(0);
});

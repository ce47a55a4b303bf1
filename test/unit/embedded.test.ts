import { deflateRawSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detect } from "../../src/scan/detect/detect.ts";
import { zip } from "../support/archives/zip.ts";
import { search, temporaryTree } from "../support/disk/searching.ts";
import { anySeed, generateMaterial } from "../support/material.ts";
import { BASE62, BASE64, randomFrom } from "../support/random.ts";

const { id, secret } = generateMaterial(4);
const KEY = `aws_access_key_id=${id}\naws_secret_access_key=${secret}\n`;
const base64OfGzip = (content: string | Uint8Array): string => gzipSync(content).toString("base64");
const BOMB = base64OfGzip(Buffer.alloc(17 << 20));

function detected(document: string): { found: string[]; leftOut: string[] } {
  const leftOut: string[] = [];
  const found = detect(Buffer.from(document), {
    kind: "file",
    path: null,
    ageMs: () => 0,
    leftOut: (detail) => leftOut.push(detail),
  });
  return { found: found.map(({ rule }) => rule), leftOut };
}

test("gzip in base64 that is a bomb is told, once for all layers, and hides nothing behind it", () => {
  const { found, leftOut } = detected(`a: ${BOMB}\nb: ${base64OfGzip(KEY)}\n`);
  expect(found).toEqual(["aws-access-key-pair"]);
  expect(leftOut).toHaveLength(1);
});

test("many bombs are told, and end", () => {
  const document = Array.from({ length: 40 }, () => BOMB).join("\n");
  expect(detected(document)).toMatchObject({ found: [], leftOut: [expect.any(String)] });
});

test("as much as honest content unpacks to is looked into without a word", () => {
  const random = randomFrom(2);
  const page = (): string =>
    base64OfGzip(Array.from({ length: 40_000 }, () => `<li class="item">${random.text(BASE62, 4)}</li>`).join("\n"));
  const document = [...Array.from({ length: 15 }, page), base64OfGzip(KEY)].join("\n");
  expect(detected(document)).toEqual({ found: ["aws-access-key-pair"], leftOut: [] });
});

test("what was not looked into is a failure, of a file and of a member", async () => {
  const root = temporaryTree({ bomb: BOMB, "all.zip": zip([{ name: "inner", content: Buffer.from(BOMB) }]) });
  const { skipped } = await search([root]);
  const rows = skipped.map(({ place, reason, failure }) => ({ place, reason, failure }));
  expect(rows.toSorted((a, b) => (a.place < b.place ? -1 : 1))).toEqual([
    { place: `${root}/all.zip!inner`, reason: "archive-suspicious", failure: true },
    { place: `${root}/bomb`, reason: "archive-suspicious", failure: true },
  ]);
});

const STREAM = gzipSync(KEY + randomFrom(7).text(BASE62, 900));
const behind = (bytes: Uint8Array): Buffer => Buffer.concat([STREAM, bytes]);
const DAMAGED: readonly [what: string, bytes: Buffer][] = [
  ["with bytes behind it", behind(Buffer.alloc(40, "A"))],
  ["with the beginning of another behind it", behind(STREAM.subarray(0, 5))],
  ["cut off", STREAM.subarray(0, STREAM.length - 300)],
  ["without its trailer", STREAM.subarray(0, -8)],
  ["with another checksum", Buffer.concat([STREAM.subarray(0, -8), Buffer.alloc(8, 1)])],
  ["with nonsense in it", Buffer.concat([STREAM.subarray(0, -300), Buffer.alloc(300, 0xff)])],
];

test.each(DAMAGED)("of a gzip stream %s that is found which gunzip would print", (_, bytes) => {
  for (const encoding of ["base64", "hex"] as const) {
    const document = bytes.toString(encoding);
    expect(detected(document).found).toEqual(["aws-access-key-pair"]);
    expect(detected(document.replace(/.{76}/g, "$&\n")).found).toEqual(["aws-access-key-pair"]);
  }
});

test("a gzip stream takes nothing that stands behind it with it", () => {
  for (const [encoding, decoy] of (["base64", "hex"] as const).flatMap((name) =>
    ["nothing here", "no secret"].map((words) => [name, gzipSync(`${words} ${"x".repeat(40)}`)] as const),
  )) {
    const [first, second] = [decoy.toString(encoding).replace(/=/g, ""), Buffer.from(KEY).toString(encoding)];
    for (const between of ["", "\n"]) {
      expect(detected(first + between + second).found, `${encoding} ${between.length}`).toEqual([
        "aws-access-key-pair",
      ]);
    }
  }
});

test("many damaged streams end, and are told", () => {
  const line = Buffer.concat([STREAM.subarray(0, 10), Buffer.alloc(62, 0xff)]).toString("base64");
  expect(detected(`${line};`.repeat(1200)).leftOut).toHaveLength(1);
});

test.for(["base64", "hex"] as const)(
  "lines of one width that were encoded one by one are no line of each other: %s",
  (encoding) => {
    fc.assert(
      fc.property(anySeed(), fc.constantFrom("", ":::"), (seed, between) => {
        const keys = [seed, seed + 1, seed + 2].map((each) => generateMaterial(each));
        // Of a length that needs no padding.
        const lines = keys.map((key) => Buffer.from(`${key.id}${between}${key.secret}`).toString(encoding));
        const noise = randomFrom(seed).text(encoding === "hex" ? "0123456789abcdef" : BASE64, lines[0]?.length ?? 0);
        const document = Buffer.from([noise, ...lines].join("\n"));
        const found = detect(document, { kind: "file", path: null, ageMs: () => 0 });
        expect(found.map(({ accessKeyId }) => accessKeyId)).toEqual(keys.map((key) => key.id));
        expect(found.every(({ secretDigest }) => secretDigest !== null)).toBe(true);
      }),
      { numRuns: 100 },
    );
  },
);

test.for(["%3D", "%253D", "\\u003d", "=3D"])("an escape at a line's end stays with what follows it: %s", (escape) => {
  const url = (before: string): string =>
    `https://bucket.s3.amazonaws.com/${before}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential${escape}`;
  const line = 57;
  const text = `${url("a".repeat(4 * line - url("").length))}${id}%2F20250101%2Feu-west-1%2Fs3%2Faws4_request\n`;
  const lines = Buffer.from(text).toString("base64").replace(/.{76}/g, "$&\n");
  const told = (document: string): unknown =>
    detect(Buffer.from(document), { kind: "file", path: null, ageMs: () => 0 }).map(({ rule }) => rule);
  expect(text.indexOf(id) % line).toBe(0);
  expect(told(lines)).toEqual(told(text));
});

test("base64 wrapped by carriage returns alone", () => {
  const document = Buffer.from(KEY).toString("base64").replace(/.{60}/g, "$&\r");
  expect(detected(document).found).toEqual(["aws-access-key-pair"]);
});

describe("a line of base64 that makes sense only by itself, among others of its length", () => {
  const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/=/g, "");
  const packed = unpadded(gzipSync(KEY));
  const LINES: readonly (readonly [string, string])[] = [
    ["text", unpadded(Buffer.from(secret))],
    ["text that ends lines", unpadded(Buffer.from(`${secret}\r\n\t`))],
    ["UTF-16", unpadded(Buffer.from(secret, "utf16le"))],
    ...["", "x", "_y", "key"].map((prefix) => [`gzip behind "${prefix}"`, prefix + packed] as const),
    ...["", "x", "_y", "key"].map(
      (prefix) =>
        [`a zip behind "${prefix}"`, prefix + unpadded(zip([{ name: "a", content: Buffer.from(KEY) }]))] as const,
    ),
  ];

  test.each(LINES)("%s", (_, line) => {
    fc.assert(
      fc.property(anySeed(), (seed) => {
        const random = randomFrom(seed);
        const others = (): string[] =>
          Array.from({ length: random.below(4) }, () => random.text(BASE64, line.length).replace(/^..../, "////"));
        const lines = [...others(), line, ...others()].join(random.pick(["\n", "\r\n", "\n  "]));
        const document = `aws_access_key_id: ${id}\naws_secret_access_key:\n\n${lines}\n`;
        expect(detected(document).found).toContain("aws-access-key-pair");
      }),
      { numRuns: 60 },
    );
  });
});

test("a line of base64 is looked into where what it stands behind is packed and holds nothing", () => {
  const [header, packed] = [gzipSync("nothing").subarray(0, 10), gzipSync("nothing").subarray(10)];
  header[3] = 8; // A name follows.
  const bytes = Buffer.concat([header, Buffer.from(`${"\xff".repeat(115)}${id}:${secret}\0`, "latin1"), packed]);
  const lines = bytes
    .toString("base64")
    .replace(/=/g, "")
    .replace(/.{160}/g, "$&\n");
  expect(detected(lines).found).toEqual(["aws-access-key-pair"]);
});

test.each(["\x1f\x8b", "\x1f\x8b\x07\0", "\x1f\x8b\x08\x20"])(
  "what begins almost as gzip does is looked into: %j",
  (start) => {
    const bytes = Buffer.from(start + KEY, "latin1");
    expect(detected(bytes.toString("base64")).found).toEqual(["aws-access-key-pair"]);
    expect(detected(bytes.toString("hex")).found).toEqual(["aws-access-key-pair"]);
  },
);

describe("a zip in base64 or hexadecimal", () => {
  const content = Buffer.from(KEY);
  const other = { name: "other", content: Buffer.from("nothing here\n".repeat(20)) };
  const ZIPS: readonly (readonly [string, Buffer])[] = [
    ["of one member", zip([{ name: "a", content }])],
    ["of several members", zip([other, { name: "a", content }, other])],
    [
      "with a stored member",
      zip([
        { ...other, method: "stored" },
        { name: "a", content, method: "stored" },
      ]),
    ],
    [
      "from a stream",
      zip([
        { ...other, descriptor: "signed" },
        { name: "a", content, descriptor: "bare" },
      ]),
    ],
    ["with a gzip in it", zip([other, { name: "a", content: gzipSync(KEY) }])],
    ["with a zip in it", zip([other, { name: "a", content: zip([other, { name: "b", content }]) }])],
    ["in a gzip", gzipSync(zip([other, { name: "a", content }]))],
    ["with the key in a name", zip([other, { name: `${id}:${secret}`, content: Buffer.from("nothing") }])],
  ];

  test.each(ZIPS)("%s is looked into", async (_, bytes) => {
    const base64 = bytes.toString("base64");
    const root = temporaryTree({
      mail: `Content-Transfer-Encoding: base64\n\n${base64.replace(/.{76}/g, "$&\r\n")}\n`,
      json: JSON.stringify({ ZipFile: base64 }),
      hexadecimal: `${bytes.toString("hex")}\n`,
      sql: `INSERT INTO t VALUES (0x${bytes.toString("hex").toUpperCase()});`,
    });
    const { found, skipped } = await search([root]);
    expect([...new Set(found)]).toEqual(["hexadecimal", "json", "mail", "sql"].map((name) => `${root}/${name}`));
    expect(skipped).toEqual([]);
  });

  test.each([
    ["packed in a way that is not read", { name: "a", content, method: "bzip2" }, "archive-unsupported"],
    ["encrypted", { name: "a", content, flags: 1 }, "archive-unsupported"],
    [
      "packed again and again",
      { name: "a", content: gzipSync(gzipSync(gzipSync(gzipSync(KEY)))) },
      "archive-suspicious",
    ],
  ] as const)("of which a member is %s is told of", async (_, member, reason) => {
    const root = temporaryTree({ a: zip([other, member]).toString("base64") });
    expect((await search([root])).skipped).toMatchObject([{ place: `${root}/a`, reason }]);
  });

  test("of damaged members takes no longer than its length allows", () => {
    const bomb = deflateRawSync(Buffer.alloc(15 << 20));
    const packed = Buffer.concat([bomb.subarray(0, -20), Buffer.alloc(40, 0xff)]);
    const members = Array.from({ length: 200 }, (_, index) => ({ name: `${index}`, packed, methodNumber: 8 }));
    expect(detected(zip(members).toString("base64")).leftOut).toHaveLength(1);
  });

  test("that is cut off anywhere is looked into up to there, and ends", () => {
    const bytes = zip([{ name: "a", content }, other, { ...other, descriptor: "signed" }]);
    for (let length = 20; length < bytes.length; length++) detected(bytes.subarray(0, length).toString("base64"));
    expect(detected(bytes.subarray(0, -60).toString("base64")).found).toEqual(["aws-access-key-pair"]);
  });
});

describe("what is packed in text and longer than what one window shows", () => {
  const random = randomFrom(3);
  const filler = (count: number): string => Array.from({ length: count }, () => random.text(BASE62, 20)).join("\n");
  const name = (place: string): string => place.split("/").at(-1) ?? "";

  test("is looked into all the same", async () => {
    const packed = gzipSync(filler(20_000) + KEY);
    const root = temporaryTree({
      "at the beginning": packed.toString("base64"),
      "far behind": `${filler(100_000)}\n${packed.toString("base64")}\n${filler(100_000)}`,
      wrapped: `${filler(45_000)}\n\n${packed.toString("base64").replace(/.{76}/g, "$&\n")}\n`,
      hexadecimal: packed.toString("hex"),
      zip: zip([{ name: "a", content: Buffer.from(filler(20_000) + KEY) }]).toString("base64"),
    });
    const { places, skipped } = await search([root]);
    expect(places.map((place) => (place.kind === "file" ? `${name(place.path)}:${place.line}` : ""))).toEqual(
      expect.arrayContaining(["at the beginning:1", "far behind:100001", "wrapped:45002", "hexadecimal:1", "zip:1"]),
    );
    expect([places.length, skipped]).toEqual([5, []]);
  });

  test("is told where it is too long, and what follows it is found", async () => {
    const packed = gzipSync(filler(150_000)).toString("base64");
    const root = temporaryTree({ a: `${packed}\n${KEY}\n`, b: `${filler(80_000)}\n${packed}\n${KEY}\n` });
    const { found, skipped } = await search([root]);
    expect(found.map(name)).toEqual(["a", "b"]);
    expect(skipped).toMatchObject(["a", "b"].map(() => ({ reason: "archive-bound", failure: false })));
  });
});

import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { detect } from "../../src/scan/detect/detect.ts";
import { zip } from "../support/archives/zip.ts";
import { search, temporaryTree } from "../support/disk/searching.ts";
import { generateMaterial } from "../support/material.ts";
import { BASE62, randomFrom } from "../support/random.ts";

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

test("base64 wrapped by carriage returns alone", () => {
  const document = Buffer.from(KEY).toString("base64").replace(/.{60}/g, "$&\r");
  expect(detected(document).found).toEqual(["aws-access-key-pair"]);
});

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

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detect } from "../../src/scan/detect/detect.ts";
import type { Detection, DocumentHint } from "../../src/scan/detect/detection.ts";
import { DocumentSearch } from "../../src/scan/detect/document-search.ts";
import { compileKernel, INPUT_CAPACITY, instantiateKernel } from "../../src/scan/kernel/load.ts";
import { COMPRESSED_ENCODINGS, ENCODINGS, type Encoding } from "../support/formats/encodings.ts";
import { FORMATS, renderAny } from "../support/formats/index.ts";
import { anySeed, generateMaterial, TEMPORARY } from "../support/material.ts";
import { randomFrom } from "../support/random.ts";

const kernel = instantiateKernel(compileKernel());
const documents = new DocumentSearch(kernel);
const hint: DocumentHint = { kind: "file", path: "document", ageMs: () => 0 };

/** Only long-term ids are looked for in these. */
const OF_LONG_TERM_IDS = new Set(["base64 twice", "hex of base64", "base64 of hex", "base64 of hex, upper case"]);
/** The kernel looks for no id that quoted-printable breaks within its first four characters. */
const CUT_PREFIX = /A=\r?\n[KS]IA|A[KS]=\r?\nIA|A[KS]I=\r?\nA/;
/** The detector takes these off, but the kernel looks for no anchor that is so deep. */
const TOO_DEEP = new Set(["base64 twice, lines of 76 inside"]);

function searched(document: Uint8Array, pieces: number): readonly Detection[] {
  documents.begin(hint);
  const length = Math.ceil(document.length / pieces);
  for (let from = 0; from < document.length; from += length) documents.push(document.subarray(from, from + length));
  return documents.finish();
}

/** What tells two detections apart, without anything secret. */
const where = ({ fingerprint, offset, line, column }: Detection): string =>
  `${fingerprint} ${offset} ${line}:${column}`;

const wraps: readonly (Encoding | null)[] = [null, ...ENCODINGS, ...COMPRESSED_ENCODINGS].filter(
  (encoding) => !TOO_DEEP.has(encoding?.name ?? ""),
);

describe("the kernel lets through whatever the detector would find", () => {
  test("in any format and encoding, however it comes in pieces", () => {
    fc.assert(
      fc.property(
        anySeed(),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 5 }),
        (seed, formatIndex, encodingIndex, pieces) => {
          const format = FORMATS[formatIndex % FORMATS.length];
          const encoding = wraps[encodingIndex % wraps.length] ?? null;
          if (format === undefined) return;
          const random = randomFrom(seed);
          const { content, expected: written } = renderAny(format, random);
          const bytes = Buffer.from(content);
          // A format that encodes its values makes two layers with an encoding; a secret alone is sought in fewer encodings.
          const plain = written.pairs.length > 0 && written.pairs.every(({ id }) => bytes.includes(id));
          if (encoding !== null && !plain) return;
          if (OF_LONG_TERM_IDS.has(encoding?.name ?? "") && written.pairs.some(({ id }) => id.startsWith(TEMPORARY)))
            return;
          const document = Buffer.from(encoding === null ? bytes : encoding.wrap(bytes, random));
          if (CUT_PREFIX.test(document.toString("latin1"))) return;
          const expected = detect(document, hint).filter(({ severity }) => severity !== "info");
          const found = new Set(searched(document, pieces).map(where));
          expect(
            expected
              .filter((detection) => !found.has(where(detection)))
              .map(({ rule }) => `${format.name}, ${encoding?.name ?? "plain"}: ${rule}`),
          ).toEqual([]);
        },
      ),
      { numRuns: 1500 },
    );
  });
});

describe("a document that is longer than the kernel's memory", () => {
  const filler = Buffer.from("some words of no interest, on a line of their own; \u00fc\n");

  test("loses no key wherever it lies, and tells its line and column", () => {
    const positions = fc.array(fc.integer({ min: 0, max: 3 * INPUT_CAPACITY }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(anySeed(), positions, (seed, wanted) => {
        const document = Buffer.alloc(3 * INPUT_CAPACITY + 4096);
        for (let at = 0; at < document.length; at += filler.length) filler.copy(document, at);
        const expected: string[] = [];
        // Near the borders where windows are cut, and anywhere.
        const borders = [INPUT_CAPACITY - 65_536, INPUT_CAPACITY - 131_072, INPUT_CAPACITY, 2 * INPUT_CAPACITY];
        const starts = [...wanted, ...borders.map((border) => border - 150 + (Math.abs(seed) % 300))].sort(
          (a, b) => a - b,
        );
        let free = 0;
        for (const [index, start] of starts.entries()) {
          if (start < free) continue;
          const { id, secret } = generateMaterial(seed + index);
          const text = `\n\naws_access_key_id=${id}\naws_secret_access_key=${secret}\n\n`;
          document.write(text, start, "latin1");
          free = start + 70_000;
          const at = start + text.indexOf(id);
          expected.push(
            `${id} ${document.subarray(0, at).filter((byte) => byte === 10).length + 1}:${text.indexOf(id) - 1}`,
          );
        }
        const found = searched(document, 7).map(({ accessKeyId, line, column, rule }) =>
          rule === "aws-access-key-pair" ? `${accessKeyId} ${line}:${column}` : rule,
        );
        expect(found).toEqual(expected);
      }),
      { numRuns: 12 },
    );
  });

  test("tells the first places of a credential and counts the others, which may only make it worse", () => {
    const { id } = generateMaterial(8);
    const other = generateMaterial(9).id;
    const bounded = new DocumentSearch(kernel, { credentials: 2, places: 5, placesOfOne: 3 });
    const rows: string[] = [];
    bounded.begin({ ...hint, leftOut: (detail) => rows.push(detail) });
    const line = `${id} # keysweep:allow a decoy\n`;
    const document = [line.repeat(60_000), `${id}\n`, `${other}\n`.repeat(9), `${generateMaterial(10).id}\n`, line];
    bounded.push(Buffer.from(document.join("")));
    const found = bounded.finish();
    expect(
      found.map((each) => [each.accessKeyId, each.line, each.inlineAllow?.reason ?? null, each.placesLeftOut ?? 0]),
    ).toEqual([
      [id, 1, "a decoy", 0],
      [id, 2, "a decoy", 0],
      [id, 3, null, 59_999],
      [other, 60_002, null, 0],
      [other, 60_003, null, 7],
    ]);
    expect(rows).toEqual(["more than 2 credentials are in it: the rest was not looked into"]);
  });

  test("counts columns in characters on one endless line", () => {
    const { id, secret } = generateMaterial(7);
    const start = "\u00fc".repeat(INPUT_CAPACITY);
    const [found] = searched(Buffer.from(`${start} key=${id} secret=${secret}`), 3);
    expect(found).toMatchObject({ accessKeyId: id, line: 1, column: INPUT_CAPACITY + 6 });
  });
});

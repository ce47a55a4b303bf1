import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detect } from "../../src/scan/detect/detect.ts";
import { COMPRESSED_ENCODINGS, ENCODINGS } from "../support/formats/encodings.ts";
import type { Expected, Format, Rendering } from "../support/formats/format.ts";
import { FORMATS, renderAny } from "../support/formats/index.ts";
import { judgeDetections, summarize } from "../support/formats/verdict.ts";
import { anySeed } from "../support/material.ts";
import { BASE62, randomFrom } from "../support/random.ts";

/** What the detector says wrongly of a document, or nothing; no secret is in it. */
function mistakes(name: string, bytes: Uint8Array, path: string, expected: Expected): string {
  const summary = summarize(judgeDetections(detect(bytes, { kind: "file", path, ageMs: () => 0 }), expected));
  return summary === "" ? "" : `${name}: ${summary}`;
}

const bytesOf = (content: string | Uint8Array): Uint8Array => Buffer.from(content);

/** Formats that are text; the others are encoded already. */
const TEXT_FORMATS: readonly Format[] = FORMATS.filter(
  (format) => typeof renderAny(format, randomFrom(0)).content === "string",
);

describe("any id, any secret, paired with each other and not with a neighbour's", () => {
  test.each(FORMATS.map((format) => [format.name, format] as const))("%s", (_, format) => {
    fc.assert(
      fc.property(anySeed(), (seed) => {
        const rendering = renderAny(format, randomFrom(seed));
        expect(mistakes(format.name, bytesOf(rendering.content), format.path, rendering.expected)).toBe("");
      }),
      { numRuns: 40 },
    );
  });
});

/** Several formats in one document, as a transcript or a log of everything holds them. */
describe("one document after another", () => {
  test("keeps their credentials apart", () => {
    fc.assert(
      fc.property(anySeed(), (seed) => {
        const random = randomFrom(seed);
        const parts = Array.from({ length: 2 + random.below(4) }, () =>
          renderAny(random.pick(TEXT_FORMATS), random),
        ).filter(holdsPairsOnly);
        const content = parts.map((part) => part.content).join("\n\n");
        expect(mistakes("together", bytesOf(content), "~/everything.log", joined(parts))).toBe("");
      }),
      { numRuns: 150 },
    );
  });

  test("finds them at any depth of a long document", () => {
    fc.assert(
      fc.property(anySeed(), (seed) => {
        const random = randomFrom(seed);
        const rendering = renderAny(random.pick(TEXT_FORMATS), random);
        const filler = (): string =>
          Array.from(
            { length: random.below(12_000) },
            () => `${random.text(BASE62, 8)} lorem ipsum dolor sit amet\n`,
          ).join("");
        const content = `${filler()}\n${String(rendering.content)}\n${filler()}`;
        expect(mistakes("together", bytesOf(content), "~/everything.log", rendering.expected)).toBe("");
      }),
      { numRuns: 40 },
    );
  });
});

/** A lone secret beside another document's lone id is a pair to anybody who reads them. */
function holdsPairsOnly({ expected: { ids, secrets, presigned, smtp } }: Rendering): boolean {
  return ids.length + secrets.length + presigned.length + smtp.length === 0;
}

function joined(parts: readonly Rendering[]): Expected {
  return {
    pairs: parts.flatMap(({ expected }) => expected.pairs),
    ids: parts.flatMap(({ expected }) => expected.ids),
    secrets: parts.flatMap(({ expected }) => expected.secrets),
    smtp: parts.flatMap(({ expected }) => expected.smtp),
    presigned: parts.flatMap(({ expected }) => expected.presigned),
    mentioned: parts.flatMap(({ expected }) => expected.mentioned),
    derived: parts.flatMap(({ expected }) => expected.derived),
  };
}

describe("whatever the document is wrapped in", () => {
  test.each([...ENCODINGS, ...COMPRESSED_ENCODINGS].map((encoding) => [encoding.name, encoding] as const))(
    "%s",
    (_, encoding) => {
      fc.assert(
        fc.property(anySeed(), (seed) => {
          const random = randomFrom(seed);
          const format = random.pick(TEXT_FORMATS);
          const rendering = renderAny(format, random);
          const wrapped = bytesOf(encoding.wrap(bytesOf(rendering.content), random));
          expect(mistakes(format.name, wrapped, format.path, rendering.expected)).toBe("");
        }),
        { numRuns: 60 },
      );
    },
  );
});

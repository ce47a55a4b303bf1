import * as fc from "fast-check";
import { describe, test } from "vitest";
import { detect } from "../../src/scan/detect/detect.ts";
import { COMPRESSED_ENCODINGS, ENCODINGS } from "../support/formats/encodings.ts";
import type { Format, Rendering } from "../support/formats/format.ts";
import { FORMATS, renderAny } from "../support/formats/index.ts";
import { judgeDetections, summarize } from "../support/formats/verdict.ts";
import { anySeed } from "../support/material.ts";
import { randomFrom } from "../support/random.ts";

/** Fails with a seed and a description that holds no secret. */
function expectAsWritten(bytes: Uint8Array, path: string, { expected }: Rendering): void {
  const detections = detect(bytes, { kind: "file", path, ageMs: () => 0 });
  const summary = summarize(judgeDetections(detections, expected));
  if (summary !== "") throw new Error(summary);
}

const bytesOf = (content: string | Uint8Array): Uint8Array => Buffer.from(content);

describe("any id, any secret, paired with each other and not with a neighbour's", () => {
  test.each(FORMATS.map((format) => [format.name, format] as const))("%s", (_, format) => {
    fc.assert(
      fc.property(anySeed(), (seed) => {
        const rendering = renderAny(format, randomFrom(seed));
        expectAsWritten(bytesOf(rendering.content), format.path, rendering);
      }),
      { numRuns: 40 },
    );
  });
});

/** Formats that are text; the others are encoded already. */
const TEXT_FORMATS: readonly Format[] = FORMATS.filter(
  (format) => typeof renderAny(format, randomFrom(0)).content === "string",
);

describe("whatever the document is wrapped in", () => {
  test.each([...ENCODINGS, ...COMPRESSED_ENCODINGS].map((encoding) => [encoding.name, encoding] as const))(
    "%s",
    (_, encoding) => {
      fc.assert(
        fc.property(fc.noShrink(fc.nat({ max: TEXT_FORMATS.length - 1 })), anySeed(), (index, seed) => {
          const random = randomFrom(seed);
          const format = TEXT_FORMATS[index];
          if (format === undefined) throw new RangeError("no such format");
          const rendering = renderAny(format, random);
          expectAsWritten(bytesOf(encoding.wrap(bytesOf(rendering.content), random)), format.path, rendering);
        }),
        { numRuns: 60 },
      );
    },
  );
});

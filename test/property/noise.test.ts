import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detect } from "../../src/scan/detect/detect.ts";
import { ENCODINGS } from "../support/formats/encodings.ts";
import { anySeed } from "../support/material.ts";
import { NOISE } from "../support/noise.ts";
import { randomFrom } from "../support/random.ts";

/** Rules and lines of what is reported above info, never what stands there. */
function alarms(bytes: Uint8Array, path: string): string {
  return detect(bytes, { kind: "file", path, ageMs: () => 0 })
    .filter(({ severity }) => severity !== "info")
    .map(({ rule, line, severity }) => `${rule} (${severity}) in ${path} on line ${line}`)
    .join("; ");
}

describe("documents without a credential", () => {
  test.each(NOISE.map((noise) => [noise.name, noise] as const))("%s", (_, noise) => {
    fc.assert(
      fc.property(anySeed(), (seed) => {
        expect(alarms(Buffer.from(noise.render(randomFrom(seed))), noise.path)).toBe("");
      }),
      { numRuns: 30 },
    );
  });

  test.each(ENCODINGS.map((encoding) => [encoding.name, encoding] as const))("in %s", (_, encoding) => {
    fc.assert(
      fc.property(anySeed(), (seed) => {
        const random = randomFrom(seed);
        const noise = random.pick(NOISE);
        expect(alarms(Buffer.from(encoding.wrap(Buffer.from(noise.render(random)), random)), noise.path)).toBe("");
      }),
      { numRuns: 20 },
    );
  });
});

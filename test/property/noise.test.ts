import * as fc from "fast-check";
import { describe, test } from "vitest";
import { detect } from "../../src/scan/detect/detect.ts";
import { ENCODINGS } from "../support/formats/encodings.ts";
import { anySeed } from "../support/material.ts";
import { NOISE } from "../support/noise.ts";
import { randomFrom } from "../support/random.ts";

/** Fails with rules and lines, never with what stands there. */
function expectNothing(bytes: Uint8Array, path: string): void {
  const reported = detect(bytes, { kind: "file", path, ageMs: () => 0 })
    .filter(({ severity }) => severity !== "info")
    .map(({ rule, line, severity }) => `${rule} (${severity}) on line ${line}`);
  if (reported.length > 0) throw new Error(reported.join("; "));
}

describe("documents without a credential", () => {
  test.each(NOISE.map((noise) => [noise.name, noise] as const))("%s", (_, noise) => {
    fc.assert(
      fc.property(anySeed(), (seed) => expectNothing(Buffer.from(noise.render(randomFrom(seed))), noise.path)),
      { numRuns: 30 },
    );
  });

  test.each(ENCODINGS.map((encoding) => [encoding.name, encoding] as const))("in %s", (_, encoding) => {
    fc.assert(
      fc.property(anySeed(), (seed) => {
        const random = randomFrom(seed);
        const noise = random.pick(NOISE);
        expectNothing(Buffer.from(encoding.wrap(Buffer.from(noise.render(random)), random)), noise.path);
      }),
      { numRuns: 20 },
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HEXADECIMAL, lettersDigitsAnd, longRuns } from "../../src/scan/detect/runs.ts";

const ALPHABETS = [
  ["secret characters", lettersDigitsAnd("+/"), "[A-Za-z0-9+/]", "aZ09+/"],
  ["base64 of either kind", lettersDigitsAnd("+/_-"), "[A-Za-z0-9+/_-]", "bY18+/_-"],
  ["hexadecimal digits", HEXADECIMAL, "[0-9a-fA-F]", "09afAF"],
] as const;

describe.each(ALPHABETS)("runs of %s are those that a regular expression matches", (_, alphabet, source, members) => {
  /** Mostly members, so that runs are long; what is none stands at the alphabet's borders, or is no Latin-1. */
  const character = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...members.split("")) },
    { weight: 1, arbitrary: fc.constantFrom(..."@[`{:;gG=.,-_ \n\0\x80\xff\u0130\u0161".split("")) },
  );
  const text = fc.oneof(
    fc.string({ unit: character, maxLength: 200 }),
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 200 }),
  );

  test("in any text", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 45 }), (text, least) => {
        const matches = Array.from(text.matchAll(new RegExp(`${source}{${least},}`, "g")), (match) => ({
          from: match.index,
          to: match.index + match[0].length,
        }));
        expect(longRuns(text, alphabet, least)).toEqual(matches);
      }),
      { numRuns: 3000 },
    );
  });
});

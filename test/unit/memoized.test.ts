import { expect, test } from "vitest";
import { memoized } from "../../src/scan/memoized.ts";

function asked(mostCharacters: number, ...texts: readonly string[]): readonly string[] {
  const computed: string[] = [];
  const shout = memoized((text) => {
    computed.push(text);
    return text.length > 3 ? null : text.toUpperCase();
  }, mostCharacters);
  for (const text of texts) expect(shout(text)).toBe(text.length > 3 ? null : text.toUpperCase());
  return computed;
}

test("what was asked before is not computed again, whatever it came to", () => {
  expect(asked(100, "ab", "ab", "long", "long", "ab", "")).toEqual(["ab", "long", ""]);
});

test("no more is remembered than may be", () => {
  expect(asked(6, "aa", "bb", "cc", "aa", "dd", "cc", "dd")).toEqual(["aa", "bb", "cc", "dd", "cc"]);
  expect(asked(3, "long", "long", "aa", "aa")).toEqual(["long", "long", "aa"]);
});

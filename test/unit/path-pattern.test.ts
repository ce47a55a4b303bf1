import { describe, expect, test } from "vitest";
import { KeysweepError } from "../../src/model/error.ts";
import { LONGEST_PATTERN, PathPatterns } from "../../src/scan/path-pattern.ts";

describe("a path pattern", () => {
  test.each([
    ["*.env", "prod.env", true],
    ["*.env", "a/prod.env", false],
    ["**/*.env", "prod.env", true],
    ["**/*.env", "a/b/prod.env", true],
    ["docs/**", "docs/a/b.md", true],
    ["docs/**", "docs", true],
    ["docs/**/keys.md", "docs/keys.md", true],
    ["docs/**/keys.md", "docs/a/b/keys.md", true],
    ["docs/**/keys.md", "other/a/keys.md", false],
    ["**", ".hidden/.too", true],
    ["?.txt", "é.txt", true],
    ["?.txt", "𝄞.txt", true],
    ["?.txt", "ab.txt", false],
    ["[a-c]x", "bx", true],
    ["[!a-c]x", "bx", false],
    ["[!a-c]x", "dx", true],
    ["[]]", "]", true],
    ["[a", "[a", true],
    ["{a,b/{c,d}}.txt", "a.txt", true],
    ["{a,b/{c,d}}.txt", "b/d.txt", true],
    ["{a,b/{c,d}}.txt", "b.txt", false],
    ["{a}", "{a}", true],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
    ["a.b", "axb", false],
    ["", "a", false],
  ])("%j against %j: %j", (pattern, path, expected) => {
    expect(new PathPatterns([pattern]).first(path) === 0).toBe(expected);
  });

  // Each would take longer than the age of the universe if every way to share out the name among the stars were tried.
  test.each([
    [`${"*a".repeat(100)}*b`, "a".repeat(250)],
    [`${"**/a/".repeat(100)}b`, "a/".repeat(1000)],
    [`**/${"*a".repeat(50)}b`, `${"a".repeat(250)}/`.repeat(16)],
  ])("ends on a name made to make it backtrack (%#)", (pattern, path) => {
    expect(new PathPatterns([pattern]).first(path) === 0).toBe(false);
  });

  test.each(["a".repeat(LONGEST_PATTERN + 1), "{a,b}".repeat(10)])("is refused when it is too much (%#)", (pattern) => {
    expect(() => new PathPatterns([pattern])).toThrow(KeysweepError);
  });
});

import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { commandText } from "../../src/dashboard/command-text.ts";

test("what needs no quoting has none", () => {
  expect(commandText(["report", "scan", "--format=json", "--output=/tmp/r.json"])).toBe(
    "keysweep report scan --format=json --output=/tmp/r.json",
  );
});

test("a shell takes the command apart into the words that were run", () => {
  const word = fc.string({ unit: "grapheme" }).filter((text) => !/[\0\ud800-\udfff]/u.test(text));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
      const script = `keysweep() { printf '%s\\0' "$@"; }; ${commandText(words)}`;
      expect(execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 30, examples: [[['--reason=it\'s "ok": # yes \\ ü $(id) `id`\n']], [["~/x", "", "*"]]] },
  );
});

import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shellWord } from "../../src/model/shell-word.ts";

/** What no argument of a program can hold, nor UTF-8. */
const word = fc.string({ unit: "grapheme" }).filter((text) => !/[\0\ud800-\udfff]/u.test(text));
/** What shells make something of. */
const special = fc.string({ unit: fc.constantFrom(...Array.from(" \t\n'\"`$&|;<>()[]{}*?!#~=%^\\\\-+,./:@_aA0é")) });
const words = fc.array(fc.oneof(word, special), { minLength: 1, maxLength: 30 });

function sh(script: string): string[] {
  return execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

test("a shell gives back each word as it was", () => {
  fc.assert(
    fc.property(words, (given) => {
      expect(sh(`printf '%s\\0' ${given.map(shellWord).join(" ")}`)).toEqual(given);
    }),
    { numRuns: 40, examples: [[['--reason=it\'s "ok": # yes \\ ü $(id) `id`\n']], [["~/x", "", "*", "-n", "=ls"]]] },
  );
});

test("a shell gives a variable the word that is written behind its name", () => {
  fc.assert(
    fc.property(words, (given) => {
      const script = given.map((one) => `x=${shellWord(one)}; printf '%s\\0' "$x"`).join("\n");
      expect(sh(script)).toEqual(given);
    }),
    { numRuns: 40 },
  );
});

test("what means nothing to a shell is left bare, so that people can read it", () => {
  for (const bare of ["/srv/app-1/a_b.env", "--format=json", "ada@example.com,x+y", "C:100%"])
    expect(shellWord(bare)).toBe(bare);
  // zsh looks for a program of that name.
  expect(shellWord("=ls")).toBe("'=ls'");
  expect(shellWord("")).toBe("''");
});

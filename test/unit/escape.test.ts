import * as fc from "fast-check";
import { expect, test } from "vitest";
import { csvCell, markdown, markdownCode, visible } from "../../src/report/escape.ts";

/** Any string, lone surrogates too, with what is dangerous far more often than by chance. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        ...Array.from("\x00\x07\b\t\n\r\x1b\x7f\x9b\u061c\u200b\u202e\u2028\u2066\ufeff\ud800\udc00=+-@|`\"',;<>&*"),
      ),
    ),
  )
  .map((parts) => parts.join(""));

/** Stated by Unicode's own categories: controls, formats, separators of lines, halves of characters. */
const UNSAFE = /[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/u;

test("nothing unsafe is left of any text", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const escape of [visible, markdown, markdownCode, csvCell]) expect(UNSAFE.test(escape(text))).toBe(false);
    }),
  );
});

test("what is plainly visible stays as it is", () => {
  expect(visible("/srv/Ünïcode/日本 😀.txt")).toBe("/srv/Ünïcode/日本 😀.txt");
  expect(visible("a\nb\t\x1b[31m\u202e")).toBe("a\\nb\\t\\x1b[31m\\u202e");
});

test("no HTML is left in Markdown, and no cell of a table ends early", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(markdown(text)).not.toMatch(/[<>]|(?<!\\)(?:\\\\)*\|/);
      expect(markdownCode(text)).not.toMatch(/(?<!\\)\|/);
    }),
  );
});

test("a cell of CSV is one cell, the text that is visible, and no formula", () => {
  fc.assert(
    fc.property(anyText, anyText, (a, b) => {
      const cells = cellsOf(`${csvCell(a)},${csvCell(b)}`);
      expect(cells).toHaveLength(2);
      for (const [i, text] of [a, b].entries()) {
        expect(cells[i]?.replace(/^'/, "")).toBe(visible(text).replace(/^'/, ""));
        expect(cells[i]).not.toMatch(/^[=+\-@\t\r]/);
      }
    }),
  );
});

/** One line of RFC 4180. */
function cellsOf(line: string): string[] {
  return Array.from(`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g), ([, quoted, plain]) =>
    quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'),
  );
}

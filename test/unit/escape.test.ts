import * as fc from "fast-check";
import { expect, test } from "vitest";
import { csvCell, jsonText, markdown, markdownCode, markdownSentences, visible } from "../../src/report/escape.ts";

/** Any string, lone surrogates too, with what is dangerous far more often than by chance. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        ..."\x00 \x07 \b \t \n \r \x1b \x7f \x9b \u061c \u200b \u202e \u2028 \u2066 \ufeff \ud800 \udc00 = + - @ | ` \" ' , ; < > & * \\".split(
          " ",
        ),
        " ",
      ),
    ),
  )
  .map((parts) => parts.join(""));

/** Stated by Unicode's own categories: controls, formats, separators of lines, halves of characters. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

test("nothing unsafe is left of any character", () => {
  const left: string[] = [];
  for (let code = 0; code <= 0x10_ffff; code++) {
    const character = String.fromCodePoint(code);
    if (UNSAFE.test(character) && UNSAFE.test(visible(`a${character}b`))) left.push(code.toString(16));
    if (UNSAFE.test(character) && UNSAFE.test(jsonText(`a${character}b`).replaceAll("\n", "")))
      left.push(`json ${code}`);
  }
  expect(left).toEqual([]);
});

test("what is not seen is left of no name: fillers, selectors, tags, spaces that are none", () => {
  for (const character of "\u034f\u115f\u3164\uffa0\ufe0e\u180b\u202f")
    expect(visible(character)).toMatch(/^\\u[0-9a-f]{4}$/);
  expect(visible("\u{e0041}\u{e0100}\u{1d173}")).toBe("\\u{e0041}\\u{e0100}\\u{1d173}");
});

test("JSON reads what was written, with as few lines as were asked for", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(JSON.parse(jsonText({ [text]: text }))).toEqual({ [text]: text });
      expect(jsonText([text])).not.toContain("\n");
      expect(jsonText([text], 2).split("\n")).toHaveLength(3);
    }),
  );
  expect(jsonText("\u{e0041}\x9b\u202e")).toBe('"\\udb40\\udc41\\u009b\\u202e"');
});

test("nothing unsafe is left of any text", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const escape of [visible, markdown, markdownCode, csvCell]) expect(UNSAFE.test(escape(text))).toBe(false);
    }),
  );
});

test("what is plainly visible stays as it is", () => {
  expect(visible("/srv/Ünïcode/日本 😀.txt")).toBe("/srv/Ünïcode/日本 😀.txt");
  expect(visible("a\nb\t\r\x1b[31m\x07\u202e")).toBe("a\\nb\\t\\r\\x1b[31m\\x07\\u202e");
});

test("no HTML is left in Markdown, and no cell of a table ends early", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(markdown(text)).not.toMatch(/[<>]|(?<!\\)(?:\\\\)*\|/);
      expect(markdownCode(text)).not.toMatch(/(?<!\\)\|/);
    }),
  );
});

test("what Markdown would obey is text in it", () => {
  for (const character of "\\`*_{}[]()#+!|~@:") expect(markdown(`a${character}b`)).toBe(`a\\${character}b`);
  expect(markdown("&lt;<b>")).toBe("&amp;lt;&lt;b&gt;");
  expect(markdownCode("plain")).toBe("`plain`");
  expect(markdownCode("a``b|c")).toBe("``` a``b\\|c ```");
});

test("commands in sentences stay commands in Markdown, and nothing else is obeyed", () => {
  expect(markdownSentences("Run `aws iam x --user-name USER_NAME`, *then* `y`.")).toBe(
    "Run `aws iam x --user-name USER_NAME`, \\*then\\* `y`.",
  );
  expect(markdownSentences("`` [a](b)\n<b> `c")).toBe("\\`\\` \\[a\\]\\(b\\)\\\\n&lt;b&gt; \\`c");
  expect(markdownSentences("``a`` `b\n`")).toBe("\\`\\`a\\`\\` `b\\n`");
});

test("a cell of CSV is quoted where a spreadsheet of any country could end it, or trim it", () => {
  for (const text of ["a,b", "a;b", ' "a', " a", "a "]) expect(csvCell(text)).toBe(`"${text.replaceAll('"', '""')}"`);
  for (const text of ["=a", "+a", "-a", "@a"]) expect(csvCell(text)).toBe(`'${text}`);
  expect([csvCell("\ta"), csvCell("\ra")]).toEqual(["'\\ta", "'\\ra"]);
  expect(csvCell("a=b")).toBe("a=b");
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

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csvCell, jsonText, markdown, markdownCode, visible } from "../../src/report/escape.ts";

/** Control characters, what turns text round, what cannot be seen, and halves of characters. */
const HOSTILE = /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/u;

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      "\n",
      "\r",
      "\t",
      "\x1b",
      "\x9b",
      "\u202e",
      "\u2028",
      "\ud800",
      "`",
      "|",
      "<",
      "=",
      "@",
      ",",
      '"',
      ";",
      "a",
      "é",
      "𝄞",
    ),
  }),
);

describe("names that are shown", () => {
  test.each([
    ["a\nb", "a\\nb"],
    ["\x1b[31mred", "\\x1b[31mred"],
    ["\x9b31m", "\\x9b31m"],
    ["gpj.\u202eexe", "gpj.\\u202eexe"],
    ["\ud800", "\\ud800"],
    ["größer 𝄞 日本", "größer 𝄞 日本"],
  ])("%j as %j", (text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  test("are one line in which everything can be seen", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visible(text)).not.toMatch(HOSTILE);
      }),
    );
  });

  test("in JSON are what they were, and obeyed by no terminal", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const written = jsonText({ name: text.toWellFormed() }, 2);
        expect(written.replaceAll("\n", "")).not.toMatch(HOSTILE);
        expect(JSON.parse(written)).toEqual({ name: text.toWellFormed() });
      }),
    );
  });
});

describe("a cell of CSV", () => {
  test.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\\t=1"],
    ["\r=1", "'\\r=1"],
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["plain", "plain"],
  ])("%j as %j", (value, expected) => {
    expect(csvCell(value)).toBe(expected);
  });

  test("is one cell, and no formula", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const cell = csvCell(text);
        expect(cell).toMatch(/^(?:[^",\r\n;]*|"(?:[^"\r\n]|"")*")$/);
        expect(cell.replace(/^"/, "")).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});

describe("Markdown", () => {
  test.each([
    ["<script>", "&lt;script&gt;"],
    ["[a](b)", "\\[a\\]\\(b\\)"],
    ["a|b", "a\\|b"],
    ["**a** _b_", "\\*\\*a\\*\\* \\_b\\_"],
    ["@octocat", "\\@octocat"],
  ])("text %j as %j", (text, expected) => {
    expect(markdown(text)).toBe(expected);
  });

  test("code ends where it should, whatever is in it", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const code = markdownCode(text);
        const fence = /^`+/.exec(code)?.[0] ?? "";
        const inside = code.slice(fence.length, -fence.length);
        expect(code.endsWith(fence)).toBe(true);
        expect(inside.match(/`+/g) ?? []).not.toContain(fence);
        expect(code).not.toMatch(/(?<!\\)\|/);
      }),
    );
  });
});

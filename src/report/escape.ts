/*
 * Names and paths come from whatever was scanned. None of these lets one of them reach a terminal, a spreadsheet or a page as anything but text.
 */

/**
 * Control characters, bidirectional overrides, separators of lines, halves of characters, and what is not seen at all (tags, joiners, fillers):
 * they could hide or forge what a person reads.
 */
const UNSAFE = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u202f]`;
let unsafePattern: RegExp | undefined;

/** Not a literal: V8 makes the sets of one already when it parses the file, which is a part of every start that can be felt. */
function unsafe(): RegExp {
  unsafePattern ??= new RegExp(UNSAFE, "gu");
  return unsafePattern;
}

/** What most texts are. */
const PLAIN = /^[ -~]*$/;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** On one line, with everything that is not plainly visible written as an escape. */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(unsafe(), (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xffff) return `\\u{${hex(code, 5)}}`;
    return SHORT[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
  });
}

/** The text, or as much of it as fits, in UTF-16 code units. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** JSON that does nothing to a terminal it is shown on: what `visible` escapes is escaped here too, in JSON's own way. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(unsafe(), (character) =>
    character === "\n" ? character : character.split("").map(jsonEscape).join(""),
  );
}

function jsonEscape(unit: string): string {
  return `\\u${hex(unit.charCodeAt(0), 4)}`;
}

/** For Markdown, in running text and in the cells of tables. */
export function markdown(text: string): string {
  return visible(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[\\`*_{}[\]()#+!|~@:]/g, "\\$&");
}

/** For Markdown, as code; the fence is longer than any in the text. */
export function markdownCode(text: string): string {
  const shown = visible(text).replaceAll("|", "\\|");
  const longest = Math.max(0, ...Array.from(shown.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}

/** For Markdown, in running text: sentences whose `commands` stay commands, to be copied. Not for the cells of tables. */
export function markdownSentences(text: string): string {
  return visible(text)
    .split(/((?<!`)`[^`]+`(?!`))/)
    .map((part, index) => (index % 2 === 1 ? part : markdown(part)))
    .join("");
}

/** A cell of RFC 4180, which no spreadsheet takes for a formula. */
export function csvCell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${visible(value)}` : visible(value);
  return /[",\n\r;]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

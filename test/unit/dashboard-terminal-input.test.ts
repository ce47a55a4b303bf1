import { expect, test } from "vitest";
import { TerminalInput } from "../../src/dashboard/terminal-input.ts";

test.each([
  ["the background's colour", "\x1b]11;rgb:1e1e/1e1e/1e1e\x07"],
  ["the same, ended by ST", "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\"],
  ["its version", "\x1bP>|xterm(388)\x1b\\"],
])("a terminal that tells %s has pressed no key", (_, reply) => {
  expect(new TerminalInput().typed(`a${reply}b`)).toBe("ab");
});

test("Alt and a bracket is a key, and does not make deaf for those after it", () => {
  const input = new TerminalInput();
  expect(["\x1b]", "q", "\x1b[A"].map((chunk) => input.typed(chunk))).toEqual(["\x1b]", "q", "\x1b[A"]);
});

test.each(["\x03", "\x1b"])("a paste without an end is ended by %j", (key) => {
  const input = new TerminalInput();
  expect(input.typed("\x1b[200~abc")).toBe("\x1b[200~abc");
  expect(input.typed("more")).toBe("more");
  expect(input.typed(key)).toBe(`\x1b[201~${key}`);
  expect(input.typed(key)).toBe(key);
});

test("a paste without an end is ended by Ctrl-C that came together with it, however often", () => {
  expect(new TerminalInput().typed("\x1b[200~abc\x03\x03")).toBe("\x1b[200~abc\x1b[201~\x03\x03");
});

test("a paste with an end is as it was, and keys after it are keys", () => {
  const input = new TerminalInput();
  expect(input.typed("\x1b[200~abc\x1b[201~")).toBe("\x1b[200~abc\x1b[201~");
  expect(input.typed("\x03")).toBe("\x03");
});

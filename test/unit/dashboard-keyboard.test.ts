import type { Key } from "ink";
import { expect, test } from "vitest";
import { keyPresses } from "../../src/dashboard/keyboard.ts";

const NONE = { ctrl: false, meta: false, shift: false } as Key;

test("what came at once, as from a slow line, is the keys that were pressed", () => {
  const pressed = keyPresses("a\x15b\x7f\t\r", NONE);
  expect(pressed.map(({ name, text, ctrl }) => `${ctrl ? "ctrl " : ""}${name} ${text}`.trim())).toEqual([
    "text a",
    "ctrl text u",
    "text b",
    "backspace",
    "tab",
    "enter",
  ]);
});

test("a control key alone is named by ink", () => {
  expect(keyPresses("u", { ...NONE, ctrl: true })).toEqual([{ name: "text", text: "u", ctrl: true }]);
});

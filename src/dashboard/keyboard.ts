import type { Key } from "ink";
import type { KeyPress } from "./message.ts";

/** What ink tells of keys, in the dashboard's words: none for what means nothing to us, several for letters that came at once. */
export function keyPresses(input: string, key: Key): KeyPress[] {
  const name = NAMED.find(([field]) => key[field])?.[1];
  if (name !== undefined) return [{ name: name === "tab" && key.shift ? "back-tab" : name, text: "", ctrl: false }];
  if (key.meta) return [];
  return Array.from(input, (text): KeyPress => {
    const control = CONTROLS[text];
    if (control !== undefined) return { name: control, text: "", ctrl: false };
    // Ctrl and a letter, which ink names only when they come alone.
    if (text < "\x1b") return { name: "text", text: String.fromCharCode(text.charCodeAt(0) + 0x60), ctrl: true };
    return { name: "text", text, ctrl: key.ctrl };
  });
}

/** Keys that came together with letters are not named. */
const CONTROLS: Readonly<Record<string, KeyPress["name"]>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "backspace",
};

const NAMED: readonly (readonly [keyof Key, KeyPress["name"]])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "page-up"],
  ["pageDown", "page-down"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  // Most terminals send what ink calls delete when Backspace is pressed.
  ["delete", "backspace"],
];

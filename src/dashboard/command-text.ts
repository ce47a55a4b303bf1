import { shellWord } from "../model/shell-word.ts";

/** A command as a person could type it into a shell. */
export function commandText(words: readonly string[]): string {
  return ["keysweep", ...words.map(shellWord)].join(" ");
}

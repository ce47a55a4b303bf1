import { KeysweepError } from "../model/error.ts";

/**
 * What went wrong with a target, as it stands behind the target's name. Only what keysweep says itself is told: a library's message may hold
 * what it was given.
 */
export function failureText(name: string, error: unknown): string {
  if (!(error instanceof KeysweepError))
    return `an unexpected error (${error instanceof Error ? error.name : "unknown"})`;
  const said = error.hint === null ? error.message : `${error.message}. ${error.hint}`;
  // Its errors begin with its place, and by that it is called where it was given no name.
  return said.startsWith(`${name}: `) ? said.slice(name.length + 2) : said;
}

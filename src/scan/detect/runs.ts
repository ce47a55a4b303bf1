import type { Span } from "./candidates.ts";

/** A set of characters of Latin-1: 1 at the code of each. */
export type Alphabet = Uint8Array;

/** The set of the letters, the digits and the signs given. */
export function lettersDigitsAnd(signs: string): Alphabet {
  return setOf(`${CAPITALS}${CAPITALS.toLowerCase()}${DIGITS}${signs}`);
}

const CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS = "0123456789";

export const HEXADECIMAL = setOf(`${DIGITS}abcdefABCDEF`);

function setOf(characters: string): Alphabet {
  const set = new Uint8Array(256);
  for (let i = 0; i < characters.length; i++) set[characters.charCodeAt(i)] = 1;
  return set;
}

/**
 * The runs of characters of an alphabet, each as long as it can be, that have at least so many: what `/[…]{least,}/g` matches. A regular
 * expression looks at each character; this looks first at the one that a run must have furthest on, and so past most others.
 */
export function longRuns(text: string, alphabet: Alphabet, least: number): Span[] {
  const runs: Span[] = [];
  // No run goes on across `from`.
  for (let from = 0; from + least <= text.length; ) {
    let at = from + least;
    while (at > from && alphabet[text.charCodeAt(at - 1)] === 1) at--;
    if (at === from) {
      at += least;
      // Behind the end there is no code: to look one up that is none would make every look slow.
      while (at < text.length && alphabet[text.charCodeAt(at)] === 1) at++;
      runs.push({ from, to: at });
      at++;
    }
    from = at;
  }
  return runs;
}

import { looksRandom, notASecret } from "./randomness.ts";
import { type View, ViewBuilder } from "./view.ts";

/** A string of a program that another one follows: `"…" + "…"`, with a point or an ampersand, or with nothing but space between. */
const FIRST_PART = /(["'`])([A-Za-z0-9+/]{1,43})\1(?=\s{0,40}(?:[+.&\\]|\.\.)?\s{0,40}["'`][A-Za-z0-9+/])/g;
const NEXT_PART = /\s{0,40}(?:[+.&\\]|\.\.)?\s{0,40}(["'`])([A-Za-z0-9+/]{1,43})\1/y;

/** The most parts that one value is put together of, and the longest value that is, in characters. */
const MOST_PARTS = 8;
const LONGEST_VALUE = 44;

/** Puts strings together that are an id or a secret in parts. What else is written in parts stays as it is. */
export function joinStrings(view: View): View {
  const { text } = view;
  const builder = new ViewBuilder(view);
  let joined = 0;
  for (const { index, 0: match, 1: quote, 2: first } of text.matchAll(FIRST_PART)) {
    if (index < joined || quote === undefined || first === undefined || isCredential(first)) continue;
    const whole = wholeValue(text, first, index + match.length);
    if (whole === null) continue;
    builder.replace(index, whole.to, quote + whole.value + quote);
    joined = whole.to;
  }
  return builder.changed ? builder.build() : view;
}

/** The credential that begins with `first` and goes on at `at`; null: there is none. */
function wholeValue(text: string, first: string, at: number): { readonly value: string; readonly to: number } | null {
  let value = first;
  NEXT_PART.lastIndex = at;
  for (let parts = 1; parts < MOST_PARTS && value.length < LONGEST_VALUE; parts++) {
    const next = NEXT_PART.exec(text)?.[2];
    // What is one by itself is no part of another.
    if (next === undefined || isCredential(next)) return null;
    value += next;
    if (isCredential(value)) return { value, to: NEXT_PART.lastIndex };
  }
  return null;
}

function isCredential(value: string): boolean {
  if (value.length === 20) return /^A(?:KI|SI)A[A-Z2-7]{16}$/.test(value);
  return (
    (value.length === 40 || (value.length === 44 && /^B[A-P]/.test(value))) && !notASecret(value) && looksRandom(value)
  );
}

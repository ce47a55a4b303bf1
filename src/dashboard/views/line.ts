import type { Severity } from "../../model/severity.ts";

/** What a piece of text is, from which follows how it looks. */
export type Tone = Severity | "plain" | "bold" | "dim" | "accent" | "good" | "bad" | "title";

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
}

/** One line of the screen; text in it has been made harmless and short enough. */
export interface Line {
  readonly spans: readonly Span[];
  readonly selected?: boolean;
}

export function line(...spans: readonly (Span | string)[]): Line {
  return { spans: spans.map((span) => (typeof span === "string" ? { text: span } : span)) };
}

export const BLANK: Line = { spans: [] };

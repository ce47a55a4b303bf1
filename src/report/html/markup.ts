import { visible } from "../escape.ts";

/** Text that is HTML already. Only what this file exports makes it, so that nothing gets into a page without being escaped. */
class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type { Markup };

/** What can stand in a template; null and undefined leave nothing. */
export type Content = string | number | Markup | null | undefined | readonly Content[];

/** A template whose values are escaped, for text and for attributes in double quotes; what is markup already stands as it is. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => part + markupOf(values[index])).join(""));
}

/**
 * A value as JSON on one line, for an element `<script>` whose type is not a script's: nothing in it can end the element, and all its
 * texts can be seen.
 */
export function jsonMarkup(value: unknown): Markup {
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === "string" ? visible(part) : part));
  return new Markup(text.replaceAll("<", "\\u003c"));
}

/** What this project itself has written: the page's style and script. */
export function ownMarkup(text: string): Markup {
  return new Markup(text);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function markupOf(value: Content): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(markupOf).join("");
  return visible(String(value)).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

import type { Remedy } from "../../model/finding.ts";
import type { RemedyTemplate, RemedyUse } from "./page-data.ts";

/** The remedies of a page's rows, each kept once: steps that differ in nothing but a row's own key, account or user are the same. */
export class RemedyBook {
  readonly #templates = new Map<string, { readonly index: number; readonly template: RemedyTemplate }>();

  /** @param own what of the steps may be the row's own, e.g. its access key id. */
  use({ title, steps }: Remedy, own: readonly (string | null)[]): RemedyUse {
    const values = own.filter((value): value is string => value !== null && value !== "");
    const template = { title, steps: steps.map((step) => templateOf(step, values)) };
    const key = JSON.stringify(template);
    const known = this.#templates.get(key) ?? { index: this.#templates.size, template };
    this.#templates.set(key, known);
    return { template: known.index, values };
  }

  get templates(): readonly RemedyTemplate[] {
    return [...this.#templates.values()].map(({ template }) => template);
  }
}

/** The step with each value's number in its place. */
function templateOf(step: string, values: readonly string[]): (string | number)[] {
  let parts: (string | number)[] = [step];
  for (const [index, value] of values.entries()) {
    parts = parts.flatMap((part) => (typeof part === "string" ? between(part.split(value), index) : [part]));
  }
  return parts.filter((part) => part !== "");
}

function between(texts: readonly string[], separator: number): (string | number)[] {
  return texts.flatMap((text, index) => (index === 0 ? [text] : [separator, text]));
}

import { type Document, isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { KeysweepError } from "../model/error.ts";

/** The steps from the top of a document to a value, e.g. `allow`, 0, `expires`. */
export type KeyPath = readonly (string | number)[];

/** A YAML file, with the way from a value back to its line. */
export class ConfigurationDocument {
  readonly path: string;
  readonly value: unknown;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;

  /** @throws KeysweepError `configuration` naming line and column when it is no YAML. */
  constructor(path: string, text: string) {
    this.path = path;
    this.#lines = new LineCounter();
    // No aliases that multiply: a repository's own file is hostile.
    this.#document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: true, schema: "core" });
    const [error] = this.#document.errors;
    if (error !== undefined) {
      const { line, col } = this.#lines.linePos(error.pos[0]);
      throw new KeysweepError("configuration", `${path}:${line}:${col}: not YAML (${error.code})`, {
        hint: "Mend the line, or check its indentation and quotes.",
      });
    }
    try {
      this.value = this.#document.toJS({ maxAliasCount: 20 });
    } catch (cause) {
      throw new KeysweepError("configuration", `${path}: too many aliases`, { hint: "Write the values out.", cause });
    }
  }

  /** The line of a value, from 1; of what holds it, when it is not there. */
  lineOf(keys: KeyPath): number {
    return this.#positionOf(keys).line;
  }

  /** What is wrong with a value, and where. `problem` says what would be right. */
  error(keys: KeyPath, problem: string): KeysweepError {
    const { line, col } = this.#positionOf(keys);
    const name = keys
      .map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? key : `.${key}`))
      .join("");
    return new KeysweepError(
      "configuration",
      `${this.path}:${line}:${col}: ${name === "" ? "" : `${name}: `}${problem}`,
    );
  }

  #positionOf(keys: KeyPath): { line: number; col: number } {
    for (let depth = keys.length; depth > 0; depth--) {
      const offset = this.#offsetOf(keys.slice(0, depth));
      if (offset !== null) return this.#lines.linePos(offset);
    }
    return { line: 1, col: 1 };
  }

  /** Where the key stands that leads to the value, or the item of a list. */
  #offsetOf(keys: KeyPath): number | null {
    const holder = keys.length === 1 ? this.#document.contents : this.#document.getIn(keys.slice(0, -1), true);
    const last = keys.at(-1);
    if (isMap(holder)) {
      const pair = holder.items.find(({ key }) => String((key as { value?: unknown }).value ?? key) === String(last));
      return (pair?.key as Node | undefined)?.range?.[0] ?? null;
    }
    if (isSeq(holder) && typeof last === "number") return (holder.items[last] as Node | undefined)?.range?.[0] ?? null;
    return null;
  }
}

import { readFile } from "node:fs/promises";
import { isNode, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";

/** A rules file, read and found to be in order; it remembers its lines, so that what is checked later can name them too. */
export interface RulesFile<T> {
  readonly content: T;
  /** An error that begins with file and line of what `path` leads to, e.g. `[3, "useCase"]`. */
  fault(path: readonly PropertyKey[], message: string): Error;
}

/**
 * Reads a rules file strictly.
 * @throws Error that names file, line and place, and says what would be right.
 */
export async function readRules<T>(root: string, name: string, schema: z.ZodType<T>): Promise<RulesFile<T>> {
  return parseRules(await readFile(`${root}${name}`, "utf8"), name, schema);
}

/** {@link readRules} of a text at hand. */
export function parseRules<T>(text: string, name: string, schema: z.ZodType<T>): RulesFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`${name}:${lines.linePos(error.pos[0]).line}: ${error.message}`);

  function lineOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  }
  function fault(path: readonly PropertyKey[], message: string): Error {
    return new Error(`${name}:${lineOf(path)}: ${path.map(String).join(".")}: ${message}`);
  }

  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) {
    throw new AggregateFault(parsed.error.issues.map((issue) => fault(issue.path, issue.message)));
  }
  return { content: parsed.data, fault };
}

/** Everything that is wrong with a file, at once. */
class AggregateFault extends Error {
  constructor(faults: readonly Error[]) {
    super(faults.map(({ message }) => message).join("\n"));
  }
}

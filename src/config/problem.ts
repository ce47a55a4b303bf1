import type * as z from "zod/mini";
import type { KeysweepError } from "../model/error.ts";
import type { ConfigurationDocument, KeyPath } from "./document.ts";
import { keysAt } from "./schema.ts";
import { suggestion } from "./suggestion.ts";

type Issue = z.core.$ZodIssue;

/** A part of a document, and what it should be. */
export interface Checked {
  readonly document: ConfigurationDocument;
  readonly schema: z.core.$ZodType;
  /** Where in the document the part is. */
  readonly base: KeyPath;
}

/** The first problem, in the words of somebody who wants to mend it. */
export function problemIn(part: Checked, issues: readonly Issue[], above: KeyPath = part.base): KeysweepError {
  const { document, schema, base } = part;
  // A misspelt key is often what another one is missing for.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (issue === undefined) return document.error(above, "is not right");
  const keys = [...above, ...issue.path.map((key) => (typeof key === "number" ? key : String(key)))];
  switch (issue.code) {
    case "unrecognized_keys": {
      const [key = ""] = issue.keys;
      // The file may not be what it seems (a link to one that holds secrets): only a plausible key is quoted.
      if (!/^[A-Za-z][A-Za-z-]{0,30}$/.test(key)) return document.error(keys, "has a key that is not known here");
      return document.error([...keys, key], unknownKey(key, keysAt(schema, keys.slice(base.length))));
    }
    case "invalid_union":
      return problemIn(part, nearest(issue.errors), keys);
    case "invalid_type":
      return document.error(keys, issue.input === undefined ? "is missing" : typeProblem(issue));
    case "invalid_value":
      return document.error(
        keys,
        issue.input === undefined ? "is missing" : `must be one of ${issue.values.map(String).join(", ")}`,
      );
    case "invalid_key":
      return document.error(keys, issue.issues[0]?.message ?? issue.message);
    default:
      return document.error(keys, issue.message);
  }
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = suggestion(key, known);
  return `is not a key that is known here; ${meant === null ? `there are ${known.join(", ")}` : `did you mean ${meant}?`}`;
}

/** Of several shapes that an entry could have, the one whose key it names, so the one that it fails by least. */
function nearest(alternatives: readonly (readonly Issue[])[]): readonly Issue[] {
  const wrongShape = (issues: readonly Issue[]): number =>
    issues.filter(
      ({ code, input }) =>
        code === "unrecognized_keys" || code === "invalid_type" || (code === "invalid_value" && input === undefined),
    ).length;
  return alternatives.toSorted((a, b) => wrongShape(a) - wrongShape(b) || a.length - b.length)[0] ?? [];
}

/** As the schema says it, or in words of ours where it says nothing. */
function typeProblem({ message, expected }: { readonly message: string; readonly expected: string }): string {
  return message.startsWith("Invalid input") ? `must be ${article(expected)}` : message;
}

/** The types of YAML in the words of its readers. */
function article(type: string): string {
  const words: Readonly<Record<string, string>> = {
    object: "a mapping (`key: value` lines)",
    record: "a mapping (`key: value` lines)",
    array: "a list",
    tuple: "a list",
    string: "text",
  };
  return words[type] ?? `a ${type}`;
}

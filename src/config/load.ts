import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { KeysweepError } from "../model/error.ts";
import { ConfigurationDocument, type KeyPath } from "./document.ts";
import { type AllowSetting, operatorSchema, repositorySchema } from "./schema.ts";

/** A configuration, checked. */
export interface Configuration {
  readonly path: string;
  readonly exclude: readonly string[];
  /** Each with the line that it stands on. */
  readonly allow: readonly { readonly setting: AllowSetting; readonly line: number }[];
}

/** The longest configuration that is read, in bytes: a repository's own file is hostile. */
const LONGEST = 1024 * 1024;

/** @throws KeysweepError `configuration` that names file, line, column and key, and says what would be right. */
export function loadOperatorConfiguration(path: string): Configuration {
  const { document, settings } = load(path, operatorSchema);
  return { path, exclude: settings.scan?.exclude ?? [], allow: allowed(document, settings.allow) };
}

/** @throws KeysweepError `configuration` that names file, line, column and key, and says what would be right. */
export function loadRepositoryConfiguration(path: string): Configuration {
  const { document, settings } = load(path, repositorySchema);
  return { path, exclude: settings.exclude ?? [], allow: allowed(document, settings.allow) };
}

/** Checks settings that do not come from a file. @throws KeysweepError `configuration` that names the key. */
export function checkedRepositorySettings(name: string, value: unknown): void {
  const result = z.safeParse(repositorySchema, value);
  if (!result.success) throw problemIn(new ConfigurationDocument(name, JSON.stringify(value)), result.error.issues, []);
}

function load<T extends z.ZodMiniType>(
  path: string,
  schema: T,
): { document: ConfigurationDocument; settings: z.infer<T> } {
  const document = new ConfigurationDocument(path, textOf(path));
  const result = z.safeParse(schema, document.value ?? {});
  if (result.success) return { document, settings: result.data };
  throw problemIn(document, result.error.issues, []);
}

function textOf(path: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > LONGEST)
      throw new KeysweepError("configuration", `${path}: longer than 1 MiB`, { hint: "Is it the right file?" });
    return bytes.toString("utf8");
  } catch (error) {
    if (error instanceof KeysweepError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    throw new KeysweepError("configuration", `cannot read the configuration ${path}: ${code}`, {
      hint: "Check the path and its permissions.",
      cause: error,
    });
  }
}

function allowed(
  document: ConfigurationDocument,
  settings: readonly AllowSetting[] | undefined,
): Configuration["allow"] {
  return (settings ?? []).map((setting, index) => ({ setting, line: document.lineOf(["allow", index]) }));
}

type Issue = z.core.$ZodIssue;

/** The first problem, in the words of somebody who wants to mend it. */
function problemIn(document: ConfigurationDocument, issues: readonly Issue[], above: KeyPath): KeysweepError {
  const [issue] = issues;
  if (issue === undefined) return document.error(above, "is not right");
  const keys = [...above, ...issue.path.map((key) => (typeof key === "number" ? key : String(key)))];
  switch (issue.code) {
    case "unrecognized_keys":
      return document.error([...keys, issue.keys[0] ?? ""], "is not a key that is known here");
    case "invalid_union":
      return problemIn(document, nearest(issue.errors), keys);
    case "invalid_type":
      return document.error(keys, issue.input === undefined ? "is missing" : `must be ${article(issue.expected)}`);
    case "invalid_value":
      return document.error(keys, `must be one of ${issue.values.map(String).join(", ")}`);
    default:
      return document.error(keys, issue.message);
  }
}

/** Of several shapes that an entry could have, the one whose key it names, so the one that it fails by least. */
function nearest(alternatives: readonly (readonly Issue[])[]): readonly Issue[] {
  const wrongShape = (issues: readonly Issue[]): number =>
    issues.filter(({ code }) => code === "unrecognized_keys" || code === "invalid_type").length;
  return alternatives.toSorted((a, b) => wrongShape(a) - wrongShape(b) || a.length - b.length)[0] ?? [];
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : type === "string" ? "text" : `a ${type}`;
}

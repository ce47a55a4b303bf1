import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import * as z from "zod/mini";
import { KeysweepError } from "../model/error.ts";
import { ConfigurationDocument, type KeyPath } from "./document.ts";
import { problemIn } from "./problem.ts";
import {
  type AllowSetting,
  type AuditAllowSetting,
  type OperatorSettings,
  operatorSchema,
  repositorySchema,
} from "./schema.ts";

/** A configuration, checked. */
export interface Configuration {
  readonly path: string;
  /** Each with the line that it stands on, as those of `allow`. */
  readonly exclude: readonly { readonly pattern: string; readonly line: number }[];
  readonly allow: readonly { readonly setting: AllowSetting; readonly line: number }[];
}

/** What a configuration may be, by whose it is. */
interface Trust {
  /** In bytes. */
  readonly longest: number;
  /** Whether it may be a symbolic link. */
  readonly followsLinks: boolean;
}

const OPERATOR: Trust = { longest: 1024 * 1024, followsLinks: true };
/** A repository's own file is hostile: it may lead to a file that is nobody's business, or keep the parser busy. */
const REPOSITORY: Trust = { longest: 64 * 1024, followsLinks: false };

/** @throws KeysweepError `configuration` that names file, line, column and key, and says what would be right. */
export function loadOperatorConfiguration(path: string): Configuration {
  const { document, settings } = load(path, operatorSchema, OPERATOR);
  const exclude = excluded(document, ["scan", "exclude"], settings.scan?.exclude);
  return { path, exclude, allow: allowed(document, settings.allow) };
}

/** What the operator says of audits. */
export interface AuditConfiguration extends Pick<OperatorSettings, "aws" | "organization" | "audit"> {
  /** Each with where it stands, as `file:line`. */
  readonly allow: readonly { readonly setting: AuditAllowSetting | AllowSetting; readonly at: string }[];
}

/** @param path null: there is no configuration. @throws KeysweepError `configuration` as for the rest of the file. */
export function loadAuditConfiguration(path: string | null): AuditConfiguration {
  if (path === null) return { allow: [] };
  const { document, settings } = load(path, operatorSchema, OPERATOR);
  const { aws, organization, audit, allow = [] } = settings;
  return {
    aws,
    organization,
    audit,
    allow: allow.map((setting, index) => ({ setting, at: `${path}:${document.lineOf(["allow", index])}` })),
  };
}

/** How the operator wants hooks to behave. */
export interface HookSettings {
  /** Whether `keysweep:allow` beside a credential counts in what is pushed. */
  readonly inlineAllow: boolean;
  /** What a hook does that could not check. */
  readonly onError: "block" | "warn";
}

/** @param path null: there is no configuration. @throws KeysweepError `configuration` as for the rest of the file. */
export function loadHookSettings(path: string | null): HookSettings {
  const { inlineAllow = false, onError = "block" } =
    path === null ? {} : (load(path, operatorSchema, OPERATOR).settings.hooks ?? {});
  return { inlineAllow, onError };
}

/** @throws KeysweepError `configuration` that names file, line, column and key, and says what would be right. */
export function loadRepositoryConfiguration(path: string): Configuration {
  return repositoryConfiguration(path, textOf(path, REPOSITORY));
}

/**
 * A repository's configuration that is no file: it comes from a commit or the index.
 * @throws KeysweepError `configuration` that names it as `name`.
 */
export function parseRepositoryConfiguration(name: string, text: string): Configuration {
  if (text.length > REPOSITORY.longest) throw tooLong(name, REPOSITORY.longest);
  return repositoryConfiguration(name, text);
}

function repositoryConfiguration(path: string, text: string): Configuration {
  const { document, settings } = checked(path, text, repositorySchema);
  const exclude = excluded(document, ["exclude"], settings.exclude);
  return { path, exclude, allow: allowed(document, settings.allow) };
}

/** Checks settings that do not come from a file. @throws KeysweepError `configuration` that names the key. */
export function checkedRepositorySettings(name: string, value: unknown): void {
  const result = z.safeParse(repositorySchema, value, { reportInput: true });
  if (!result.success) {
    const document = new ConfigurationDocument(name, JSON.stringify(value));
    throw problemIn({ document, schema: repositorySchema, base: [] }, result.error.issues);
  }
}

/** Texts that are read in place of a file of the operator's, by its path. */
const held = new Map<string, string>();

/** From now on this text is read in place of the file: what a service goes on with while somebody breaks it. */
export function holdOperatorText(path: string, text: string): void {
  held.set(path, text);
}

/** The text of the operator's configuration as it is now, whatever is held in its place. @throws KeysweepError `configuration`. */
export function operatorText(path: string): string {
  return textOf(path, OPERATOR);
}

/** Reads and checks what the operator has written. */
export function loadOperatorDocument<T extends z.ZodMiniType>(
  path: string,
  schema: T,
): { document: ConfigurationDocument; settings: z.infer<T> } {
  return load(path, schema, OPERATOR);
}

function load<T extends z.ZodMiniType>(
  path: string,
  schema: T,
  trust: Trust,
): { document: ConfigurationDocument; settings: z.infer<T> } {
  const text = trust === OPERATOR ? held.get(path) : undefined;
  return checked(path, text ?? textOf(path, trust), schema);
}

function checked<T extends z.ZodMiniType>(
  path: string,
  text: string,
  schema: T,
): { document: ConfigurationDocument; settings: z.infer<T> } {
  const document = new ConfigurationDocument(path, text);
  const result = z.safeParse(schema, document.value ?? {}, { reportInput: true });
  if (result.success) return { document, settings: result.data };
  throw problemIn({ document, schema, base: [] }, result.error.issues);
}

function textOf(path: string, { longest, followsLinks }: Trust): string {
  try {
    // Not waiting for a writer: a repository's own file may be a FIFO.
    const file = openSync(
      path,
      constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (followsLinks ? 0 : (constants.O_NOFOLLOW ?? 0)),
    );
    try {
      const { size } = checkedFile(path, longest, fstatSync(file));
      return size === 0 ? "" : readFileSync(file, "utf8");
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof KeysweepError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    if (code === "ELOOP") throw new KeysweepError("configuration", `${path} is a symbolic link`, { hint: NOT_TRUSTED });
    throw new KeysweepError("configuration", `cannot read the configuration ${path}: ${code}`, {
      hint: "Check the path and its permissions.",
      cause: error,
    });
  }
}

function checkedFile(path: string, longest: number, stats: Stats): Stats {
  if (!stats.isFile()) throw new KeysweepError("configuration", `${path} is not a regular file`, { hint: NOT_TRUSTED });
  if (stats.size > longest) throw tooLong(path, longest);
  return stats;
}

function tooLong(path: string, longest: number): KeysweepError {
  return new KeysweepError("configuration", `${path} is longer than ${longest / 1024} KiB`, { hint: NOT_TRUSTED });
}

const NOT_TRUSTED = "Is it the right file? --no-repository-config scans without those that lie in what is scanned.";

function excluded(
  document: ConfigurationDocument,
  above: KeyPath,
  patterns: readonly string[] = [],
): Configuration["exclude"] {
  return patterns.map((pattern, index) => ({ pattern, line: document.lineOf([...above, index]) }));
}

function allowed(
  document: ConfigurationDocument,
  settings: readonly (AllowSetting | AuditAllowSetting)[] | undefined,
): Configuration["allow"] {
  return (settings ?? []).flatMap((setting, index) =>
    // What is said of an audit's checks is the audit's.
    "check" in setting ? [] : [{ setting, line: document.lineOf(["allow", index]) }],
  );
}

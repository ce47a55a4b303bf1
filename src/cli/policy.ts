import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { accessKeyId } from "../model/access-key-id.ts";
import type { SkipReason } from "../model/coverage.ts";
import { KeysweepError } from "../model/error.ts";
import type { Fingerprint } from "../model/finding.ts";
import { configurationPath } from "../runtime/system.ts";
import { type AllowEntry, AllowList, type AllowTarget } from "../scan/allow.ts";
import type { ExcludePattern } from "../scan/scan.ts";
import type { Context } from "./context.ts";

/** What operator and repository say of what is found and what is left out. */
export interface Policy {
  readonly allowList: AllowList;
  readonly exclude: readonly ExcludePattern[];
}

export interface PolicyFlags {
  readonly config?: string;
  readonly noRepositoryConfig: boolean;
}

/** The name of a repository's own configuration. */
export const REPOSITORY_CONFIGURATION = "keysweep.yaml";

/**
 * Reads the operator's configuration, and that of each root's repository.
 * The parser is loaded only when there is one.
 * @throws KeysweepError `configuration`.
 */
export async function policyFor(context: Context, flags: PolicyFlags, roots: readonly string[]): Promise<Policy> {
  const operator = operatorPath(context, flags);
  const repositories = flags.noRepositoryConfig ? [] : [...new Set(roots.flatMap(repositoryConfiguration))];
  const today = new Date(context.clock.now()).toISOString().slice(0, 10);
  if (operator === null && repositories.length === 0) {
    return { allowList: new AllowList([], today, !flags.noRepositoryConfig), exclude: [] };
  }
  const { policyFrom } = await import("./read-policy.ts");
  const { entries, exclude } = policyFrom(operator, repositories);
  return { allowList: new AllowList(entries, today, !flags.noRepositoryConfig), exclude };
}

/** The operator's configuration; null when there is none. @throws KeysweepError `configuration` when the one that was named is not there. */
export function operatorPath(context: Context, { config }: Pick<PolicyFlags, "config">): string | null {
  if (config !== undefined) {
    if (existsSync(config)) return config;
    throw new KeysweepError("configuration", `--config ${config}: there is no such file`);
  }
  const usual = configurationPath(context.system);
  return existsSync(usual) ? usual : null;
}

/** The folder that the root is or lies in, with no symbolic link in it: places are told by such paths. */
function realFolder(root: string): string {
  try {
    const real = realpathSync(root);
    return statSync(real).isDirectory() ? real : dirname(real);
  } catch {
    // The scan will say why it cannot be looked at.
    return dirname(resolve(root));
  }
}

/** `keysweep.yaml` at the root, or at the top of the repository that the root lies in. */
function repositoryConfiguration(root: string): string[] {
  const folder = realFolder(root);
  for (let current = folder; ; current = dirname(current)) {
    const candidate = join(current, REPOSITORY_CONFIGURATION);
    const top = existsSync(join(current, ".git"));
    if ((top || current === folder) && existsSync(candidate)) return [candidate];
    if (top || current === dirname(current)) return [];
  }
}

/** What an entry of a configuration means. `matcher` makes a pattern of a path into a test. */
export function allowTarget(
  setting: AllowSettingFields,
  matcher: (pattern: string) => (path: string) => boolean,
): AllowTarget | null {
  if (setting.fingerprint !== undefined) {
    const { fingerprint, rule = null, severity = null } = setting;
    return { kind: "fingerprint", fingerprint: fingerprint as Fingerprint, rule, severity };
  }
  const id = setting.keyId === undefined ? null : accessKeyId(setting.keyId);
  if (id !== null) return { kind: "key-id", accessKeyId: id, rule: setting.rule ?? null };
  if (setting.path === undefined) return null;
  if (setting.skipped !== undefined)
    return { kind: "skipped", reason: setting.skipped, matches: matcher(setting.path) };
  if (setting.rule === undefined) return null;
  return { kind: "path", rule: setting.rule, matches: matcher(setting.path) };
}

interface AllowSettingFields {
  readonly fingerprint?: string;
  readonly keyId?: string;
  readonly path?: string;
  readonly skipped?: SkipReason;
  readonly rule?: string | undefined;
  readonly severity?: AllowSeverity;
}

type AllowSeverity = Extract<AllowTarget, { kind: "fingerprint" }>["severity"] | undefined;

export type { AllowEntry };

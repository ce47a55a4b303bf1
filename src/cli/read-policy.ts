import { realpathSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { type Configuration, loadOperatorConfiguration, loadRepositoryConfiguration } from "../config/load.ts";
import { KeysweepError } from "../model/error.ts";
import type { AllowEntry } from "../scan/allow.ts";
import { pathPattern, patternLength } from "../scan/path-pattern.ts";
import { isRule, rules } from "../scan/rules.ts";
import type { ExcludePattern } from "../scan/scan.ts";
import { allowTarget } from "./policy.ts";

/** The entries of all configurations, in their order: the operator's first. */
export function policyFrom(
  operator: string | null,
  repositories: readonly string[],
): { entries: AllowEntry[]; exclude: ExcludePattern[] } {
  const parts = [
    ...(operator === null ? [] : [partOf(loadOperatorConfiguration(operator), null)]),
    ...repositories.map((path) => partOf(loadRepositoryConfiguration(path), realpathSync(dirname(path)))),
  ];
  return { entries: parts.flatMap(({ entries }) => entries), exclude: parts.flatMap(({ exclude }) => exclude) };
}

/** The same, for what a repository says in a commit or in its index. @param base the repository's folder */
export function policyOf(
  operator: string | null,
  repository: Configuration | null,
  base: string,
): { entries: AllowEntry[]; exclude: ExcludePattern[] } {
  const parts = [
    ...(operator === null ? [] : [partOf(loadOperatorConfiguration(operator), null)]),
    ...(repository === null ? [] : [partOf(repository, base)]),
  ];
  return { entries: parts.flatMap(({ entries }) => entries), exclude: parts.flatMap(({ exclude }) => exclude) };
}

/** @param base what patterns are relative to; null: they are tried against absolute paths. */
function partOf(
  { path, allow, exclude }: Configuration,
  base: string | null,
): { entries: AllowEntry[]; exclude: ExcludePattern[] } {
  const repository = base === null || base.endsWith(sep) ? base : base + sep;
  checkPatterns({ path, allow, exclude }, base === null ? Number.POSITIVE_INFINITY : LONGEST_TOGETHER);
  return {
    entries: allow.flatMap(({ setting, line }) => {
      const at = `${path}:${line}`;
      if ("rule" in setting && setting.rule !== undefined && !isRule(setting.rule)) {
        throw new KeysweepError("configuration", `${at}: rule: there is none of that name`, {
          hint: `The rules are ${rules.map(({ name }) => name).join(", ")}.`,
        });
      }
      const target = allowTarget(setting, (pattern) => pathMatcher(pattern, base));
      return target === null
        ? []
        : [{ target, reason: setting.reason, owner: setting.owner, expires: setting.expires, at, repository }];
    }),
    exclude: exclude.map(({ pattern }) => ({ pattern, by: path, base })),
  };
}

/** A repository's own patterns may not make a scan slow: together they are no longer than this, with all alternatives written out. */
const LONGEST_TOGETHER = 8192;

/** @throws KeysweepError `configuration` that names the line of a pattern that is too much, alone or with those before it. */
function checkPatterns({ path, allow, exclude }: Configuration, longest: number): void {
  const patterns = [
    ...exclude,
    ...allow.flatMap(({ setting, line }) =>
      "path" in setting && setting.path !== undefined ? [{ pattern: setting.path, line }] : [],
    ),
  ];
  let together = 0;
  for (const { pattern, line } of patterns) {
    together += lengthOf(pattern, `${path}:${line}`);
    if (together <= longest) continue;
    throw new KeysweepError(
      "configuration",
      `${path}:${line}: its patterns are longer than ${longest} characters together, with alternatives in braces written out`,
      { hint: "Use fewer or shorter ones, or scan with --no-repository-config." },
    );
  }
}

function lengthOf(pattern: string, at: string): number {
  try {
    return patternLength(pattern);
  } catch (error) {
    if (!(error instanceof KeysweepError)) throw error;
    throw new KeysweepError(error.code, `${at}: ${error.message}`, error.hint === null ? {} : { hint: error.hint });
  }
}

function pathMatcher(pattern: string, base: string | null): (path: string) => boolean {
  const matches = pathPattern(base === null ? pattern.replace(/^\/+/, "") : pattern);
  return (path) => {
    const absolute = resolve(path);
    if (base === null) return matches(absolute.split(sep).join("/").replace(/^\/+/, ""));
    const inside = relative(base, absolute);
    return !inside.startsWith(`..${sep}`) && inside !== ".." && matches(inside.split(sep).join("/"));
  };
}

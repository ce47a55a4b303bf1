import { realpathSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { type Configuration, loadOperatorConfiguration, loadRepositoryConfiguration } from "../config/load.ts";
import { KeysweepError } from "../model/error.ts";
import type { AllowEntry } from "../scan/allow.ts";
import { PathPatterns, patternLength } from "../scan/path-pattern.ts";
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
  const paths = new AllowedPaths(base);
  return {
    entries: allow.flatMap(({ setting, line }) => {
      const at = `${path}:${line}`;
      if ("rule" in setting && setting.rule !== undefined && !isRule(setting.rule)) {
        throw new KeysweepError("configuration", `${at}: rule: there is none of that name`, {
          hint: `The rules are ${rules.map(({ name }) => name).join(", ")}.`,
        });
      }
      const target = allowTarget(setting, (pattern) => paths.matcher(pattern));
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

/** So many paths are remembered with what they match, more than one finding has places; then all are forgotten. */
const MOST_PATHS = 150_000;

/**
 * The patterns of the paths that one configuration allows. A finding may have a hundred thousand places, and each entry is tried on all of
 * them: so the patterns are tried at once, and once on each path.
 */
class AllowedPaths {
  readonly #base: string | null;
  readonly #patterns: string[] = [];
  readonly #known = new Map<string, Uint8Array>();
  #together: PathPatterns | null = null;

  constructor(base: string | null) {
    this.#base = base;
  }

  /** The pattern as a test of paths; all patterns are to be there before the first path is tried. */
  matcher(pattern: string): (path: string) => boolean {
    const index = this.#patterns.push(this.#base === null ? pattern.replace(/^\/+/, "") : pattern) - 1;
    return (path) => this.#matching(path)[index] === 1;
  }

  /** For each pattern 1 if it matches. */
  #matching(path: string): Uint8Array {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    this.#together ??= new PathPatterns(this.#patterns);
    const matching = new Uint8Array(this.#patterns.length);
    const inside = this.#inside(path);
    if (inside !== null) for (const index of this.#together.all(inside)) matching[index] = 1;
    if (this.#known.size >= MOST_PATHS) this.#known.clear();
    this.#known.set(path, matching);
    return matching;
  }

  /** The path as the patterns mean it; null when it does not lie where they count. */
  #inside(path: string): string | null {
    const absolute = resolve(path);
    if (this.#base === null) return absolute.split(sep).join("/").replace(/^\/+/, "");
    const inside = relative(this.#base, absolute);
    return inside === ".." || inside.startsWith(`..${sep}`) ? null : inside.split(sep).join("/");
  }
}

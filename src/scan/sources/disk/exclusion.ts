import { sep } from "node:path";
import type { Excluded } from "../../../model/coverage.ts";
import { PathPatterns } from "../../path-pattern.ts";
import type { ExcludePattern } from "../../scan-request.ts";
import { isWithin } from "./disk-path.ts";

/** What a history is read from: as files these are only compressed bytes. `git-directory.ts` tells them. */
export const GIT_OBJECTS = { by: "keysweep", pattern: "**/objects/{[0-9a-f][0-9a-f]/*,pack/*.pack}" };

/** What was left out because somebody asked for it, and how much of it there was. */
export class Exclusion {
  readonly #patterns: readonly ExcludePattern[];
  readonly #matchers: readonly Matcher[];
  readonly #counts: number[];
  #gitObjects = 0;

  constructor(patterns: readonly ExcludePattern[]) {
    this.#patterns = patterns;
    this.#matchers = matchersOf(patterns);
    this.#counts = patterns.map(() => 0);
  }

  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  /** Whether a file or folder is left out; counts it if it is. */
  excludes(path: string): boolean {
    const index = this.#match(path);
    if (index === -1) return false;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    return true;
  }

  /** Whether a file or folder would be left out; counts nothing. */
  wouldExclude(path: string): boolean {
    return this.#match(path) !== -1;
  }

  leftOutGitObject(): void {
    this.#gitObjects++;
  }

  get counts(): readonly Excluded[] {
    const asked = this.#patterns.map(({ by, pattern }, i) => ({ by, pattern, count: this.#counts[i] ?? 0 }));
    return this.#gitObjects === 0 ? asked : [...asked, { ...GIT_OBJECTS, count: this.#gitObjects }];
  }

  /** The first pattern that names a path; -1 for none. */
  #match(path: string): number {
    const matching = this.#matchers.map((first) => first(path)).filter((index) => index !== -1);
    return matching.length === 0 ? -1 : Math.min(...matching);
  }
}

/** The first of its patterns that names a path, as its index among all; -1 for none. */
type Matcher = (path: string) => number;

/** Patterns of one folder are tried at once. */
function matchersOf(patterns: readonly ExcludePattern[]): Matcher[] {
  const indexed = patterns.map((pattern, index) => ({ ...pattern, index }));
  const byBase = Map.groupBy(
    indexed.filter(({ paths }) => paths === undefined),
    ({ base }) => base,
  );
  return [
    ...indexed.flatMap(({ paths, index }) =>
      paths === undefined ? [] : [(path: string) => (isWithin(path, paths) ? index : -1)],
    ),
    ...Array.from(byBase, ([base, mine]): Matcher => {
      const folder = base === null ? "" : base.endsWith(sep) ? base : base + sep;
      const together = new PathPatterns(mine.map(({ pattern }) => anywhere(pattern)));
      return (path) =>
        path.startsWith(folder) ? (mine[together.first(slashed(path.slice(folder.length)))]?.index ?? -1) : -1;
    }),
  ];
}

/** Adds up what several threads left out. Patterns that matched nothing stay, so that one sees it. */
export function sumExcluded(all: readonly (readonly Excluded[])[]): readonly Excluded[] {
  const sums = new Map<string, Excluded>();
  for (const row of all.flat()) {
    const key = JSON.stringify([row.by, row.pattern]);
    sums.set(key, { ...row, count: row.count + (sums.get(key)?.count ?? 0) });
  }
  return [...sums.values()];
}

/** As in a .gitignore: without a slash but at its end, a pattern means a name in any folder; a slash at its end is of no matter. */
function anywhere(pattern: string): string {
  const body = pattern.replace(/\/+$/, "");
  return body.includes("/") ? body.replace(/^\/+/, "") : `**/${body}`;
}

function slashed(path: string): string {
  const relative = sep === "/" ? path : path.replaceAll(sep, "/");
  return relative.startsWith("/") ? relative.slice(1) : relative;
}

import { LOCATIONS, type System } from "../generated/locations.ts";

/** What the patterns of the catalogue depend on. */
export interface Surroundings {
  readonly system: System;
  /** The environment's variables: some tools are told by one where their file lies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Where keys lie that a walk of the home directory does not come by: the patterns of rules/locations.yaml that begin at a root,
 * and those that begin with a variable which is set to an absolute path. Forward slashes throughout, each pattern once;
 * a pattern from a variable may lead back into the home directory.
 */
export function patternsOutsideHome({ system, environment }: Surroundings): string[] {
  const patterns = LOCATIONS.filter(({ systems }) => systems.includes(system)).flatMap(({ globs }) => globs);
  return [...new Set(patterns.flatMap((pattern) => placed(pattern, system, environment)))];
}

function placed(pattern: string, system: System, environment: Surroundings["environment"]): string[] {
  const [, name, rest = ""] = /^\$([A-Z_]+)(\/.*)?$/.exec(pattern) ?? [];
  if (name === undefined) return isAbsolute(pattern, system) ? [pattern] : [];
  const value = environment[name] ?? "";
  return isAbsolute(value, system) ? [literal(value, system) + rest] : [];
}

function isAbsolute(path: string, system: System): boolean {
  return system === "windows" ? /^[A-Za-z]:[\\/]/.test(path) : path.startsWith("/");
}

/** The value as a pattern that fits only itself. */
function literal(path: string, system: System): string {
  const slashed = system === "windows" ? path.replaceAll("\\", "/") : path;
  return slashed.replace(/[\\*?{}()[\]!@+|]/g, "\\$&").replace(/\/+$/, "");
}

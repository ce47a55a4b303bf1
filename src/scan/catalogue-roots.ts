import { patternsOutsideHome, type Surroundings } from "./catalogue.ts";
import type { RootRequest } from "./sources/disk/roots.ts";

/**
 * What of the catalogue exists on this machine, as places where a walk begins. Patterns are only expanded to where `**` begins:
 * what lies below is walked, so nothing unreadable there is dropped in silence.
 */
export async function catalogueRoots(surroundings: Surroundings): Promise<RootRequest[]> {
  const { default: glob } = await import("fast-glob");
  const patterns = new Set(patternsOutsideHome(surroundings).map((pattern) => pattern.replace(/\/\*\*(?:\/.*)?$/, "")));
  const paths = await glob([...patterns], {
    dot: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    suppressErrors: true,
    absolute: true,
  });
  return paths.map((path) => ({ path, isForeign: true }));
}

import { accessSync, constants } from "node:fs";
import { skipped } from "../../../model/coverage.ts";
import type { Sink } from "../sink.ts";
import type { RootRequest } from "./roots.ts";
import { skipReason } from "./skip-reason.ts";

/**
 * Finds what there is of the catalogue's patterns. The walk below a `**` is left to the walker, which searches every file there
 * whatever its name: a glob drops folders that it may not read without a word. What this user may not read is told.
 * @param patterns globs with forward slashes, absolute
 */
export async function catalogueRoots(patterns: readonly string[], sink: Sink): Promise<RootRequest[]> {
  // Loaded here only, so that a scan of named paths does not pay for it.
  // oxlint-disable-next-line no-restricted-imports
  const { glob, isDynamicPattern } = await import("fast-glob").then((module) => module.default);
  const globs = [...new Set(patterns.map(beforeAnyFolders))];
  const statics = new Set(globs.map((pattern) => staticFolder(pattern, isDynamicPattern)));
  for (const folder of statics) tellIfDenied(folder, sink);
  const paths = await glob(globs, {
    absolute: true,
    dot: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    suppressErrors: true,
  });
  return paths.map((path) => ({ path, isForeign: true }));
}

/** The pattern up to its first `**`. */
function beforeAnyFolders(pattern: string): string {
  const segments = pattern.split("/");
  const at = segments.findIndex((segment) => segment.includes("**"));
  return at === -1 ? pattern : segments.slice(0, at).join("/");
}

/** The folders of a pattern that a glob has to list first. */
function staticFolder(pattern: string, isDynamic: (segment: string) => boolean): string {
  const segments = pattern.split("/");
  const at = segments.findIndex((segment) => segment !== "" && isDynamic(segment));
  return (at === -1 ? segments.slice(0, -1) : segments.slice(0, at)).join("/") || "/";
}

function tellIfDenied(folder: string, sink: Sink): void {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
  } catch (error) {
    const [reason, detail] = skipReason(error);
    if (reason === "permission-denied") sink.onSkipped(skipped(folder, "other-user", detail));
  }
}

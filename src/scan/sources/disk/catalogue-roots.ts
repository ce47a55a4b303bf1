import { lstatSync, readdirSync, statSync } from "node:fs";
import type { FileSystemAdapter } from "fast-glob";
import { skipped } from "../../../model/coverage.ts";
import type { Sink } from "../sink.ts";
import type { RootRequest } from "./roots.ts";
import { skipReason } from "./skip-reason.ts";

/**
 * Finds what there is of the catalogue's patterns. The walk below a `**` is left to the walker, which searches every file there
 * whatever its name. What this user may not look into on the way is told.
 * @param patterns globs with forward slashes, absolute
 */
export async function catalogueRoots(patterns: readonly string[], sink: Sink): Promise<RootRequest[]> {
  // Loaded here only, so that a scan of named paths does not pay for it.
  // oxlint-disable-next-line no-restricted-imports
  const { globSync } = await import("fast-glob").then((module) => module.default);
  const paths = globSync([...new Set(patterns.map(beforeAnyFolders))], {
    absolute: true,
    dot: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    suppressErrors: true,
    fs: toldWhere(sink),
  });
  return paths.map((path) => ({ path, isForeign: true }));
}

/** The pattern up to its first `**`. */
function beforeAnyFolders(pattern: string): string {
  const segments = pattern.split("/");
  const at = segments.findIndex((segment) => segment.includes("**"));
  return at === -1 ? pattern : segments.slice(0, at).join("/");
}

/** The file system as the glob sees it: it drops what it may not read without a word, so the word is said here, once a path. */
function toldWhere(sink: Sink): Partial<FileSystemAdapter> {
  const told = new Set<string>();
  function telling<Result>(look: (path: string) => Result): (path: string) => Result {
    return (path) => {
      try {
        return look(path);
      } catch (error) {
        const [reason, detail] = skipReason(error);
        if (reason !== "vanished" && !told.has(path))
          sink.onSkipped(skipped(path, reason === "permission-denied" ? "other-user" : reason, detail));
        told.add(path);
        throw error;
      }
    };
  }
  return {
    lstatSync: telling((path) => lstatSync(path)),
    statSync: telling((path) => statSync(path)),
    // The glob asks for types always; that it could do without is only in its declaration.
    readdirSync: telling((path) => readdirSync(path, { withFileTypes: true })) as unknown as typeof readdirSync,
  };
}

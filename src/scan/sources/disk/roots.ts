import { realpathSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { skipped } from "../../../model/coverage.ts";
import type { Sink } from "../sink.ts";
import { isWithin } from "./disk-path.ts";
import { skippedThoughNamed, skipReason } from "./skip-reason.ts";

/** Where a walk begins. */
export interface Root {
  /** Absolute, with no symbolic link in it. */
  readonly path: string;
  /** For a file: where it lies; null for a folder. */
  readonly file: { readonly folder: string; readonly name: string } | null;
  /** Nobody named it: it comes from the catalogue, and may well belong to another user. */
  readonly isForeign: boolean;
}

/** A path that somebody named, or that the catalogue did. */
export interface RootRequest {
  readonly path: string;
  readonly isForeign: boolean;
}

/**
 * Finds out what the paths are, and drops those that lie in another one. What cannot be looked at is told: it is a failure if
 * somebody named it, whatever the reason.
 */
export function findRoots(requests: readonly RootRequest[], sink: Sink): readonly Root[] {
  const found = requests.flatMap((request) => findRoot(request, sink));
  const unique = [...new Map(found.map((root) => [root.path, root])).values()];
  const folders = unique.filter((root) => root.file === null).map((root) => root.path);
  return unique.filter(
    ({ path }) =>
      !isWithin(
        path,
        folders.filter((folder) => folder !== path),
      ),
  );
}

function findRoot({ path, isForeign }: RootRequest, sink: Sink): Root[] {
  try {
    const real = realpathSync.native(path);
    const stat = statSync(real);
    if (stat.isDirectory()) return [{ path: real, file: null, isForeign }];
    if (stat.isFile()) return [{ path: real, file: { folder: dirname(real), name: basename(real) }, isForeign }];
    if (isForeign) sink.onSkipped(skipped(path, "special-file", "neither a file nor a folder"));
    else sink.onSkipped(skippedThoughNamed(path, "special-file", "--stdin reads what comes from a pipe"));
  } catch (error) {
    const [reason, detail] = skipReason(error);
    if (!isForeign) sink.onSkipped(skippedThoughNamed(path, reason, detail));
    else if (reason !== "vanished")
      sink.onSkipped(skipped(path, reason === "permission-denied" ? "other-user" : reason, detail));
  }
  return [];
}

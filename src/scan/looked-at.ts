import { dirname, isAbsolute, sep } from "node:path";
import type { Skipped, SkipReason } from "../model/coverage.ts";
import type { Place } from "../model/place.ts";
import type { ExcludePattern } from "./scan-request.ts";
import { Exclusion } from "./sources/disk/exclusion.ts";

/** What these say was there before is there no more: no file of that name can be read by anybody. */
const NOT_THERE: ReadonlySet<SkipReason> = new Set(["vanished", "special-file", "link-out-of-tree"]);

/** What a scan was asked for, and what it says it did not read. Paths are without symbolic links, as those of places are. */
export interface Looked {
  readonly roots: readonly string[];
  readonly exclude: readonly ExcludePattern[];
  readonly skipped: readonly Skipped[];
}

/**
 * Whether a scan of a place's scope looked at the place, so that what an earlier one found there and this one did not is there no more.
 * In doubt it did not. A report of our own that was left out counts as looked at: what is in it is known, and no key lies there.
 */
export function lookedAt({ roots, exclude, skipped }: Looked): (place: Place) => boolean {
  const rows = skipped.filter(({ reason }) => !NOT_THERE.has(reason));
  const exclusion = new Exclusion(exclude);
  const isLeftOut = (path: string) => !exclusion.isEmpty && leavesOut(exclusion, path, new Set(roots));
  return (place) => {
    const path = pathOf(place);
    return !rows.some((row) => hides(row, place)) && (path === null || !isLeftOut(path));
  };
}

/** What a row names behind the repository that holds it, or behind the pack. */
const OBJECT = / object [0-9a-f]{40,64}(?:!.*)?$/s;

function hides({ place: text, reason }: Skipped, place: Place): boolean {
  switch (place.kind) {
    case "file":
      return hidesPath(text, reason, place.path, place.within.length > 0);
    case "git":
    case "index":
      if (isAboutGit(reason)) return !isAbsolute(text) || isAtOrBelow(text.replace(OBJECT, ""), place.repository);
      return hidesPath(text, reason, gitPath(place), place.within.length > 0);
    case "process":
      return !isAbsolute(text) && (!/^process \d+$/.test(text) || text === `process ${place.pid}`);
    default:
      return false;
  }
}

/** A row that names no path tells of several places, which it does not name. */
function hidesPath(text: string, reason: SkipReason, path: string, isInArchive: boolean): boolean {
  if (reason === "other-user" || isAboutGit(reason)) return false;
  if (!isAbsolute(text)) return isInArchive || !reason.startsWith("archive-");
  return isAtOrBelow(path, text) || (isInArchive && text.startsWith(`${path}!`));
}

function isAboutGit(reason: SkipReason): boolean {
  return /^(?:object|repository|history)-|^(?:unmerged|submodule)$/.test(reason);
}

/** A folder that is left out takes with it all that is below. What was named itself is never left out. */
function leavesOut(exclusion: Exclusion, path: string, roots: ReadonlySet<string>): boolean {
  for (let current = path; !roots.has(current); current = dirname(current)) {
    if (exclusion.wouldExclude(current)) return true;
    if (current === dirname(current)) break;
  }
  return false;
}

/** Where the file lies, of a repository's in its work tree; null for what is no file. */
function pathOf(place: Place): string | null {
  switch (place.kind) {
    case "file":
      return place.path;
    case "git":
    case "index":
      return gitPath(place);
    default:
      return null;
  }
}

function gitPath({ repository, path }: { readonly repository: string; readonly path: string | null }): string {
  return path === null ? repository : `${repository}${sep}${path}`;
}

function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

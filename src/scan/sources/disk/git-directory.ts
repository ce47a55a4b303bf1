import { lstatSync } from "node:fs";
import { basename, dirname } from "node:path";
import { readGitConfig } from "../git/git-config.ts";
import { readSmallFile } from "../git/regular-file.ts";
import { type DiskPath, joinPath, shownPath } from "./disk-path.ts";

/** What git makes in `objects` at once. */
const OBJECT_FOLDERS = ["pack", "info"];
/** Names a folder whose objects count in place of its own: so it is with a linked work tree's. */
const ELSEWHERE = "commondir";

/** What is left of an id when the first two digits name the folder. */
const LOOSE_OBJECT = { sha1: /^[0-9a-f]{38}$/, sha256: /^[0-9a-f]{62}$/ };
const PACK = /\.pack$/;

/** Of a configuration: what the history's reader takes. */
const CONFIG_BYTES = 1 << 20;

/** A folder that a repository keeps objects in. */
export interface ObjectFolder {
  /** The repository's own folder: {@link isGitDirectory}. */
  readonly repository: string;
  /** The names of the files that the objects are in. */
  readonly objects: RegExp;
}

/**
 * Whether a folder is the one that a repository's objects are read from, even if git would want more of it: that of a bare one, a `.git`, a
 * submodule's below `.git/modules`. Links count: to them the history's reader has an answer.
 */
export function isGitDirectory(folder: DiskPath): boolean {
  try {
    const objects = joinPath(folder, "objects");
    if (!isThere(objects) || isThere(joinPath(folder, ELSEWHERE))) return false;
    if (basename(shownPath(folder)) === ".git" || isThere(joinPath(folder, "HEAD"))) return true;
    // One that has lost its HEAD. Programs that deal with git have folders of these names, too.
    return isThere(joinPath(folder, "refs")) && OBJECT_FOLDERS.some((name) => isThere(joinPath(objects, name)));
  } catch {
    // It may not be searched, so neither may anything in it: that is told for each thing.
    return false;
  }
}

/**
 * What a folder is to a repository; null when it keeps no objects. Only files whose content is nothing but objects are such, so that
 * nobody hides a key among them: an index, a `.keep` or a file that git would not look at is an ordinary file.
 */
export function objectFolder(folder: string): ObjectFolder | null {
  const name = basename(folder);
  const isPacks = name === "pack";
  if (!isPacks && !/^[0-9a-f]{2}$/.test(name)) return null;
  const repository = dirname(dirname(folder));
  if (basename(dirname(folder)) !== "objects" || !isGitDirectory(repository)) return null;
  return { repository, objects: isPacks ? PACK : LOOSE_OBJECT[hashOf(repository)] };
}

/** By which hash a repository names its objects. What cannot be read means what it means to the history's reader, which tells of it. */
function hashOf(repository: string): "sha1" | "sha256" {
  try {
    return readGitConfig(readSmallFile(joinPath(repository, "config"), CONFIG_BYTES)).hash === "sha256"
      ? "sha256"
      : "sha1";
  } catch {
    return "sha1";
  }
}

function isThere(path: DiskPath): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

import { lstatSync } from "node:fs";
import { basename, dirname } from "node:path";
import { type DiskPath, joinPath } from "./disk-path.ts";

/** What a folder must hold for git to take it for a repository's: that of a bare one, a `.git`, a submodule's below `.git/modules`. */
const SIGNS = ["HEAD", "objects", "refs"];

/** 38 and 62 digits: what is left of a SHA-1 and of a SHA-256 when the first two name the folder. */
const LOOSE_OBJECT = /^(?:[0-9a-f]{38}|[0-9a-f]{62})$/;
const PACK = /\.pack$/;

/** A folder that a repository keeps objects in. */
export interface ObjectFolder {
  /** The repository's own folder: {@link isGitDirectory}. */
  readonly repository: string;
  /** The names of the files that the objects are in. */
  readonly objects: RegExp;
}

/** Whether a folder has all the signs of a repository's own. Links count: to them the history's reader has an answer. */
export function isGitDirectory(folder: DiskPath): boolean {
  try {
    return SIGNS.every((name) => lstatSync(joinPath(folder, name), { throwIfNoEntry: false }) !== undefined);
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
  const objects = name === "pack" ? PACK : /^[0-9a-f]{2}$/.test(name) ? LOOSE_OBJECT : null;
  if (objects === null || basename(dirname(folder)) !== "objects") return null;
  const repository = dirname(dirname(folder));
  return isGitDirectory(repository) ? { repository, objects } : null;
}

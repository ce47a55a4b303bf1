import { isAbsolute, resolve, sep } from "node:path";
import { type DiskPath, diskName } from "../disk/disk-path.ts";

/** A path's bytes, one character each: comparable, whatever they are. */
export function key(path: DiskPath): string {
  return Buffer.from(path).toString("latin1");
}

/** Whether a path is one of the folders or below one; compared as they are written. */
export function isInside(path: DiskPath, folders: readonly DiskPath[]): boolean {
  const text = key(path);
  return folders.some((folder) => {
    const start = key(folder);
    return text === start || text.startsWith(start.endsWith(sep) ? start : start + sep);
  });
}

/** The folder that holds it. */
export function parent(path: DiskPath): DiskPath {
  return fromLatin1(resolve(key(path), ".."));
}

/** The last name of a path. */
export function baseName(path: DiskPath): DiskPath {
  return fromLatin1(key(path).replace(/^.*[/\\]/s, ""));
}

/** A path that a file of the folder names. @param name its bytes, one character each */
export function resolvePath(folder: DiskPath, name: string): DiskPath {
  return fromLatin1(isAbsolute(name) ? name : `${key(folder)}${sep}${name}`);
}

function fromLatin1(text: string): DiskPath {
  return diskName(Buffer.from(text, "latin1"));
}

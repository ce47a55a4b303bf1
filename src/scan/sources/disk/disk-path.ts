import { sep } from "node:path";

/** A path as the system holds it: text, or bytes where it is not UTF-8. Joined by the system's separator, none at its end but in `/`. */
export type DiskPath = string | Buffer;

const SEPARATOR = Buffer.from(sep);

export function joinPath(folder: DiskPath, name: DiskPath): DiskPath {
  if (typeof folder === "string" && typeof name === "string") {
    return folder.endsWith(sep) ? folder + name : folder + sep + name;
  }
  return Buffer.concat([Buffer.from(folder), SEPARATOR, Buffer.from(name)]);
}

/** The path for people: bytes that are not UTF-8 become U+FFFD. */
export function shownPath(path: DiskPath): string {
  return path.toString();
}

/** The name as text if it is UTF-8. */
export function diskName(name: Buffer): DiskPath {
  const text = name.toString();
  return text.includes("\ufffd") && !Buffer.from(text).equals(name) ? name : text;
}

/** Whether `path` is one of `folders` or lies below one. */
export function isWithin(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep));
}

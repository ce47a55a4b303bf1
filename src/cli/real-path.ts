import { realpathSync } from "node:fs";
import { resolve } from "node:path";

/** The path with no symbolic link in it; of what is not there, the absolute path. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

import { join } from "node:path";
import type { Exclusion } from "../disk/exclusion.ts";

/** Which paths of a repository somebody asked to leave out. */
export class LeftOut {
  readonly #exclusion: Exclusion;
  readonly #top: string;
  readonly #paths = new Set<string>();

  /** @param exclusion is asked with absolute paths, as the files would lie below `top` */
  constructor(exclusion: Exclusion, top: string) {
    this.#exclusion = exclusion;
    this.#top = top;
  }

  /** Whether a pattern names the file or a folder that it lies in, which then counts once. */
  has(path: string): boolean {
    if (this.#exclusion.isEmpty) return false;
    for (let end = path.indexOf("/"); ; end = path.indexOf("/", end + 1)) {
      const part = end === -1 ? path : path.slice(0, end);
      if (this.#paths.has(part)) return true;
      if (this.#exclusion.excludes(join(this.#top, part))) {
        this.#paths.add(part);
        return true;
      }
      if (end === -1) return false;
    }
  }
}

import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Others may write, and in a folder take away what is not theirs: not where the sticky bit is set. */
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;

/**
 * Why somebody else could put another file in the place of this one, or change it, as a sentence: it, or a folder on the way to it, is another
 * user's or may be written to by others. Null: nobody but this user and root could; or there is no such file.
 */
export function changeableByOthers(path: string, user: number): string | null {
  try {
    for (let place = realpathSync(path), below = ""; place !== below; below = place, place = dirname(place)) {
      const { uid, mode } = statSync(place);
      if (uid !== user && uid !== 0) return `${place} is another user's`;
      const isShared = below !== "" && (mode & STICKY) !== 0;
      if ((mode & OTHERS_WRITE) !== 0 && !isShared) return `others may write to ${place}`;
    }
  } catch {
    // Whoever reads it tells of it.
  }
  return null;
}

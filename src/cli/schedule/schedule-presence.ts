import { type BigIntStats, statSync } from "node:fs";

/**
 * @param path of a file that was opened just now.
 * @returns whether that very file is still what the path leads to. Where nobody can tell, it is taken to be.
 */
export function presenceOf(path: string): () => boolean {
  const look = (): BigIntStats | undefined => statSync(path, { bigint: true, throwIfNoEntry: false });
  const opened = look();
  return () => {
    try {
      const now = look();
      return opened !== undefined && now !== undefined && now.dev === opened.dev && now.ino === opened.ino;
    } catch {
      return true;
    }
  };
}

import { closeSync, fstatSync, openSync, statSync, unlinkSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";

/** A lock that was got. */
export interface FileLock {
  /** Gives it back and takes its file away. */
  release(): void;
}

/** SQLITE_BUSY: somebody else has it. */
const BUSY = 5;

/**
 * Locks a file that exists for nothing else; it is made for the purpose and goes with its release. The lock is the kernel's (by way of
 * SQLite, as Node itself has none), so that it ends with the process that holds it, however that ends.
 * @returns null when another process has it. Within one process see to it that nobody asks while it is held: POSIX takes a process's locks on
 * a file away as soon as that process closes the file anywhere.
 * @throws what opening the file throws.
 */
export async function tryFileLock(path: string): Promise<FileLock | null> {
  const { DatabaseSync } = await import("node:sqlite");
  for (;;) {
    const file = openSync(path, "a", 0o600);
    const database = new DatabaseSync(path, { timeout: 0 });
    const held = isLocked(database) && isStill(path, file);
    if (held) return { release: () => release(path, file, database) };
    const gone = !isStill(path, file);
    database.close();
    closeSync(file);
    // Whoever had it took its file away just now.
    if (!gone) return null;
  }
}

/** Begins a transaction that writes nothing: the locks are all it is for, and its journal shall not show. */
function isLocked(database: DatabaseSync): boolean {
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === BUSY) return false;
    throw error;
  }
}

/** While we have it open its number is nobody else's, so a path that still leads to it has led to it all the time. */
function isStill(path: string, file: number): boolean {
  return statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(file).ino;
}

/** The file goes first: who opened it meanwhile sees that it is gone, and makes another. */
function release(path: string, file: number, database: DatabaseSync): void {
  try {
    unlinkSync(path);
  } catch {
    // Windows keeps what is open. An empty file that stays is locked by nobody.
  }
  database.close();
  closeSync(file);
}

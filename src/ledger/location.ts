import {
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { KeysweepError } from "../model/error.ts";

/** What SQLite puts beside the file: whoever writes these, writes the ledger. */
const COMPANIONS = ["-wal", "-shm", "-journal"];

/**
 * Makes the ledger's file if it is not there (0600, in a folder of 0700), and makes sure that nobody else can have put it there or
 * can exchange it: it is believed afterwards.
 * @param uid this user's number; null on Windows, where the profile's own permissions have to do.
 * @returns the path with no symbolic link in it.
 * @throws KeysweepError `ledger`.
 */
export function prepareLocation(path: string, uid: number | null): string {
  try {
    const folder = dirname(resolve(path));
    makeFolder(folder, uid);
    const real = realpathSync(folder);
    checkFolder(real, uid);
    const file = join(real, basename(path));
    createFile(file);
    checkFile(file, uid);
    for (const companion of COMPANIONS) checkFile(file + companion, uid);
    return file;
  } catch (error) {
    if (error instanceof KeysweepError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    throw unusable(path, `it cannot be made there (${code})`, error);
  }
}

/** In a folder of somebody else's, root least of all may leave folders of its own: the owner could not use them. */
function makeFolder(folder: string, uid: number | null): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  let ancestor = dirname(folder);
  while (statSync(ancestor, { throwIfNoEntry: false }) === undefined) ancestor = dirname(ancestor);
  const { uid: owner } = statSync(ancestor);
  if (uid !== null && owner !== uid && owner !== 0) throw unusable(folder, `${ancestor} belongs to another user`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

function checkFolder(folder: string, uid: number | null): void {
  const stats = statSync(folder);
  if (!stats.isDirectory()) throw unusable(folder, "it is no folder");
  if (uid === null) return;
  if (stats.uid !== uid) throw unusable(folder, "the folder belongs to another user");
  if ((stats.mode & 0o022) !== 0) throw unusable(folder, "others may write to the folder");
  for (let above = dirname(folder); ; above = dirname(above)) {
    if (isOpenToAll(statSync(above))) throw unusable(folder, `everybody may write to ${above}`);
    if (above === dirname(above)) return;
  }
}

/** In a sticky folder, such as /tmp, nobody can remove what others have made. */
function isOpenToAll({ mode }: Stats): boolean {
  return (mode & 0o002) !== 0 && (mode & 0o1000) === 0;
}

function createFile(file: string): void {
  try {
    closeSync(openSync(file, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/**
 * The same judgement of a ledger that is there; nothing is made and nothing is mended.
 * @returns the path with no symbolic link in it.
 * @throws KeysweepError `ledger`.
 */
export function inspectLocation(path: string, uid: number | null): string {
  const real = realpathSync(dirname(resolve(path)));
  checkFolder(real, uid);
  const file = join(real, basename(path));
  for (const name of ["", ...COMPANIONS]) checkFile(file + name, uid, false);
  return file;
}

function checkFile(file: string, uid: number | null, mends = true): void {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (stats.isSymbolicLink()) throw unusable(file, "it is a symbolic link");
  if (!stats.isFile()) throw unusable(file, "it is no ordinary file");
  if (stats.nlink > 1) throw unusable(file, "it has a second name (a hard link)");
  if (uid === null) return;
  if (stats.uid !== uid) throw unusable(file, "it belongs to another user");
  if (mends && (stats.mode & 0o077) !== 0) chmodSync(file, 0o600);
}

function unusable(path: string, reason: string, cause?: unknown): KeysweepError {
  return new KeysweepError("ledger", `cannot use ${path} for the ledger: ${reason}`, {
    hint: "Name another place with --ledger FILE, in a folder that only you may write to.",
    ...(cause === undefined ? {} : { cause }),
  });
}

import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { KeysweepError } from "../model/error.ts";
import { Secret } from "../model/secret.ts";
import type { IdentityStore } from "./identity.ts";

/**
 * An identity in a file of this user's alone (0600), as `age-keygen` writes it.
 * @param uid this user's number; null where the system has none.
 * @param unique part of the name of a temporary file, different for every call.
 */
export function identityFile(path: string, uid: number | null, unique: () => string): IdentityStore {
  return {
    place: path,
    read: async () => readIdentity(path, uid),
    async create(identity) {
      create(path, `${identity.reveal()}\n`, unique());
      const kept = readIdentity(path, uid);
      if (kept === null) throw unusable(path, "it is gone as soon as it is written");
      return kept;
    },
  };
}

function readIdentity(path: string, uid: number | null): Secret | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw unusable(path, code === "ELOOP" ? "it is a symbolic link" : `it cannot be read (${code ?? "error"})`, error);
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw unusable(path, "it is no ordinary file");
    if (uid !== null && stats.uid !== uid) throw unusable(path, "it belongs to another user");
    if (uid !== null && (stats.mode & 0o077) !== 0) throw unusable(path, "others may read it or write to it");
    if (stats.size > LONGEST) throw unusable(path, "it is too long for an identity");
    return new Secret(readFileSync(file, "utf8"));
  } finally {
    closeSync(file);
  }
}

const LONGEST = 64 * 1024;

/** All there or not at all, and never over one that is there: what was sealed for that could never be opened again. */
function create(path: string, text: string, unique: string): void {
  const temporary = `${path}.${unique}.tmp`;
  try {
    try {
      const file = openSync(temporary, "wx", 0o600);
      try {
        writeSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      linkSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
    syncFolder(dirname(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") throw unusable(path, `it cannot be written (${code ?? "error"})`, error);
  }
}

function syncFolder(folder: string): void {
  // Windows opens no folders.
  if (process.platform === "win32") return;
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function unusable(path: string, problem: string, cause?: unknown): KeysweepError {
  return new KeysweepError("ledger", `cannot use the identity ${path}: ${problem}`, {
    hint: "Make it a file that only you may read (chmod 600), in a folder of yours.",
    ...(cause === undefined ? {} : { cause }),
  });
}

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { KeysweepError, type Retry } from "../model/error.ts";
import { type FileLock, tryFileLock } from "./file-lock.ts";
import type { Waiting } from "./waiting.ts";

/** The files of this host, for what changes one in place of its owner. */
export interface HostFiles {
  /** What the file holds. @throws KeysweepError `target`. */
  read(path: string): Buffer;
  /** Resolves to nothing when {@link edit} would succeed, as far as that shows. Changes nothing. @throws KeysweepError `target`. */
  check(path: string): void;
  /**
   * Replaces what the file holds by what `change` makes of it: in one step for whoever reads it, on disk when it returns. Its mode, owner and
   * attributes stay, and a symbolic link leads where it did. `change` is asked again when somebody else wrote meanwhile; what it throws ends
   * the edit, and the file is as it was.
   * @throws KeysweepError `target`.
   */
  edit(path: string, change: (content: Buffer) => Buffer, options: EditOptions): Promise<void>;
}

export interface EditOptions {
  /** Keeps what was there as `PATH.keysweep-old`, readable by its owner alone. */
  readonly backup: boolean;
  readonly signal: AbortSignal;
}

/** No file that people keep keys in is longer, in bytes. */
const LONGEST = 8 * 1024 * 1024;

/** How often somebody else may write just before us until we leave it for later. */
const MOST_ATTEMPTS = 5;

/** How long another keysweep may hold the lock, in attempts and milliseconds between two. */
const LOCK_ATTEMPTS = 100;
const LOCK_PAUSE_MS = 100;

/** By path, the last edit of this process: those behind it wait. Of the process, as the kernel's locks are. */
const queues = new Map<string, Promise<unknown>>();

/** The files as the operating system has them. */
export class SystemFiles implements HostFiles {
  readonly #waiting: Waiting;
  readonly #platform: NodeJS.Platform;
  readonly #mounts: () => string;

  /** @param mounts what is mounted where, as Linux has it in `/proc/self/mountinfo`. */
  constructor(waiting: Waiting, platform: NodeJS.Platform = process.platform, mounts = systemMounts) {
    this.#waiting = waiting;
    this.#platform = platform;
    this.#mounts = mounts;
  }

  read(path: string): Buffer {
    return told(path, "read", () => {
      const file = opened(realpathSync(path));
      try {
        return content(path, file, fstatSync(file));
      } finally {
        closeSync(file);
      }
    });
  }

  check(path: string): void {
    told(path, "changed", () => {
      const real = realpathSync(path);
      const file = opened(real);
      try {
        const stats = fstatSync(file);
        content(path, file, stats);
        refuseUnfit(path, stats);
        accessSync(dirname(real), constants.W_OK | constants.X_OK);
        if (this.#platform === "linux" && isMountPoint(real, this.#mounts())) throw mounted(path);
      } finally {
        closeSync(file);
      }
    });
  }

  async edit(path: string, change: (content: Buffer) => Buffer, options: EditOptions): Promise<void> {
    const real = told(path, "changed", () => realpathSync(path));
    const before = queues.get(real) ?? Promise.resolve();
    const mine = before.then(() => this.#edit(path, real, change, options));
    const settled = mine.catch(() => {});
    queues.set(real, settled);
    try {
      await mine;
    } finally {
      if (queues.get(real) === settled) queues.delete(real);
    }
  }

  async #edit(path: string, real: string, change: (content: Buffer) => Buffer, options: EditOptions): Promise<void> {
    const lock = await this.#locked(path, real, options.signal);
    try {
      told(path, "changed", () => {
        let newer: Buffer | null = null;
        for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
          const done = this.#replace(path, real, change, newer, options.backup);
          if (done === "done") return;
          newer = done === "changed" ? newer : done;
        }
        throw refusal(`${path} is being changed all the time`, "It is tried again by itself.", "safe");
      });
    } finally {
      lock.release();
    }
  }

  async #locked(path: string, real: string, signal: AbortSignal): Promise<FileLock> {
    for (let attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
      signal.throwIfAborted();
      const lock = await tryFileLock(besides(real, "lock")).catch((error: unknown) => {
        throw failure(path, "changed", error);
      });
      if (lock !== null) return lock;
      await this.#waiting.sleep(LOCK_PAUSE_MS, signal);
    }
    throw refusal(`another keysweep is changing ${path}`, "It is tried again by itself.", "safe");
  }

  /**
   * One attempt.
   * @param newer what was written into the file that we had replaced already, if anything: the change is made to that.
   * @returns `changed` when somebody wrote before us; the bytes when somebody wrote into the file while we replaced it.
   */
  #replace(
    path: string,
    real: string,
    change: (content: Buffer) => Buffer,
    newer: Buffer | null,
    backup: boolean,
  ): "done" | "changed" | Buffer {
    const file = opened(real);
    try {
      const stats = fstatSync(file);
      const old = content(path, file, stats);
      refuseUnfit(path, stats);
      const next = change(newer ?? old);
      if (next.equals(old)) return "done";
      if (backup) this.#write(`${real}.keysweep-old`, newer ?? old, null);
      const temporary = besides(real, "new");
      try {
        this.#write(temporary, next, { path: real, stats });
        if (!isUnchanged(real, file, stats, old)) return "changed";
        renameSync(temporary, real);
      } finally {
        rmSync(temporary, { force: true });
      }
      syncFolder(dirname(real));
      // An editor that writes in place may have had the file open all along.
      const late = readAll(file);
      return late.equals(old) ? "done" : late;
    } finally {
      closeSync(file);
    }
  }

  /** Writes a file of our own anew, to the disk. @param like whose owner, mode and attributes it takes; null: for its owner alone. */
  #write(path: string, bytes: Buffer, like: { readonly path: string; readonly stats: Stats } | null): void {
    // A run that was killed may have left one; a link that somebody put there is not followed.
    rmSync(path, { force: true });
    const file = openSync(path, "wx", 0o600);
    try {
      if (like !== null) {
        if (this.#platform === "linux") copyAttributes(like.path, path);
        takeAfter(file, like);
      }
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}

/** A file of ours beside another: the same for the same one, so that what a killed run left is found again. */
function besides(path: string, what: string): string {
  const digest = createHash("sha256").update(basename(path)).digest("hex").slice(0, 16);
  return join(dirname(path), `.keysweep-${digest}.${what}`);
}

/** Not waiting for a writer, should it be a pipe. */
function opened(path: string): number {
  return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
}

function content(path: string, file: number, stats: Stats): Buffer {
  if (!stats.isFile()) throw refusal(`${path} is no regular file`, "Name the file that holds the key.");
  if (stats.size > LONGEST) throw refusal(`${path} is longer than ${LONGEST / 1024 ** 2} MiB`, "Name another file.");
  return readAll(file);
}

/** From its beginning, wherever it was read to. */
function readAll(file: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const piece = Buffer.alloc(64 * 1024);
    const length = readSync(file, piece, 0, piece.length, at);
    if (length === 0) return Buffer.concat(pieces);
    pieces.push(piece.subarray(0, length));
    at += length;
  }
}

/** A file that is replaced becomes the writer's, and only under the one name: who reads it by another, or as its owner, would lose it. */
function refuseUnfit(path: string, { nlink, uid, gid }: Stats): void {
  if (nlink > 1)
    throw refusal(
      `${path} has ${nlink} names (hard links): the others would keep the old key`,
      "Make them symbolic links to one file.",
    );
  const own = process.getuid?.();
  if (own === undefined || own === 0) return;
  if (uid !== own) throw refusal(`${path} belongs to another user`, "Run keysweep as the file's owner, or as root.");
  if (gid !== process.getgid?.() && process.getgroups?.().includes(gid) !== true)
    throw refusal(`${path} belongs to a group that this user is not in`, "Run keysweep as a member of it, or as root.");
}

function isUnchanged(path: string, file: number, { ino, dev }: Stats, old: Buffer): boolean {
  const now = opened(path);
  try {
    const stats = fstatSync(now);
    return stats.ino === ino && stats.dev === dev && readAll(file).equals(old);
  } finally {
    closeSync(now);
  }
}

/** Access lists, SELinux's context and the rest, which Node knows nothing of. Without GNU's cp they are lost, and owner and mode are kept all the same. */
function copyAttributes(from: string, to: string): void {
  spawnSync("cp", ["--attributes-only", "--preserve=all", "--no-target-directory", "--", from, to], {
    stdio: "ignore",
    timeout: 10_000,
  });
}

/** The owner first: changing it takes bits of the mode away. */
function takeAfter(file: number, { path, stats }: { readonly path: string; readonly stats: Stats }): void {
  const { uid, gid, mode } = fstatSync(file);
  if (uid !== stats.uid || gid !== stats.gid) fchownSync(file, stats.uid, stats.gid);
  if (mode !== stats.mode) fchmodSync(file, stats.mode & 0o7777);
  const now = fstatSync(file);
  if (now.uid !== stats.uid || now.gid !== stats.gid)
    throw refusal(`${path} would change its owner`, "Run keysweep as the file's owner, or as root.");
}

/** A rename is on disk once its folder is. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Windows, and some file systems, cannot.
  }
}

function systemMounts(): string {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    return "";
  }
}

/** A file that is mounted by itself, as containers do it, cannot be replaced. The fifth field of proc_pid_mountinfo(5), with octal escapes. */
function isMountPoint(path: string, mounts: string): boolean {
  return mounts.split("\n").some((line) => unescaped(line.split(" ")[4] ?? "") === path);
}

function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** What nobody's waiting mends. */
const NEVER = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "EACCES", "EPERM", "EROFS", "ENAMETOOLONG"]);

function told<T>(path: string, what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw failure(path, what, error);
  }
}

function failure(path: string, what: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  // What a change throws is its own.
  if (error instanceof KeysweepError || typeof code !== "string") return error;
  if (code === "EBUSY") return mounted(path);
  const hint =
    code === "ENOENT"
      ? "Check the path; a new file is yours to make, empty, with the owner and mode that it is to have."
      : NEVER.has(code)
        ? "Check the path, and that this user may read the file and write in its folder."
        : "It is tried again by itself; check the disk.";
  return refusal(`${path} cannot be ${what} (${code})`, hint, NEVER.has(code) ? "never" : "safe", error);
}

function mounted(path: string): KeysweepError {
  return refusal(
    `${path} is mounted by itself, so it cannot be replaced in one step`,
    "Name the file outside of the container, or mount the folder that it lies in.",
  );
}

function refusal(message: string, hint: string, retry: Retry = "never", cause?: unknown): KeysweepError {
  return new KeysweepError("target", message, { hint, retry, ...(cause === undefined ? {} : { cause }) });
}

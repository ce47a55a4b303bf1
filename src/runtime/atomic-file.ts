import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { KeysweepError } from "../model/error.ts";

/** Files that are being written: the signal handler removes what an interrupted run leaves. */
const unfinished = new Set<string>();

/** Removes every temporary file that has not become what it was meant to be. */
export function removeUnfinishedFiles(): void {
  for (const path of unfinished) rmSync(path, { force: true });
  unfinished.clear();
}

/**
 * Writes a file that is either all there or as it was: into a temporary file beside it, synced, then renamed.
 * A new file is readable by its owner alone; an existing one keeps its mode. Devices such as /dev/stdout are written to directly.
 * @throws KeysweepError `output` with the path; nothing half-written is left.
 */
export function writeFileAtomically(path: string, pieces: Iterable<string>): void {
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing !== undefined && !existing.isFile()) writeInto(path, pieces);
    else replace(path, pieces, existing === undefined ? 0o600 : existing.mode & 0o777);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    throw new KeysweepError("output", `cannot write ${path}: ${code}`, {
      hint: "Check that its folder exists, may be written to and has room, or name another file.",
      cause: error,
    });
  }
}

/** Whether a file could be written there: its folder exists and it is not a folder itself. A sentence if not, else null. */
export function reasonNotWritable(path: string): string | null {
  const folder = dirname(path);
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing?.isDirectory() === true) return `${path} is a folder`;
    if (existing !== undefined && !existing.isFile()) {
      accessSync(path, constants.W_OK);
      return null;
    }
    if (!statSync(folder).isDirectory()) return `${folder} is not a folder`;
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT"
      ? `the folder ${folder} does not exist`
      : `it may not be written there (${code ?? "error"})`;
  }
}

function replace(path: string, pieces: Iterable<string>, mode: number): void {
  const temporary = join(dirname(path), `.keysweep-${randomName()}.tmp`);
  unfinished.add(temporary);
  try {
    const file = openSync(temporary, "wx", mode);
    try {
      for (const piece of pieces) writeAll(file, piece);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    unfinished.delete(temporary);
  }
}

function writeInto(path: string, pieces: Iterable<string>): void {
  const file = openSync(path, "w");
  try {
    if (fstatSync(file).isDirectory()) throw Object.assign(new Error("is a folder"), { code: "EISDIR" });
    for (const piece of pieces) writeAll(file, piece);
  } finally {
    closeSync(file);
  }
}

/** A write may be short: on a full disk, or to a pipe. */
export function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(file, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      // A pipe whose reader is slow: wait a moment without spinning.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** The module is loaded only when a file is written: that takes milliseconds. */
function randomName(): string {
  return process.getBuiltinModule("node:crypto").randomBytes(6).toString("hex");
}

import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { KeysweepError } from "../model/error.ts";
import { pause } from "./pause.ts";

/** Files that are being written: the signal handler removes what an interrupted run leaves. */
const unfinished = new Set<string>();

/** How long somebody is waited for who has to move first, in milliseconds. */
const PAUSE_MS = 5;

/** Removes every temporary file that has not become what it was meant to be. */
export function removeUnfinishedFiles(): void {
  for (const path of unfinished) rmSync(path, { force: true });
  unfinished.clear();
}

/** Readable by its owner alone: what a report or the tool's own state is, unless somebody made it otherwise. */
const PRIVATE = 0o600;

/**
 * Writes a file that is either all there or as it was: into a temporary file beside it, synced, then renamed. An existing file keeps its mode
 * and its owner, and a symbolic link leads where it did. Pipes and devices are written to directly.
 * @param mode of a new file, less the process's umask.
 * @throws KeysweepError `output` with the path; nothing half-written is left.
 */
export function writeFileAtomically(path: string, pieces: Iterable<string>, mode = PRIVATE): void {
  for (const step of writing(path, pieces, mode)) if (step === "wait") pause(PAUSE_MS);
}

/**
 * The same for what may take its time, such as a pipe that nobody reads yet: signals are served while it is written.
 * @returns false when the signal was given meanwhile: then the file is as it was.
 * @throws KeysweepError `output` with the path; nothing half-written is left.
 */
export async function writeFileUnlessInterrupted(
  path: string,
  pieces: Iterable<string>,
  signal: AbortSignal,
): Promise<boolean> {
  for (const step of writing(path, pieces, PRIVATE)) {
    await (step === "wait" ? new Promise((done) => setTimeout(done, PAUSE_MS)) : new Promise(setImmediate));
    if (signal.aborted) return false;
  }
  return true;
}

/** Why no file could be written there, as a sentence; null if one could. */
export function reasonNotWritable(path: string): string | null {
  try {
    if (ownFile(path) !== null) return null;
    const target = targetOf(path);
    const folder = dirname(target);
    const existing = statSync(target, { throwIfNoEntry: false });
    if (existing?.isDirectory() === true) return `${path} is a folder`;
    if (existing !== undefined) accessSync(target, constants.W_OK);
    if (existing !== undefined && !existing.isFile()) return null;
    if (!statSync(folder).isDirectory()) return `${folder} is not a folder`;
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT"
      ? `the folder ${dirname(path)} does not exist`
      : `it may not be written there (${code ?? "error"})`;
  }
}

/** What a write has come to: a piece is written, or somebody else has to move first. */
type Step = "written" | "wait";

/** Writes step by step, so that others can be served in between; what leaves off early leaves nothing behind. */
function* writing(path: string, pieces: Iterable<string>, mode: number): Generator<Step> {
  try {
    const own = ownFile(path);
    if (own !== null) return yield* writingPieces(own, pieces);
    const target = targetOf(path);
    const existing = statSync(target, { throwIfNoEntry: false });
    if (existing === undefined || existing.isFile()) yield* replacing(target, pieces, existing ?? mode);
    else yield* filling(target, pieces, existing.isFIFO());
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    throw new KeysweepError("output", `cannot write ${path}: ${code}`, {
      hint: "Check that its folder exists, may be written to and has room, or name another file.",
      cause: error,
    });
  }
}

function* replacing(path: string, pieces: Iterable<string>, like: Stats | number): Generator<Step> {
  const temporary = join(dirname(path), `.keysweep-${randomName()}.tmp`);
  unfinished.add(temporary);
  try {
    const file = openSync(temporary, "wx", typeof like === "number" ? like : PRIVATE);
    try {
      yield* writingPieces(file, pieces);
      if (typeof like !== "number") takeAfter(file, like);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
    unfinished.delete(temporary);
  }
}

/** The owner first: changing it takes bits of the mode away. */
function takeAfter(file: number, { uid, gid, mode }: Stats): void {
  if (process.getuid?.() !== uid || process.getgid?.() !== gid) {
    try {
      fchownSync(file, uid, gid);
    } catch {
      // Only root may give files away; then it is the writer's own.
    }
  }
  fchmodSync(file, mode & 0o777);
}

/** A pipe or a device. A named pipe has to have a reader first, which is waited for without blocking. */
function* filling(path: string, pieces: Iterable<string>, isPipe: boolean): Generator<Step> {
  let file: number | null = null;
  try {
    while (file === null) {
      try {
        file = openSync(path, constants.O_WRONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0));
      } catch (error) {
        if (!isPipe || (error as NodeJS.ErrnoException).code !== "ENXIO") throw error;
        yield "wait";
      }
    }
    yield* writingPieces(file, pieces);
  } finally {
    if (file !== null) closeSync(file);
  }
}

function* writingPieces(file: number, pieces: Iterable<string>): Generator<Step> {
  for (const piece of pieces) yield* writingPiece(file, piece);
}

/** A write may be short: on a full disk, or to a pipe whose reader is slow. */
function* writingPiece(file: number, text: string): Generator<Step> {
  const bytes = Buffer.from(text, "utf8");
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(file, bytes, done);
      yield "written";
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      yield "wait";
    }
  }
}

/** Writes all of the text at once, so that nothing is lost when the process ends. */
export function writeAll(file: number, text: string): void {
  for (const step of writingPiece(file, text)) if (step === "wait") pause(PAUSE_MS);
}

/** More symbolic links than this in a row lead nowhere. */
const MOST_LINKS = 40;

/** Where the path leads, also when nothing is there yet: a link is followed, so that it stays one. */
function targetOf(path: string): string {
  let target = resolve(path);
  for (let links = 0; links < MOST_LINKS; links++) {
    const found = lstatSync(target, { throwIfNoEntry: false });
    if (found?.isSymbolicLink() !== true) return target;
    target = resolve(dirname(target), readlinkSync(target));
  }
  throw Object.assign(new Error(`${basename(path)} leads round in a circle`), { code: "ELOOP" });
}

/** The file that the process has open already and that the path names, e.g. /dev/stdout or `>(…)` of a shell: to be written to as it is. */
function ownFile(path: string): number | null {
  const named = /^\/(?:dev\/(stdout|stderr)|(?:dev|proc\/self)\/fd\/(\d+))$/.exec(path);
  if (named === null) return null;
  return named[1] === undefined ? Number(named[2]) : named[1] === "stdout" ? 1 : 2;
}

/** The module is loaded only when a file is written: that takes milliseconds. */
function randomName(): string {
  return process.getBuiltinModule("node:crypto").randomBytes(6).toString("hex");
}

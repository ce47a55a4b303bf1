import { lstatSync, readdirSync } from "node:fs";
import { constants, createInflate, inflateSync } from "node:zlib";
import { type Skipped, skipped } from "../../../../model/coverage.ts";
import { type DiskPath, joinPath, shownPath } from "../../disk/disk-path.ts";
import { isSystemError, skipReason } from "../../disk/skip-reason.ts";
import { type HashFormat, idLengthOf } from "../hash-format.ts";
import { RegularFile } from "../regular-file.ts";
import { inflateAtOnce } from "./inflate-at-once.ts";
import { type GitObject, isObjectType, type ObjectType } from "./object.ts";
import { GitDataError } from "./object-error.ts";

/** `commit`, the longest number that a double holds, and what parts them, with room. */
const LONGEST_HEADER = 32;
/** Of a file's beginning: a header's compressed bytes lie within. The code of a deflate block alone may take 290 bytes to describe. */
const HEAD_LENGTH = 512;
const CHUNK = 1 << 16;

export interface LooseHeader {
  readonly type: ObjectType;
  /** Of the content, in bytes, as the object states it. */
  readonly size: number;
  /** Of the file, in bytes. */
  readonly stored: number;
}

/** The objects that have a file each: `objects/ab/cdef…`. */
export class LooseObjects {
  readonly #folders: readonly DiskPath[];
  readonly #restLength: number;

  /** @param folders of objects, as Repository has them */
  constructor(folders: readonly DiskPath[], hash: HashFormat) {
    this.#folders = folders;
    this.#restLength = 2 * idLengthOf(hash) - 2;
  }

  /** All ids in hexadecimal, each once; folders that cannot be listed, and names of objects that are no files, are told. */
  *ids(onSkipped: (row: Skipped) => void): Generator<string> {
    const seen = this.#folders.length > 1 ? new Set<string>() : null;
    for (const folder of this.#folders) {
      for (let first = 0; first < 256; first++) {
        const start = first.toString(16).padStart(2, "0");
        for (const rest of this.#names(joinPath(folder, start), onSkipped)) {
          const id = start + rest;
          if (seen?.has(id)) continue;
          seen?.add(id);
          yield id;
        }
      }
    }
  }

  /** What tells an object's file from any that is put in its place: nobody checks that an object is what its name says. Null when there is none. */
  mark(id: string): string | null {
    for (const folder of this.#folders) {
      const stats = lstatSync(pathIn(folder, id), { bigint: true, throwIfNoEntry: false });
      if (stats !== undefined) return [id, stats.dev, stats.ino, stats.size, stats.ctimeNs].join(":");
    }
    return null;
  }

  /**
   * A whole object; null when there is no file of that id.
   * @throws GitDataError when it is damaged or has more than `limit` bytes; errors of the system as they are
   */
  read(id: string, limit: number): GitObject | null {
    return this.#open(id, (file) => {
      const { type, size } = headerOf(file);
      if (size > limit) throw new GitDataError(`has more than ${limit} bytes`, "object-bound");
      const headerLength = `${type} ${size}\0`.length;
      // What zlib would never need for so little is not read into memory; that the stream then is not at the file's end is seen below.
      const most = size + (size >> 9) + LONGEST_HEADER + 64;
      const packed = Buffer.allocUnsafe(Math.min(file.size, most));
      if (file.read(packed, 0) < packed.length) throw new GitDataError("ends before its end");
      const { bytes, consumed } = inflateAtOnce(packed, size + headerLength);
      if (consumed < file.size) throw new GitDataError("something follows the object in its file");
      return { type, bytes: bytes.subarray(headerLength) };
    });
  }

  /** What an object says it is; null when there is no file of that id. @throws as read does */
  header(id: string): LooseHeader | null {
    return this.#open(id, headerOf);
  }

  /**
   * An object's content piece by piece, whatever its size; nothing when there is no file of that id.
   * @throws as read does, but for the bound; pieces before the damage have been yielded then
   */
  async *pieces(id: string): AsyncGenerator<Buffer, void> {
    const path = this.#find(id);
    if (path === null) return;
    const file = new RegularFile(path);
    try {
      const { type, size } = headerOf(file);
      let skip = `${type} ${size}\0`.length;
      let left = size;
      for await (const piece of inflatedPieces(file)) {
        const content = piece.subarray(skip);
        skip = Math.max(0, skip - piece.length);
        if (content.length > left) throw new GitDataError("holds more than its header states");
        left -= content.length;
        if (content.length > 0) yield content;
      }
      if (left > 0) throw new GitDataError("holds less than its header states");
    } finally {
      file.close();
    }
  }

  /** In which of the folders it is. */
  #find(id: string): DiskPath | null {
    return this.#open(id, (_file, path) => path);
  }

  #open<T>(id: string, read: (file: RegularFile, path: DiskPath) => T): T | null {
    for (const folder of this.#folders) {
      const path = pathIn(folder, id);
      let file: RegularFile;
      try {
        file = new RegularFile(path);
      } catch (error) {
        if (isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) continue;
        throw error;
      }
      try {
        return read(file, path);
      } finally {
        file.close();
      }
    }
    return null;
  }

  #names(folder: DiskPath, onSkipped: (row: Skipped) => void): string[] {
    try {
      const names = readdirSync(folder, { encoding: "latin1" });
      for (const name of names.filter((each) => each.startsWith("tmp_obj_"))) {
        const detail = "an object that was not written to its end is not read";
        onSkipped(skipped(shownPath(joinPath(folder, name)), "repository-unsupported", detail));
      }
      const objects = names.filter((name) => /^(?:[0-9a-f]{38}|[0-9a-f]{62})$/.test(name));
      const mine = objects.filter((name) => name.length === this.#restLength);
      if (mine.length < objects.length) {
        const detail = `${objects.length - mine.length} objects in it are named by another hash than the repository's`;
        onSkipped(skipped(shownPath(folder), "object-damaged", detail));
      }
      return mine;
    } catch (error) {
      if (isSystemError(error) && error.code === "ENOENT") return [];
      onSkipped(skipped(shownPath(folder), ...skipReason(error)));
      return [];
    }
  }
}

function pathIn(folder: DiskPath, id: string): DiskPath {
  return joinPath(joinPath(folder, id.slice(0, 2)), id.slice(2));
}

/** @throws GitDataError */
function headerOf(file: RegularFile): LooseHeader {
  const head = Buffer.allocUnsafe(Math.min(file.size, HEAD_LENGTH));
  const start = inflatedStart(head.subarray(0, file.read(head, 0)));
  const [, type = "", digits = ""] =
    /^(\w+) (0|[1-9]\d{0,15})\0/.exec(start.toString("latin1", 0, LONGEST_HEADER)) ?? [];
  const size = Number(digits);
  if (!isObjectType(type) || !Number.isSafeInteger(size)) throw new GitDataError("has no header that makes sense");
  return { type, size, stored: file.size };
}

function inflatedStart(head: Uint8Array): Buffer {
  try {
    return inflateSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    throw new GitDataError("its compressed data is not valid");
  }
}

async function* inflatedPieces(file: RegularFile): AsyncGenerator<Buffer, void> {
  const engine = createInflate({ chunkSize: CHUNK });
  const { Readable } = process.getBuiltinModule("node:stream");
  let given = 0;
  function* packed(): Generator<Buffer> {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const count = file.read(chunk, given);
      if (count === 0) return;
      given += count;
      yield chunk.subarray(0, count);
    }
  }
  const source = Readable.from(packed(), { objectMode: false, highWaterMark: CHUNK });
  source.on("error", (error) => engine.destroy(error));
  try {
    for await (const piece of source.pipe(engine)) yield piece as Buffer;
  } catch (error) {
    if (isSystemError(error)) throw error;
    throw new GitDataError("its compressed data is not valid");
  } finally {
    source.destroy();
    engine.destroy();
  }
  if (engine.bytesWritten < file.size) throw new GitDataError("something follows the object in its file");
}

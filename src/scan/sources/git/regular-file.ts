import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { DiskPath } from "../disk/disk-path.ts";
import { isSystemError } from "../disk/skip-reason.ts";
import { GitDataError } from "./objects/object-error.ts";

/** A link or a FIFO in a file's place is neither followed nor waited for. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** An open file that is nothing but a file. Reads are positional and short at its end. */
export class RegularFile {
  readonly #fd: number;
  /** In bytes, when it was opened. */
  readonly size: number;

  /** @throws GitDataError for what is no regular file; errors of the system as they are */
  constructor(path: DiskPath) {
    this.#fd = openUnlinked(path);
    const stats = fstatSync(this.#fd);
    this.size = stats.size;
    if (stats.isFile()) return;
    this.close();
    throw new GitDataError("is not a regular file", "special-file");
  }

  /** Fills `into` from `position` on; how many bytes there were. */
  read(into: Uint8Array, position: number): number {
    let filled = 0;
    for (let count = 1; count > 0 && filled < into.length; filled += count) {
      count = readSync(this.#fd, into, filled, into.length - filled, position + filled);
    }
    return filled;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function openUnlinked(path: DiskPath): number {
  try {
    return openSync(path, FLAGS);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "ELOOP") throw error;
    throw new GitDataError("is a link, and is not followed", "repository-damaged");
  }
}

/**
 * The bytes of a small file.
 * @throws GitDataError when it is no regular file, or has more than `limit` bytes; errors of the system as they are
 */
export function readSmallFile(path: DiskPath, limit: number): Buffer {
  const file = new RegularFile(path);
  try {
    // One byte more than it says, to see that it is not growing past the limit.
    if (file.size > limit) throw tooLarge(limit);
    const bytes = Buffer.allocUnsafe(file.size + 1);
    const count = file.read(bytes, 0);
    return bytes.subarray(0, Math.min(count, file.size));
  } finally {
    file.close();
  }
}

function tooLarge(limit: number): GitDataError {
  return new GitDataError(`is larger than ${limit} bytes`, "repository-damaged");
}

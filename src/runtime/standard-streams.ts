import { createReadStream, fstatSync, type Stats, statSync } from "node:fs";
import { KeysweepError } from "../model/error.ts";
import { writeAll } from "./atomic-file.ts";

/** Standard output or standard error. */
export interface OutputStream {
  readonly isTTY: boolean;
  /** The terminal's width; undefined where there is none. */
  readonly columns: number | undefined;
  /**
   * Writes at once, so that nothing is lost when the process ends. A reader that has gone away is no error; nor is anything on standard
   * error, where there is nobody left to tell.
   * @returns whether somebody still reads.
   * @throws KeysweepError `output` when standard output cannot be written, e.g. on a full disk.
   */
  write(text: string): boolean;
}

/** The stream by its file descriptor. Node's own stream object takes milliseconds to make, so it is asked only where there may be a terminal. */
export function standardStream(fd: 1 | 2): OutputStream {
  const mayBeTerminal = mayBeTerminalAt(fd);
  return {
    get isTTY() {
      return mayBeTerminal && terminal(fd).isTTY === true;
    },
    get columns() {
      return mayBeTerminal ? terminal(fd).columns : undefined;
    },
    write(text) {
      try {
        writeAll(fd, text);
        return true;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EPIPE" || fd === 2) return false;
        throw new KeysweepError("output", `cannot write to standard output: ${code ?? "error"}`, {
          hint: "Check where it goes: a full disk, perhaps.",
          cause: error,
        });
      }
    },
  };
}

/**
 * Standard input, whatever it is. What Node has no stream for (a disk's device, a folder) it takes for empty without a word: that is read as a
 * file is, so that whoever reads gets its bytes, or the error that a folder is. Making it takes milliseconds.
 */
export function standardInput(): AsyncIterable<Uint8Array> {
  const stats = statsOf(0);
  return stats?.isBlockDevice() === true || stats?.isDirectory() === true
    ? createReadStream("", { fd: 0 })
    : process.stdin;
}

function terminal(fd: 1 | 2): NodeJS.WriteStream {
  return fd === 1 ? process.stdout : process.stderr;
}

/** Where output is thrown away is a character device too. */
function mayBeTerminalAt(fd: number): boolean {
  const stats = statsOf(fd);
  if (stats?.isCharacterDevice() !== true) return false;
  return stats.rdev !== statSync("/dev/null", { throwIfNoEntry: false })?.rdev;
}

/** Null: it was closed by whoever started us. */
function statsOf(fd: number): Stats | null {
  try {
    return fstatSync(fd);
  } catch {
    return null;
  }
}

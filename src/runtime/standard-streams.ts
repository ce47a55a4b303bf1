import { fstatSync, statSync } from "node:fs";
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

function terminal(fd: 1 | 2): NodeJS.WriteStream {
  return fd === 1 ? process.stdout : process.stderr;
}

/** Where output is thrown away is a character device too. */
function mayBeTerminalAt(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    return stat.isCharacterDevice() && stat.rdev !== statSync("/dev/null", { throwIfNoEntry: false })?.rdev;
  } catch {
    // It was closed by whoever started us.
    return false;
  }
}

import { fstatSync } from "node:fs";
import { writeAll } from "./atomic-file.ts";

/** Standard output or standard error. */
export interface OutputStream {
  readonly isTTY: boolean;
  /** The terminal's width; undefined where there is none. */
  readonly columns: number | undefined;
  /** Writes at once, so that nothing is lost when the process ends. A reader that has gone away is no error. */
  write(text: string): void;
}

/** The stream by its file descriptor. Node's own stream object takes milliseconds to make, so it is asked only where there may be a terminal. */
export function standardStream(fd: 1 | 2): OutputStream {
  const mayBeTerminal = isCharacterDevice(fd);
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
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
      }
    },
  };
}

function terminal(fd: 1 | 2): NodeJS.WriteStream {
  return fd === 1 ? process.stdout : process.stderr;
}

function isCharacterDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    // It was closed by whoever started us.
    return false;
  }
}

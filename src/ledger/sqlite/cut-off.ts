import { statSync } from "node:fs";
import { KeysweepError } from "../../model/error.ts";
import type { Connection } from "./connection.ts";
import { LOST } from "./errors.ts";

/** SQLite has no smaller page (https://sqlite.org/fileformat.html#pages). */
const SMALLEST_PAGE_BYTES = 512;

/**
 * Makes sure, before a file is opened, that it is more than the beginning of one: SQLite takes one of one byte for a new one, and loses the log
 * of an empty one. An empty file with no log is a new one.
 * The file is not read here: to close it again would take away the locks that the process has on it through SQLite.
 * @throws KeysweepError `ledger`.
 */
export function checkBeginning(path: string): void {
  // Looked at before the file, which has a page before there is a log.
  const hasLog = sizeOf(`${path}-wal`) > 0;
  const size = sizeOf(path);
  if (size === 0 && hasLog) throw unusable(path, "it was cut off: nothing is left of it but its log (-wal)");
  if (size > 0 && size < SMALLEST_PAGE_BYTES) {
    throw unusable(path, `it was cut off, or is no ledger: it has ${size} ${size === 1 ? "byte" : "bytes"} alone`);
  }
}

/**
 * Makes sure that the last page is there to its end, which SQLite does not: it fills up what is missing. To be called while something is read,
 * so that nobody changes the file's length.
 * @throws KeysweepError `ledger`.
 */
export function checkEnd(connection: Connection): void {
  const { path } = connection;
  const { page_count: pages = 0 } = connection.get<{ page_count: number }>("PRAGMA page_count") ?? {};
  const { page_size: bytes = 0 } = connection.get<{ page_size: number }>("PRAGMA page_size") ?? {};
  const size = sizeOf(path);
  // What is in the log need not be in the file yet.
  if (size < pages * bytes && sizeOf(`${path}-wal`) === 0)
    throw unusable(path, `it was cut off: ${size} of its ${pages * bytes} bytes are left`);
}

function unusable(path: string, problem: string): KeysweepError {
  return new KeysweepError("ledger", `cannot use the ledger ${path}: ${problem}`, { hint: LOST });
}

/** 0 where there is no such file. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

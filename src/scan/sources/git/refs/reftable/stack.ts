import { lstatSync } from "node:fs";
import { type Skipped, skipped } from "../../../../../model/coverage.ts";
import { type DiskPath, diskName, joinPath, shownPath } from "../../../disk/disk-path.ts";
import { isSystemError } from "../../../disk/skip-reason.ts";
import { failureOf } from "../../failure.ts";
import { GitDataError } from "../../objects/object-error.ts";
import { RegularFile, readSmallFile } from "../../regular-file.ts";

/** The folder that a stack of tables is in, so that a test can change it while it is read. */
export interface StackFolder {
  /** The end of the file that names the tables, at most so many bytes; null when there is no such file. @throws what stands in the way of it */
  list(most: number): Buffer | null;
  /** A table's bytes. @param name bytes, a character each @throws what stands in the way of it; ENOENT when there is no such file */
  read(name: string, most: number): Buffer;
  /** How a file of it is named to people. */
  shown(name: string): string;
}

export interface Table {
  /** How it is named to people. */
  readonly place: string;
  readonly bytes: Buffer;
}

export const TABLE_LIST = "tables.list";
/** Of the list: some 25,000 names. */
const LIST_BYTES = 1 << 20;
/** Git keeps some dozens, as it puts small ones together. */
const MOST_TABLES = 10_000;
/** Of all tables together: some five million refs. */
const STACK_BYTES = 1 << 28;
/** How often the list is read again when a table that it names is gone: others may be putting tables together. */
const MOST_ATTEMPTS = 8;

/**
 * Reads the tables of a stack, the newest first, all of them before any is looked into: whoever puts tables together removes what they were.
 * @param onSkipped told of what of it is not read
 */
export function readStack(folder: StackFolder, onSkipped: (row: Skipped) => void): Table[] {
  let names = listedNames(folder);
  for (let attempt = 1; ; attempt++) {
    const taken = takeTables(folder, names.newestFirst);
    const again = taken.missing.length > 0 && attempt < MOST_ATTEMPTS ? listedNames(folder) : names;
    if (again.text === names.text) {
      for (const row of [...names.rows, ...taken.rows, ...taken.missing]) onSkipped(row);
      return taken.tables;
    }
    names = again;
  }
}

interface Listing {
  readonly text: string;
  readonly newestFirst: readonly string[];
  readonly rows: readonly Skipped[];
}

function listedNames(folder: StackFolder): Listing {
  const place = folder.shown(TABLE_LIST);
  try {
    const bytes = folder.list(LIST_BYTES);
    if (bytes === null) throw new GitDataError("the list of tables is not there", "repository-damaged");
    return namesOf(bytes, place);
  } catch (error) {
    const [reason, detail] = failureOf(error);
    return { text: "", newestFirst: [], rows: [skipped(place, reason, detail)] };
  }
}

/** @param bytes one name a line, the newest last */
function namesOf(bytes: Buffer, place: string): Listing {
  const text = bytes.toString("latin1");
  const lines = text.split("\n").filter((line) => line !== "");
  // Of a list that is too long the end is read, so the first line may not be whole.
  const isTooLong = bytes.length >= LIST_BYTES || lines.length > MOST_TABLES;
  const names = isTooLong ? lines.slice(1).slice(-MOST_TABLES) : lines;
  const inFolder = names.filter(isFileName);
  const told = [
    ...(isTooLong ? ["names more tables than are read: the oldest are not"] : []),
    ...(inFolder.length < names.length ? ["names what is no file of its folder"] : []),
  ];
  const rows = told.map((detail) => skipped(place, "repository-damaged", detail));
  return { text, newestFirst: inFolder.toReversed(), rows };
}

/** Whether it names a file in a folder, whatever the system. */
function isFileName(name: string): boolean {
  return name !== "." && name !== ".." && !/[/\\\0]/.test(name);
}

interface Taken {
  readonly tables: Table[];
  readonly rows: readonly Skipped[];
  readonly missing: readonly Skipped[];
}

function takeTables(folder: StackFolder, newestFirst: readonly string[]): Taken {
  const [tables, rows, missing]: [Table[], Skipped[], Skipped[]] = [[], [], []];
  let left = STACK_BYTES;
  for (const name of newestFirst) {
    const place = folder.shown(name);
    try {
      const bytes = folder.read(name, left);
      left -= bytes.length;
      tables.push({ place, bytes });
    } catch (error) {
      if (isSystemError(error) && error.code === "ENOENT") {
        missing.push(skipped(place, "repository-damaged", "the table is listed, and not there"));
      } else {
        const [reason, detail] = failureOf(error);
        rows.push(skipped(place, reason, detail));
      }
    }
  }
  return { tables, rows, missing };
}

/** A folder on the disk. A link in its place, or in that of a file in it, is not followed. */
export function stackFolderAt(path: DiskPath): StackFolder {
  const file = (name: string): DiskPath => joinPath(path, diskName(Buffer.from(name, "latin1")));
  return {
    list: (most) => {
      if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
        throw new GitDataError("a link among refs is not followed", "link-out-of-tree");
      }
      return endOf(file(TABLE_LIST), most);
    },
    read: (name, most) => readSmallFile(file(name), most),
    shown: (name) => shownPath(file(name)),
  };
}

function endOf(path: DiskPath, most: number): Buffer | null {
  try {
    const file = new RegularFile(path);
    try {
      const bytes = Buffer.alloc(Math.min(file.size, most));
      return bytes.subarray(0, file.read(bytes, file.size - bytes.length));
    } finally {
      file.close();
    }
  } catch (error) {
    if (isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    throw error;
  }
}

import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { type Skipped, skipped } from "../../../../model/coverage.ts";
import { type DiskPath, diskName, joinPath, shownPath } from "../../disk/disk-path.ts";
import { isSystemError } from "../../disk/skip-reason.ts";
import { failureOf } from "../failure.ts";
import { GitDataError } from "../objects/object-error.ts";
import { RegularFile, readSmallFile } from "../regular-file.ts";
import type { GitDirectory } from "../repository.ts";
import { HEAD, prefixOf, type RefRecords, STASH } from "./ref-records.ts";

const REF_FILE_BYTES = 1 << 16;
/** Some three million refs. */
const PACKED_REFS_BYTES = 1 << 28;
/** Of one log, some 500,000 entries; what is past it is read from its end. */
const LOG_BYTES = 1 << 27;
const MOST_REF_FILES = 1_000_000;
const DEEPEST_NAME = 200;
const ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?(?=\s|$)/;
/** Files beside HEAD that name what an operation left, is doing or has fetched. */
const PSEUDO_REFS =
  "FETCH_HEAD ORIG_HEAD MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD REBASE_HEAD BISECT_HEAD AUTO_MERGE MERGE_AUTOSTASH".split(
    " ",
  );

/** Reads refs that are files, one each or a line each of `packed-refs`, and logs that are. What cannot be read is told, and the rest is read. */
export class RefFiles {
  readonly #records: RefRecords;
  readonly #onSkipped: (row: Skipped) => void;
  #files = 0;

  constructor(records: RefRecords, onSkipped: (row: Skipped) => void) {
    this.#records = records;
    this.#onSkipped = onSkipped;
  }

  read(directory: GitDirectory): void {
    const { refs: path, name } = directory;
    if (path === null) return;
    const prefix = prefixOf(directory);
    // Loose refs count before packed ones of the same name.
    if (name === null) this.#readPackedRefs(joinPath(path, "packed-refs"));
    this.#readRef(joinPath(path, HEAD), prefix + HEAD);
    this.#walk(joinPath(path, "refs"), `${prefix}refs`, 0, (file, ref) => this.#readRef(file, ref));
    this.#walk(joinPath(path, "logs"), "", 0, (file, ref) => {
      this.#attempt(file, () => this.#readLog(file, ref));
    });
  }

  /** Reads what past operations left beside HEAD: some of it is in files, however refs are kept. */
  readPseudoRefs({ path, refs }: GitDirectory): void {
    const folders = refs === null || refs === path ? [path] : [path, refs];
    for (const place of folders.flatMap((folder) => PSEUDO_REFS.map((name) => joinPath(folder, name)))) {
      const bytes = this.#attempt(place, (file) => readSmallFile(file, LOG_BYTES));
      for (const [id] of bytes?.toString("latin1").matchAll(/^[0-9a-f]{40}(?:[0-9a-f]{24})?(?=\s|$)/gm) ?? []) {
        this.#records.past.add(id);
      }
    }
  }

  #readPackedRefs(file: DiskPath): void {
    const bytes = this.#attempt(file, () => readSmallFile(file, PACKED_REFS_BYTES));
    if (bytes === null) return;
    // Line by line, as the whole as one text would be too much of it. Peeled lines (^) and comments (#) say nothing new.
    for (let start = 0; start < bytes.length; ) {
      const found = bytes.indexOf(0x0a, start);
      const end = found < 0 ? bytes.length : found;
      const line = bytes.toString("latin1", start, end).trimEnd();
      start = end + 1;
      const [id] = ID.exec(line) ?? [];
      if (id !== undefined) this.#records.targets.set(line.slice(id.length + 1), { id });
      else if (line !== "" && !line.startsWith("^") && !line.startsWith("#")) this.#damaged(file, "a line is no ref");
    }
  }

  /** A ref's file. Git once wrote symbolic refs as links: such a one is read for what it says, and not followed. */
  #readRef(file: DiskPath, name: string): void {
    const text = this.#attempt(file, () => linkedRef(file) ?? readSmallFile(file, REF_FILE_BYTES).toString("latin1"));
    if (text === null) return;
    const [id] = ID.exec(text) ?? [];
    const [, symbolic] = /^ref:\s*(\S[^\n]*?)\s*(?:\n|$)/.exec(text) ?? [];
    if (symbolic !== undefined) this.#records.targets.set(name, { symbolic });
    else if (id !== undefined) this.#records.targets.set(name, { id });
    else this.#damaged(file, "is no ref");
  }

  /** Both ids of each line; of a huge log, of its end. */
  #readLog(path: DiskPath, ref: string): void {
    const { past, stashes } = this.#records;
    const file = new RegularFile(path);
    try {
      const bytes = Buffer.allocUnsafe(Math.min(file.size, LOG_BYTES));
      const count = file.read(bytes, file.size - bytes.length);
      for (let start = 0; start < count; ) {
        const found = bytes.indexOf(0x0a, start);
        const end = found < 0 ? count : found;
        // Two ids of at most 64 digits and what parts them; the message may be as long as it likes.
        const line = bytes.toString("latin1", start, Math.min(end, start + 130));
        start = end + 1;
        const [before = "", after = ""] = line.split(" ", 2);
        if (ID.test(before)) past.add(before);
        if (ID.test(after)) (ref === STASH ? stashes : past).add(after);
      }
    } finally {
      file.close();
    }
  }

  /** Files below a folder, by name, a character for each byte. Links are not followed: git makes none. */
  #walk(folder: DiskPath, prefix: string, depth: number, visit: (file: DiskPath, name: string) => void): void {
    const entries = this.#attempt(folder, () => {
      if (lstatSync(folder).isSymbolicLink()) throw notFollowed();
      return readdirSync(folder, { withFileTypes: true, encoding: "buffer" });
    });
    for (const entry of entries ?? []) {
      const file = joinPath(folder, diskName(entry.name));
      const text = entry.name.toString("latin1");
      const name = prefix === "" ? text : `${prefix}/${text}`;
      if (++this.#files > MOST_REF_FILES || depth > DEEPEST_NAME) {
        if (this.#files === MOST_REF_FILES + 1 || depth > DEEPEST_NAME)
          this.#damaged(folder, "too many or too deep refs");
        return;
      }
      if (entry.isDirectory()) this.#walk(file, name, depth + 1, visit);
      // A lock, or what a process that died left of one, is no ref.
      else if (!text.endsWith(".lock")) visit(file, name);
    }
  }

  #attempt<T>(path: DiskPath, read: (path: DiskPath) => T): T | null {
    try {
      return read(path);
    } catch (error) {
      if (isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
      const [reason, detail] = failureOf(error);
      this.#onSkipped(skipped(shownPath(path), reason, detail));
      return null;
    }
  }

  #damaged(file: DiskPath, detail: string): void {
    this.#onSkipped(skipped(shownPath(file), "repository-damaged", detail));
  }
}

/** What a link in a ref's place says; null when it is no link. @throws GitDataError when it leads elsewhere than to a ref */
function linkedRef(file: DiskPath): string | null {
  if (!lstatSync(file).isSymbolicLink()) return null;
  const target = readlinkSync(file, { encoding: "latin1" });
  if (target.startsWith("refs/")) return `ref: ${target}`;
  throw notFollowed();
}

function notFollowed(): GitDataError {
  return new GitDataError("a link among refs is not followed", "link-out-of-tree");
}

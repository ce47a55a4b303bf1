import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { type Skipped, skipped } from "../../../model/coverage.ts";
import { type DiskPath, diskName, joinPath, shownPath } from "../disk/disk-path.ts";
import { isSystemError } from "../disk/skip-reason.ts";
import { failureOf } from "./failure.ts";
import { GitDataError } from "./object-error.ts";
import { RegularFile, readSmallFile } from "./regular-file.ts";
import type { GitDirectory, Repository } from "./repository.ts";

/** A name that leads to an object. */
export interface Ref {
  /** In full, for people: bytes that are not UTF-8 appear as U+FFFD. `HEAD` where HEAD names no branch; of a linked work tree: `worktrees/NAME/HEAD`. */
  readonly name: string;
  /** The object's id, in hexadecimal: any kind of object. */
  readonly id: string;
}

/** All that leads into a repository. */
export interface Refs {
  readonly refs: readonly Ref[];
  /** Objects that only logs and notes of past operations name: `logs/`, FETCH_HEAD, ORIG_HEAD and their like. Ids in hexadecimal. */
  readonly past: ReadonlySet<string>;
  /** What the HEADs of the work trees lead to; ids in hexadecimal. */
  readonly heads: ReadonlySet<string>;
  /** The branch that the main HEAD names, in full, be it there or not; null when it is detached or absent. */
  readonly headBranch: string | null;
}

const REF_FILE_BYTES = 1 << 16;
/** Some three million refs. */
const PACKED_REFS_BYTES = 1 << 28;
/** Of one log, some 500,000 entries; what is past it is read from its end. */
const LOG_BYTES = 1 << 27;
const MOST_REF_FILES = 1_000_000;
const DEEPEST_NAME = 200;
/** Symbolic refs that name symbolic refs: as git has it. */
const DEEPEST_SYMBOLIC = 5;
const ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?(?=\s|$)/;
const NO_OBJECT = /^0+$/;
/** Files beside HEAD that name what an operation left, is doing or has fetched. */
const PSEUDO_REFS =
  "FETCH_HEAD ORIG_HEAD MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD REBASE_HEAD BISECT_HEAD AUTO_MERGE MERGE_AUTOSTASH".split(
    " ",
  );
const STASH = "refs/stash";

/** Reads all refs, reflogs and HEADs. What cannot be read is told, and the rest is read. */
export function readRefs(repository: Repository, onSkipped: (row: Skipped) => void): Refs {
  return new RefsReader(repository, onSkipped).read();
}

type Target = { readonly id: string } | { readonly symbolic: string };

class RefsReader {
  readonly #repository: Repository;
  readonly #onSkipped: (row: Skipped) => void;
  /** By full name, a character for each byte; those of linked work trees by `worktrees/NAME/refs/…`. */
  readonly #targets = new Map<string, Target>();
  readonly #past = new Set<string>();
  #files = 0;

  constructor(repository: Repository, onSkipped: (row: Skipped) => void) {
    this.#repository = repository;
    this.#onSkipped = onSkipped;
  }

  read(): Refs {
    const { refStorage, commonDirectory } = this.#repository;
    if (refStorage === "reftable") {
      const detail = "its refs are kept as a reftable, which is not read: what they lead to is not known";
      this.#onSkipped(skipped(shownPath(commonDirectory), "repository-unsupported", detail));
    }
    const stashes = new Set<string>();
    for (const directory of this.#repository.gitDirectories) {
      const prefix = directory.name === null ? "" : `worktrees/${bytesAsText(directory.name)}/`;
      this.#readFiles(directory, prefix, stashes);
      for (const name of PSEUDO_REFS) this.#readPseudoRef(joinPath(directory.path, name));
    }
    return this.#resolved(stashes);
  }

  #readFiles({ path, name }: GitDirectory, prefix: string, stashes: Set<string>): void {
    // Loose refs count before packed ones of the same name.
    if (name === null) this.#readPackedRefs(joinPath(path, "packed-refs"));
    this.#readRef(joinPath(path, "HEAD"), `${prefix}HEAD`);
    this.#walk(joinPath(path, "refs"), `${prefix}refs`, 0, (file, ref) => this.#readRef(file, ref));
    this.#walk(joinPath(path, "logs"), "", 0, (file, ref) => {
      const ids = this.#attempt(file, () => logIds(file));
      const isStash = ref === STASH;
      for (const id of ids ?? []) (isStash && !id.isOld ? stashes : this.#past).add(id.id);
    });
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
      if (id !== undefined) this.#targets.set(line.slice(id.length + 1), { id });
      else if (line !== "" && !line.startsWith("^") && !line.startsWith("#")) this.#damaged(file, "a line is no ref");
    }
  }

  /** A ref's file. Git once wrote symbolic refs as links: such a one is read for what it says, and not followed. */
  #readRef(file: DiskPath, name: string): void {
    const text = this.#attempt(file, () => linkedRef(file) ?? readSmallFile(file, REF_FILE_BYTES).toString("latin1"));
    if (text === null) return;
    const [id] = ID.exec(text) ?? [];
    const [, symbolic] = /^ref:\s*(\S[^\n]*?)\s*(?:\n|$)/.exec(text) ?? [];
    if (symbolic !== undefined) this.#targets.set(name, { symbolic });
    else if (id !== undefined) this.#targets.set(name, { id });
    else this.#damaged(file, "is no ref");
  }

  #readPseudoRef(file: DiskPath): void {
    const bytes = this.#attempt(file, () => readSmallFile(file, LOG_BYTES));
    for (const [id] of bytes?.toString("latin1").matchAll(/^[0-9a-f]{40}(?:[0-9a-f]{24})?(?=\s|$)/gm) ?? []) {
      this.#past.add(id);
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

  #resolved(stashes: ReadonlySet<string>): Refs {
    const refs: Ref[] = [];
    const heads = new Set<string>();
    for (const [name, target] of this.#targets) {
      const id = this.#resolve(target, prefixOf(name));
      const isHead = name === "HEAD" || /^worktrees\/[^/]+\/HEAD$/.test(name);
      if (id === null || NO_OBJECT.test(id)) continue;
      if (isHead) heads.add(id);
      // A HEAD that names a branch, and other symbolic refs, lead nowhere that the branch does not.
      if ("id" in target) refs.push({ name: shownText(name), id });
    }
    for (const id of stashes) if (!NO_OBJECT.test(id)) refs.push({ name: STASH, id });
    const head = this.#targets.get("HEAD");
    return {
      refs,
      past: new Set([...this.#past].filter((id) => !NO_OBJECT.test(id))),
      heads,
      headBranch: head !== undefined && "symbolic" in head ? shownText(head.symbolic) : null,
    };
  }

  #resolve(start: Target, prefix: string): string | null {
    let target: Target | undefined = start;
    for (let depth = 0; depth <= DEEPEST_SYMBOLIC; depth++) {
      if (target === undefined) return null;
      if ("id" in target) return target.id;
      // A linked work tree has refs of its own (bisect, worktree, rewritten), and the others in common.
      target = this.#targets.get(prefix + target.symbolic) ?? this.#targets.get(target.symbolic);
    }
    return null;
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

interface LogId {
  readonly id: string;
  /** What was there before. */
  readonly isOld: boolean;
}

/** Both ids of each line of a reflog; of a huge one, of its end. */
function logIds(path: DiskPath): LogId[] {
  const file = new RegularFile(path);
  try {
    const bytes = Buffer.allocUnsafe(Math.min(file.size, LOG_BYTES));
    const count = file.read(bytes, file.size - bytes.length);
    const ids: LogId[] = [];
    for (let start = 0; start < count; ) {
      const found = bytes.indexOf(0x0a, start);
      const end = found < 0 ? count : found;
      // Two ids of at most 64 digits and what parts them; the message may be as long as it likes.
      const line = bytes.toString("latin1", start, Math.min(end, start + 130));
      start = end + 1;
      const [before = "", after = ""] = line.split(" ", 2);
      if (ID.test(before)) ids.push({ id: before, isOld: true });
      if (ID.test(after)) ids.push({ id: after, isOld: false });
    }
    return ids;
  } finally {
    file.close();
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

/** `worktrees/NAME/` of a linked work tree's name. */
function prefixOf(name: string): string {
  return /^worktrees\/[^/]+\//.exec(name)?.[0] ?? "";
}

function bytesAsText(text: string): string {
  return Buffer.from(text).toString("latin1");
}

function shownText(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString();
}

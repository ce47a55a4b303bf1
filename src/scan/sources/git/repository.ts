import { type Dirent, lstatSync, readdirSync, realpathSync } from "node:fs";
import { type Skipped, type SkipReason, skipped } from "../../../model/coverage.ts";
import { type DiskPath, diskName, joinPath, shownPath } from "../disk/disk-path.ts";
import { isSystemError } from "../disk/skip-reason.ts";
import { baseName, isInside, key, parent, resolvePath } from "./byte-path.ts";
import { failureOf } from "./failure.ts";
import { type GitConfig, readGitConfig } from "./git-config.ts";
import type { HashFormat } from "./hash-format.ts";
import { readSmallFile } from "./regular-file.ts";

/** Where a repository's parts are. All paths are real ones: no link is followed when they are opened. */
export interface Repository {
  /** What its work trees have in common; two repositories are the same if it is. */
  readonly commonDirectory: DiskPath;
  /** How it is named in reports: the main work tree's folder, or the repository itself if it is bare. */
  readonly place: string;
  /** The common directory first, then those of linked work trees. */
  readonly gitDirectories: readonly GitDirectory[];
  readonly hash: HashFormat;
  readonly refStorage: "files" | "reftable";
  /** Its own first, then those that it borrows from (alternates). */
  readonly objectFolders: readonly DiskPath[];
  readonly packs: readonly PackFiles[];
  /** Commits, in hexadecimal, whose parents were not fetched. */
  readonly shallow: ReadonlySet<string>;
  /** Whether objects may be absent because a remote promised to send them: absent ones are no damage then. */
  readonly isPartial: boolean;
}

/** What one work tree has of its own: HEAD, some refs, reflogs. */
export interface GitDirectory {
  readonly path: DiskPath;
  /** Of a linked work tree, as the common directory calls it; null for the main one. */
  readonly name: string | null;
  /** Where its refs and logs are: most often in the same place. Null when they are not to be read. */
  readonly refs: DiskPath | null;
}

export interface PackFiles {
  readonly pack: DiskPath;
  readonly index: DiskPath;
}

/** What is scanned, and who wants to know what is not. */
export interface Surroundings {
  /** Real paths. A repository is read wherever it is, but a file that names another place is not believed if that lies outside and does not lead back. */
  readonly roots: readonly DiskPath[];
  onSkipped(row: Skipped): void;
}

/** Of a configuration, of alternates, of `.git` files. */
const SMALL_FILE_BYTES = 1 << 20;
/** Some 800,000 commits. */
const SHALLOW_BYTES = 1 << 25;

const SHALLOW =
  "the clone is shallow: what came before its oldest commits was never fetched, and what they took over is told as theirs";
const PARTIAL = "the clone is partial: objects that were never fetched are not read";
/** As git has it: alternates of alternates, five times over. */
const ALTERNATE_DEPTH = 5;
const MOST_OBJECT_FOLDERS = 1000;
const NO_CONFIG: GitConfig = readGitConfig(Buffer.alloc(0));

/** Whether a folder is a git directory, by what git itself goes by. */
export function looksLikeGitDirectory(folder: DiskPath): boolean {
  return exists(joinPath(folder, "HEAD")) && ["objects", "refs"].every((name) => isFolder(joinPath(folder, name)));
}

/**
 * The repositories that git directories and `.git` files belong to, each once however many work trees it has, in the order of their real paths.
 * Nothing is thrown: what cannot be read is told to the surroundings.
 */
export function findRepositories(paths: Iterable<DiskPath>, surroundings: Surroundings): Repository[] {
  const found = new Map<string, DiskPath>();
  for (const path of paths) {
    const common = attempt(path, surroundings, () => commonDirectoryOf(path, surroundings));
    if (common !== null) found.set(key(common), common);
  }
  return [...found]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(
      ([, common]) => attempt(common, surroundings, () => new RepositoryReader(common, surroundings).read()) ?? [],
    );
}

/** The real common directory that a git directory or a `.git` file leads to; null when it leads to none that is to be believed. */
function commonDirectoryOf(path: DiskPath, surroundings: Surroundings): DiskPath | null {
  const stats = lstatSync(path);
  const gitDirectory = stats.isDirectory() ? realPath(path) : followGitFile(path, surroundings);
  if (gitDirectory === null) return null;
  const pointer = readIfThere(joinPath(gitDirectory, "commondir"), SMALL_FILE_BYTES);
  if (pointer === null) return gitDirectory;
  const common = realPath(resolvePath(gitDirectory, firstLine(pointer)));
  const leadsBack = key(parent(gitDirectory)) === key(joinPath(common, "worktrees"));
  if ((leadsBack || isInside(common, surroundings.roots)) && looksLikeGitDirectory(common)) return common;
  surroundings.onSkipped(
    skipped(shownPath(path), "repository-elsewhere", "its commondir names a place that does not lead back"),
  );
  // What it has of its own is read all the same.
  return looksLikeGitDirectory(gitDirectory) ? gitDirectory : null;
}

/** The git directory that a `.git` file names. */
function followGitFile(path: DiskPath, { roots, onSkipped }: Surroundings): DiskPath | null {
  const line = firstLine(readSmallFile(path, SMALL_FILE_BYTES));
  const [, target] = /^gitdir: (.+)$/s.exec(line) ?? [];
  // A file of that name which is something else is nobody's repository.
  if (target === undefined) return null;
  const folder = parent(path);
  const gitDirectory = realPath(resolvePath(folder, target));
  const isThere = isFolder(gitDirectory) && exists(joinPath(gitDirectory, "HEAD"));
  if (isThere && (isInside(gitDirectory, roots) || leadsBackTo(gitDirectory, path))) return gitDirectory;
  const detail = isThere ? "names a place that does not lead back" : "names a place that is no git directory";
  onSkipped(skipped(shownPath(path), "repository-elsewhere", `its gitdir ${detail}`));
  return null;
}

/** Whether a git directory names the `.git` file as its own: as a linked work tree's, or as a submodule's by core.worktree. */
function leadsBackTo(gitDirectory: DiskPath, gitFile: DiskPath): boolean {
  const linked = readIfThere(joinPath(gitDirectory, "gitdir"), SMALL_FILE_BYTES);
  if (linked !== null && isSamePlace(resolvePath(gitDirectory, firstLine(linked)), gitFile)) return true;
  const config = readIfThere(joinPath(gitDirectory, "config"), SMALL_FILE_BYTES);
  const { workTree } = config === null ? NO_CONFIG : readGitConfig(config);
  return workTree !== null && isSamePlace(resolvePath(gitDirectory, workTree), parent(gitFile));
}

/** Reads one repository's outline. */
class RepositoryReader {
  readonly #common: DiskPath;
  readonly #surroundings: Surroundings;
  readonly #objectFolders = new Map<string, DiskPath>();

  constructor(common: DiskPath, surroundings: Surroundings) {
    this.#common = common;
    this.#surroundings = surroundings;
  }

  read(): Repository {
    const config = this.#config();
    const hash = this.#known(config.hash, ["sha1", "sha256"] as const, "extensions.objectFormat");
    const refStorage = this.#known(config.refStorage, ["files", "reftable"] as const, "extensions.refStorage");
    if (!exists(joinPath(this.#common, "HEAD"))) this.#skip(this.#common, "repository-damaged", "it has no HEAD");
    const refs = this.#refFolder(config);
    const objects = this.#followed(joinPath(this.#common, "objects"));
    if (objects !== null) this.#addObjectFolder(objects, []);
    const objectFolders = [...this.#objectFolders.values()];
    const packFolders = objectFolders.map((folder) => this.#list(joinPath(folder, "pack")));
    const shallow = this.#shallow();
    const isPartial =
      config.isPartial ||
      packFolders.some(({ names }) => names.some(({ name }) => name.toString("latin1").endsWith(".promisor")));
    // Else a scan of what CI checks out by default would look as if all of the history were clean.
    if (shallow.size > 0) this.#skip(this.#common, "object-absent", SHALLOW);
    if (isPartial) this.#skip(this.#common, "object-absent", PARTIAL);
    return {
      commonDirectory: this.#common,
      place: shownPath(this.#workTree(config) ?? this.#common),
      gitDirectories: [{ path: this.#common, name: null, refs }, ...this.#linkedWorkTrees(refs)],
      hash,
      refStorage,
      objectFolders,
      packs: packFolders.flatMap((folder) => this.#packs(folder)),
      shallow,
      isPartial,
    };
  }

  #config(): GitConfig {
    const path = joinPath(this.#common, "config");
    const bytes = attempt(path, this.#surroundings, () => readIfThere(path, SMALL_FILE_BYTES));
    return bytes === null ? NO_CONFIG : readGitConfig(bytes);
  }

  /** The value if it is one of those known; else the first of them, and a row. */
  #known<T extends string>(value: string, choices: readonly [T, ...T[]], name: string): T {
    const choice = choices.find((known) => known === value);
    if (choice === undefined) this.#skip(this.#common, "repository-damaged", `its ${name} is none that is known`);
    return choice ?? choices[0];
  }

  /** The folder whose `.git` the repository is, as far as it does not only claim so. */
  #workTree({ isBare, workTree }: GitConfig): DiskPath | null {
    if (isBare) return null;
    if (workTree === null) return shownPath(baseName(this.#common)) === ".git" ? parent(this.#common) : null;
    const folder = resolvePath(this.#common, workTree);
    const gitFile = quietly(() => readIfThere(joinPath(folder, ".git"), SMALL_FILE_BYTES));
    const [, target] = gitFile === null ? [] : (/^gitdir: (.+)$/s.exec(firstLine(gitFile)) ?? []);
    const leadsBack = target !== undefined && isSamePlace(resolvePath(folder, target), this.#common);
    return leadsBack ? (quietly(() => realPath(folder)) ?? folder) : null;
  }

  /** The folder of all refs: the repository itself, or what it names. Git's own since 2.54. */
  #refFolder({ refFolder }: GitConfig): DiskPath | null {
    if (refFolder === null) return this.#common;
    const real = quietly(() => realPath(resolvePath(this.#common, refFolder)));
    if (real !== null && isInside(real, [this.#common, ...this.#surroundings.roots])) return real;
    const detail =
      real === null ? "its refs are said to be where nothing is" : "its refs are kept outside of what is scanned";
    this.#skip(this.#common, "repository-elsewhere", detail);
    return null;
  }

  /** @param refs the folder of all refs */
  #linkedWorkTrees(refs: DiskPath | null): GitDirectory[] {
    const { folder, names } = this.#list(joinPath(this.#common, "worktrees"));
    const elsewhere = refs === null || refs === this.#common ? null : joinPath(refs, "worktrees");
    return names
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => {
        const path = joinPath(folder, diskName(name));
        return { path, name: shownPath(name), refs: elsewhere ? joinPath(elsewhere, diskName(name)) : refs && path };
      })
      .filter(({ path }) => exists(joinPath(path, "HEAD")));
  }

  #shallow(): ReadonlySet<string> {
    const path = joinPath(this.#common, "shallow");
    const bytes = attempt(path, this.#surroundings, () => readIfThere(path, SHALLOW_BYTES));
    return new Set(bytes?.toString("latin1").match(/^[0-9a-f]{40,64}$/gm) ?? []);
  }

  /** A folder of objects, those that pushes left behind in it, and those that it borrows from. */
  #addObjectFolder(folder: DiskPath, borrowers: readonly string[]): void {
    this.#objectFolders.set(key(folder), folder);
    for (const entry of this.#list(folder).names) {
      if (!entry.isDirectory() || !/^(tmp_objdir-)?incoming-/.test(`${entry.name}`)) continue;
      const quarantine = joinPath(folder, diskName(entry.name));
      this.#objectFolders.set(key(quarantine), quarantine);
    }
    const path = joinPath(folder, "info/alternates");
    const bytes = attempt(path, this.#surroundings, () => readIfThere(path, SMALL_FILE_BYTES));
    for (const line of bytes?.toString("latin1").split("\n") ?? []) {
      if (line !== "" && !line.startsWith("#")) this.#addAlternate(folder, unquoted(line), [...borrowers, key(folder)]);
    }
  }

  #addAlternate(folder: DiskPath, name: string, borrowers: readonly string[]): void {
    const path = resolvePath(folder, name);
    const real = quietly(() => realPath(path));
    const place = joinPath(folder, "info/alternates");
    if (real === null || !isFolder(real)) {
      this.#skip(place, "object-missing", "a folder of objects that it names is gone");
    } else if (borrowers.includes(key(real))) {
      this.#skip(place, "repository-damaged", "it leads back to a folder of objects that led to it");
    } else if (this.#objectFolders.has(key(real))) {
      return;
    } else if (borrowers.length > ALTERNATE_DEPTH + 1 || this.#objectFolders.size >= MOST_OBJECT_FOLDERS) {
      this.#skip(place, "repository-damaged", "it nests deeper, or names more folders, than git would follow");
    } else {
      this.#addObjectFolder(real, borrowers);
    }
  }

  #packs({ folder, names }: Listing): PackFiles[] {
    const there = new Map(names.map((entry) => [entry.name.toString("latin1"), entry]));
    const packs: PackFiles[] = [];
    for (const [name, entry] of there) {
      if (name.startsWith("tmp_pack_")) {
        const detail = "what is left of a fetch that came to no end is not read";
        this.#skip(joinPath(folder, diskName(entry.name)), "repository-unsupported", detail);
      }
      const isPack = name.endsWith(".pack");
      if (!isPack && !name.endsWith(".idx")) continue;
      const other = there.get(isPack ? name.replace(/pack$/, "idx") : name.replace(/idx$/, "pack"));
      if (other === undefined) {
        const detail = isPack ? "the pack has no index" : "the index has no pack";
        this.#skip(joinPath(folder, diskName(entry.name)), "object-missing", detail);
      } else if (isPack) {
        const [pack, index] = [entry, other].map((part) => this.#followed(joinPath(folder, diskName(part.name))));
        if (pack && index) packs.push({ pack, index });
      }
    }
    return packs;
  }

  #list(path: DiskPath): Listing {
    const folder = this.#followed(path);
    const names = attempt(path, this.#surroundings, () => (folder === null ? null : entriesIfThere(folder)));
    return { folder: folder ?? path, names: names ?? [] };
  }

  /** The real path of what may be a link; null, and a row, when it leads out of what is scanned and out of the repository. */
  #followed(path: DiskPath): DiskPath | null {
    if (!isLink(path)) return path;
    const real = quietly(() => realPath(path));
    if (real !== null && isInside(real, [this.#common, ...this.#objectFolders.values(), ...this.#surroundings.roots])) {
      return real;
    }
    this.#skip(
      path,
      "repository-damaged",
      real === null ? "the link leads nowhere" : "the link leads out of the repository",
    );
    return null;
  }

  #skip(path: DiskPath, reason: SkipReason, detail: string): void {
    this.#surroundings.onSkipped(skipped(shownPath(path), reason, detail));
  }
}

interface Listing {
  readonly folder: DiskPath;
  readonly names: readonly Dirent<Buffer>[];
}

/** What `read` gives; null, and a row, when it throws. */
function attempt<T>(path: DiskPath, { onSkipped }: Surroundings, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    const [reason, detail] = failureOf(error);
    onSkipped(skipped(shownPath(path), reason, detail));
    return null;
  }
}

function quietly<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** @throws GitDataError, and errors of the system but that there is no such file */
function readIfThere(path: DiskPath, limit: number): Buffer | null {
  return orNull(() => readSmallFile(path, limit));
}

function entriesIfThere(folder: DiskPath): Dirent<Buffer>[] | null {
  return orNull(() => readdirSync(folder, { withFileTypes: true, encoding: "buffer" }));
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    throw error;
  }
}

function exists(path: DiskPath): boolean {
  return quietly(() => lstatSync(path)) !== null;
}

function isFolder(path: DiskPath): boolean {
  return quietly(() => lstatSync(realPath(path)))?.isDirectory() ?? false;
}

function isLink(path: DiskPath): boolean {
  return quietly(() => lstatSync(path))?.isSymbolicLink() ?? false;
}

function realPath(path: DiskPath): DiskPath {
  return diskName(realpathSync.native(path, { encoding: "buffer" }));
}

function isSamePlace(a: DiskPath, b: DiskPath): boolean {
  const [realA, realB] = [a, b].map((path) => quietly(() => realPath(path)));
  return realA !== null && realA !== undefined && realB !== null && realB !== undefined && key(realA) === key(realB);
}

/** The first line's bytes, one character each. */
function firstLine(bytes: Buffer): string {
  return bytes.toString("latin1").replace(/\r?\n[^]*$/, "");
}

/** A path as alternates may quote it, in C's manner. */
function unquoted(text: string): string {
  if (!/^".*"$/s.test(text)) return text;
  return text.slice(1, -1).replace(/\\([0-7]{1,3}|.)/gs, (_, escape: string) => {
    if (/^[0-7]/.test(escape)) return String.fromCharCode(Number.parseInt(escape, 8) & 255);
    return { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" }[escape] ?? escape;
  });
}

import {
  type Dirent,
  lstatSync,
  type OpenDirOptions,
  opendirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Excluded } from "../../../model/coverage.ts";
import type { WrittenReport } from "../../../model/written-report.ts";
import { credentialsInName } from "../../detect/name-search.ts";
import type { Documents } from "../documents.ts";
import type { Sink } from "../sink.ts";
import { type DiskPath, diskName, isWithin, joinPath, shownPath } from "./disk-path.ts";
import type { Exclusion } from "./exclusion.ts";
import { FileSearch } from "./file-search.ts";
import type { FileSystems } from "./file-systems.ts";
import { isGitDirectory, type ObjectFolder, objectFolder } from "./git-directory.ts";
import { OwnReports } from "./own-reports.ts";
import type { Root } from "./roots.ts";
import { skipReason } from "./skip-reason.ts";
import { type TreeBounds, TreeSkips } from "./tree-skips.ts";
import type { WorkPool } from "./work-pool.ts";

/** Between two looks at the clock: files that were read to their end, most of which take some microseconds, and folders. */
const STEPS_AT_ONCE = 8;
/** A folder whose own size is above this (some 20,000 names) is listed piece by piece: a list of a million names takes 300 MB. */
const LARGE_FOLDER_BYTES = 1 << 20;
const ENTRIES_AT_ONCE = 1024;
/** Fewer files than this are not worth giving to another thread. */
const LEAST_TO_SHARE = 8;

/** Files of one folder, to be searched from `next` on. */
interface Batch {
  readonly folder: DiskPath;
  readonly names: readonly DiskPath[];
  next: number;
}

/** A folder while it is listed. */
interface Listing {
  readonly folder: DiskPath;
  /** What it is to a repository. */
  readonly git: ObjectFolder | null;
}

/** A folder that is listed piece by piece. */
interface LargeFolder extends Listing {
  readonly entries: { readSync(): Dirent<Buffer> | null; closeSync(): void };
}

/** A folder that is still to be listed, or one of the above. */
type Work = DiskPath | Batch | LargeFolder;

export interface TreeOptions extends TreeBounds {
  /** Left out where they are as they were written. */
  readonly ownReports: readonly WrittenReport[];
  /** Milliseconds since 1970: what the age of a file is reckoned from. */
  readonly nowMs: number;
  /** A folder whose own size is above this is listed piece by piece; only tests set it. */
  readonly largeFolderBytes?: number;
}

/** Walks folders and searches their files, on one thread; gives work away to others that have none. */
export class TreeSearch {
  readonly #sink: Sink;
  readonly #pool: WorkPool;
  readonly #exclusion: Exclusion;
  readonly #fileSystems: FileSystems;
  readonly #skips: TreeSkips;
  readonly #options: TreeOptions;
  readonly #work: Work[] = [];
  readonly #ownReports: OwnReports;
  readonly #file: FileSearch;
  #batch: Batch = { folder: "", names: [], next: 0 };
  /** Those that were told. */
  readonly #repositories = new Set<string>();

  constructor(
    documents: Documents,
    sink: Sink,
    pool: WorkPool,
    exclusion: Exclusion,
    fileSystems: FileSystems,
    options: TreeOptions,
  ) {
    this.#sink = sink;
    this.#pool = pool;
    this.#exclusion = exclusion;
    this.#fileSystems = fileSystems;
    this.#options = options;
    this.#skips = new TreeSkips(sink, options);
    this.#ownReports = new OwnReports(options.ownReports);
    this.#file = new FileSearch(documents, sink, this.#skips, pool, this.#ownReports, options.nowMs);
  }

  /** What it left out, of itself and because somebody asked for it. */
  get leftOut(): readonly Excluded[] {
    return [...this.#exclusion.counts, ...this.#ownReports.counts];
  }

  /** Adds where a walk begins. What somebody names has a name too, and may be the `.git` of a linked work tree. */
  addRoot({ path, file }: Root): void {
    const { folder, name } = file ?? { folder: dirname(path), name: basename(path) };
    this.#searchName(joinPath(folder, name), name);
    if (file === null) return this.addFolder(path);
    if (name === ".git") this.#tellRepository(path);
    this.addFiles(folder, [name]);
  }

  addFolder(path: DiskPath): void {
    this.#work.push(path);
  }

  addFiles(folder: DiskPath, names: readonly DiskPath[]): void {
    this.#work.push({ folder, names, next: 0 });
  }

  /** Adds work that another thread's search gave to the pool. */
  addShared(item: string): void {
    const [folder = "", ...names] = item.split("\0");
    if (names.length === 0) this.addFolder(folder);
    else this.addFiles(folder, names);
  }

  /** Whether there is something that another thread could do: more than the file that is open. */
  get canShare(): boolean {
    return this.#work.length > 0 || this.#batch.names.length - this.#batch.next >= LEAST_TO_SHARE;
  }

  /** Works until `isTimeUp()`, there is nothing left or the pool is stopped. Whether work is left. */
  async run(isTimeUp: () => boolean): Promise<boolean> {
    const pool = this.#pool;
    for (let steps = 1; !pool.stopped; steps++) {
      if (this.#file.isOpen) {
        const unpacking = this.#file.goOn(isTimeUp);
        if (unpacking !== null) await unpacking;
      } else if (!this.#step(isTimeUp)) return false;
      if (pool.hungry) this.#share();
      if ((steps % STEPS_AT_ONCE === 0 || this.#file.isOpen) && isTimeUp()) return true;
    }
    this.#abandon();
    return false;
  }

  /** Does the next small piece of work; false when there is none. */
  #step(isTimeUp: () => boolean): boolean {
    const name = this.#batch.names[this.#batch.next];
    if (name !== undefined) {
      this.#batch.next++;
      this.#file.begin(joinPath(this.#batch.folder, name), isTimeUp);
      return true;
    }
    const work = this.#work.pop();
    if (work === undefined) return false;
    if (typeof work === "string" || Buffer.isBuffer(work)) this.#list(work);
    else if (isLargeFolder(work)) this.#listOn(work);
    else this.#batch = work;
    return true;
  }

  /** Gives the older half of the folders away, which tend to be the larger ones; without folders, half of the files. */
  #share(): void {
    const folders = this.#work.filter((work) => typeof work === "string");
    if (folders.length > 1) {
      const given = new Set<Work>(folders.slice(0, this.#pool.offer(folders.slice(0, folders.length >> 1))));
      this.#work.splice(0, this.#work.length, ...this.#work.filter((work) => !given.has(work)));
      return;
    }
    const { folder, names, next } = this.#batch;
    const left = names.length - next;
    if (left < LEAST_TO_SHARE || typeof folder !== "string") return;
    const from = next + (left >> 1);
    const half = names.slice(from);
    if (!half.every((name) => typeof name === "string")) return;
    if (this.#pool.offer([[folder, ...half].join("\0")]) === 1)
      this.#batch = { folder, names: names.slice(0, from), next };
  }

  #list(folder: DiskPath): void {
    try {
      const stat = lstatSync(folder);
      const pseudo = this.#fileSystems.pseudoType(stat.dev);
      if (pseudo !== null) this.#skips.add(folder, "pseudo-file-system", pseudo);
      else if (!stat.isDirectory()) this.#skips.add(folder, "vanished", "no longer a folder");
      else if (stat.size > (this.#options.largeFolderBytes ?? LARGE_FOLDER_BYTES)) {
        const entries = openLargeFolder(folder);
        if (this.#isStill(folder, stat)) this.#work.push({ ...listingOf(folder), entries });
        else entries.closeSync();
      } else {
        const entries = listFolder(folder);
        if (this.#isStill(folder, stat)) this.#meetAll(listingOf(folder), entries);
      }
    } catch (error) {
      this.#skips.addFor(folder, error);
    }
  }

  /** Whether a path leads to the same folder as before it was listed, and not by a link to another that was. */
  #isStill(folder: DiskPath, { dev, ino }: Stats): boolean {
    const now = lstatSync(folder);
    if (now.dev === dev && now.ino === ino) return true;
    this.#skips.add(folder, "changed-while-read", "it was another folder after listing than before");
    return false;
  }

  #meetAll(listing: Listing, entries: readonly Entry[]): void {
    const names: DiskPath[] = [];
    for (const entry of entries) {
      const { name } = entry;
      this.#meet(listing, typeof name === "string" ? name : diskName(name), entry, names);
    }
    this.#batch = { folder: listing.folder, names, next: 0 };
  }

  /** Lists some more. What they are comes first, so that a million folders in one are not held at once. */
  #listOn(large: LargeFolder): void {
    const { folder, entries } = large;
    const names: DiskPath[] = [];
    const place = this.#work.push(large) - 1;
    try {
      for (let i = 0; i < ENTRIES_AT_ONCE; i++) {
        const entry = entries.readSync();
        if (entry === null) {
          this.#work.splice(place, 1);
          entries.closeSync();
          break;
        }
        this.#meet(large, diskName(entry.name), entry, names);
      }
    } catch (error) {
      this.#work.splice(place, 1);
      entries.closeSync();
      this.#skips.addFor(folder, error);
    }
    this.#batch = { folder, names, next: 0 };
  }

  #meet({ folder, git }: Listing, name: DiskPath, entry: EntryType, names: DiskPath[]): void {
    if (name === "objects" && isGitDirectory(folder)) this.#meetRepository(folder);
    if (!this.#exclusion.isEmpty && this.#exclusion.excludes(shownPath(joinPath(folder, name)))) return;
    this.#searchName(joinPath(folder, name), name);
    if (!entry.isFile()) this.#meetOther(joinPath(folder, name), entry);
    else if (git !== null && typeof name === "string" && git.objects.test(name)) {
      // Told again, since the folder may have become a repository's only now: what is left out must be read by somebody.
      this.#tellRepository(git.repository);
      this.#exclusion.leftOutGitObject();
    } else {
      if (name === ".git") this.#tellRepository(joinPath(folder, name));
      names.push(name);
    }
  }

  /** @param name of what lies there, or of what it leads to */
  #searchName(place: DiskPath, name: DiskPath): void {
    for (const detection of credentialsInName(shownPath(name))) {
      const { line, column } = detection;
      this.#sink.onDetection(detection, { kind: "file", path: shownPath(place), within: [], line, column });
    }
  }

  /** One whose objects somebody excluded is not told. */
  #meetRepository(folder: DiskPath): void {
    if (!this.#exclusion.wouldExclude(shownPath(joinPath(folder, "objects")))) this.#tellRepository(folder);
  }

  #tellRepository(path: DiskPath): void {
    if (typeof path !== "string") this.#skips.add(path, "read-error", "no history is read where a path is not UTF-8");
    else if (!this.#repositories.has(path)) {
      this.#repositories.add(path);
      this.#sink.onRepository(path);
    }
  }

  #meetOther(path: DiskPath, entry: EntryType): void {
    if (entry.isDirectory()) this.#work.push(path);
    else if (entry.isSymbolicLink()) this.#meetLink(path);
    else this.#skips.add(path, "special-file", typeName(entry));
  }

  /** No link is followed: what it leads to inside the tree is met there anyway. One that leads out is told. */
  #meetLink(link: DiskPath): void {
    try {
      const target = readlinkSync(link);
      this.#searchName(link, target);
      if (!isWithin(resolve(shownPath(link), "..", target), this.#options.roots)) this.#meetLinkOut(link, target);
    } catch (error) {
      this.#skips.addFor(link, error);
    }
  }

  /** @param target is outside, as it is written: another link may lead back. */
  #meetLinkOut(link: DiskPath, target: string): void {
    try {
      const real = realpathSync.native(link);
      if (isWithin(real, this.#options.roots)) return;
      const stat = statSync(link);
      if (stat.isFile() || stat.isDirectory()) this.#skips.add(link, "link-out-of-tree", `leads to ${real}`);
    } catch (error) {
      const [reason] = skipReason(error);
      if (reason === "permission-denied")
        this.#skips.add(link, "link-out-of-tree", `leads to ${target}, where this user may not look`);
      // Otherwise it leads nowhere or in a circle: there is nothing behind it.
      else if (reason !== "vanished") throw error;
    }
  }

  #abandon(): void {
    this.#file.abandon();
    for (const work of this.#work) if (isLargeFolder(work)) work.entries.closeSync();
    this.#work.length = 0;
  }
}

function isLargeFolder(work: Work): work is LargeFolder {
  return typeof work !== "string" && !Buffer.isBuffer(work) && "folder" in work && !("names" in work);
}

type EntryType = Pick<Dirent, "isFile" | "isDirectory" | "isSymbolicLink" | "isFIFO" | "isSocket">;

type Entry = Dirent | Dirent<Buffer>;

/** Names come as bytes if one of them is not UTF-8: as text they take less time. */
function listFolder(folder: DiskPath): readonly Entry[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (!entries.some((entry) => entry.name.includes("\ufffd"))) return entries;
  return readdirSync(folder, { withFileTypes: true, encoding: "buffer" });
}

function listingOf(folder: DiskPath): Listing {
  return { folder, git: typeof folder === "string" ? objectFolder(folder) : null };
}

function typeName(entry: EntryType): string {
  if (entry.isFIFO()) return "a FIFO";
  return entry.isSocket() ? "a socket" : "a device";
}

/** Names come as bytes; the types know only of text. */
function openLargeFolder(folder: DiskPath): LargeFolder["entries"] {
  const options = { encoding: "buffer", bufferSize: ENTRIES_AT_ONCE };
  return opendirSync(folder, options as OpenDirOptions) as unknown as LargeFolder["entries"];
}

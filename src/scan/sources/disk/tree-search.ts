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
import { basename, resolve } from "node:path";
import { type SkipReason, skipped } from "../../../model/coverage.ts";
import type { Detection } from "../../detect/detection.ts";
import { credentialsInName } from "../../detect/name-search.ts";
import {
  type ContainerFormat,
  containerFormat,
  endsAsZip,
  isScript,
  LONGEST_ZIP_END,
  mayEndAsZip,
  unreadFormat,
  unreadFormatByEnd,
} from "../archive/format.ts";
import { payloadOf } from "../archive/payload.ts";
import { PartAccess, type RandomAccess } from "../archive/random-access.ts";
import type { Documents } from "../documents.ts";
import { type MemberEvents, MemberSearch, memberPath } from "../member-search.ts";
import type { Sink } from "../sink.ts";
import { type DiskPath, diskName, isWithin, joinPath, shownPath } from "./disk-path.ts";
import type { Exclusion } from "./exclusion.ts";
import type { FileSystems } from "./file-systems.ts";
import { isGitDirectory, type ObjectFolder, objectFolder } from "./git-directory.ts";
import { OpenFile } from "./open-file.ts";
import { isSystemError, skippedThoughNamed, skipReason } from "./skip-reason.ts";
import type { WorkPool } from "./work-pool.ts";

/** How much is read at once: what was read is still in the processor's second-level cache when it is searched. */
const CHUNK_BYTES = 128 * 1024;
/** Between two looks at the clock: files that were read to their end, most of which take some microseconds, and folders. */
const STEPS_AT_ONCE = 8;
/** The same within a file: about as many as a buffer holds. */
const CHUNKS_OF_A_BUFFER = 8;
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

/** A container, and where in the open file it begins. */
interface FoundContainer {
  readonly format: ContainerFormat;
  readonly from: number;
}

/** A folder that is still to be listed, or one of the above. */
type Work = DiskPath | Batch | LargeFolder;

export interface TreeOptions {
  /** Nothing outside of these is read: a link that leads there is reported. */
  readonly roots: readonly string[];
  /** What may not be read below these is no failure: it belongs to somebody else. */
  readonly foreignRoots: readonly string[];
  /** Milliseconds since 1970: what the age of a file is reckoned from. */
  readonly nowMs: number;
  /** A folder whose own size is above this is listed piece by piece; only tests set it. */
  readonly largeFolderBytes?: number;
}

/** Walks folders and searches their files, on one thread; gives work away to others that have none. */
export class TreeSearch {
  readonly #documents: Documents;
  /** Their buffer, as what Node can look through backwards the fast way. */
  readonly #bytes: Buffer;
  readonly #sink: Sink;
  readonly #pool: WorkPool;
  readonly #exclusion: Exclusion;
  readonly #fileSystems: FileSystems;
  readonly #options: TreeOptions;
  readonly #work: Work[] = [];
  readonly #file: OpenFile;
  #batch: Batch = { folder: "", names: [], next: 0 };
  /** What the open file is, or holds from some place on, when it is to be read as a container. */
  #container: FoundContainer | null = null;
  /** Whether nothing of the open file was read yet. */
  #isFirst = true;
  /** Whether the open file begins as a script, which what it unpacks may follow. */
  #isScript = false;
  /** Whether something may lie behind the open file, which was searched to its end. */
  #mayHavePayload = false;
  /** Of the open file, read and counted before it was known what it is. */
  #headBytes = 0;
  /** Whether the open file is, or was, searched as it is, whatever it looks like: it is not done twice. */
  #isRaw = false;
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
    this.#documents = documents;
    const { buffer } = documents;
    this.#bytes = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length);
    this.#sink = sink;
    this.#pool = pool;
    this.#exclusion = exclusion;
    this.#fileSystems = fileSystems;
    this.#options = options;
    this.#file = new OpenFile(options.nowMs, (path, reason, detail) => this.#skip(path, reason, detail));
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
      if (this.#container !== null) await this.#searchContainer(this.#container);
      else if (this.#mayHavePayload) this.#findPayload();
      else if (!this.#step(isTimeUp)) return false;
      if (pool.hungry) this.#share();
      if ((steps % STEPS_AT_ONCE === 0 || this.#file.isOpen) && isTimeUp()) return true;
    }
    this.#abandon();
    return false;
  }

  /** Does the next small piece of work; false when there is none. */
  #step(isTimeUp: () => boolean): boolean {
    if (this.#file.isOpen) {
      this.#readOn(isTimeUp);
      return true;
    }
    const name = this.#batch.names[this.#batch.next];
    if (name !== undefined) {
      this.#batch.next++;
      this.#searchFile(joinPath(this.#batch.folder, name), isTimeUp);
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
      if (pseudo !== null) this.#skip(folder, "pseudo-file-system", pseudo);
      else if (!stat.isDirectory()) this.#skip(folder, "vanished", "no longer a folder");
      else if (stat.size > (this.#options.largeFolderBytes ?? LARGE_FOLDER_BYTES)) {
        const entries = openLargeFolder(folder);
        if (this.#isStill(folder, stat)) this.#work.push({ ...listingOf(folder), entries });
        else entries.closeSync();
      } else {
        const entries = listFolder(folder);
        if (this.#isStill(folder, stat)) this.#meetAll(listingOf(folder), entries);
      }
    } catch (error) {
      this.#skipFor(folder, error);
    }
  }

  /** Whether a path leads to the same folder as before it was listed, and not by a link to another that was. */
  #isStill(folder: DiskPath, { dev, ino }: Stats): boolean {
    const now = lstatSync(folder);
    if (now.dev === dev && now.ino === ino) return true;
    this.#skip(folder, "changed-while-read", "it was another folder after listing than before");
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
      this.#skipFor(folder, error);
    }
    this.#batch = { folder, names, next: 0 };
  }

  #meet({ folder, git }: Listing, name: DiskPath, entry: EntryType, names: DiskPath[]): void {
    if (name === "objects" && isGitDirectory(folder)) this.#meetRepository(folder);
    if (!this.#exclusion.isEmpty && this.#exclusion.excludes(shownPath(joinPath(folder, name)))) return;
    this.#searchName(folder, name);
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

  #searchName(folder: DiskPath, name: DiskPath): void {
    for (const detection of credentialsInName(shownPath(name))) {
      const { line, column } = detection;
      const path = shownPath(joinPath(folder, name));
      this.#sink.onDetection(detection, { kind: "file", path, within: [], line, column });
    }
  }

  /** One whose objects somebody excluded is not told. */
  #meetRepository(folder: DiskPath): void {
    if (!this.#exclusion.wouldExclude(shownPath(joinPath(folder, "objects")))) this.#tellRepository(folder);
  }

  #tellRepository(path: DiskPath): void {
    if (typeof path !== "string") this.#skip(path, "read-error", "no history is read where a path is not UTF-8");
    else if (!this.#repositories.has(path)) {
      this.#repositories.add(path);
      this.#sink.onRepository(path);
    }
  }

  #meetOther(path: DiskPath, entry: EntryType): void {
    if (entry.isDirectory()) this.#work.push(path);
    else if (entry.isSymbolicLink()) this.#meetLink(path);
    else this.#skip(path, "special-file", typeName(entry));
  }

  /** No link is followed: what it leads to inside the tree is met there anyway. One that leads out is told. */
  #meetLink(link: DiskPath): void {
    try {
      const target = readlinkSync(link);
      const { roots } = this.#options;
      if (isWithin(resolve(shownPath(link), "..", target), roots)) return;
      const real = realpathSync.native(link);
      if (isWithin(real, roots)) return;
      const stat = statSync(link);
      if (stat.isFile() || stat.isDirectory()) this.#skip(link, "link-out-of-tree", `leads to ${real}`);
    } catch {
      // It leads nowhere, in a circle, or where this user may not look: there is nothing behind it that the tree holds.
    }
  }

  #searchFile(path: DiskPath, isTimeUp: () => boolean): void {
    try {
      this.#file.open(path);
    } catch (error) {
      this.#skipFor(path, error);
      return;
    }
    this.#isFirst = true;
    this.#isRaw = false;
    this.#isScript = false;
    this.#documents.begin(this.#file);
    this.#readOn(isTimeUp);
  }

  /** Reads and searches the open file to its end, or as far as there is time. */
  #readOn(isTimeUp: () => boolean): void {
    try {
      for (let chunks = 1; ; chunks++) {
        if (!this.#readChunk()) return this.#endOfFile();
        // What is in a full buffer may have taken long.
        if (this.#container !== null || (chunks % CHUNKS_OF_A_BUFFER === 0 && isTimeUp())) return;
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  /**
   * False at the file's end. A read that brings less than was asked for is not taken for it: a file may grow,
   * and a disk's error shows only in the read that begins at the bad place.
   */
  #readChunk(): boolean {
    const documents = this.#documents;
    const { buffer, fill } = documents;
    const count = this.#file.readNext(buffer, fill, Math.min(documents.space, CHUNK_BYTES));
    if (count === 0) return false;
    this.#pool.count(0, count);
    if (this.#isFirst) {
      this.#isFirst = false;
      this.#headBytes = count;
      const head = buffer.subarray(0, count);
      const format = containerFormat(head, this.#file.path);
      if (format !== null) {
        this.#container = { format, from: 0 };
        return true;
      }
      this.#isScript = isScript(head);
      this.#tellUnread(unreadFormat(head));
    }
    documents.wrote(count);
    return true;
  }

  #endOfFile(): void {
    const { buffer, fill } = this.#documents;
    const mayBeZip =
      mayEndAsZip(this.#bytes, fill) && endsAsZip(buffer.subarray(Math.max(0, fill - LONGEST_ZIP_END), fill));
    this.#mayHavePayload = !this.#isRaw && (this.#isScript || mayBeZip);
    if (!this.#isRaw) this.#tellUnread(unreadFormatByEnd(buffer, fill));
    this.#report();
    if (!this.#mayHavePayload) this.#close();
  }

  /** Finds what lies behind the open file, which was searched as it is. */
  #findPayload(): void {
    this.#mayHavePayload = false;
    try {
      this.#container = payloadOf(this.#file);
      if (this.#container === null) return this.#close();
      this.#isRaw = true;
      this.#headBytes = this.#file.size;
    } catch (error) {
      this.#failed(error);
    }
  }

  #tellUnread(format: string | null): void {
    if (format !== null) this.#skip(this.#file.path, "archive-unsupported", `${format} is not read into`);
  }

  async #searchContainer({ format, from }: FoundContainer): Promise<void> {
    const path = this.#file.path;
    const events: MemberEvents = {
      onDetection: (detection, within) => this.#tell(detection, within),
      onSkipped: (within, reason, detail) => this.#sink.onSkipped(skipped(memberPath(path, within), reason, detail)),
      onBytes: () => {
        if (this.#pool.stopped) throw new Stopped();
      },
    };
    const members = new MemberSearch(this.#documents, this.#file, events, true);
    this.#container = null;
    try {
      this.#pool.count(0, this.#file.size - this.#headBytes);
      const { readArchive } = await import("../archive/read-archive.ts");
      const source: RandomAccess = from === 0 ? this.#file : new PartAccess(this.#file, from, this.#file.size - from);
      await readArchive(source, { name: basename(path), format, sink: members });
      if (members.isWholeWanted && !this.#isRaw) this.#searchRaw();
      else this.#close();
    } catch (error) {
      if (error instanceof Stopped) this.#file.close();
      else this.#failed(error);
    }
  }

  /** Searches a container that was not read wholly, or holds more than its members, for what its bytes show without unpacking. */
  #searchRaw(): void {
    this.#file.reopen();
    this.#isFirst = false;
    this.#isRaw = true;
    this.#documents.begin(this.#file);
  }

  /** What was found before the error is told too. */
  #failed(error: unknown): void {
    this.#skipFor(this.#file.path, error);
    this.#container = null;
    if (isSystemError(error)) this.#report();
    this.#file.close();
  }

  #close(): void {
    this.#file.close();
    this.#pool.count(1, 0);
  }

  #report(): void {
    for (const detection of this.#documents.finish()) this.#tell(detection, []);
  }

  #tell(detection: Detection, within: readonly string[]): void {
    const { line, column } = detection;
    this.#sink.onDetection(detection, { kind: "file", path: this.#file.path, within, line, column });
  }

  #abandon(): void {
    this.#file.close();
    for (const work of this.#work) if (isLargeFolder(work)) work.entries.closeSync();
    this.#work.length = 0;
  }

  #skipFor(path: DiskPath, error: unknown): void {
    const [reason, detail] = skipReason(error);
    const isForeign = reason === "permission-denied" && this.#isForeign(shownPath(path));
    this.#skip(path, isForeign ? "other-user" : reason, detail);
  }

  #isForeign(path: string): boolean {
    const { roots, foreignRoots } = this.#options;
    return (
      isWithin(path, foreignRoots) &&
      !isWithin(
        path,
        roots.filter((root) => !foreignRoots.includes(root)),
      )
    );
  }

  #skip(path: DiskPath, reason: SkipReason, detail: string): void {
    const place = shownPath(path);
    const { roots, foreignRoots } = this.#options;
    const isNamed = roots.includes(place) && !foreignRoots.includes(place);
    const row = isNamed ? skippedThoughNamed(place, reason, detail) : skipped(place, reason, detail);
    this.#sink.onSkipped(row);
  }
}

/** The scan was stopped while a container was being read. */
class Stopped extends Error {}

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

import { type BigIntStats, lstatSync, readdirSync, statSync } from "node:fs";
import { type DiskPath, diskName, joinPath } from "../disk/disk-path.ts";
import type { Repository } from "./repository.ts";

/** What changes within this time of a look at it may change again without its time stamp showing it, in milliseconds. */
const RACY_MS = 2000;

/** More refs and reflogs than this are not looked at one by one: such a repository is read anew each time. */
const MOST_ENTRIES = 200_000;

const FAN_OUT = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * What a repository holds, told from time stamps and sizes alone: as long as this stays the same, no object, ref or reflog was added or removed.
 * (Git never writes into an object that is there. Who does it by hand, in place, is not noticed.)
 * @returns null when it cannot be told: something changed a moment ago, or is not readable.
 */
export function repositoryState(repository: Repository, nowMs: number): string | null {
  const { createHash } = process.getBuiltinModule("node:crypto");
  const stamps = new Stamps(nowMs);
  // Which links are followed depends on what is scanned: a pack that one scan may not read is read by another, though nothing has changed.
  for (const { pack, index } of repository.packs) stamps.note(pack, index);
  stamps.note(repository.hash, repository.refStorage, `${repository.isPartial}`);
  try {
    for (const folder of repository.objectFolders) {
      stamps.add(folder);
      stamps.add(joinPath(folder, "info/alternates"));
      stamps.addFolder(joinPath(folder, "pack"), false);
      for (const name of FAN_OUT) stamps.add(joinPath(folder, name));
    }
    const folders = repository.gitDirectories.flatMap(({ path, refs }) => (refs === null ? [path] : [path, refs]));
    for (const path of new Set(folders)) {
      for (const name of [
        "HEAD",
        "packed-refs",
        "config",
        "shallow",
        "commondir",
        "FETCH_HEAD",
        "ORIG_HEAD",
        "MERGE_HEAD",
      ]) {
        stamps.add(joinPath(path, name));
      }
      for (const name of ["refs", "logs", "reftable"]) stamps.addFolder(joinPath(path, name), true);
    }
  } catch {
    return null;
  }
  return stamps.isSettled ? createHash("sha256").update(stamps.text).digest("hex") : null;
}

class Stamps {
  readonly #racyFromMs: number;
  #lines: string[] = [];
  #newestMs = 0;

  constructor(nowMs: number) {
    this.#racyFromMs = nowMs - RACY_MS;
  }

  get isSettled(): boolean {
    return this.#newestMs < this.#racyFromMs;
  }

  get text(): string {
    return this.#lines.join("\n");
  }

  /** What was read elsewhere, and matters as much. */
  note(...parts: readonly (DiskPath | string)[]): void {
    this.#lines.push(parts.map((part) => Buffer.from(part).toString("latin1")).join("\0"));
  }

  add(path: DiskPath): void {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (this.#lines.length > MOST_ENTRIES) throw new RangeError("too many entries");
    // What a link leads to is read, so it is what counts.
    const target = stats?.isSymbolicLink() === true ? statSync(path, { bigint: true, throwIfNoEntry: false }) : stats;
    const stamp = [stats, target].map((each) => (each === undefined ? "-" : stampOf(each))).join(" ");
    this.#lines.push(`${Buffer.from(path).toString("latin1")}\0${stamp}`);
    if (target !== undefined) this.#newestMs = Math.max(this.#newestMs, Number(target.ctimeNs / 1_000_000n));
  }

  /** A folder and what is in it; with `deep`, also what is in the folders in it. */
  addFolder(path: DiskPath, deep: boolean): void {
    this.add(path);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
    for (const entry of readdirSync(path, { withFileTypes: true, encoding: "buffer" })) {
      const inside = joinPath(path, diskName(entry.name));
      if (deep && entry.isDirectory()) this.addFolder(inside, true);
      else this.add(inside);
    }
  }
}

function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(":");
}

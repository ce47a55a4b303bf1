import { join } from "node:path";
import { type SkipReason, skipped } from "../../../model/coverage.ts";
import { credentialsInName } from "../../detect/name-search.ts";
import type { Exclusion } from "../disk/exclusion.ts";
import type { Documents } from "../documents.ts";
import { LeftOut } from "../git/left-out.ts";
import { type BlobHit, type BlobResult, BlobSearch } from "../git/search/blob-search.ts";
import { memberPath } from "../member-search.ts";
import type { Sink } from "../sink.ts";
import { added } from "./added.ts";
import type { CatFile } from "./cat-file.ts";
import { incoming } from "./incoming.ts";
import { type FileChange, type FileVersion, isBlob, isGone, isSubmodule } from "./raw-diff.ts";

/** So many blobs without anything to tell are remembered, by about 100 bytes each. */
const MOST_CLEAN = 200_000;

export interface ChangeSearchOptions {
  readonly documents: Documents;
  readonly objects: CatFile;
  readonly sink: Sink;
  /** Asked with absolute paths, as the files would lie below `top`. */
  readonly exclusion: Exclusion;
  readonly top: string;
  readonly signal: AbortSignal;
  readonly onProgress: (totals: ChangeTotals) => void;
}

export interface ChangeTotals {
  /** Versions of files that were searched. */
  readonly files: number;
  /** Their sizes together. */
  readonly bytes: number;
}

/** Finds what changes of files add: what the new content holds and the old did not. */
export class ChangeSearch {
  readonly #options: ChangeSearchOptions;
  readonly #blobs: BlobSearch;
  /** What one commit adds is the next one's old content. */
  readonly #clean = new Set<string>();
  readonly #leftOut: LeftOut;
  readonly #submodules = new Set<string>();
  #files = 0;
  #bytes = 0;

  constructor(options: ChangeSearchOptions) {
    this.#options = options;
    this.#blobs = new BlobSearch(options.documents, options.signal);
    this.#leftOut = new LeftOut(options.exclusion, options.top);
  }

  get totals(): ChangeTotals {
    return { files: this.#files, bytes: this.#bytes };
  }

  /** @param where what a row adds to say which version is meant, e.g. ` (in commit 1234abcd)`; empty for the index */
  async addedBy(change: FileChange, where: string): Promise<readonly BlobHit[]> {
    const { path, now, before, status } = change;
    if (this.#leftOut.has(path)) return [];
    const skip = (reason: SkipReason, detail: string, within: readonly string[] = []): void =>
      this.#options.sink.onSkipped(
        skipped(memberPath(join(this.#options.top, path), within), reason, `${detail}${where}`),
      );
    if (status.includes("U")) {
      skip("unmerged", "it has a conflict: resolve and stage it");
      return [];
    }
    if (isGone(now)) return [];
    const isKnownName = /[MT]/.test(status);
    const named = isKnownName ? [] : hitsInName(path);
    if (isSubmodule(now)) {
      const type = (await this.#options.objects.open(now.id))?.type ?? "commit";
      if (type === "commit" && !this.#submodules.has(path)) {
        this.#submodules.add(path);
        skip("submodule", "its own repository holds its files");
      }
      // Git takes every mode that it does not know for a submodule's, whatever the entry names.
      if (type !== "commit" && type !== "blob") skip("object-damaged", `the entry of a submodule names a ${type}`);
      if (type !== "blob") return named;
    }
    if (isKnownName && this.#clean.has(now.id)) return [];
    const result = await this.#read(now, path);
    if (typeof result === "string") {
      skip("object-missing", result);
      return named;
    }
    for (const row of result.skipped) skip(row.reason, row.detail, row.within);
    if (result.hits.length === 0) return named;
    // What was left out of every check was never told of.
    const known = before.filter((version) => isBlob(version) && !this.#leftOut.has(version.path));
    return [...named, ...added(result.hits, await this.#held(known, path))];
  }

  /** Everything that these versions hold. What cannot be read holds nothing: then more is told, not less. */
  async #held(versions: readonly FileVersion[], path: string): Promise<BlobHit["detection"][]> {
    const all: BlobHit["detection"][] = [];
    for (const version of versions) {
      if (this.#clean.has(version.id)) continue;
      const result = await this.#read(version, path);
      if (typeof result !== "string") all.push(...result.hits.map(({ detection }) => detection));
    }
    return all;
  }

  /** What the blob holds; a sentence when it cannot be read. */
  async #read({ id }: FileVersion, path: string): Promise<BlobResult | string> {
    const { objects, signal, onProgress } = this.#options;
    signal.throwIfAborted();
    const header = await objects.open(id);
    if (header === null) return `git has no object ${id}`;
    if (header.type !== "blob") return `the object ${id} is no blob`;
    this.#files++;
    this.#bytes += header.size;
    onProgress(this.totals);
    const result = await this.#blobs.search({ size: header.size, content: () => objects.content() }, incoming(path));
    if (result.hits.length === 0 && result.skipped.length === 0) this.#remember(id);
    return result;
  }

  #remember(id: string): void {
    if (this.#clean.size >= MOST_CLEAN) this.#clean.clear();
    this.#clean.add(id);
  }
}

/** What the names of a new file and of its folders hold. */
function hitsInName(path: string): BlobHit[] {
  return path.split("/").flatMap((name) => credentialsInName(name).map((detection) => ({ detection, within: [] })));
}

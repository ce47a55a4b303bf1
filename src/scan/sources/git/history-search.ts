import { compilePackKernel } from "../../kernel/pack-kernel.ts";
import type { Exclusion } from "../disk/exclusion.ts";
import type { Documents } from "../documents.ts";
import type { Sink } from "../sink.ts";
import type { HistoryCache, RememberedHistory, SearchedPack } from "./history-cache.ts";
import { LeftOut } from "./left-out.ts";
import { findRepositories, type Repository } from "./repository.ts";
import { RepositorySearch } from "./repository-search.ts";
import { repositoryState } from "./repository-state.ts";
import { BlobSearch } from "./search/blob-search.ts";
import type { HistoryKernels } from "./search/pack-search.ts";

export interface HistorySearchOptions {
  /** See kernel/load.ts. */
  readonly kernel: WebAssembly.Module;
  readonly documents: Documents;
  readonly sink: Sink;
  /** Git directories and `.git` files; several may belong to one repository. */
  readonly repositories: Iterable<string>;
  /** What is scanned: real paths. */
  readonly roots: readonly string[];
  readonly exclusion: Exclusion;
  /** Null: everything is read anew, and nothing is kept. */
  readonly cache: HistoryCache | null;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (totals: HistoryTotals) => void;
}

export interface HistoryTotals {
  readonly repositories: number;
  /** Those included that an earlier scan looked at. */
  readonly objects: number;
}

/**
 * Searches the object databases of repositories: every object, whether anything leads to it or not. No git runs, and nothing
 * that a repository configures. An aborted search ends early, with what was counted until then.
 */
export async function searchHistories(options: HistorySearchOptions): Promise<HistoryTotals> {
  const { sink, roots, signal } = options;
  const search = new HistorySearch(options);
  const found = findRepositories(options.repositories, { roots, onSkipped: (row) => sink.onSkipped(row) });
  for (const repository of found) {
    if (signal.aborted) break;
    try {
      await search.add(repository);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  return search.totals;
}

/** What is the same for all repositories of a scan. */
class HistorySearch {
  readonly #options: HistorySearchOptions;
  readonly #kernels: HistoryKernels;
  readonly #blobs: BlobSearch;
  /** Repositories that borrow from each other have packs in common. */
  readonly #packs = new Map<string, SearchedPack>();
  #repositories = 0;
  #objects = 0;

  constructor(options: HistorySearchOptions) {
    this.#options = options;
    this.#kernels = { document: options.kernel, pack: compilePackKernel() };
    this.#blobs = new BlobSearch(options.documents, options.signal);
  }

  get totals(): HistoryTotals {
    return { repositories: this.#repositories, objects: this.#objects };
  }

  async add(repository: Repository): Promise<void> {
    const { cache, nowMs } = this.#options;
    const key = Buffer.from(repository.commonDirectory).toString("latin1");
    const state = cache === null ? null : repositoryState(repository, nowMs);
    const remembered = cache?.recall(key) ?? null;
    this.#repositories++;
    if (remembered !== null && state !== null && remembered.state === state) {
      this.#count(remembered.objects);
      for (const row of remembered.skipped) this.#options.sink.onSkipped(row);
      this.#tell(repository, remembered.rows);
      return;
    }
    const search = new RepositorySearch(repository, remembered, {
      ...this.#options,
      kernels: this.#kernels,
      blobs: this.#blobs,
      packs: this.#packs,
      onObjects: (count) => this.#count(count),
    });
    const history = await search.run(state);
    this.#tell(repository, history.rows);
    cache?.remember(key, history, nowMs);
  }

  #count(objects: number): void {
    this.#objects += objects;
    this.#options.onProgress(this.totals);
  }

  #tell({ place }: Repository, rows: RememberedHistory["rows"]): void {
    const leftOut = new LeftOut(this.#options.exclusion, place);
    for (const [detection, at] of rows) {
      const isLeftOut = at.kind === "git" && at.path !== null && leftOut.has(at.path);
      if (!isLeftOut) this.#options.sink.onDetection(detection, at);
    }
  }
}

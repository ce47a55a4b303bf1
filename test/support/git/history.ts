import type { Skipped } from "../../../src/model/coverage.ts";
import type { GitPlace, Place } from "../../../src/model/place.ts";
import type { Detection } from "../../../src/scan/detect/detection.ts";
import { DocumentSearch } from "../../../src/scan/detect/document-search.ts";
import { compileKernel, instantiateKernel } from "../../../src/scan/kernel/load.ts";
import type { ExcludePattern } from "../../../src/scan/scan-request.ts";
import { Exclusion } from "../../../src/scan/sources/disk/exclusion.ts";
import type { HistoryCache } from "../../../src/scan/sources/git/history-cache.ts";
import { type HistoryTotals, searchHistories } from "../../../src/scan/sources/git/history-search.ts";

/** One kernel for a file of tests: many at once meet a race of V8. */
const kernel = compileKernel();
const documents = new DocumentSearch(instantiateKernel(kernel));

export interface Searched {
  readonly totals: HistoryTotals;
  readonly found: readonly { readonly detection: Detection; readonly place: GitPlace }[];
  /** What stands in packs beside their objects. */
  readonly beside: readonly Detection[];
  readonly rows: readonly Skipped[];
  readonly excluded: readonly { readonly pattern: string; readonly count: number }[];
}

export interface SearchingOptions {
  readonly roots?: readonly string[];
  readonly exclude?: readonly ExcludePattern[];
  readonly cache?: HistoryCache | null;
  readonly nowMs?: number;
  readonly signal?: AbortSignal;
  /** Hears of each row at once. */
  onSkipped?(row: Skipped): void;
}

/** Searches the histories that git directories or `.git` files lead to. */
export async function searchHistory(
  repositories: readonly string[],
  options: SearchingOptions = {},
): Promise<Searched> {
  const found: { detection: Detection; place: GitPlace }[] = [];
  const beside: Detection[] = [];
  const rows: Skipped[] = [];
  const exclusion = new Exclusion(options.exclude ?? []);
  const totals = await searchHistories({
    kernel,
    documents,
    sink: {
      onDetection: (detection: Detection, place: Place) => {
        if (place.kind === "git") found.push({ detection, place });
        else if (place.kind === "file") beside.push(detection);
        else throw new Error(`a history has no place of kind ${place.kind}`);
      },
      onSkipped: (row) => {
        rows.push(row);
        options.onSkipped?.(row);
      },
      onRepository: () => {},
    },
    repositories,
    roots: options.roots ?? [],
    exclusion,
    cache: options.cache ?? null,
    nowMs: options.nowMs ?? Date.now(),
    signal: options.signal ?? new AbortController().signal,
    onProgress: () => {},
  });
  return { totals, found, beside, rows, excluded: exclusion.counts };
}

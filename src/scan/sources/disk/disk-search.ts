import { setImmediate } from "node:timers/promises";
import type { Excluded } from "../../../model/coverage.ts";
import type { WrittenReport } from "../../../model/written-report.ts";
import type { Documents } from "../documents.ts";
import type { Crew, CrewOptions } from "./crew.ts";
import { isWithin } from "./disk-path.ts";
import { Exclusion, sumExcluded } from "./exclusion.ts";
import { FileSystems } from "./file-systems.ts";
import type { Root } from "./roots.ts";
import { timeUpAfter } from "./slice.ts";
import { type TreeOptions, TreeSearch } from "./tree-search.ts";
import { WorkPool } from "./work-pool.ts";

/** Work that is done within this time is not worth a worker's start, which takes some 40 ms of a processor. */
const ALONE_MS = 12;
/** How long the main thread works before it lets its event loop run: so long may Ctrl-C wait. */
const SLICE_MS = 20;

export interface DiskSearchOptions extends CrewOptions {
  readonly documents: Documents;
  readonly roots: readonly Root[];
  /** Left out where they are as they were written. */
  readonly ownReports?: readonly WrittenReport[];
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (totals: { readonly files: number; readonly bytes: number }) => void;
  readonly largeFolderBytes?: number;
  /** How long the main thread works alone before it starts others, in milliseconds. */
  readonly aloneMs?: number;
}

export interface DiskTotals {
  readonly files: number;
  readonly bytes: number;
  readonly excluded: readonly Excluded[];
}

/** Searches files and folders, on all processors if there is enough to do. */
export async function searchDisk(options: DiskSearchOptions): Promise<DiskTotals> {
  const { documents, sink, roots, exclude, signal, onProgress } = options;
  const pool = WorkPool.create();
  const tree: TreeOptions = {
    roots: roots.map((root) => root.path),
    foreignRoots: roots.filter((root) => root.isForeign).map((root) => root.path),
    ownReports: reportsBelow(roots, options.ownReports ?? []),
    nowMs: options.nowMs,
    ...(options.largeFolderBytes === undefined ? {} : { largeFolderBytes: options.largeFolderBytes }),
  };
  const search = new TreeSearch(documents, sink, pool, new Exclusion(exclude), new FileSystems(), tree);
  for (const root of roots) search.addRoot(root);
  const stop = () => pool.stop();
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();

  let crew: Crew | null = null;
  let isBusy = await search.run(timeUpAfter(options.aloneMs ?? ALONE_MS));
  while (!pool.stopped) {
    if (isBusy) {
      if (crew === null && search.canShare) crew = await startCrew(options, pool, tree);
      onProgress(pool.totals);
      await setImmediate();
    } else {
      const news = pool.news;
      const item = pool.take();
      if (item !== null) search.addShared(item);
      else if (!pool.stopped) {
        onProgress(pool.totals);
        await pool.newsSince(news, SLICE_MS);
        await setImmediate();
        continue;
      }
    }
    isBusy = await search.run(timeUpAfter(SLICE_MS));
  }
  const counts = crew === null ? [] : await crew.finish(signal);
  signal.removeEventListener("abort", stop);
  return { ...pool.totals, excluded: sumExcluded([search.leftOut, ...counts]) };
}

/** Those that the walk may meet. What was named itself is never left out. */
function reportsBelow(roots: readonly Root[], reports: readonly WrittenReport[]): readonly WrittenReport[] {
  if (reports.length === 0) return reports;
  const folders = roots.filter(({ file }) => file === null).map(({ path }) => path);
  return reports.filter(({ path }) => isWithin(path, folders));
}

/** What it takes to start threads is loaded only when there is work for them: a hook never waits for it. */
async function startCrew(options: DiskSearchOptions, pool: WorkPool, tree: TreeOptions): Promise<Crew> {
  const { Crew } = await import("./crew.ts");
  return new Crew(options, pool, tree);
}

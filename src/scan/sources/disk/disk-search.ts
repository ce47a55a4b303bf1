import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type Excluded, skipped } from "../../../model/coverage.ts";
import type { ExcludePattern } from "../../scan-request.ts";
import type { Documents } from "../documents.ts";
import type { Sink } from "../sink.ts";
import { Exclusion, sumExcluded } from "./exclusion.ts";
import { FileSystems } from "./file-systems.ts";
import type { Root } from "./roots.ts";
import { timeUpAfter } from "./slice.ts";
import { type TreeOptions, TreeSearch } from "./tree-search.ts";
import { MOST_THREADS, WorkPool } from "./work-pool.ts";
import type { WorkerOrders, WorkerReport } from "./worker.ts";

/** Work that is done within this time is not worth a worker's start, which takes some 25 ms of a processor. */
const ALONE_MS = 4;
/** How long the main thread works before it lets its event loop run: so long may Ctrl-C wait. */
const SLICE_MS = 20;
/** How long a worker that is told to stop may take before it is ended. */
const GRACE_MS = 25;

export interface DiskSearchOptions {
  readonly documents: Documents;
  /** For the workers. */
  readonly kernel: WebAssembly.Module;
  readonly sink: Sink;
  readonly roots: readonly Root[];
  readonly exclude: readonly ExcludePattern[];
  readonly nowMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (totals: { readonly files: number; readonly bytes: number }) => void;
  /** Threads altogether; by default one for each processor. */
  readonly threads?: number;
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
  const exclusion = new Exclusion(exclude);
  const tree: TreeOptions = {
    roots: roots.map((root) => root.path),
    foreignRoots: roots.filter((root) => root.isForeign).map((root) => root.path),
    nowMs: options.nowMs,
  };
  const search = new TreeSearch(documents, sink, pool, exclusion, new FileSystems(), tree);
  for (const root of roots) {
    if (root.file === null) search.addFolder(root.path);
    else search.addFiles(root.file.folder, [root.file.name]);
  }
  const stop = () => pool.stop();
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();

  let crew: Crew | null = null;
  let isBusy = await search.run(timeUpAfter(ALONE_MS));
  while (!pool.stopped) {
    if (isBusy) {
      if (crew === null && search.hasPlenty) crew = startCrew(options, pool, tree);
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
  return { ...pool.totals, excluded: sumExcluded([exclusion.counts, ...counts]) };
}

interface Crew {
  /** Waits until all have told everything. What each left out. */
  finish(signal: AbortSignal): Promise<readonly (readonly Excluded[])[]>;
}

function startCrew(
  { kernel, sink, exclude, threads = availableParallelism() }: DiskSearchOptions,
  pool: WorkPool,
  options: TreeOptions,
): Crew {
  const members = Array.from({ length: Math.min(threads, MOST_THREADS) - 1 }, (_, index) => {
    const thread = index + 1;
    const orders: WorkerOrders = { thread, memory: pool.memory, kernel, exclude, options };
    return startMember(orders, pool, sink);
  });
  return {
    async finish(signal) {
      if (!signal.aborted) return Promise.all(members.map((member) => member.finished));
      const grace = setTimeout(() => void Promise.all(members.map((member) => member.worker.terminate())), GRACE_MS);
      try {
        return await Promise.all(members.map((member) => member.finished));
      } finally {
        clearTimeout(grace);
      }
    },
  };
}

interface Member {
  readonly worker: Worker;
  /** What it left out. Resolves too when it dies, once that is told. */
  readonly finished: Promise<readonly Excluded[]>;
}

function startMember(orders: WorkerOrders, pool: WorkPool, sink: Sink): Member {
  const worker = new Worker(workerFile(), { workerData: orders });
  const finished = new Promise<readonly Excluded[]>((resolve) => {
    let death = "it ended early";
    worker.on("message", ({ detections, skipped, excluded }: WorkerReport) => {
      for (const [detection, place] of detections) sink.onDetection(detection, place);
      for (const row of skipped) sink.onSkipped(row);
      if (excluded !== null) resolve(excluded);
    });
    worker.on("error", (error) => {
      death = error instanceof Error && "code" in error ? String(error.code) : "an exception";
    });
    worker.on("exit", () => {
      const lost = pool.bury(orders.thread);
      if (lost !== null)
        sink.onSkipped(
          skipped(lost, "internal-error", `the thread that searched here died (${death}): not all of it was read`),
        );
      resolve([]);
    });
  });
  return { worker, finished };
}

/** The bundler makes an entry of its own of it, flat beside this module's chunk. */
function workerFile(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./scan-worker.js", import.meta.url);
}

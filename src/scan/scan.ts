import { realpathSync } from "node:fs";
import { systemClock } from "../runtime/clock.ts";
import { DocumentSearch } from "./detect/document-search.ts";
import { compileKernel, instantiateKernel } from "./kernel/load.ts";
import type { ExcludePattern, ScanEvents, ScanRequest, ScanTotals } from "./scan-request.ts";
import { SkipLimit } from "./skip-limit.ts";
import type { ChangeTotals } from "./sources/change/change-search.ts";
import { searchDisk } from "./sources/disk/disk-search.ts";
import { Exclusion, GIT_OBJECTS, sumExcluded } from "./sources/disk/exclusion.ts";
import { findRoots, type RootRequest } from "./sources/disk/roots.ts";
import type { HistoryCache } from "./sources/git/history-cache.ts";
import type { HistoryTotals } from "./sources/git/history-search.ts";
import type { Sink } from "./sources/sink.ts";

export type { ExcludePattern, ScanEvents, ScanProgress, ScanRequest, ScanTotals } from "./scan-request.ts";

/**
 * Scans what is asked for and tells what it finds as it finds it.
 * An aborted scan ends early and resolves with what was counted until then.
 */
export async function scan(request: ScanRequest, events: ScanEvents, signal: AbortSignal): Promise<ScanTotals> {
  const kernel = compileKernel();
  const documents = new DocumentSearch(instantiateKernel(kernel));
  const limit = new SkipLimit((row) => events.onSkipped(row));
  const repositories = new Set<string>();
  const sink: Sink = {
    onDetection: (detection, place) => events.onDetection(detection, place),
    onSkipped: (row) => limit.add(row),
    onRepository: (path) => repositories.add(path),
  };

  if (request.change !== null) {
    const { searchChange } = await import("./sources/change/search-change.ts");
    const onProgress = (counted: ChangeTotals): void => events.onProgress({ ...counted, objects: 0, processes: 0 });
    const totals = await searchChange(request.change, {
      documents,
      sink,
      exclude: request.exclude,
      signal,
      onProgress,
    });
    limit.end();
    return { ...totals, repositories: 1, processes: 0 };
  }
  let processes = 0;
  if (request.environment === "user") {
    const { searchEnvironments } = await import("./sources/environment.ts");
    const own = { pid: process.pid, variables: process.env, isRoot: process.geteuid?.() === 0 };
    processes = await searchEnvironments({ documents, sink, platform: process.platform, own, signal });
  }
  const roots = findRoots(await rootRequests(request, sink), sink);
  const exclude = request.exclude.map(withRealBase);
  const nowMs = systemClock.now();
  const disk = await searchDisk({
    documents,
    kernel,
    sink,
    roots,
    exclude,
    ownReports: request.ownReports,
    nowMs,
    signal,
    onProgress: ({ files, bytes }) => events.onProgress({ files, bytes, objects: 0, processes }),
  });
  let { files, bytes, excluded } = disk;
  let history: HistoryTotals = { repositories: 0, objects: 0 };
  if (request.history !== null && repositories.size > 0) {
    const { searchHistories } = await import("./sources/git/history-search.ts");
    const exclusion = new Exclusion(exclude.filter(({ paths }) => paths === undefined));
    history = await searchHistories({
      kernel,
      documents,
      sink,
      repositories,
      roots: roots.map(({ path }) => path),
      exclusion,
      cache: await cacheIn(request.history.cacheFolder),
      nowMs,
      signal,
      onProgress: ({ objects }) => events.onProgress({ files, bytes, objects, processes }),
    });
    // The objects were left out as files only.
    excluded = sumExcluded([excluded.filter(({ pattern }) => pattern !== GIT_OBJECTS.pattern), exclusion.counts]);
  }
  if (request.stdin !== null) {
    const { searchStream } = await import("./sources/stdin.ts");
    files++;
    const onBytes = (count: number) => {
      bytes += count;
      events.onProgress({ files, bytes, objects: history.objects, processes });
    };
    await searchStream({ documents, sink, ...request.stdin, signal, onBytes });
  }
  limit.end();
  return { files, bytes, ...history, processes, excluded };
}

async function cacheIn(folder: string | null): Promise<HistoryCache | null> {
  if (folder === null) return null;
  const { HistoryCache } = await import("./sources/git/history-cache.ts");
  return new HistoryCache(folder);
}

async function rootRequests(request: ScanRequest, sink: Sink): Promise<RootRequest[]> {
  const named = request.roots.map((path) => ({ path, isForeign: false }));
  if (!request.catalogue) return named;
  const { patternsOutsideHome } = await import("./catalogue.ts");
  const { catalogueRoots } = await import("./sources/disk/catalogue-roots.ts");
  const patterns = patternsOutsideHome({ system: catalogueSystem(process.platform), environment: process.env });
  return [...named, ...(await catalogueRoots(patterns, sink))];
}

/** The catalogue's word for the system; other Unixes have most in common with Linux. */
function catalogueSystem(platform: NodeJS.Platform): "linux" | "macos" | "windows" {
  if (platform === "darwin") return "macos";
  return platform === "win32" ? "windows" : "linux";
}

/** Paths are told with no symbolic link in them, so what patterns are relative to has to be the same. */
export function withRealBase(exclude: ExcludePattern): ExcludePattern {
  if (exclude.base === null) return exclude;
  try {
    return { ...exclude, base: realpathSync.native(exclude.base) };
  } catch {
    return exclude;
  }
}

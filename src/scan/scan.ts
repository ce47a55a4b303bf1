import { systemClock } from "../runtime/clock.ts";
import { DocumentSearch } from "./detect/document-search.ts";
import { compileKernel, instantiateKernel } from "./kernel/load.ts";
import type { ScanEvents, ScanRequest, ScanTotals } from "./scan-request.ts";
import { searchDisk } from "./sources/disk/disk-search.ts";
import { findRoots } from "./sources/disk/roots.ts";

export type { ExcludePattern, ScanEvents, ScanProgress, ScanRequest, ScanTotals } from "./scan-request.ts";

/**
 * Scans what is asked for and tells what it finds as it finds it.
 * An aborted scan ends early and resolves with what was counted until then.
 */
export async function scan(request: ScanRequest, events: ScanEvents, signal: AbortSignal): Promise<ScanTotals> {
  const kernel = compileKernel();
  const documents = new DocumentSearch(instantiateKernel(kernel));
  const roots = findRoots(
    request.roots.map((path) => ({ path, isForeign: false })),
    events,
  );
  const disk = await searchDisk({
    documents,
    kernel,
    sink: events,
    roots,
    exclude: request.exclude,
    nowMs: systemClock.now(),
    signal,
    onProgress: ({ files, bytes }) => events.onProgress({ files, bytes, processes: 0 }),
  });
  return { ...disk, repositories: 0, objects: 0, processes: 0 };
}

import { parentPort, workerData } from "node:worker_threads";
import type { Excluded, Skipped } from "../../../model/coverage.ts";
import type { Place } from "../../../model/place.ts";
import type { Detection } from "../../detect/detection.ts";
import { DocumentSearch } from "../../detect/document-search.ts";
import { instantiateKernel } from "../../kernel/load.ts";
import type { ExcludePattern } from "../../scan-request.ts";
import type { Sink } from "../sink.ts";
import { Exclusion } from "./exclusion.ts";
import { FileSystems } from "./file-systems.ts";
import { timeUpAfter } from "./slice.ts";
import { type TreeOptions, TreeSearch } from "./tree-search.ts";
import { WorkPool } from "./work-pool.ts";

/** What a worker is started with. */
export interface WorkerOrders {
  readonly thread: number;
  readonly memory: SharedArrayBuffer;
  readonly kernel: WebAssembly.Module;
  readonly exclude: readonly ExcludePattern[];
  readonly options: TreeOptions;
}

/** What a worker tells; the last message has `excluded`. It holds no secret: detections have none. */
export interface WorkerReport {
  readonly detections: readonly (readonly [Detection, Place])[];
  readonly skipped: readonly Skipped[];
  readonly repositories: readonly string[];
  readonly excluded: readonly Excluded[] | null;
}

/** How long a worker keeps what it has found, in milliseconds. */
const SLICE_MS = 50;
const MOST_ROWS = 256;

/** Gathers what is met, so that not every row is a message. */
class Outbox implements Sink {
  #detections: [Detection, Place][] = [];
  #skipped: Skipped[] = [];
  #repositories: string[] = [];

  onDetection(detection: Detection, place: Place): void {
    if (this.#detections.push([detection, place]) >= MOST_ROWS) this.send(null);
  }

  onSkipped(row: Skipped): void {
    if (this.#skipped.push(row) >= MOST_ROWS) this.send(null);
  }

  onRepository(path: string): void {
    if (this.#repositories.push(path) >= MOST_ROWS) this.send(null);
  }

  send(excluded: readonly Excluded[] | null): void {
    const [detections, skipped, repositories] = [this.#detections, this.#skipped, this.#repositories];
    if (excluded === null && detections.length + skipped.length + repositories.length === 0) return;
    const report: WorkerReport = { detections, skipped, repositories, excluded };
    this.#detections = [];
    this.#skipped = [];
    this.#repositories = [];
    parentPort?.postMessage(report);
  }
}

async function work({ thread, memory, kernel, exclude, options }: WorkerOrders): Promise<void> {
  const pool = WorkPool.join(memory, thread);
  if (pool === null) return;
  const outbox = new Outbox();
  const documents = new DocumentSearch(instantiateKernel(kernel));
  const search = new TreeSearch(documents, outbox, pool, new Exclusion(exclude), new FileSystems(), options);
  while (!pool.stopped) {
    const news = pool.news;
    const item = pool.take();
    if (item === null) {
      outbox.send(null);
      pool.waitForNews(news);
      continue;
    }
    search.addShared(item);
    while (await search.run(timeUpAfter(SLICE_MS))) outbox.send(null);
  }
  outbox.send(search.leftOut);
}

await work(workerData as WorkerOrders);

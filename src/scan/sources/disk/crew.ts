import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type Excluded, skipped } from "../../../model/coverage.ts";
import type { ExcludePattern } from "../../scan-request.ts";
import type { Sink } from "../sink.ts";
import type { TreeOptions } from "./tree-search.ts";
import { MOST_THREADS, type WorkPool } from "./work-pool.ts";
import type { WorkerOrders, WorkerReport } from "./worker.ts";

/** How long a worker that is told to stop may take before it is ended, in milliseconds. */
const GRACE_MS = 25;

/** The bundler makes an entry of its own of it, flat beside this module's chunk. */
const WORKER_FILE = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./scan-worker.js", import.meta.url);

export interface CrewOptions {
  readonly kernel: WebAssembly.Module;
  readonly sink: Sink;
  readonly exclude: readonly ExcludePattern[];
  /** Threads altogether, the main one counted; by default one for each processor. */
  readonly threads?: number;
  /** What the workers run; only tests set it. */
  readonly workerFile?: URL;
}

/** The worker threads of one search. */
export class Crew {
  readonly #members: readonly Member[];

  constructor(
    { kernel, sink, exclude, threads = availableParallelism(), workerFile = WORKER_FILE }: CrewOptions,
    pool: WorkPool,
    options: TreeOptions,
  ) {
    this.#members = Array.from({ length: Math.min(threads, MOST_THREADS) - 1 }, (_, index) => {
      return new Member(workerFile, { thread: index + 1, memory: pool.memory, kernel, exclude, options }, pool, sink);
    });
  }

  /** To be called once the pool is stopped: waits until all workers have told everything. What each left out. */
  async finish(signal: AbortSignal): Promise<readonly (readonly Excluded[])[]> {
    const grace = signal.aborted
      ? setTimeout(() => this.#members.forEach((member) => member.end()), GRACE_MS)
      : undefined;
    try {
      return await Promise.all(this.#members.map((member) => member.finish()));
    } finally {
      clearTimeout(grace);
    }
  }
}

class Member {
  readonly #worker: Worker;
  readonly #orders: WorkerOrders;
  readonly #pool: WorkPool;
  readonly #sink: Sink;
  readonly #finished = Promise.withResolvers<readonly Excluded[]>();
  #death = "it ended early";

  constructor(workerFile: URL, orders: WorkerOrders, pool: WorkPool, sink: Sink) {
    this.#orders = orders;
    this.#pool = pool;
    this.#sink = sink;
    // What Node was started with is not the worker's: a relative --require would be looked for in the user's folder.
    this.#worker = new Worker(workerFile, { workerData: orders, execArgv: [] });
    this.#worker.on("message", (report: WorkerReport) => this.#hear(report));
    this.#worker.on("error", (error) => {
      this.#death = error instanceof Error && "code" in error ? String(error.code) : "an exception";
    });
    this.#worker.on("exit", () => this.#hasEnded());
  }

  /** Waits for the last report, unless the worker has not even begun: then it is not needed any more. */
  finish(): Promise<readonly Excluded[]> {
    if (this.#pool.dismiss(this.#orders.thread)) {
      this.end();
      this.#finished.resolve([]);
    }
    return this.#finished.promise;
  }

  end(): void {
    void this.#worker.terminate();
  }

  #hear({ detections, skipped, repositories, excluded }: WorkerReport): void {
    for (const [detection, place] of detections) this.#sink.onDetection(detection, place);
    for (const row of skipped) this.#sink.onSkipped(row);
    for (const path of repositories) this.#sink.onRepository(path);
    if (excluded !== null) this.#finished.resolve(excluded);
  }

  /** A worker that dies leaves what it had in hand; the others go on, so that only this is missing. */
  #hasEnded(): void {
    if (!this.#pool.stopped) {
      const lost = this.#pool.bury(this.#orders.thread);
      const detail = `the thread that searched here died (${this.#death}): not all of it was read`;
      if (lost !== null) this.#sink.onSkipped(skipped(lost, "internal-error", detail));
    }
    this.#finished.resolve([]);
  }
}

import { Worker } from "node:worker_threads";
import type { HandedNode, PackOrders, PackReport } from "./history-worker.ts";
import type { ObjectDetection } from "./object-hit.ts";

/** How long a worker that is told to stop may take before it is ended, in milliseconds. */
const GRACE_MS = 50;

/** The bundler makes an entry of its own of it, flat beside this module's chunk. */
const WORKER_FILE = new URL(
  import.meta.url.endsWith(".ts") ? "./history-worker.ts" : "./history-worker.js",
  import.meta.url,
);

/** Who hears of a worker. */
export interface WorkerEvents {
  /** An object that it has met and leaves to others. */
  onHanded(node: HandedNode): void;
  /** @param detections all that it has told of, by their numbers */
  onReport(report: PackReport, detections: readonly ObjectDetection[]): void;
  /** It died; the others go on. @param detail a sentence that says so */
  onDeath(thread: number, detail: string): void;
}

/** A worker thread of one search. */
export class PackWorker {
  readonly #worker: Worker;
  readonly #events: WorkerEvents;
  readonly #thread: number;
  readonly #detections: ObjectDetection[] = [];
  readonly #firstWalk = Promise.withResolvers<void>();
  readonly #done = Promise.withResolvers<void>();
  #isEnded = false;
  #death = "it ended early";

  constructor(orders: PackOrders, events: WorkerEvents, file: URL = WORKER_FILE) {
    this.#events = events;
    this.#thread = orders.thread;
    // What Node was started with is not the worker's: a relative --require would be looked for in the user's folder.
    this.#worker = new Worker(file, { workerData: orders, execArgv: [] });
    this.#worker.on("message", (message: PackReport | HandedNode) => {
      if ("handed" in message) events.onHanded(message);
      else this.#hear(message);
    });
    this.#worker.on("error", (error) => {
      this.#death = error instanceof Error && "code" in error ? String(error.code) : "an exception";
    });
    this.#worker.on("exit", () => this.#hasEnded());
  }

  /** Resolves when it has told everything of the first walk, or is dead. */
  get hasWalkedFirst(): Promise<void> {
    return Promise.race([this.#firstWalk.promise, this.finished]);
  }

  /** Resolves when it has told everything, or is dead. */
  get finished(): Promise<void> {
    return this.#done.promise;
  }

  /** Waits a little until it ends by itself, then ends it. */
  async end(): Promise<void> {
    const grace = setTimeout(() => void this.#worker.terminate(), GRACE_MS);
    await this.finished;
    clearTimeout(grace);
    this.#isEnded = true;
    await this.#worker.terminate();
  }

  #hear(report: PackReport): void {
    for (const detection of report.detections) this.#detections.push(detection);
    this.#events.onReport(report, this.#detections);
    if (report.endsFirstWalk) this.#firstWalk.resolve();
    if (report.untold === null) return;
    this.#isEnded = true;
    this.#done.resolve();
  }

  #hasEnded(): void {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.#events.onDeath(this.#thread, `the thread that searched here died (${this.#death}): not all of it was read`);
    }
    this.#done.resolve();
  }
}

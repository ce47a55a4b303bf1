import { writeFileSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { WorkPool } from "../../../src/scan/sources/disk/work-pool.ts";
import type { WorkerOrders } from "../../../src/scan/sources/disk/worker.ts";

// A worker that tells that it has joined, and dies as soon as it has something in hand.
const { memory, thread, options } = workerData as WorkerOrders;
const pool = WorkPool.join(memory, thread);
while (pool !== null && !pool.stopped) {
  const { news } = pool;
  if (pool.take() !== null) throw new RangeError("not to be told: it could quote what was read");
  writeFileSync(`${options.roots[0]}.joined`, "");
  pool.waitForNews(news);
}

import { workerData } from "node:worker_threads";
import { FIRST_WALK } from "../../../src/scan/kernel/assembly/pack-layout.ts";
import { PackKernel } from "../../../src/scan/kernel/pack-kernel.ts";
import type { PackOrders } from "../../../src/scan/sources/git/search/history-worker.ts";

// A worker that takes a tree and dies of it.
const { packKernel, memory, thread } = workerData as PackOrders;
const kernel = new PackKernel(packKernel, memory, thread, () => 0);
kernel.awaitPhase(FIRST_WALK);
kernel.walk(1);
throw new RangeError("not to be told: it could quote what was read");

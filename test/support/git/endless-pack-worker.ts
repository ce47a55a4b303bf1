import { parentPort, workerData } from "node:worker_threads";
import { FIRST_WALK } from "../../../src/scan/kernel/assembly/pack-layout.ts";
import { PackKernel } from "../../../src/scan/kernel/pack-kernel.ts";
import type { PackOrders, PackReport } from "../../../src/scan/sources/git/search/history-worker.ts";

// A worker that has come upon deltas of blobs without end, and finds nothing in them to tell of.
const { packKernel, memory, thread } = workerData as PackOrders;
const kernel = new PackKernel(packKernel, memory, thread, () => 0);
kernel.awaitPhase(FIRST_WALK);
while (!kernel.isStopped) kernel.addSearched(1);
const end: PackReport = { detections: [], found: [], lost: [], named: [], endsFirstWalk: false, untold: [] };
parentPort?.postMessage(end);

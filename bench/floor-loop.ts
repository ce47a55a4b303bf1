/**
 * The least that a program on Node can do with every file of a tree: `node floor-loop.js list|open|read|search TREE`.
 * Two threads share out the folders. What keysweep takes beyond this is its own; what this takes beyond ripgrep is Node's.
 */
import { closeSync, constants, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { compileKernel, instantiateKernel } from "../src/scan/kernel/load.ts";

const CHUNK_BYTES = 128 * 1024;
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const STEPS = ["start", "list", "open", "read", "search"];

interface Orders {
  readonly step: number;
  readonly tree: string;
  /** Which of the tree's folders is next. */
  readonly next: Int32Array;
}

function work({ step, tree, next }: Orders): void {
  if (step === 0) return;
  const kernel = instantiateKernel(compileKernel());
  const buffer = kernel.input;
  const folders = foldersIn(tree).flatMap(foldersIn);
  for (let i = Atomics.add(next, 0, 1); i < folders.length; i = Atomics.add(next, 0, 1)) walk(folders[i] ?? "");

  function walk(folder: string): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (step > 1) visit(path);
    }
  }

  function visit(path: string): void {
    const file = openSync(path, FLAGS);
    for (let fill = 0; step > 2; ) {
      const count = readSync(file, buffer, fill, Math.min(CHUNK_BYTES, buffer.length - fill), null);
      fill += count;
      if ((count === 0 || fill === buffer.length) && step > 3) kernel.search(0, fill);
      if (count === 0) break;
      if (fill === buffer.length) fill = 0;
    }
    closeSync(file);
  }
}

function foldersIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}

if (isMainThread) {
  const [, , step = "", tree = ""] = process.argv;
  const orders: Orders = { step: STEPS.indexOf(step), tree, next: new Int32Array(new SharedArrayBuffer(4)) };
  new Worker(new URL(import.meta.url), { workerData: orders });
  work(orders);
} else work(workerData as Orders);

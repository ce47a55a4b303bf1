import { Worker } from "node:worker_threads";

/** How long the main thread may stand still, in milliseconds: longer than any honest work takes between two turns of its loop. */
const USUAL_MS = 30 * 60_000;

/*
 * Plain JavaScript that needs no file of its own. Numbers of the shared memory: turns of the main thread, looks of this one.
 * It looks twice: a process that was stopped and goes on finds both threads late.
 */
const WATCHER = `
const { workerData: { words, afterMs } } = require("node:worker_threads");
const asleep = new Int32Array(new SharedArrayBuffer(4));
for (;;) {
  const seen = Atomics.load(words, 0);
  for (let looks = 0; looks < 2; looks++) Atomics.wait(asleep, 0, 0, afterMs / 2);
  Atomics.add(words, 1, 1);
  if (Atomics.load(words, 0) !== seen) continue;
  Atomics.wait(asleep, 0, 0, afterMs / 2);
  if (Atomics.load(words, 0) !== seen) continue;
  require("node:fs").writeSync(2, "keysweep: nothing goes on any more, a disk that does not answer perhaps: the process ends\\n");
  process.kill(process.pid, "SIGKILL");
}
`;

/**
 * Ends this process by SIGKILL when its main thread stands still, as it does in a disk that never answers: then nothing that is written in
 * JavaScript can end it, no signal and no timer. For what somebody starts again.
 * @returns the number of times that it was looked, for tests; disposed of, nobody watches any more.
 */
export function watchForStalls(afterMs = USUAL_MS): AsyncDisposable & { readonly looks: number } {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const timer = setInterval(() => Atomics.add(words, 0, 1), afterMs / 8).unref();
  const watcher = new Worker(WATCHER, { eval: true, execArgv: [], workerData: { words, afterMs } });
  // What cannot be watched runs all the same.
  watcher.on("error", () => {});
  watcher.unref();
  return {
    get looks() {
      return Atomics.load(words, 1);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await watcher.terminate();
    },
  };
}

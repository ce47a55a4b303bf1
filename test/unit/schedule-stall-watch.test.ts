import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";

const MODULE = pathToFileURL(join(import.meta.dirname, "..", "..", "src", "runtime", "stall-watch.ts")).href;

/** A process that is watched, and does this. */
function watched(work: string) {
  const program = `import { watchForStalls } from ${JSON.stringify(MODULE)};\nconst watch = watchForStalls(400);\n${work}`;
  const { status, signal, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    timeout: 60_000,
    killSignal: "SIGABRT",
  });
  return { status, signal, stderr };
}

it("ends a process whose main thread stands still, which nothing else can", () => {
  const { signal, stderr } = watched(`
    process.on("SIGTERM", () => process.exit(1));
    // The watcher has to have begun, which takes turns of this thread.
    const timer = setInterval(() => watch.looks > 0 && Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 10);
  `);
  expect([signal, stderr]).toEqual(["SIGKILL", expect.stringContaining("nothing goes on any more")]);
});

it("leaves alone what goes on, and keeps no process from its end", () => {
  expect(watched("const timer = setInterval(() => watch.looks > 3 && clearInterval(timer), 10);")).toMatchObject({
    status: 0,
    stderr: "",
  });
  expect(watched("await watch[Symbol.asyncDispose]();")).toMatchObject({ status: 0, stderr: "" });
});

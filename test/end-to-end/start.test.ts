import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

/** What of Node a run loads beyond what Node itself does, and how many files of ours. */
function loadedBy(args: readonly string[]): { readonly node: readonly string[]; readonly ours: number } {
  const hook = world.file(
    "../hook.cjs",
    `const { registerHooks } = require("node:module");
const before = new Set(process.moduleLoadList);
let ours = 0;
registerHooks({ load(url, context, next) { if (url.startsWith("file:")) ours++; return next(url, context); } });
process.on("exit", () => {
  const node = process.moduleLoadList.filter((name) => !before.has(name)).map((name) => name.replace("NativeModule ", ""));
  require("node:fs").writeFileSync(process.env.LOADED, JSON.stringify({ node, ours }));
});`,
  );
  const LOADED = world.file("../loaded.json", "");
  const environment = { ...world.environment, LOADED, NODE_OPTIONS: `--require=${JSON.stringify(hook)}` };
  expect(world.run(args, { environment })).toMatchObject({ status: 0 });
  return JSON.parse(readFileSync(LOADED, "utf8"));
}

// Each takes milliseconds, and a hook starts at every commit.
test("a scan that finds nothing starts with no more of Node, and of ours, than it needs", () => {
  world.file("file", "nothing\n");
  const { node, ours } = loadedBy(["scan", ".", "--ledger", "none", "--quiet"]);
  for (const dear of [
    "zlib",
    "crypto",
    "perf_hooks",
    "child_process",
    "worker_threads",
    "sqlite",
    "internal/fs/streams",
  ])
    expect(node).not.toContain(dear);
  expect(ours).toBeLessThanOrEqual(10);
});

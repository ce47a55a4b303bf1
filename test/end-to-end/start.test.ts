import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ENTRY, makeWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

/** What of Node a run loads beyond what Node itself does, and the files of ours. Its output goes to a pipe, or nowhere. */
function loadedBy(
  args: readonly string[],
  output: "pipe" | "ignore",
): { readonly node: readonly string[]; readonly ours: readonly string[] } {
  const hook = world.file(
    "../hook.cjs",
    `const { registerHooks } = require("node:module");
const before = new Set(process.moduleLoadList);
const ours = [];
registerHooks({ load(url, context, next) { if (url.startsWith("file:")) ours.push(require("node:url").fileURLToPath(url)); return next(url, context); } });
process.on("exit", () => {
  const node = process.moduleLoadList.filter((name) => !before.has(name)).map((name) => name.replace("NativeModule ", ""));
  require("node:fs").writeFileSync(process.env.LOADED, JSON.stringify({ node, ours }));
});`,
  );
  const LOADED = world.file("../loaded.json", "");
  const environment = { ...world.environment, LOADED, NODE_OPTIONS: `--require=${JSON.stringify(hook)}` };
  const run = spawnSync(process.execPath, [ENTRY, ...args], { cwd: world.folder, env: environment, stdio: output });
  expect(run.status).toBe(0);
  return JSON.parse(readFileSync(LOADED, "utf8"));
}

// Each takes milliseconds, and a hook starts at every commit.
test.each(["pipe", "ignore"] as const)(
  "a scan that finds nothing loads no more than it needs (output: %s)",
  (output) => {
    world.file("file", "nothing\n");
    const { node, ours } = loadedBy(["scan", ".", "--ledger", "none", "--quiet"], output);
    for (const dear of [
      "zlib",
      "crypto",
      "perf_hooks",
      "child_process",
      "worker_threads",
      "sqlite",
      "stream",
      "internal/fs/streams",
    ])
      expect(node).not.toContain(dear);
    expect(ours.length).toBeLessThanOrEqual(6);
    for (const file of ours) {
      const text = readFileSync(file, "utf8");
      // One letter beyond ASCII makes V8 take two bytes for each.
      expect(/[^\0-\x7f]/.test(text), `${file} is ASCII`).toBe(false);
      // V8 makes the sets of a literal when it parses the file, used or not.
      expect(/\/[^\n`]*\\p\{[^\n`]*\/[a-z]*u/.test(text), `${file} has a literal with sets`).toBe(false);
    }
  },
);

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";

/*
 * The example of docs/writing-a-target.md, put beside a view of this repository in which everything else is as it is: compiled, and held to the
 * contract by its own test.
 */

const ROOT = join(import.meta.dirname, "..", "..", "..");
const page = readFileSync(join(ROOT, "docs", "writing-a-target.md"), "utf8");
const written = [...page.matchAll(/<!-- (\S+\.ts) -->\n```ts\n(.*?)```\n/gs)].map(([, path = "", text = ""]) => ({
  path,
  text,
}));

const view = mkdtempSync(join(tmpdir(), "keysweep-written-"));
afterAll(() => rmSync(view, { recursive: true, force: true }));
for (const name of ["package.json", "tsconfig.json", "node_modules"]) symlinkSync(join(ROOT, name), join(view, name));
for (const { path, text } of written) {
  mkdirSync(join(view, dirname(path)), { recursive: true });
  writeFileSync(join(view, path), elsewhere(path, text));
}

/** The text with the modules that it does not bring along named by where they are. */
function elsewhere(path: string, text: string): string {
  return text.replace(/"(\.\.?\/[^"]+)"/g, (whole, specifier: string) => {
    const named = join(dirname(path), specifier);
    return written.some((one) => one.path === named) ? whole : JSON.stringify(join(ROOT, named));
  });
}

test("the example is three files, and compiles", () => {
  expect(written.map(({ path }) => path)).toEqual([
    "src/rotate/targets/file-pair/descriptor.ts",
    "src/rotate/targets/file-pair/target.ts",
    "test/contract/targets/file-pair.test.ts",
  ]);
  writeFileSync(
    join(view, "tsconfig.example.json"),
    JSON.stringify({ extends: "./tsconfig.json", include: ["src", "test"], files: [] }),
  );
  const tsc = join(ROOT, "node_modules", ".bin", "tsc");
  const { stdout } = spawnSync(tsc, ["--noEmit", "-p", "tsconfig.example.json"], { cwd: view, encoding: "utf8" });
  expect(stdout).toBe("");
});

await import(join(view, "test/contract/targets/file-pair.test.ts"));

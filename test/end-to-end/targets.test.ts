import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TARGET_TYPES } from "../../src/rotate/targets/registry.ts";
import { makeWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

test("the types of targets are listed", () => {
  const { status, stdout, stderr } = world.run(["targets"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  for (const type of TARGET_TYPES) expect(stdout).toMatch(new RegExp(`^${type} {2,}\\S`, "m"));
});

test("one is told about: its settings, its needs, an example", () => {
  const { status, stdout, stderr } = world.run(["targets", "dotenv"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^dotenv {2}Variables in a `\.env` file\n/);
  expect(stdout).toContain("  path  (required)\n");
  expect(stdout).toContain("  - type: dotenv\n    path: /srv/app/.env\n");
  // An example is left as it is, to be copied.
  const [prose = ""] = stdout.split("\nExample\n");
  for (const line of prose.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("the same is there for programs, in a file too", () => {
  const path = join(world.folder, "targets.json");
  const { status, stdout } = world.run(["targets", "--format", "json", "--report", `json=${path}`]);
  expect(status).toBe(0);
  expect(readFileSync(path, "utf8")).toBe(stdout);
  const { schema, targets } = JSON.parse(stdout) as { schema: string; targets: { type: string }[] };
  expect(schema).toBe("keysweep/targets@1");
  expect(targets.map(({ type }) => type)).toEqual(TARGET_TYPES);
});

test("a type that is misspelt, or a format that makes no sense, is refused", () => {
  expect(world.run(["targets", "dotnev"])).toEqual({
    status: 2,
    stdout: "",
    stderr: "keysweep: there is no target dotnev\n  Did you mean dotenv?\n",
  });
  expect(world.run(["targets", "--format", "sarif"])).toMatchObject({ status: 2, stdout: "" });
});

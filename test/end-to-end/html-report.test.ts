import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generateMaterial } from "../support/material.ts";
import { makeWorld, profile, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

function titles(page: string): string[] {
  return Array.from(page.matchAll(/<h2 [^>]*>([^<]*)</g), ([, title = ""]) => title);
}

test("a page is written beside what is told, and has a trend from the second scan on", () => {
  world.file("credentials", profile(1));
  const args = ["scan", ".", "--report", "html=../report.html"];
  expect(world.run(args)).toMatchObject({ status: 1, stderr: "" });
  const file = join(world.folder, "..", "report.html");
  const first = readFileSync(file, "utf8");
  expect(titles(first)).toEqual(["Findings", "Coverage"]);
  expect(first).toContain("<h1>1 high credential found</h1>");
  expect(first).toContain(generateMaterial(1).id);
  rmSync(join(world.folder, "credentials"));
  expect(world.run(args)).toMatchObject({ status: 0, stderr: "" });
  const second = readFileSync(file, "utf8");
  expect(titles(second)).toEqual(["Findings", "Found before, and not now", "Trend", "Coverage"]);
  expect(second).toContain("From 1 to 0, in 2 runs.");
});

test("a page of a remembered scan has the trend until then", () => {
  world.file("credentials", profile(1));
  for (let run = 0; run < 3; run++) world.run(["scan", ".", "--quiet"]);
  world.run(["scan", ".", "--no-history", "--quiet"]);
  const trend = (run: string): string | undefined =>
    /\d+ then and now, in \d+ runs/.exec(world.run(["report", "scan", "--run", run, "--format", "html"]).stdout)?.[0];
  expect([trend("1"), trend("2"), trend("3"), trend("4")]).toEqual([
    undefined,
    "1 then and now, in 2 runs",
    "1 then and now, in 3 runs",
    undefined,
  ]);
});

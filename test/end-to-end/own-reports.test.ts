import { appendFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generateMaterial } from "../support/material.ts";
import { makeWorld, profile, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

const LEFT_OUT = "reports that it wrote, as it wrote them";

interface Scanned {
  readonly coverage: { readonly excluded: readonly { readonly pattern: string; readonly count: number }[] };
  readonly changes: null | { readonly gone: readonly unknown[] };
  readonly findings: readonly { readonly accessKeyId: string; readonly places: readonly { readonly path: string }[] }[];
}

/** Where a scan of the folder finds something, below it; and how many reports it left out. */
function scanned(...flags: readonly string[]): { found: string[]; leftOut: number; gone: number } {
  const { stdout, stderr } = world.run(["scan", ".", "--format", "json", "--fail-on", "never", ...flags]);
  expect(stderr).toBe("");
  const { coverage, findings, changes } = JSON.parse(stdout) as Scanned;
  const leftOut = coverage.excluded.find(({ pattern }) => pattern === LEFT_OUT)?.count ?? 0;
  const found = findings.flatMap(({ places }) => places.map(({ path }) => path.slice(world.folder.length + 1)));
  return { found: [...new Set(found)].toSorted(), leftOut, gone: changes?.gone.length ?? 0 };
}

function idAlone(seed: number): string {
  return `old: ${generateMaterial(seed).id}\n`;
}

test("the reports of all formats, kept in what is scanned, are no places of the ids that they name", () => {
  const lone = world.file("notes.txt", idAlone(1));
  world.file("credentials", profile(2));
  const formats = ["json", "jsonl", "csv", "markdown", "html", "sarif", "junit", "gitlab", "github", "pretty"];
  const reports = formats.map((format) => `--report=${format}=reports.${format}`);
  expect(scanned(...reports)).toEqual({ found: ["credentials", "notes.txt"], leftOut: 0, gone: 0 });
  expect(scanned()).toEqual({ found: ["credentials", "notes.txt"], leftOut: formats.length, gone: 0 });
  rmSync(lone);
  expect(scanned()).toEqual({ found: ["credentials"], leftOut: formats.length, gone: 1 });
  expect(scanned().found).toEqual(["credentials"]);
  expect(world.run(["scan", "."]).stdout).toContain(`Left out by keysweep: ${LEFT_OUT} (${formats.length})`);
});

test("what other commands write is known, too", () => {
  const { id, accountId } = generateMaterial(1);
  world.file("notes.txt", `old: ${id}\n`);
  writeFileSync(
    world.operatorConfiguration,
    `rotations:\n  deploy: { account: "${accountId}", user: deploy, targets: [{ type: dotenv, path: /srv/app/.env }] }\n`,
  );
  world.run(["scan", "."]);
  expect(world.run(["report", "scan", "--output", "again.html", "--format", "html"]).status).toBe(0);
  expect(scanned()).toEqual({ found: ["notes.txt"], leftOut: 1, gone: 0 });
  expect(world.run(["report", "rotations", "--output", "rotations.json", "--format", "json"]).status).toBe(0);
  expect(scanned().leftOut).toBe(2);
  expect(world.run(["rotate", "status", "--output", "status.json", "--format", "json"]).stderr).toBe("");
  expect(scanned().leftOut).toBe(3);
});

test("a report is scanned once it was changed, moved, or stands behind another name", () => {
  world.file("notes.txt", idAlone(1));
  world.run(["scan", ".", "--report=json=changed.json", "--report=json=kept.json", "--report=json=replaced.json"]);
  appendFileSync(join(world.folder, "changed.json"), "\n");
  writeFileSync(join(world.folder, "copied.json"), readFileSync(join(world.folder, "kept.json")));
  rmSync(join(world.folder, "replaced.json"));
  symlinkSync("copied.json", join(world.folder, "replaced.json"));
  expect(scanned()).toEqual({ found: ["changed.json", "copied.json", "notes.txt"], leftOut: 1, gone: 0 });
});

test("without a ledger nothing is noted, and nothing left out", () => {
  world.file("notes.txt", idAlone(1));
  world.run(["scan", ".", "--ledger", "none", "--report=json=unknown.json"]);
  world.run(["scan", ".", "--report=json=known.json"]);
  expect(scanned()).toEqual({ found: ["notes.txt", "unknown.json"], leftOut: 1, gone: 0 });
  expect(scanned("--ledger", "none").found).toEqual(["known.json", "notes.txt", "unknown.json"]);
});

test("a report of a commit's or a stream's scan is noted in the ledger that is there", () => {
  world.file("notes.txt", idAlone(1));
  world.run(["scan", "."]);
  const stream = { input: idAlone(2) };
  world.run(["scan", "--stdin", "--report=json=stream.json"], stream);
  expect(scanned()).toEqual({ found: ["notes.txt"], leftOut: 1, gone: 0 });
});

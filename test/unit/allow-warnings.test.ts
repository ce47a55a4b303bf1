import { mkdirSync, symlinkSync } from "node:fs";
import { join, sep } from "node:path";
import { expect, test } from "vitest";
import { allowWarnings } from "../../src/cli/scan/allow-warnings.ts";
import { type AllowEntry, AllowList } from "../../src/scan/allow.ts";
import type { ScanRequest } from "../../src/scan/scan.ts";
import { temporaryFolder } from "../support/disk/searching.ts";

function entry(repository: string | null, changes: Partial<AllowEntry> = {}): AllowEntry {
  const at = repository === null ? "config.yaml:3" : "keysweep.yaml:2";
  const target = { kind: "fingerprint", fingerprint: `ks1:${"a".repeat(32)}`, rule: null, severity: null } as const;
  return { target, reason: "r", owner: "ada", expires: "2027-01-31", at, repository, ...changes };
}

function warnings(entries: readonly AllowEntry[], request: Partial<ScanRequest>, verbose = false): string[] {
  const everything: ScanRequest = {
    roots: [],
    catalogue: false,
    environment: "none",
    stdin: null,
    exclude: [],
    history: { cacheFolder: null },
    ownReports: [],
    change: null,
    ...request,
  };
  return allowWarnings(new AllowList(entries, "2026-06-15", true), everything, verbose);
}

const ONE = ["1 allow covered nothing that was found (--verbose names it)"];

test("an operator's unused allow is told only where everything was scanned", () => {
  expect(warnings([entry(null)], { roots: ["/home/ada"], catalogue: true })).toEqual(ONE);
  expect(warnings([entry(null)], { roots: ["/home/ada"] })).toEqual([]);
  expect(warnings([entry(null), entry(null)], { catalogue: true })).toEqual([
    "2 allows covered nothing that was found (--verbose names them)",
  ]);
});

test("a repository's unused allow is told where all of the repository was scanned", () => {
  const folder = temporaryFolder();
  const repository = join(folder, "shop");
  mkdirSync(join(repository, "src"), { recursive: true });
  symlinkSync(repository, join(folder, "link"));
  const entries = [entry(repository + sep), entry(null)];
  for (const root of [repository, folder, join(folder, "link")])
    expect(warnings(entries, { roots: [root] })).toEqual(ONE);
  for (const root of [join(repository, "src"), `${repository}-2`, "/usr"])
    expect(warnings(entries, { roots: [root] })).toEqual([]);
});

test("what was allowed in a history cannot have been met without it", () => {
  expect(warnings([entry("/shop/")], { roots: ["/shop"], history: null })).toEqual([]);
  expect(warnings([entry(null)], { catalogue: true, history: null })).toEqual([]);
});

test("all unused allows are named when everything is to be told", () => {
  expect(warnings([entry("/shop/"), entry(null)], { roots: ["/usr"], history: null }, true)).toEqual([
    "keysweep.yaml:2: this allow covered nothing that was found",
    "config.yaml:3: this allow covered nothing that was found",
  ]);
});

test("one that has ended is told always", () => {
  expect(warnings([entry(null, { expires: "2026-06-14" })], { roots: ["/usr"] })).toEqual([
    "config.yaml:3: this allow expired on 2026-06-14 and covers nothing any more; its owner is ada",
  ]);
});

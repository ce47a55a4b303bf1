import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HistoryCache, type RememberedHistory } from "../../src/scan/sources/git/history-cache.ts";

const NOW = Date.UTC(2026, 10, 21);
const DAY = 24 * 3600 * 1000;
const NOTHING = { objects: 0, bytes: 0, hits: [], named: [], beside: [], skipped: [], lost: [] };
const HISTORY: RememberedHistory = {
  state: "a state",
  objects: 12,
  bytes: 345,
  rows: [],
  skipped: [{ place: "repo", reason: "object-missing", failure: false, detail: "partial" }],
  packs: { "abc:1": { ...NOTHING, touchedAt: "1", objects: 12, bytes: 345 } },
  loose: { ...NOTHING, marks: [] },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keysweep-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function cacheFile(): string {
  const [name = ""] = readdirSync(join(folder, "history"));
  return join(folder, "history", name);
}

function remembering(): HistoryCache {
  const cache = new HistoryCache(join(folder, "history"));
  cache.remember("/repo/.git", HISTORY, NOW);
  return cache;
}

describe("what was seen in a repository", () => {
  test("is recalled by another run, for that repository alone", () => {
    remembering();
    const next = new HistoryCache(join(folder, "history"));
    expect(next.recall("/repo/.git")).toEqual(HISTORY);
    expect(next.recall("/other/.git")).toBeNull();
  });

  test("is nobody else's to read", () => {
    remembering();
    expect(statSync(join(folder, "history")).mode & 0o777).toBe(0o700);
    expect(statSync(cacheFile()).mode & 0o777).toBe(0o600);
  });

  test.each([
    ["a byte that changed", (text: string) => text.replace('"objects":12', '"objects":13')],
    ["an end that is missing", (text: string) => text.slice(0, -10)],
    ["nothing in it", () => ""],
    ["something else in it", () => "[]"],
  ])("counts as unseen when its file has %s", (_, damage) => {
    const cache = remembering();
    writeFileSync(cacheFile(), damage(readFileSync(cacheFile(), "utf8")));
    expect(cache.recall("/repo/.git")).toBeNull();
  });

  test("counts as unseen when other rules saw it", () => {
    const cache = remembering();
    const content = readFileSync(cacheFile(), "utf8")
      .slice(65)
      .replace(/"seenBy":"[0-9a-f]{64}"/, `"seenBy":"${"0".repeat(64)}"`);
    const digest = process.getBuiltinModule("node:crypto").createHash("sha256").update(content).digest("hex");
    writeFileSync(cacheFile(), `${digest}\n${content}`);
    expect(cache.recall("/repo/.git")).toBeNull();
  });

  test("is forgotten when nobody asked for half a year", () => {
    const cache = remembering();
    utimesSync(cacheFile(), (NOW - 181 * DAY) / 1000, (NOW - 181 * DAY) / 1000);
    cache.remember("/other/.git", HISTORY, NOW);
    expect(cache.recall("/repo/.git")).toBeNull();
    expect(cache.recall("/other/.git")).toEqual(HISTORY);
  });

  test("is gone when it was kept in another manner, whoever's it was", () => {
    remembering();
    const old = join(folder, "history", `${"0".repeat(32)}.json`);
    writeFileSync(old, "");
    remembering();
    expect(readdirSync(join(folder, "history"))).toEqual([basename(cacheFile())]);
  });

  test("is not kept, and nothing else happens, where nothing can be written", () => {
    writeFileSync(join(folder, "history"), "a file in the way");
    const cache = new HistoryCache(join(folder, "history"));
    cache.remember("/repo/.git", HISTORY, NOW);
    expect(cache.recall("/repo/.git")).toBeNull();
  });
});

import { existsSync, rmSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { keyFile, meddledWith, search, sharedDocuments, temporaryTree } from "../support/disk/searching.ts";

/** Many folders, with a key in some of their files. */
function manyFolders(): string {
  const files: Record<string, string> = {};
  for (let i = 0; i < 600; i++) files[`${i % 7}/${i % 61}/${i}`] = i % 50 === 0 ? keyFile(i) : `file ${i}\n`;
  return temporaryTree(files);
}

const cell = new Int32Array(new SharedArrayBuffer(4));

/** So slow that other threads have begun before this one is through. */
function slowDocuments() {
  return meddledWith(sharedDocuments(), () => Atomics.wait(cell, 0, 0, 1));
}

describe("threads", () => {
  test("together search the same files as one alone, each once", async () => {
    const root = manyFolders();
    const alone = await search([root]);
    const together = await search([root], { documents: slowDocuments(), threads: 4, aloneMs: 0 });
    expect(together.found).toEqual(alone.found);
    expect([together.files, together.bytes]).toEqual([alone.files, alone.bytes]);
    expect(alone.found).toHaveLength(12);
    expect(together.skipped).toEqual([]);
  });

  test("share one folder of many files", async () => {
    const root = temporaryTree(
      Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}`, i % 100 === 0 ? keyFile(i) : "x"])),
    );
    const { found, files } = await search([root], { documents: slowDocuments(), threads: 3, aloneMs: 0 });
    expect(files).toBe(500);
    expect(found).toEqual(["0", "100", "200", "300", "400"].map((name) => `${root}/${name}`));
  });

  test("count together what patterns leave out", async () => {
    const root = manyFolders();
    const exclude = [{ pattern: "1*", by: "test", base: null }];
    const alone = await search([root], { exclude });
    const together = await search([root], { documents: slowDocuments(), exclude, threads: 3, aloneMs: 0 });
    expect(together.excluded).toEqual(alone.excluded);
    expect(together.files).toBe(alone.files);
  });

  test("together tell of the same repositories", async () => {
    const names = Array.from({ length: 200 }, (_, i) => `${i % 7}/${i}`);
    const root = temporaryTree(
      Object.fromEntries(
        names.flatMap((name) => ["HEAD", "refs/x", "objects/x"].map((file) => [`${name}/${file}`, "x"])),
      ),
    );
    const { repositories } = await search([root], { documents: slowDocuments(), threads: 3, aloneMs: 0 });
    expect(repositories).toEqual(names.map((name) => `${root}/${name}`).toSorted());
  });

  test("that cannot start are done without", async () => {
    const workerFile = new URL("file:///nowhere.ts");
    const { files, skipped } = await search([manyFolders()], {
      documents: slowDocuments(),
      threads: 3,
      aloneMs: 0,
      workerFile,
    });
    expect(files).toBe(600);
    expect(skipped).toEqual([]);
  });

  test("that die leave a row that says where, and the others go on", async () => {
    const root = manyFolders();
    const joined = `${root}.joined`;
    onTestFinished(() => rmSync(joined, { force: true }));
    const documents = meddledWith(sharedDocuments(), () => void (existsSync(joined) || Atomics.wait(cell, 0, 0, 30)));
    const workerFile = new URL("../support/disk/dying-worker.ts", import.meta.url);
    const { files, skipped } = await search([root], { documents, threads: 2, aloneMs: 0, workerFile });
    expect(files).toBeGreaterThan(0);
    expect(files).toBeLessThan(600);
    expect(skipped).toMatchObject([{ reason: "internal-error", failure: true }]);
    expect(skipped[0]?.place).toContain(root);
    expect(skipped[0]?.detail).not.toContain("not to be told");
  });
});

describe("a search that is aborted", () => {
  test("before it begins reads nothing", async () => {
    const { files, found } = await search([manyFolders()], { signal: AbortSignal.abort() });
    expect([files, found]).toEqual([0, []]);
  });

  test.each([1, 3])("while it runs, on %i threads, ends with what it counted", async (threads) => {
    const abort = new AbortController();
    const documents = slowDocuments();
    const { files } = await search([manyFolders()], {
      documents,
      threads,
      aloneMs: 0,
      signal: abort.signal,
      onProgress: ({ files }) => void (files > 9 && abort.abort()),
    });
    expect(files).toBeGreaterThan(0);
    expect(files).toBeLessThan(600);
  });
});

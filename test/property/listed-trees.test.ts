import fc from "fast-check";
import { expect, test } from "vitest";
import { compileKernel } from "../../src/scan/kernel/load.ts";
import { compilePackKernel } from "../../src/scan/kernel/pack-kernel.ts";
import { listTrees } from "../../src/scan/sources/git/pack-search.ts";
import { PlainTreeGraph } from "../../src/scan/sources/git/plain-tree-graph.ts";
import type { TreeNode } from "../../src/scan/sources/git/tree-graph.ts";
import { GitFixture } from "../support/git/git.ts";
import { openAt } from "../support/git/opening.ts";
import { anySeed } from "../support/material.ts";
import { LOWER, type Random, randomFrom } from "../support/random.ts";

const kernels = { document: compileKernel(), pack: compilePackKernel() };
const { signal } = new AbortController();

/** Folders and files that come, move and go, in two packs; the last commits are in none. */
function writeHistory(git: GitFixture, random: Random): void {
  const folders = ["", "a/", "a/b/", "a/b/c/", "d/", `${random.text(LOWER, 60)}/`, "\u00fc \u{1f511}/"];
  for (let commit = 0; commit < 10; commit++) {
    const files: Record<string, string> = {};
    for (let file = random.below(5); file >= 0; file--) {
      files[`${random.pick(folders)}${random.text("xyz", 1 + random.below(3))}`] = `${random.below(12)}`;
    }
    git.commit("change", Object.fromEntries(Object.entries(files).map(([path, text]) => [`${path}.txt`, text])));
    if (commit === 4 || commit === 7) git.run("repack", "-dq");
  }
}

function asText(node: TreeNode | null): unknown {
  if (node === null) return null;
  return [...node.entries].map(([name, child]) => [name, typeof child === "string" ? child : asText(child)]);
}

test("trees that are listed lead to the same blobs as those that are read", async () => {
  let leading = 0;
  await fc.assert(
    fc.asyncProperty(anySeed(), async (seed) => {
      const random = randomFrom(seed);
      const hash = random.oneIn(3) ? "sha256" : "sha1";
      using git = new GitFixture(`--object-format=${hash}`);
      writeHistory(git, random);
      const objects = git.run("cat-file", "--batch-all-objects", "--batch-check").split("\n");
      const idsOf = (type: string): string[] =>
        objects.filter((line) => line.includes(` ${type} `)).map((line) => line.replace(/ .*/, ""));
      const wanted = idsOf("blob").filter(() => random.oneIn(4));
      const { database } = openAt(git.gitFolder);
      const bytes = Buffer.concat(wanted.toSorted().map((id) => Buffer.from(id, "hex")));
      const idLength = hash === "sha1" ? 20 : 32;
      const listed = await Promise.all(
        database.packs.map(({ path, index }) =>
          listTrees({ pack: path, index, kernels, wanted: bytes, threads: 1 + random.below(2), signal }),
        ),
      );
      expect(listed).not.toContain(null);
      const unexpected = (): never => expect.unreachable();
      const read = new PlainTreeGraph(database, wanted, idLength, unexpected);
      const graph = new PlainTreeGraph(database, wanted, idLength, unexpected, listed);
      for (const id of idsOf("tree")) {
        const node = graph.nodeOf(id);
        expect(asText(node)).toEqual(asText(read.nodeOf(id)));
        if (node !== null) leading++;
      }
      database.close();
    }),
    { numRuns: 12 },
  );
  expect(leading).toBeGreaterThan(100);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileKernel } from "../../src/scan/kernel/load.ts";
import { compilePackKernel } from "../../src/scan/kernel/pack-kernel.ts";
import { type OutlinedCommit, outlined } from "../../src/scan/sources/git/objects/commit.ts";
import { PackIndex } from "../../src/scan/sources/git/objects/pack-index.ts";
import { PlainTreeGraph } from "../../src/scan/sources/git/origin/plain-tree-graph.ts";
import type { TreeNode } from "../../src/scan/sources/git/origin/tree-graph.ts";
import {
  listPack,
  type PackListing,
  type PackListingRequest,
  searchPack,
} from "../../src/scan/sources/git/search/pack-search.ts";
import { GitFixture } from "../support/git/git.ts";
import { openAt } from "../support/git/opening.ts";
import { type Entry, writePack } from "../support/git/packs.ts";
import { anySeed } from "../support/material.ts";
import { DIGITS, HEX, LOWER, type Random, randomFrom } from "../support/random.ts";

const kernels = { document: compileKernel(), pack: compilePackKernel() };
const { signal } = new AbortController();
const unexpected = (): never => expect.unreachable();

const NO_EVENTS = { onHit() {}, onSkipped: unexpected, onLost: unexpected, onNamed() {}, onProgress() {} };

/** What is listed for itself, or on the way of a search. */
async function listingOf({ wanted, ...request }: PackListingRequest, random: Random): Promise<PackListing> {
  if (random.oneIn(2)) return listPack({ ...request, wanted });
  const { listing } = await searchPack({ ...request, wanted: () => wanted }, NO_EVENTS);
  expect(listing.wanted).toEqual(wanted);
  return listing;
}

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
  let linked = 0;
  await fc.assert(
    fc.asyncProperty(anySeed(), async (seed) => {
      const random = randomFrom(seed);
      const hash = random.oneIn(3) ? "sha256" : "sha1";
      using git = new GitFixture(`--object-format=${hash}`);
      writeHistory(git, random);
      const objects = git.run("cat-file", "--batch-all-objects", "--batch-check").split("\n");
      const idsOf = (type: string): string[] =>
        objects.filter((line) => line.includes(` ${type} `)).map((line) => line.replace(/ .*/, ""));
      const [first = "", ...others] = idsOf("blob");
      const wanted = [first, ...others.filter(() => random.oneIn(4))];
      const { database } = openAt(git.gitFolder);
      const bytes = Buffer.concat(wanted.toSorted().map((id) => Buffer.from(id, "hex")));
      const idLength = hash === "sha1" ? 20 : 32;
      const listed = await Promise.all(
        database.packs.map(({ path, index }) =>
          listingOf({ pack: path, index, kernels, wanted: bytes, threads: 1 + random.below(2), signal }, random),
        ),
      );
      expect(listed.every(({ trees }) => trees !== null)).toBe(true);
      const byId = (commits: Iterable<OutlinedCommit>): Map<string, OutlinedCommit> =>
        new Map(Array.from(commits, (commit) => [commit.id.toString("hex"), commit]));
      const all = byId(Array.from(database.commits(unexpected), ({ id, bytes }) => outlined(id, bytes)));
      for (const [order, { commits }] of listed.entries()) {
        const mine = byId(commits ?? []);
        const index = database.packs[order]?.index;
        const expected = [...all].filter(([id]) => (index?.find(Buffer.from(id, "hex")) ?? -1) >= 0);
        expect(mine).toEqual(new Map(expected));
        linked += expected.filter(([, { parents }]) => parents.length > 0).length;
      }

      const read = new PlainTreeGraph(database, wanted, idLength, unexpected);
      const trees = listed.map((each) => each.trees);
      const graph = new PlainTreeGraph(database, wanted, idLength, unexpected, trees);
      for (const id of idsOf("tree")) {
        const tree = Buffer.from(id, "hex");
        const node = graph.nodeOf(tree);
        expect(asText(node)).toEqual(asText(read.nodeOf(tree)));
        if (node !== null) leading++;
      }
      database.close();
    }),
    { numRuns: 12 },
  );
  expect(leading).toBeGreaterThan(100);
  expect(linked).toBeGreaterThan(50);
});

/** What a commit may begin with, and what only looks like it. */
function oddCommit(random: Random, idLength: number): Buffer {
  const id = (): string => random.text(HEX, 2 * idLength);
  const date = (): string => `${random.pick([" ", "> ", ">", " > "])}${random.text(DIGITS, random.below(17))}`;
  const lines = (): string[] => [
    `tree ${id()}`,
    `parent ${id()}`,
    `parent ${id()}`,
    `parent ${random.pick([id().toUpperCase(), id().slice(1), `${id()}0`, random.text(HEX, 96 - 2 * idLength)])}`,
    `author A <a@x> ${random.below(2 ** 31)} +0000`,
    `committer A <a@x${date()}${random.pick(["", " +0100", "x", " "])}`,
    `committer ${date()}`,
    `committer${date()}`,
    "committer A <> 253402300799 +0000",
    "committer A <> 253402300800 +0000",
    " parent",
    "",
  ];
  const usual = lines().filter((_, at) => [0, 1, 2, 4, 5].includes(at) && !random.oneIn(8));
  const odd = lines().filter(() => random.oneIn(3));
  const end = random.pick(["\n\n", "\n", "", "\n\ntree, parent\n", `\n\ncommitter A <> 5 +0000\n`]);
  return Buffer.from(`${(random.oneIn(2) ? usual : odd).join("\n")}${end}`, "latin1");
}

test("commits are listed with what they are read to name, whatever they say", async () => {
  const folder = mkdtempSync(join(tmpdir(), "keysweep-listing-"));
  try {
    await fc.assert(
      fc.asyncProperty(anySeed(), async (seed) => {
        const random = randomFrom(seed);
        const hash = random.oneIn(3) ? "sha256" : "sha1";
        const entries: Entry[] = [{ type: "blob", content: Buffer.from("beside them") }];
        for (let number = 1; number < 40; number++) {
          const content = oddCommit(random, hash === "sha1" ? 20 : 32);
          // A pack that holds an object twice is a damaged one.
          if (entries.some((entry) => "content" in entry && content.equals(entry.content))) continue;
          entries.push({ type: "commit", content });
          const operations = [{ copy: { offset: 0, size: content.length } }, { insert: Buffer.from("more") }];
          if (content.length > 0 && random.oneIn(2))
            entries.push({ base: entries.length - 1, by: "offset", operations });
        }
        const { pack, index, objects } = writePack(entries, { hash });
        const path = join(folder, "a.pack");
        writeFileSync(path, pack);
        writeFileSync(join(folder, "a.idx"), index);
        const opened = PackIndex.open(join(folder, "a.idx"), hash);
        const threads = 1 + random.below(2);
        // A memory in which the pack was searched before is prepared for it.
        const request = { pack: path, index: opened, kernels, threads, signal };
        if (random.oneIn(2)) await searchPack(request, NO_EVENTS);
        const wanted = opened.ids.slice(0, opened.idLength);
        const { commits } = await listingOf({ ...request, wanted }, random);
        const expected = objects
          .filter(({ type }) => type === "commit")
          .map(({ id, content }) => outlined(id, content));
        const distinct = new Map(expected.map((commit) => [commit.id.toString("hex"), commit]));
        const listed = new Map(Array.from(commits ?? [], (commit) => [commit.id.toString("hex"), commit]));
        expect(listed).toEqual(distinct);
      }),
      { numRuns: 40 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.for([
  ["deltas that make too much of it", "endless-pack-worker"],
  ["a worker that dies", "dying-pack-worker"],
])("what is listed of a pack is for nobody once its search was cut short by %s", async ([, worker]) => {
  const folder = mkdtempSync(join(tmpdir(), "keysweep-listing-"));
  try {
    const blobs = Array.from({ length: 50 }, (_, n): Entry => ({ type: "blob", content: Buffer.from(`${n}`) }));
    const commit: Entry = { type: "commit", content: Buffer.from("committer A <> 5 +0000\n\n") };
    const { pack, index } = writePack([...blobs, commit]);
    const path = join(folder, "a.pack");
    writeFileSync(path, pack);
    writeFileSync(join(folder, "a.idx"), index);
    const opened = PackIndex.open(join(folder, "a.idx"), "sha1");
    const wanted = opened.ids.slice(0, opened.idLength);
    const workerFile = new URL(`../support/git/${worker}.ts`, import.meta.url);
    const request = { pack: path, index: opened, kernels, threads: 2, mostBytes: 2 ** 20, signal, workerFile };
    const events = { ...NO_EVENTS, onSkipped() {}, onLost() {} };
    const { listing } = await searchPack({ ...request, wanted: () => wanted }, events);
    expect([listing.commits, listing.trees]).toEqual([null, null]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("trees are not listed where two ids that somebody forged are one in what is kept of them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "keysweep-listing-"));
  try {
    const blobs = Array.from({ length: 600 }, (_, i): Entry => ({ type: "blob", content: Buffer.from(`${i}`) }));
    const commit = { type: "commit", content: Buffer.from(`tree ${"12".repeat(20)}\n\n`) } as const;
    const { pack, index } = writePack([...blobs, commit], { hash: "sha1" });
    const path = join(folder, "a.pack");
    writeFileSync(path, pack);
    const listed = async (bytes: Uint8Array): Promise<PackListing> => {
      writeFileSync(join(folder, "a.idx"), bytes);
      const opened = PackIndex.open(join(folder, "a.idx"), "sha1");
      const wanted = opened.ids.slice(0, opened.idLength);
      return listPack({ pack: path, index: opened, kernels, wanted, threads: 1, signal });
    };
    expect(await listed(index)).toMatchObject({ trees: expect.anything(), commits: expect.anything() });

    const forged = Buffer.from(index);
    const idAt = (position: number): Buffer => forged.subarray(1032 + 20 * position, 1052 + 20 * position);
    const position = blobs.findIndex((_, i) => idAt(i)[0] === idAt(i + 1)[0]);
    idAt(position).copy(idAt(position + 1), 0, 0, 19);
    idAt(position)[19] = 1;
    idAt(position + 1)[19] = 2;
    const { trees, commits } = await listed(forged);
    expect(trees).toBeNull();
    expect(Array.from(commits ?? [], ({ tree }) => tree?.toString("hex"))).toEqual(["12".repeat(20)]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

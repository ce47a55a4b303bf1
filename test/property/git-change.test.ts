import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { GitPlace } from "../../src/model/place.ts";
import { OperatorGit } from "../../src/scan/sources/change/operator-git.ts";
import { openRange, searchRange } from "../../src/scan/sources/change/range.ts";
import { Exclusion } from "../../src/scan/sources/disk/exclusion.ts";
import { recordingSink, sharedDocuments } from "../support/disk/searching.ts";
import { GitFixture } from "../support/git/git.ts";
import { generateMaterial } from "../support/material.ts";
import { type Random, randomFrom } from "../support/random.ts";

const PATHS = ["a", "b/c", "b/d", "e\nf"];
const KEYS = [1, 2, 3].map((seed) => generateMaterial(seed));

/** The keys that a file holds, by their positions in KEYS. */
type Tree = ReadonlyMap<string, readonly number[]>;

interface Commit {
  readonly id: string;
  readonly tree: Tree;
  readonly parents: readonly Commit[];
}

/** A commit that is to be made: its parents by their positions among the plans. */
interface Plan {
  readonly tree: Tree;
  readonly parents: readonly number[];
}

/** A file that git takes for no other one's new name: its lines have its own name in them. */
function content(path: string, keys: readonly number[]): string {
  const lines = Array.from({ length: 30 }, (_, index) => `${path} has line ${index} ${path}`);
  const pairs = keys.map(
    (key) => `aws_access_key_id=${KEYS[key]?.id}\naws_secret_access_key=${KEYS[key]?.secret}\n${path}`,
  );
  return [...lines, ...pairs, ""].join("\n");
}

function randomTree(random: Random): Tree {
  const present = PATHS.filter(() => !random.oneIn(3));
  return new Map(
    present.map((path) => [
      path,
      KEYS.flatMap((_, key) => Array<number>(random.oneIn(2) ? random.below(3) : 0).fill(key)),
    ]),
  );
}

/** Makes the commits with one run of git; each may name earlier ones as its parents. */
function makeCommits(repository: GitFixture, plans: readonly Plan[]): Commit[] {
  const stream = plans.map(({ tree, parents }, index) => {
    const links = parents.map((parent, at) => `${at === 0 ? "from" : "merge"} :${parent + 1}\n`);
    const files = [...tree].map(
      ([path, keys]) => `M 100644 inline ${JSON.stringify(path)}\n${data(content(path, keys))}`,
    );
    const head = `commit refs/heads/c${index}\nmark :${index + 1}\ncommitter Ada <ada@example.org> ${index} +0000\n`;
    return `${head}${data("made")}${links.join("")}deleteall\n${files.join("")}`;
  });
  repository.feed(stream.join(""), "fast-import", "--quiet");
  const ids = repository.run("for-each-ref", "--format=%(objectname)", "refs/heads/c*").split("\n");
  const commits: Commit[] = [];
  for (const [index, { tree, parents }] of plans.entries()) {
    commits.push({ id: ids[index] ?? "", tree, parents: parents.flatMap((parent) => commits[parent] ?? []) });
  }
  return commits;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function ancestors(commits: readonly Commit[]): Set<Commit> {
  const all = new Set<Commit>();
  const follow = (commit: Commit): void => {
    if (all.has(commit)) return;
    all.add(commit);
    commit.parents.forEach(follow);
  };
  commits.forEach(follow);
  return all;
}

function times(keys: readonly number[] | undefined, key: number): number {
  return keys?.filter((other) => other === key).length ?? 0;
}

/** What a commit adds, in the plainest words: more than all parents have together, in files that are like no parent's. */
function addedBy({ id, tree, parents }: Commit): string[] {
  return [...tree].flatMap(([path, keys]) => {
    if (parents.some((parent) => String(parent.tree.get(path)) === String(keys))) return [];
    return KEYS.flatMap((_, key) => {
      const before = parents.reduce((sum, parent) => sum + times(parent.tree.get(path), key), 0);
      return Array<string>(Math.max(0, times(keys, key) - before)).fill(JSON.stringify([id, path, key]));
    });
  });
}

function randomPlans(random: Random): Plan[] {
  const plans: Plan[] = [];
  for (let index = 0; index < 7; index++) {
    const parents = index === 0 ? [] : [...new Set(Array.from({ length: random.below(3) }, () => random.below(index)))];
    // Mostly a parent's tree with some files of another: so that merges have files like either parent's.
    const first = plans[parents[0] ?? -1]?.tree;
    const base = first === undefined || random.oneIn(4) ? randomTree(random) : first;
    const other = plans[parents.at(-1) ?? -1]?.tree ?? base;
    const tree = new Map([
      ...base,
      ...[...other].filter(() => random.oneIn(2)),
      ...[...randomTree(random)].slice(0, 1),
    ]);
    plans.push({ tree, parents });
  }
  return plans;
}

test("a range adds what each of its commits has and none of that commit's parents, in histories of any shape", async () => {
  await fc.assert(
    fc.asyncProperty(fc.noShrink(fc.nat()), async (seed) => {
      const random = randomFrom(seed);
      using repository = new GitFixture();
      const commits = makeCommits(repository, randomPlans(random));
      const tips = commits.filter((_, index) => index > 3);
      const known = commits.filter(() => random.oneIn(4));
      const signal = new AbortController().signal;
      const git = new OperatorGit({
        folder: repository.work,
        environment: { PATH: process.env.PATH, HOME: repository.folder },
        signal,
      });
      const change = await openRange(git, {
        tips: tips.map(({ id }) => ({ name: id, ref: null })),
        known: known.map(({ id }) => id),
        knownRefs: [],
        mustMeet: false,
      });
      const sink = recordingSink();
      const found: string[] = [];
      await searchRange(change, {
        documents: sharedDocuments(),
        objects: change.objects,
        sink: {
          ...sink,
          onDetection(detection, place) {
            const { commit, path } = place as GitPlace;
            found.push(JSON.stringify([commit, path, KEYS.findIndex(({ id }) => id === detection.accessKeyId)]));
          },
        },
        exclusion: new Exclusion([]),
        signal,
        onProgress: () => {},
      });
      change.objects.close();
      const old = ancestors(known);
      const expected = [...ancestors(tips)].filter((commit) => !old.has(commit)).flatMap(addedBy);
      expect(sink.skipped).toEqual([]);
      expect(found.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 25 },
  );
});

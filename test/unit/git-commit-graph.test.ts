import { expect, test } from "vitest";
import { CommitGraph, MOST_PARENTS } from "../../src/scan/sources/git/origin/commit-graph.ts";
import { Turns } from "../../src/scan/sources/git/origin/turns.ts";

const ID_LENGTH = 20;

test("commits that name more parents than any history has are not held in memory", async () => {
  const commit = (number: number, parents: number) => ({
    id: Buffer.alloc(ID_LENGTH, number),
    tree: null,
    parents: Buffer.alloc(parents * ID_LENGTH),
    committedSeconds: number,
  });
  const read = (...parents: readonly number[]) => {
    const commits = parents.map((count, index) => commit(index + 1, count));
    return CommitGraph.read(commits, new Set(), ID_LENGTH, new Turns(new AbortController().signal));
  };
  expect(await read(1, 2)).toMatchObject({ count: 2, isWhole: true });
  expect(await read(1, MOST_PARENTS)).toMatchObject({ count: 1, isWhole: false });
});

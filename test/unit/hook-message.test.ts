import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { concernsFirstCommit } from "../../src/cli/hook/first-commit.ts";
import type { UseCase } from "../../src/model/finding.ts";
import type { GitPlace, Place } from "../../src/model/place.ts";
import { hookMessage } from "../../src/report/hook-message.ts";
import { OperatorGit } from "../../src/scan/sources/change/operator-git.ts";
import { GitFixture } from "../support/git/git.ts";
import { finding } from "../support/ledger/scans.ts";

describe("the message of a hook that stopped git", () => {
  const text = (...args: Parameters<typeof hookMessage>): string => [...hookMessage(...args)].join("");

  test("leaves a file out of a commit as git can there", () => {
    expect(text([finding(1)], "commit", false)).toContain("commit the rest: git restore --staged -- FILE\n");
    expect(text([finding(1)], "commit", true)).toContain("commit the rest: git rm --cached -- FILE\n");
  });

  test("changes the commits of a push as git can there", () => {
    expect(text([finding(1)], "push", false)).toContain("  git rebase --interactive COMMIT^ ");
    expect(text([finding(1)], "push", true)).toContain("  git rebase --interactive --root ");
  });

  test("sends nobody to a rebase for what only a tag brings", () => {
    const places = (...some: Place[]) => [finding(1, { places: some })];
    const tagged = { ...placeIn(null), object: "tag", path: null } as const;
    const alone = text(places(tagged), "push", false);
    expect(alone).toContain("git tag --delete TAG");
    expect(alone).not.toContain("git rebase");
    const both = text(places(tagged, placeIn("c".repeat(40))), "push", false);
    expect(both).toContain("git tag --delete TAG");
    expect(both).toContain("git rebase");
    expect(both).not.toContain("reword");
    const message = { ...placeIn("c".repeat(40)), object: "commit", path: null } as const;
    expect(text(places(message), "push", false)).toContain("mark it `reword`");
  });

  test("names what a tag names by its kind", () => {
    const places = [{ ...placeIn(null), path: null } as const];
    expect(text([finding(1, { places })], "push", false)).toContain("\n  blob bbbbbbbbbbbb:1:1\n");
  });

  test("explains the very key", () => {
    const { accessKeyId } = finding(1);
    const used = finding(1, { useCase: "ci-github" as UseCase });
    expect(text([finding(1)], "commit", false)).toContain(`(keysweep explain ${accessKeyId})\n`);
    expect(text([used], "push", false)).toContain(`(keysweep explain ${accessKeyId} --use ci-github)\n`);
  });
});

describe("the first commit of a repository", () => {
  let fixture: GitFixture;
  let git: OperatorGit;
  beforeEach(() => {
    fixture = new GitFixture();
    const { signal } = new AbortController();
    git = new OperatorGit({ folder: fixture.work, environment: process.env, signal });
  });
  afterEach(() => fixture[Symbol.dispose]());

  test("is the one that was stopped where there is none yet", async () => {
    expect(await concernsFirstCommit(git, "commit", [finding(1)])).toBe(true);
    fixture.commit("first");
    expect(await concernsFirstCommit(git, "commit", [finding(1)])).toBe(false);
  });

  test("is among those of a push, or is not", async () => {
    const ids = [1, 2, 3].map((number) => fixture.commit(`commit ${number}`, { [`file-${number}`]: "x\n" }));
    const pushed = (...commits: readonly (string | undefined)[]) =>
      concernsFirstCommit(git, "push", [finding(1, { places: commits.map((commit) => placeIn(commit ?? null)) })]);
    expect(await pushed(ids[1], ids[0])).toBe(true);
    expect(await pushed(ids[2], ids[1])).toBe(false);
    expect(await pushed(undefined)).toBe(false);
    expect(await pushed("0".repeat(40))).toBe(false);
  });
});

function placeIn(commit: string | null): GitPlace {
  return {
    kind: "git",
    repository: "/shop",
    object: "blob",
    path: "keys",
    within: [],
    line: 1,
    column: 1,
    blob: "b".repeat(40),
    commit,
    author: null,
    date: null,
    reachable: true,
    refs: [],
    inHead: true,
    versions: 1,
    last: null,
  };
}

import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Origin, WantedObject } from "../../src/scan/sources/git/origin/provenance.ts";
import { MOST_ORIGINS } from "../../src/scan/sources/git/origin/provenance.ts";
import { forgedObject, writePack } from "../support/git/forged-pack.ts";
import { GitFixture } from "../support/git/git.ts";
import { reasonsOf } from "../support/git/opening.ts";
import { trace } from "../support/git/tracing.ts";

let git = new GitFixture();
beforeEach(() => {
  git = new GitFixture();
});
afterEach(() => git[Symbol.dispose]());

/** Contents that stand for such with a credential. */
const ONE = "holds the credential\n";
const TWO = "holds the credential, still\n";
const AUTHOR = "Ada <ada@example.org>";

/** The origins of a credential that is in these contents. */
async function originsOf(...contents: readonly string[]): Promise<Origin[]> {
  const wanted = contents.map((content) => blob(content));
  const { origins, rows } = await trace(git.gitFolder, wanted);
  expect(rows).toEqual([]);
  return origins;
}

function blob(content: string, ...credentials: readonly string[]): WantedObject {
  return { id: git.blobId(content), type: "blob", credentials: credentials.length > 0 ? credentials : ["K"] };
}

/** The one origin of a credential that is in these contents. */
async function originOf(...contents: readonly string[]): Promise<Origin> {
  const [origin, ...more] = await originsOf(...contents);
  expect(more).toEqual([]);
  if (origin === undefined) throw new Error("no origin");
  return origin;
}

function dateOf(commit: string): string {
  return new Date(git.run("show", "-s", "--format=%aI", commit)).toISOString().replace(".000", "");
}

function moment(commit: string): { commit: string; date: string } {
  return { commit, date: dateOf(commit) };
}

describe("a file's credential", () => {
  test("comes from the commit that wrote it first, and was written last by the last that changed a version", async () => {
    git.commit("before", { a: "nothing" });
    const first = git.commit("first", { "deep/er/ä b": ONE });
    git.commit("other", { a: "other" });
    const last = git.commit("last", { "deep/er/ä b": TWO });
    git.commit("gone", { "deep/er/ä b": "clean" });
    expect(await originOf(ONE, TWO)).toEqual({
      credential: "K",
      object: "blob",
      path: "deep/er/ä b",
      blob: git.blobId(ONE),
      commit: first,
      author: AUTHOR,
      date: dateOf(first),
      reachable: true,
      refs: ["refs/heads/main"],
      inHead: false,
      versions: 2,
      headBlob: null,
      last: moment(last),
    });
  });

  test("that was taken back and came again is of its first commit; HEAD has it", async () => {
    const first = git.commit("first", { a: ONE });
    git.commit("clean", { a: "clean" });
    const again = git.commit("again", { a: ONE });
    expect(await originOf(ONE)).toMatchObject({ commit: first, versions: 1, last: moment(again), inHead: true });
  });

  test("that moved, or is in several files, has each of them for a place", async () => {
    const first = git.commit("first", { a: ONE });
    const moved = git.commit("moved", { a: null, "b/a": ONE, "b/c": ONE });
    const places = (await originsOf(ONE)).map(({ path, commit, inHead }) => [path, commit, inHead]);
    expect(places).toEqual([
      ["a", first, false],
      ["b/a", moved, true],
      ["b/c", moved, true],
    ]);
  });

  test("is told apart from others in the same file", async () => {
    const one = git.commit("one", { a: ONE });
    const two = git.commit("two", { a: TWO });
    const { origins } = await trace(git.gitFolder, [blob(ONE, "K", "L"), blob(TWO, "L", "M")]);
    expect(origins.map(({ credential, commit, versions, inHead }) => [credential, commit, versions, inHead])).toEqual([
      ["K", one, 1, false],
      ["L", one, 2, true],
      ["M", two, 1, true],
    ]);
  });

  test("whose name is no UTF-8 is shown", async () => {
    git.commit("one", { x: ONE });
    execFileSync("sh", ["-c", "mv x \"$(printf 'a\\377\\033')\""], { cwd: git.work });
    const first = git.commit("renamed");
    expect((await originsOf(ONE)).map(({ path }) => path)).toEqual(["x", "a\ufffd\x1b"]);
    expect((await originsOf(ONE))[1]?.commit).toBe(first);
  });

  test("in a repository by SHA-256", async () => {
    git[Symbol.dispose]();
    git = new GitFixture("--object-format=sha256");
    const first = git.commit("first", { "a/b": ONE });
    expect(await originOf(ONE)).toMatchObject({ path: "a/b", commit: first, reachable: true });
  });

  test("in an unborn repository, or without HEAD, is content without a commit", async () => {
    git.feed(ONE, "hash-object", "-w", "--stdin");
    const nothing = { path: null, commit: null, author: null, date: null, reachable: false, refs: [], last: null };
    expect(await originOf(ONE)).toMatchObject({ ...nothing, versions: 1, blob: git.blobId(ONE) });
  });
});

describe("a merge", () => {
  function branches(ours: Record<string, string>, theirs: Record<string, string>): { ours: string; theirs: string } {
    git.commit("base", { base: "base" });
    git.run("checkout", "-q", "-b", "side");
    const side = git.commit("theirs", theirs);
    git.run("checkout", "-q", "main");
    return { ours: git.commit("ours", ours), theirs: side };
  }

  test("that brings it from one of its parents did not write it", async () => {
    const { ours, theirs } = branches({ "d/a": TWO }, { "d/b": ONE });
    git.run("merge", "-q", "-m", "merge", "side");
    const told = (await originsOf(ONE, TWO)).map(({ path, commit, last, refs, inHead }) => ({
      path,
      commit,
      last,
      refs,
      inHead,
    }));
    const side = ["refs/heads/main", "refs/heads/side"];
    expect(told).toEqual([
      { path: "d/b", commit: theirs, last: moment(theirs), refs: side, inHead: true },
      { path: "d/a", commit: ours, last: moment(ours), refs: ["refs/heads/main"], inHead: true },
    ]);
  });

  test("in which alone it is, did", async () => {
    branches({ a: "a" }, { b: "b" });
    git.run("merge", "-q", "--no-commit", "side");
    const evil = git.commit("evil merge", { c: ONE, a: "a" });
    expect(git.run("show", "-s", "--format=%P", evil)).toMatch(/ /);
    expect(await originOf(ONE)).toMatchObject({ commit: evil, path: "c", refs: ["refs/heads/main"] });
  });

  test("of two versions that makes a third is the last that wrote one", async () => {
    const { theirs } = branches({ f: ONE }, { f: TWO });
    const THREE = `${ONE}${TWO}`;
    git.run("merge", "-q", "-s", "ours", "--no-commit", "side");
    const merge = git.commit("merge", { f: THREE });
    expect(await originOf(ONE, TWO, THREE)).toMatchObject({ commit: theirs, versions: 3, last: moment(merge) });
  });

  test("of many, and criss-cross, are followed", async () => {
    const { theirs } = branches({ a: "a" }, { b: ONE });
    git.run("branch", "main2");
    git.run("merge", "-q", "-m", "x", "side");
    git.run("checkout", "-q", "side");
    git.run("merge", "-q", "-m", "y", "main2");
    const alone = git.commit("alone", { z: TWO });
    git.run("checkout", "-q", "main2");
    git.commit("more", { more: "more" });
    git.run("checkout", "-q", "main");
    git.run("merge", "-q", "-m", "octopus", "side", "main2");
    expect((await originsOf(ONE, TWO)).map(({ path, commit, versions }) => [path, commit, versions])).toEqual([
      ["b", theirs, 1],
      ["z", alone, 1],
    ]);
  });
});

describe("what refs lead to", () => {
  test("an amended commit is not told of where the other is; alone, it is of a reflog, then of nothing", async () => {
    git.commit("base", { a: "a" });
    git.commit("first", { b: ONE });
    git.run("commit", "-q", "--amend", "-m", "amended");
    expect(await originOf(ONE)).toMatchObject({ commit: git.run("rev-parse", "HEAD"), reachable: true });
    const held = git.commit("held", { c: TWO });
    git.run("rm", "-q", "c");
    git.run("commit", "-q", "--amend", "--allow-empty", "-m", "not held");
    const origin = { commit: held, reachable: false, inHead: false, author: AUTHOR, path: "c" };
    expect(await originOf(TWO)).toMatchObject({ ...origin, refs: ["reflog"] });
    rmSync(join(git.gitFolder, "logs"), { recursive: true });
    expect(await originOf(TWO)).toMatchObject({ ...origin, refs: [] });
  });

  test("a stash, and one that was dropped", async () => {
    git.commit("base", { a: "a" });
    git.write("a", ONE);
    git.run("stash", "-q");
    git.write("a", TWO);
    git.run("stash", "-q");
    expect(await originOf(ONE)).toMatchObject({
      commit: git.run("rev-parse", "stash@{1}"),
      refs: ["refs/stash"],
      path: "a",
    });
    const dropped = git.run("rev-parse", "stash@{0}");
    git.run("stash", "drop", "-q", "stash@{0}");
    expect(await originOf(ONE)).toMatchObject({ reachable: true, refs: ["refs/stash"] });
    expect(await originOf(TWO)).toMatchObject({ commit: dropped, reachable: false, refs: [] });
  });

  test("a branch that was deleted", async () => {
    git.commit("base", { a: "a" });
    git.run("checkout", "-q", "-b", "side");
    const lost = git.commit("lost", { b: ONE });
    git.run("checkout", "-q", "main");
    git.run("branch", "-q", "-D", "side");
    expect(await originOf(ONE)).toMatchObject({ commit: lost, reachable: false, refs: ["reflog"] });
  });

  test("notes", async () => {
    const noted = git.commit("base", { a: "a" });
    git.run("notes", "add", "-m", ONE.trim());
    const origin = await originOf(ONE);
    expect(origin).toMatchObject({ path: noted, refs: ["refs/notes/commits"], reachable: true });
  });

  test("tags of tags, of trees and of blobs", async () => {
    const first = git.commit("first", { "d/a": ONE });
    git.run("tag", "-a", "-m", "x", "inner");
    git.run("tag", "-a", "-m", "y", "outer", "inner");
    git.run("tag", "-a", "-m", "z", "of-tree", "HEAD^{tree}");
    git.run("tag", "of-blob", git.blobId(ONE));
    git.run("update-ref", "-d", "refs/heads/main");
    git.run("checkout", "-q", "--orphan", "other");
    git.run("rm", "-rfq", ".");
    const [path, direct] = await originsOf(ONE);
    const refs = ["refs/tags/of-tree", "refs/tags/inner", "refs/tags/outer"];
    expect(path).toMatchObject({ path: "d/a", commit: first, reachable: true, refs, inHead: false });
    expect(direct).toMatchObject({ path: null, commit: null, reachable: true, refs: ["refs/tags/of-blob"] });
    git.run("tag", "-d", "inner", "outer");
    rmSync(join(git.gitFolder, "logs"), { recursive: true });
    expect((await originsOf(ONE))[0]).toMatchObject({ path: "d/a", reachable: true, refs: ["refs/tags/of-tree"] });
  });

  test("a few of many are named, the branch of HEAD first", async () => {
    git.commit("first", { a: ONE });
    for (let i = 0; i < 40; i++) git.run("update-ref", `refs/pull/${i}/head`, "HEAD");
    git.run("tag", "v1");
    git.run("branch", "a");
    git.run("update-ref", "refs/remotes/origin/x", "HEAD");
    expect((await originOf(ONE)).refs).toEqual([
      "refs/heads/main",
      "refs/heads/a",
      "refs/remotes/origin/x",
      "refs/tags/v1",
      "refs/pull/0/head",
    ]);
  });

  test("of many places, each has its own; that one has many takes none from others", async () => {
    const wanted: WantedObject[] = [];
    for (let i = 0; i < 40; i++) {
      git.run("checkout", "-q", "--orphan", `b${i}`);
      git.run("rm", "-rfq", "--ignore-unmatch", ".");
      git.commit(`${i}`, { [`f${i}`]: `${i}` });
      wanted.push(blob(`${i}`, `K${i}`));
    }
    for (let i = 0; i < 6; i++) git.run("branch", `a${i}`, "b7");
    for (const { credential, refs } of (await trace(git.gitFolder, wanted)).origins) {
      const contains = `--contains=${git.run("rev-parse", `b${credential.slice(1)}`)}`;
      const listed = git.run("for-each-ref", "--format=%(refname)", "--count=5", contains);
      expect(refs).toEqual(listed.split("\n"));
    }
  }, 120_000);

  test("replacements and grafts change no history", async () => {
    const first = git.commit("first", { a: ONE });
    const second = git.commit("second", { b: "b" });
    git.run("replace", "--graft", second);
    expect(await originOf(ONE)).toMatchObject({ commit: first, refs: ["refs/heads/main", `refs/replace/${second}`] });
  });

  test("HEADs of linked work trees", async () => {
    const first = git.commit("first", { a: ONE });
    git.commit("clean", { a: "clean" });
    git.run("worktree", "add", "-q", "--detach", "../linked", first);
    expect(await originOf(ONE)).toMatchObject({ inHead: true, refs: ["refs/heads/main", "worktrees/linked/HEAD"] });
  });
});

describe("a history that is cut off", () => {
  test("at a shallow boundary begins there", async () => {
    git.commit("first", { a: ONE });
    git.commit("second", { b: "b" });
    const boundary = git.commit("third", { b: "c" });
    git.commit("fourth", { b: "d" });
    git.runIn(git.folder, "clone", "-q", "--depth=2", `file://${git.work}`, "clone");
    const { origins, rows } = await trace(join(git.folder, "clone/.git"), [blob(ONE)]);
    expect(reasonsOf(rows)).toEqual([expect.stringContaining("object-absent: the clone is shallow")]);
    expect(origins).toMatchObject([{ commit: boundary, path: "a", inHead: true }]);
  });

  test("at a boundary behind which there are objects all the same begins there too", async () => {
    git.commit("first", { a: ONE });
    const boundary = git.commit("second", { b: "b" });
    git.commit("third", { b: "c" });
    writeFileSync(join(git.gitFolder, "shallow"), `${boundary}\n`);
    rmSync(join(git.gitFolder, "logs"), { recursive: true });
    const { origins } = await trace(git.gitFolder, [blob(ONE)]);
    expect(origins).toMatchObject([{ commit: boundary, reachable: true }]);
    expect(git.run("log", "--format=%H", "--all", `--find-object=${git.blobId(ONE)}`)).toBe(boundary);
  });

  test("by a filter: trees that were never fetched are told, and are no damage", async () => {
    git.commit("first", { "d/a": ONE });
    git.run("config", "uploadpack.allowFilter", "true");
    git.runIn(git.folder, "clone", "-q", "--bare", "--filter=tree:0", `file://${git.work}`, "clone");
    const { origins, rows } = await trace(join(git.folder, "clone"), [blob(ONE)]);
    expect(origins).toMatchObject([{ path: null, commit: null, reachable: false }]);
    expect(reasonsOf(rows)).toEqual([
      "object-absent: the clone is partial: objects that were never fetched are not read",
      expect.stringContaining("object-absent: a tree: was never fetched"),
    ]);
    expect(rows.some(({ failure }) => failure)).toBe(false);
  });

  test("by damage: the rest is traced", async () => {
    git.commit("first", { "d/a": ONE, "e/a": TWO });
    const tree = git.run("rev-parse", "HEAD:d");
    rmSync(join(git.gitFolder, "objects", tree.slice(0, 2), tree.slice(2)));
    const { origins, rows } = await trace(git.gitFolder, [blob(ONE), blob(TWO, "L")]);
    expect(rows).toMatchObject([
      { place: `${git.work} object ${tree}`, detail: "a tree: is in no pack and has no file" },
    ]);
    expect(origins.map(({ credential, path, reachable }) => [credential, path, reachable])).toEqual([
      ["L", "e/a", true],
      ["K", null, false],
    ]);
  });
});

describe("a message", () => {
  test("of commits is a place of its own, the first of them its commit", async () => {
    git.commit("base");
    const first = git.commit("a message");
    const second = git.commit("a message");
    git.commit("after");
    const wanted = [second, first].map((id) => ({ id, type: "commit" as const, credentials: ["K"] }));
    const expected = { object: "commit", path: null, blob: first, commit: first, author: AUTHOR, date: dateOf(first) };
    expect((await trace(git.gitFolder, wanted)).origins).toMatchObject([
      { ...expected, reachable: true, refs: ["refs/heads/main"], inHead: true, versions: 2, last: moment(second) },
    ]);
  });

  test("of a tag is of the commit that it tags, through other tags", async () => {
    const first = git.commit("first");
    git.commit("second");
    git.run("tag", "-a", "-m", "x", "inner", first);
    git.run("tag", "-a", "-m", "y", "outer", "inner");
    const wanted = { id: git.run("rev-parse", "outer"), type: "tag" as const, credentials: ["K"] };
    const expected = { object: "tag", path: null, blob: wanted.id, commit: first, author: AUTHOR, inHead: false };
    const date = new Date(git.run("for-each-ref", "--format=%(taggerdate:iso-strict)", "refs/tags/outer"));
    expect((await trace(git.gitFolder, [wanted])).origins).toMatchObject([
      { ...expected, reachable: true, refs: ["refs/tags/outer"], date: date.toISOString().replace(".000", "") },
    ]);
    git.run("tag", "-d", "outer");
    expect((await trace(git.gitFolder, [wanted])).origins).toMatchObject([{ ...expected, reachable: false, refs: [] }]);
  });
});

test("a trace that is no longer wanted ends", async () => {
  git.feed(
    Array.from({ length: 600 }, (_, i) => `commit refs/heads/main\ncommitter C <c> ${i} +0000\ndata 0\n\n`).join(""),
    "fast-import",
    "--quiet",
  );
  await expect(trace(git.gitFolder, [blob(ONE)], AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
});

describe("bounds", () => {
  test("objects that name each other in a circle, under forged ids, end nowhere", async () => {
    const [commits, trees] = [
      ["c1", "c2"],
      ["a1", "a2"],
    ].map((pair) => pair.map((byte) => byte.repeat(20)));
    const [c1 = "", c2 = "", t1 = "", t2 = ""] = [...(commits ?? []), ...(trees ?? [])];
    const { id } = blob(ONE);
    const tree = (name: string, child: string): Buffer => {
      const raw = (hex: string): string => Buffer.from(hex, "hex").toString("latin1");
      return Buffer.from(`100644 f\0${raw(id)}40000 ${name}\0${raw(child)}`, "latin1");
    };
    writePack(git.gitFolder, "circle", [
      forgedObject(c1, "commit", `tree ${t1}\nparent ${c2}\ncommitter C <c> 5 +0000\n\n`),
      forgedObject(c2, "commit", `tree ${t2}\nparent ${c1}\ncommitter C <c> 5 +0000\n\n`),
      forgedObject(t1, "tree", tree("x", t2)),
      forgedObject(t2, "tree", tree("y", t1)),
    ]);
    expect((await originsOf(ONE)).map(({ path, reachable }) => [path, reachable])).toEqual([["x/f", false]]);
  });

  test("a forged tree of more paths than numbers comes to an end, and that is said", async () => {
    const id = git.feed(ONE, "hash-object", "-w", "--stdin").toString().trim();
    let tree = git.feed(`100644 blob ${id}\tf\n`, "mktree").toString().trim();
    for (let depth = 0; depth < 12; depth++) {
      const lines = Array.from({ length: 10 }, (_, i) => `040000 tree ${tree}\t${i}\n`);
      tree = git.feed(lines.join(""), "mktree").toString().trim();
    }
    const commit = git.run("commit-tree", "-m", "bomb", tree);
    git.run("update-ref", "refs/heads/main", commit);
    const { origins, rows } = await trace(git.gitFolder, [blob(ONE)]);
    expect(origins.length).toBe(MOST_ORIGINS);
    expect(origins[0]).toMatchObject({ commit, reachable: true });
    expect(rows.map(({ reason, failure }) => [reason, failure])).toEqual([["history-bound", false]]);
  }, 300_000);
});

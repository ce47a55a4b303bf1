import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Finding } from "../../src/model/finding.ts";
import type { GitPlace } from "../../src/model/place.ts";
import { GitFixture } from "../support/git/git.ts";
import { keepInTables } from "../support/git/reftables.ts";
import { generateMaterial } from "../support/material.ts";
import { makeRepository } from "./repository.ts";
import { makeWorld, profile, type World } from "./world.ts";

/** Whether the git at hand can keep refs in tables by itself: 2.45 and later. */
const HAS_TABLES = canInitialise();

function canInitialise(): boolean {
  try {
    new GitFixture("--ref-format=reftable")[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

type Told = Pick<GitPlace, "reachable" | "refs" | "inHead">;

/** Five refs at most are told. */
const EVERYWHERE = ["refs/heads/main", "refs/heads/side", "refs/remotes/origin/main", "refs/tags/v1", "refs/tags/v2"];

/** What is told of the key of each seed. */
const EXPECTED: Readonly<Record<string, Told>> = {
  "in HEAD": { reachable: true, refs: EVERYWHERE, inHead: true },
  "gone from HEAD": { reachable: true, refs: EVERYWHERE, inHead: false },
  "a branch": { reachable: true, refs: ["refs/heads/side"], inHead: false },
  "a tag": { reachable: true, refs: ["refs/tags/v1"], inHead: false },
  "a tag's message": { reachable: true, refs: ["refs/tags/v2"], inHead: false },
  "a note": { reachable: true, refs: ["refs/notes/commits"], inHead: false },
  "the newest stash": { reachable: true, refs: ["refs/stash"], inHead: false },
  "an older stash": { reachable: true, refs: ["refs/stash"], inHead: false },
  "a linked work tree's HEAD": { reachable: true, refs: ["worktrees/linked/HEAD"], inHead: true },
  "an amended commit": { reachable: false, refs: ["reflog"], inHead: false },
  "a deleted branch": { reachable: false, refs: ["reflog"], inHead: false },
  "a dropped stash": { reachable: false, refs: [], inHead: false },
  "an expired entry": { reachable: false, refs: [], inHead: false },
};
const CASES = Object.keys(EXPECTED);

function keyOf(name: string): string {
  return profile(seedOf(name));
}

function seedOf(name: string): number {
  return CASES.indexOf(name) + 1;
}

/** A repository in which each case holds. */
function populate(git: GitFixture): void {
  const stash = (name: string): void => {
    git.write("README", keyOf(name));
    git.run("stash", "-q");
  };
  git.commit("first", { README: "nothing\n" });
  git.commit("expired", { "a.env": keyOf("an expired entry") });
  git.run("reset", "-q", "--hard", "HEAD~1");
  git.run("update-ref", "-d", "ORIG_HEAD");
  git.run("reflog", "expire", "--expire=now", "--all");
  git.commit("gone from HEAD", { "old.env": keyOf("gone from HEAD") });
  git.commit("in HEAD", { "old.env": null, "new.env": keyOf("in HEAD") });
  git.run("update-ref", "refs/remotes/origin/main", "HEAD");
  git.run("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main");
  git.run("checkout", "-q", "-b", "side");
  git.commit("side", { "side.env": keyOf("a branch") });
  git.run("checkout", "-q", "--detach", "main");
  git.commit("tagged", { "tagged.env": keyOf("a tag") });
  git.run("tag", "-a", "-m", "annotated", "v1");
  git.run("checkout", "-q", "main");
  git.run("tag", "-a", "-m", keyOf("a tag's message"), "v2");
  git.run("notes", "add", "-m", keyOf("a note"));
  git.commit("to amend", { "amended.env": keyOf("an amended commit") });
  git.write("amended.env", "nothing\n");
  git.run("commit", "-q", "-a", "--amend", "-m", "amended");
  git.run("checkout", "-q", "-b", "gone");
  git.commit("lost", { "lost.env": keyOf("a deleted branch") });
  git.run("checkout", "-q", "main");
  git.run("branch", "-q", "-D", "gone");
  for (const name of ["an older stash", "a dropped stash", "the newest stash"]) stash(name);
  git.run("stash", "drop", "-q", "stash@{1}");
  git.run("worktree", "add", "-q", "--detach", "../linked", "HEAD~1");
  const linked = join(git.folder, "linked");
  git.write("../linked/linked.env", keyOf("a linked work tree's HEAD"));
  git.runIn(linked, "add", "linked.env");
  git.runIn(linked, "commit", "-q", "-m", "linked");
}

interface Scanned {
  readonly places: Readonly<Record<string, GitPlace>>;
  readonly skipped: unknown;
}

function scan(git: GitFixture): Scanned {
  const { stdout } = world.run(["scan", git.gitFolder, "--ledger", "none", "--format", "json"]);
  const { findings, coverage } = JSON.parse(stdout);
  const places = CASES.map((name) => {
    const { id } = generateMaterial(seedOf(name));
    const finding = findings.find(({ accessKeyId }: { accessKeyId: string }) => accessKeyId === id);
    return [name, finding?.places.find(({ kind }: { kind: string }) => kind === "git")];
  });
  return { places: Object.fromEntries(places), skipped: coverage.skipped };
}

function toldOf({ places }: Scanned): Record<string, Told> {
  return Object.fromEntries(
    Object.entries(places).map(([name, { reachable, refs, inHead }]) => [name, { reachable, refs, inHead }]),
  );
}

/** The names of our files that a scan of the repository loads, each with a key to place. */
function loadedBy(git: GitFixture): string[] {
  const hook = world.file(
    "../hook.cjs",
    `const { registerHooks } = require("node:module");
const { appendFileSync } = require("node:fs");
registerHooks({ load(url, context, next) { appendFileSync(process.env.LOADED, url + "\\n"); return next(url, context); } });`,
  );
  const LOADED = world.file("../loaded", "");
  const environment = { ...world.environment, LOADED, NODE_OPTIONS: `--require=${JSON.stringify(hook)}` };
  expect(world.run(["scan", git.gitFolder, "--ledger", "none"], { environment }).status).toBe(1);
  return Array.from(readFileSync(LOADED, "utf8").matchAll(/([^/]+)\n/g), ([, name = ""]) => name);
}

describe("where the keys of a history come from", () => {
  test("is told alike of refs in files and of the same refs in tables", () => {
    using git = new GitFixture();
    populate(git);
    const files = scan(git);
    expect(toldOf(files)).toEqual(EXPECTED);
    keepInTables(git);
    expect(scan(git)).toEqual(files);
  });

  test("is told without the reader of tables where there are none", () => {
    using git = new GitFixture();
    git.commit("one", { "a.env": profile(1) });
    const inFiles = loadedBy(git);
    keepInTables(git);
    const inTables = loadedBy(git);
    expect(inTables.filter((name) => !inFiles.includes(name))).toContain("reftables.js");
    expect(inFiles).not.toContain("reftables.js");
  });

  test("is told of what only a log holds: what somebody typed, or a remote's password", () => {
    using git = new GitFixture();
    git.commit("one", { README: "nothing\n" });
    const { id, secret } = generateMaterial(1);
    git.run(
      "update-ref",
      "--create-reflog",
      "-m",
      `pull AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret}`,
      "refs/heads/x",
      "HEAD",
    );
    const found = (): unknown => {
      const { stdout } = world.run(["scan", git.gitFolder, "--ledger", "none", "--format", "json"]);
      return JSON.parse(stdout).findings.map((each: Finding) => [each.accessKeyId, each.hasSecret, each.places]);
    };
    const path = join(git.gitFolder, "logs/refs/heads/x");
    expect(found()).toMatchObject([[id, true, [{ path, within: [] }]]]);
    keepInTables(git);
    expect(found()).toMatchObject([[id, true, [{ within: ["logs/refs/heads/x"], line: 1 }]]]);
  });

  test.skipIf(!HAS_TABLES)("is told alike of tables that git wrote (skipped where git is older than 2.45)", () => {
    using git = new GitFixture("--ref-format=reftable");
    populate(git);
    const scanned = scan(git);
    expect(toldOf(scanned)).toEqual(EXPECTED);
    expect(scanned.skipped).toEqual([]);
  });
});

describe.skipIf(!HAS_TABLES)("hooks in a repository with tables (skipped where git is older than 2.45)", () => {
  test("pre-commit, pre-push and pre-receive stop a key, and scan --staged and --range find it", () => {
    const server = makeRepository(world, "server.git", "--bare", "--ref-format=reftable");
    const repository = makeRepository(world, "repository", "--ref-format=reftable");
    repository.commit("first", { "a.txt": "nothing\n" });
    repository.git("remote", "add", "origin", server.folder);
    repository.git("push", "-q", "origin", "main");
    for (const hook of ["pre-commit", "pre-push"]) expect(repository.run("hook", "install", hook).status).toBe(0);
    expect(server.run("hook", "install", "pre-receive").status).toBe(0);

    repository.write("key.env", profile(1));
    repository.git("add", "-A");
    expect(repository.run("scan", "--staged").status).toBe(1);
    expect(repository.tryGit("commit", "-q", "-m", "a key").status).toBe(1);
    repository.git("commit", "-q", "--no-verify", "-m", "a key");
    expect(repository.run("scan", "--range", "HEAD~1..HEAD").status).toBe(1);
    const push = repository.tryGit("push", "-q", "origin", "main");
    expect([push.status, push.stderr.includes(generateMaterial(1).id)]).toEqual([1, true]);
    const received = repository.tryGit("push", "-q", "--no-verify", "origin", "main");
    expect([received.status, received.stderr.includes(generateMaterial(1).id)]).toEqual([1, true]);

    repository.git("reset", "-q", "--hard", "HEAD~1");
    repository.write("b.txt", "nothing\n");
    repository.git("add", "-A");
    expect(repository.tryGit("commit", "-q", "-m", "nothing").status).toBe(0);
    expect(repository.tryGit("push", "-q", "origin", "main").status).toBe(0);
  });
});

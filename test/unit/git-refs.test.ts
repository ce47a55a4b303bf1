import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Skipped } from "../../src/model/coverage.ts";
import { type Refs, readRefs } from "../../src/scan/sources/git/refs/refs.ts";
import { findRepositories } from "../../src/scan/sources/git/repository.ts";
import { GitFixture } from "../support/git/git.ts";
import { reasonsOf } from "../support/git/opening.ts";

let git = new GitFixture();
beforeEach(() => {
  git = new GitFixture();
});
afterEach(() => git[Symbol.dispose]());

async function read(path = git.gitFolder): Promise<Refs & { rows: Skipped[] }> {
  const rows: Skipped[] = [];
  const onSkipped = (row: Skipped): void => void rows.push(row);
  const [repository] = findRepositories([path], { roots: [git.folder], onSkipped });
  if (repository === undefined) throw new Error("no repository");
  return { ...(await readRefs(repository, onSkipped)), rows };
}

/** `id name` of each ref, as git lists them. */
function listedByGit(): string[] {
  const text = git.run("for-each-ref", "--format=%(objectname) %(refname) %(symref)");
  return text.split("\n").flatMap((line) => /^(\w+ \S+) $/.exec(line)?.[1] ?? []);
}

function listed({ refs }: Refs): string[] {
  return refs.map(({ name, id }) => `${id} ${name}`).sort((a, b) => (a.slice(41) < b.slice(41) ? -1 : 1));
}

function populate(): void {
  git.commit("one", { a: "a" });
  git.run("branch", "deep/er/branch");
  git.commit("two", { a: "b" });
  git.run("tag", "light");
  git.run("tag", "-a", "-m", "annotated", "heavy", "HEAD~1");
  git.run("notes", "add", "-m", "a note");
  git.run("update-ref", "refs/odd/--all", "HEAD");
  git.run("symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/main");
}

describe("refs", () => {
  test.for(["loose", "packed", "both"])("are those that git lists: %s", async (how) => {
    populate();
    if (how !== "loose") git.run("pack-refs", "--all");
    // A loose ref counts, not the packed one of its name.
    if (how === "both") git.run("update-ref", "refs/heads/deep/er/branch", "HEAD");
    const refs = await read();
    expect(listed(refs)).toEqual(listedByGit());
    expect(refs.refs.length).toBeGreaterThan(5);
    expect(refs).toMatchObject({
      headBranch: "refs/heads/main",
      heads: new Set([git.run("rev-parse", "HEAD")]),
      rows: [],
    });
  });

  test("of a repository by SHA-256 too", async () => {
    using other = new GitFixture("--object-format=sha256");
    const id = other.commit("one", { a: "a" });
    expect((await read(other.gitFolder)).refs).toEqual([{ name: "refs/heads/main", id }]);
    other.run("pack-refs", "--all");
    expect((await read(other.gitFolder)).refs).toEqual([{ name: "refs/heads/main", id }]);
  });

  test("whose names are no UTF-8 or hold escapes are shown, and lead where they lead", async () => {
    const id = git.commit("one");
    const folder = Buffer.from(`${git.gitFolder}/refs/heads/`);
    writeFileSync(Buffer.concat([folder, Buffer.from("a\xff", "latin1")]), `${id}\n`);
    writeFileSync(Buffer.concat([folder, Buffer.from("b\n\x1b[31m")]), `${id}\n`);
    const names = (await read()).refs.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["refs/heads/a\ufffd", "refs/heads/b\n\x1b[31m"]));
  });
});

describe("HEAD", () => {
  test("that is detached is a ref of its own", async () => {
    const id = git.commit("one");
    git.run("checkout", "-q", "--detach");
    expect(await read()).toMatchObject({ headBranch: null, heads: new Set([id]), rows: [] });
    expect((await read()).refs).toContainEqual({ name: "HEAD", id });
  });

  test("that is not born leads nowhere", async () => {
    expect(await read()).toMatchObject({ headBranch: "refs/heads/main", heads: new Set(), refs: [], rows: [] });
  });

  test("that is a link in the old manner is read; one that leads elsewhere is told", async () => {
    const id = git.commit("one");
    const head = join(git.gitFolder, "HEAD");
    rmSync(head);
    symlinkSync("refs/heads/main", head);
    expect(await read()).toMatchObject({ headBranch: "refs/heads/main", heads: new Set([id]), rows: [] });
    rmSync(head);
    symlinkSync("/etc/passwd", head);
    const refs = await read();
    expect(reasonsOf(refs.rows)).toEqual(["link-out-of-tree: a link among refs is not followed"]);
    expect(refs.refs).toEqual([{ name: "refs/heads/main", id }]);
  });

  test("of a linked work tree, and its own refs, count", async () => {
    const first = git.commit("one");
    git.commit("two");
    git.run("worktree", "add", "-q", "--detach", "../linked", first);
    git.runIn(join(git.folder, "linked"), "update-ref", "refs/bisect/bad", first);
    const refs = await read();
    expect(refs.heads).toEqual(new Set([first, git.run("rev-parse", "HEAD")]));
    // Its HEAD may name a ref that only it has.
    writeFileSync(join(git.gitFolder, "worktrees/linked/HEAD"), "ref: refs/bisect/bad\n");
    expect((await read()).heads).toEqual(refs.heads);
    expect(refs.refs).toEqual(
      expect.arrayContaining([
        { name: "worktrees/linked/HEAD", id: first },
        { name: "worktrees/linked/refs/bisect/bad", id: first },
      ]),
    );
  });
});

describe("the past", () => {
  test("is in reflogs, of deleted branches' HEAD too, and in what operations leave", async () => {
    const first = git.commit("one");
    git.run("checkout", "-q", "-b", "gone");
    const lost = git.commit("lost");
    git.run("checkout", "-q", "main");
    git.run("branch", "-q", "-D", "gone");
    const fetched = "f".repeat(40);
    writeFileSync(join(git.gitFolder, "FETCH_HEAD"), `${fetched}\tnot-for-merge\tbranch 'x' of y\n`);
    const { past, refs } = await read();
    expect(past).toEqual(new Set([first, lost, fetched]));
    expect(refs).toEqual([{ name: "refs/heads/main", id: first }]);
  });

  test("holds a dropped stash nowhere; every stash that is kept is a ref", async () => {
    git.commit("one", { a: "a" });
    const stash = (content: string): string => {
      git.write("a", content);
      git.run("stash", "-q");
      return git.run("rev-parse", "refs/stash");
    };
    const [first, second, third] = [stash("b"), stash("c"), stash("d")];
    git.run("stash", "drop", "-q", "stash@{1}");
    const { refs, past } = await read();
    const stashes = refs.filter(({ name }) => name === "refs/stash").map(({ id }) => id);
    expect(new Set(stashes)).toEqual(new Set([first, third]));
    expect([...stashes, ...past]).not.toContain(second);
    // What a stash took the place of is of the past.
    appendFileSync(join(git.gitFolder, "logs/refs/stash"), `${second} ${third} A <a> 1 +0000\tstash\n`);
    expect((await read()).refs.map(({ id }) => id)).not.toContain(second);
    expect((await read()).past).toContain(second);
  });
});

describe("what is damaged is told, and the rest is read", () => {
  test("broken refs, logs, FIFOs, locks, loops", async () => {
    const id = git.commit("one");
    const heads = join(git.gitFolder, "refs/heads");
    writeFileSync(join(heads, "empty"), "");
    writeFileSync(join(heads, "huge"), "a".repeat(1 << 17));
    writeFileSync(join(heads, "main.lock"), "");
    writeFileSync(join(heads, "loop"), "ref: refs/heads/loop\n");
    writeFileSync(join(heads, "none"), `${"0".repeat(40)}\n`);
    execFileSync("mkfifo", [join(heads, "fifo")]);
    symlinkSync("/etc", join(heads, "link"));
    appendFileSync(join(git.gitFolder, "logs/HEAD"), "nonsense\n\n\0\xff");
    writeFileSync(join(git.gitFolder, "packed-refs"), `# comment\nnonsense\n${id} refs/tags/packed\n^${id}\n`);
    const { refs, rows } = await read();
    expect(refs).toEqual(
      expect.arrayContaining([
        { name: "refs/heads/main", id },
        { name: "refs/tags/packed", id },
      ]),
    );
    expect(refs).toHaveLength(2);
    expect(reasonsOf(rows).sort()).toEqual([
      "link-out-of-tree: a link among refs is not followed",
      "repository-damaged: a line is no ref",
      "repository-damaged: is larger than 65536 bytes",
      "repository-damaged: is no ref",
      "special-file: is not a regular file",
    ]);
  });

  test("refs and packed refs that are links lead nowhere", async () => {
    git.commit("one");
    const refs = join(git.gitFolder, "refs");
    renameSync(refs, join(git.folder, "elsewhere"));
    symlinkSync(join(git.folder, "elsewhere"), refs);
    symlinkSync("/etc/passwd", join(git.gitFolder, "packed-refs"));
    const found = await read();
    expect(found.refs).toEqual([]);
    expect(reasonsOf(found.rows)).toEqual([
      "repository-damaged: is a link, and is not followed",
      "link-out-of-tree: a link among refs is not followed",
    ]);
  });

  test("folders upon folders cost no stack", async () => {
    const id = git.commit("one");
    mkdirSync(join(git.gitFolder, "refs/heads", ...Array<string>(400).fill("d")), { recursive: true });
    const { refs, rows } = await read();
    expect(refs).toEqual([{ name: "refs/heads/main", id }]);
    expect(reasonsOf(rows)).toEqual(["repository-damaged: too many or too deep refs"]);
  });

  test("a repository that says its refs are in tables, and has none: its files are not believed", async () => {
    git.commit("one");
    appendFileSync(join(git.gitFolder, "config"), "[extensions]\nrefStorage = reftable\n");
    const { refs, rows } = await read();
    expect(refs).toEqual([]);
    expect(reasonsOf(rows)).toEqual(["repository-damaged: the list of tables is not there"]);
  });
});

import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Skipped } from "../../src/model/coverage.ts";
import type { DiskPath } from "../../src/scan/sources/disk/disk-path.ts";
import { readGitConfig } from "../../src/scan/sources/git/git-config.ts";
import { findRepositories, looksLikeGitDirectory, type Repository } from "../../src/scan/sources/git/repository.ts";
import { GitFixture } from "../support/git/git.ts";

let git = new GitFixture();
beforeEach(() => {
  git[Symbol.dispose]();
  git = new GitFixture();
  return () => git[Symbol.dispose]();
});

interface Found {
  readonly repositories: Repository[];
  readonly rows: Skipped[];
}

/** What is found at the paths, when nothing but `roots` is scanned: the whole fixture unless said otherwise. */
function find(paths: readonly DiskPath[], roots: readonly DiskPath[] = [git.folder]): Found {
  const rows: Skipped[] = [];
  return { repositories: findRepositories(paths, { roots, onSkipped: (row) => rows.push(row) }), rows };
}

/** The one repository that is found, without a row. */
function only(path: DiskPath, roots?: readonly DiskPath[]): Repository {
  const { repositories, rows } = find([path], roots);
  expect(rows).toEqual([]);
  expect(repositories).toHaveLength(1);
  const [repository] = repositories;
  if (repository === undefined) throw new Error("none");
  return repository;
}

function reasons({ rows }: Found): string[] {
  return rows.map(({ reason, detail }) => `${reason}: ${detail}`);
}

/** Another repository beside the first. */
function another(name: string, ...options: readonly string[]): string {
  git.runIn(git.folder, "init", "-q", "-b", "main", ...options, name);
  return join(git.folder, name);
}

describe("a repository", () => {
  test("with a work tree is named by it", () => {
    git.commit("one", { a: "a" });
    expect(looksLikeGitDirectory(git.gitFolder)).toBe(true);
    expect(looksLikeGitDirectory(git.work)).toBe(false);
    const repository = only(join(git.work, ".git"));
    expect(repository).toMatchObject({
      commonDirectory: git.gitFolder,
      place: git.work,
      gitDirectories: [{ path: git.gitFolder, name: null, refs: git.gitFolder }],
      hash: "sha1",
      refStorage: "files",
      objectFolders: [join(git.gitFolder, "objects")],
      packs: [],
      isPartial: false,
    });
  });

  test("that is bare is named by itself; its hash is told by its configuration", () => {
    const bare = another("bare.git", "--bare", "--object-format=sha256");
    expect(only(bare)).toMatchObject({ place: bare, commonDirectory: bare, hash: "sha256" });
  });

  test("with linked work trees is one, whichever of them leads there, even if only one is scanned", () => {
    git.commit("one", { a: "a" });
    git.run("worktree", "add", "-q", "../linked");
    const linked = join(git.folder, "linked");
    const { repositories, rows } = find([join(linked, ".git"), git.gitFolder]);
    expect(rows).toEqual([]);
    expect(repositories.map(({ gitDirectories }) => gitDirectories)).toEqual([
      [
        { path: git.gitFolder, name: null, refs: git.gitFolder },
        {
          path: join(git.gitFolder, "worktrees/linked"),
          name: "linked",
          refs: join(git.gitFolder, "worktrees/linked"),
        },
      ],
    ]);
    expect(only(join(linked, ".git"), [linked]).place).toBe(git.work);
  });

  test("that is a submodule is named by its work tree, even if nothing else is scanned", () => {
    const inner = another("inner");
    git.runIn(inner, "commit", "-q", "--allow-empty", "-m", "inner");
    git.run("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "deep/sub");
    const work = join(git.work, "deep/sub");
    const expected = { commonDirectory: join(git.gitFolder, "modules/deep/sub"), place: work };
    expect(only(join(work, ".git"), [work])).toMatchObject(expected);
    expect(only(join(git.gitFolder, "modules/deep/sub"))).toMatchObject(expected);
  });

  test("lists its packs, its shallow commits and whether it is partial", () => {
    git.commit("one", { a: "a" });
    git.commit("two", { a: "b" });
    git.run("config", "uploadpack.allowFilter", "true");
    git.runIn(
      git.folder,
      "clone",
      "-q",
      "--depth=1",
      "--filter=blob:none",
      "--no-checkout",
      `file://${git.work}`,
      "clone",
    );
    const clone = join(git.folder, "clone/.git");
    const { repositories, rows } = find([clone]);
    const [repository = only(clone)] = repositories;
    expect(repository.isPartial).toBe(true);
    expect([...repository.shallow]).toEqual([git.run("rev-parse", "HEAD")]);
    expect(repository.packs.length).toBeGreaterThan(0);
    for (const { pack, index } of repository.packs) expect(`${pack}`.replace(/pack$/, "idx")).toBe(index);
    expect(rows.map(({ place, reason, failure, detail }) => [place, reason, failure, detail.split(":")[0]])).toEqual([
      [clone, "object-absent", false, "the clone is shallow"],
      [clone, "object-absent", false, "the clone is partial"],
    ]);
    rmSync(join(clone, "config"));
    expect(find([clone]).repositories[0]?.isPartial).toBe(true);
  });

  test.skipIf(process.platform !== "linux")("whose name is no text, or is hostile, is read all the same", () => {
    for (const name of [Buffer.from("a\xff\xfe", "latin1"), Buffer.from("a\n\x1b[31m"), Buffer.from("-rf")]) {
      const folder = Buffer.concat([Buffer.from(`${git.folder}/`), name]);
      renameSync(git.work, folder);
      const repository = only(Buffer.concat([folder, Buffer.from("/.git")]));
      expect(repository.place).toBe(folder.toString());
      expect(Buffer.from(repository.objectFolders[0] ?? "")).toEqual(
        Buffer.concat([folder, Buffer.from("/.git/objects")]),
      );
      renameSync(folder, git.work);
    }
  });
});

describe("a .git file", () => {
  test("that leads out of what is scanned to a repository which does not know it is not believed", () => {
    const trap = join(git.folder, "trap");
    mkdirSync(trap);
    writeFileSync(join(trap, ".git"), `gitdir: ${git.gitFolder}\n`);
    const found = find([join(trap, ".git")], [trap]);
    expect(found.repositories).toEqual([]);
    expect(reasons(found)).toEqual(["repository-elsewhere: its gitdir names a place that does not lead back"]);
    expect(only(join(trap, ".git"), [git.folder]).place).toBe(git.work);
  });

  test("that leads nowhere is a row; one that is something else is nothing", () => {
    writeFileSync(join(git.folder, ".git"), "gitdir: gone\n");
    expect(reasons(find([join(git.folder, ".git")]))).toEqual(["vanished: ENOENT"]);
    writeFileSync(join(git.folder, ".git"), "gitdir: work\n");
    expect(reasons(find([join(git.folder, ".git")]))).toEqual([
      "repository-elsewhere: its gitdir names a place that is no git directory",
    ]);
    writeFileSync(join(git.folder, ".git"), "remember the milk\n");
    expect(find([join(git.folder, ".git")])).toEqual({ repositories: [], rows: [] });
  });

  test("that is a FIFO is not waited for", () => {
    execFileSync("mkfifo", [join(git.folder, ".git")]);
    expect(reasons(find([join(git.folder, ".git")]))).toEqual(["special-file: is not a regular file"]);
  });
});

describe("hostile", () => {
  test("commondir: another's repository is not read, one's own is", () => {
    const trap = another("trap.git", "--bare");
    writeFileSync(join(trap, "commondir"), `${git.gitFolder}\n`);
    const found = find([trap], [trap]);
    expect(found.repositories.map(({ place }) => place)).toEqual([trap]);
    expect(reasons(found)).toEqual(["repository-elsewhere: its commondir names a place that does not lead back"]);
  });

  test("core.worktree: a repository does not get another's name by claiming it", () => {
    const victim = another("victim");
    git.run("config", "core.worktree", victim);
    expect(only(git.gitFolder).place).toBe(git.gitFolder);
  });

  test("links out of the repository: not followed, and said; within it, or within what is scanned, they are", () => {
    const outside = another("outside.git", "--bare");
    const objects = join(git.gitFolder, "objects");
    renameSync(objects, join(outside, "stolen"));
    symlinkSync(join(outside, "stolen"), objects);
    const found = find([git.gitFolder], [git.work]);
    expect(found.repositories.map(({ objectFolders }) => objectFolders)).toEqual([[]]);
    expect(reasons(found)).toEqual(["repository-damaged: the link leads out of the repository"]);
    for (const root of [git.folder, "/"]) {
      expect(only(git.gitFolder, [root]).objectFolders).toEqual([join(outside, "stolen")]);
    }
  });

  test("links as packs", () => {
    const outside = another("outside");
    git.runIn(outside, "commit", "-q", "--allow-empty", "-m", "x");
    git.runIn(outside, "repack", "-q", "-a", "-d");
    const [pack] = only(join(outside, ".git")).packs;
    for (const file of [pack?.pack, pack?.index]) {
      symlinkSync(`${file}`, join(git.gitFolder, "objects/pack", `${file}`.replace(/.*\//, "")));
    }
    const found = find([git.gitFolder], [git.work]);
    expect(found.repositories[0]?.packs).toEqual([]);
    expect(reasons(found)).toEqual(Array(2).fill("repository-damaged: the link leads out of the repository"));
    expect(only(git.gitFolder).packs).toEqual([pack]);
  });

  test("a pack without an index, and an index without a pack, are rows", () => {
    writeFileSync(join(git.gitFolder, "objects/pack/pack-1.pack"), "");
    writeFileSync(join(git.gitFolder, "objects/pack/pack-2.idx"), "");
    writeFileSync(join(git.gitFolder, "objects/pack/tmp_pack_x12345"), "");
    expect(reasons(find([git.gitFolder])).sort()).toEqual([
      "object-missing: the index has no pack",
      "object-missing: the pack has no index",
      "repository-unsupported: what is left of a fetch that came to no end is not read",
    ]);
  });

  test("a huge configuration is not read, and said", () => {
    appendFileSync(join(git.gitFolder, "config"), "#".repeat(1 << 20));
    expect(reasons(find([git.gitFolder]))).toEqual(["repository-damaged: is larger than 1048576 bytes"]);
  });

  test("an unknown hash and an unknown way of storing refs are rows", () => {
    appendFileSync(join(git.gitFolder, "config"), "[extensions]\nobjectFormat = md5\nrefStorage = paper\n");
    expect(reasons(find([git.gitFolder]))).toEqual([
      "repository-damaged: its extensions.objectFormat is none that is known",
      "repository-damaged: its extensions.refStorage is none that is known",
    ]);
  });

  test.skipIf(process.getuid?.() === 0)("a folder that may not be read is a row", () => {
    execFileSync("chmod", ["0", join(git.gitFolder, "objects/pack")]);
    expect(reasons(find([git.gitFolder]))).toEqual(["permission-denied: EACCES"]);
  });
});

describe("alternates", () => {
  const objects = (name: string): string => join(git.folder, name, ".git/objects");
  const borrow = (from: string, lines: string): void => {
    mkdirSync(join(objects(from), "info"), { recursive: true });
    writeFileSync(join(objects(from), "info/alternates"), lines);
  };

  test("are followed: absolute, relative, quoted, nested, named twice", () => {
    for (const name of ["b", 'c"\n', "d"]) another(name);
    borrow("work", `# a comment\n\n${objects("b")}\n../../../d/.git/objects\n`);
    borrow("b", `"${git.folder}/c\\"\\012/.git/objects"\n${objects("d")}\n`);
    expect(only(git.gitFolder).objectFolders).toEqual([objects("work"), objects("b"), objects('c"\n'), objects("d")]);
  });

  test("that loop or are gone are rows, and the rest is read", () => {
    another("b");
    borrow("work", `${objects("gone")}\n${objects("b")}\n`);
    borrow("b", `${objects("work")}\n${objects("b")}\n`);
    const found = find([git.gitFolder]);
    expect(found.repositories[0]?.objectFolders).toEqual([objects("work"), objects("b")]);
    expect(reasons(found)).toEqual([
      "object-missing: a folder of objects that it names is gone",
      "repository-damaged: it leads back to a folder of objects that led to it",
      "repository-damaged: it leads back to a folder of objects that led to it",
    ]);
  });

  test("nest as deep as git follows them", () => {
    const names = ["work", ...Array.from({ length: 8 }, (_, i) => `n${i}`)];
    for (const name of names.slice(1)) another(name);
    names.forEach((name, i) => {
      if (i > 0) borrow(names[i - 1] ?? "", `${objects(name)}\n`);
      git.feed(name, "--git-dir", join(git.folder, name, ".git"), "hash-object", "-w", "--stdin");
    });
    const found = find([git.gitFolder]);
    const reached = names.filter((name) => isKnownToGit(git.blobId(name)));
    expect(found.repositories[0]?.objectFolders).toEqual(reached.map(objects));
    expect(reasons(found)).toEqual([expect.stringContaining("nests deeper")]);
  });

  function isKnownToGit(id: string): boolean {
    try {
      git.run("cat-file", "-e", id);
      return true;
    } catch {
      return false;
    }
  }
});

describe("a configuration", () => {
  test("is read as git reads it", () => {
    const file = join(git.folder, "config");
    const text = [
      "[core] bare = true ; yes",
      '[CORE]\n\tworktree = " /a b\\"c" d\\\n   e  # comment',
      '[remote "a.b"]\n  promisor',
      "[extensions]\nobjectFormat=SHA256\nrefstorage = reftable",
      "nonsense here",
    ].join("\n");
    writeFileSync(file, text.replace("\nnonsense here", ""));
    const config = readGitConfig(Buffer.from(text));
    expect(config).toEqual({
      hash: "sha256",
      refStorage: "reftable",
      refFolder: null,
      isBare: true,
      workTree: git.run("config", "-f", file, "core.worktree"),
      isPartial: true,
    });
  });

  test.for([
    ["reftable:///srv/Refs", "reftable", "/srv/Refs"],
    ["files://refs", "files", "refs"],
    ["files://a://b", "files", "a://b"],
    ["Reftable", "Reftable", null],
  ] as const)("says how and where refs are kept: %s", ([value, refStorage, refFolder]) => {
    expect(readGitConfig(Buffer.from(`[extensions]\nrefStorage = ${value}`))).toMatchObject({ refStorage, refFolder });
  });

  test("that includes another is not completed by it", () => {
    expect(readGitConfig(Buffer.from('[include]\npath = other\n[includeIf "x"]\npath = y')).isPartial).toBe(false);
  });
});

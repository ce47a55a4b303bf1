import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Skipped } from "../../src/model/coverage.ts";
import { catalogueRoots } from "../../src/scan/sources/disk/catalogue-roots.ts";
import { Exclusion } from "../../src/scan/sources/disk/exclusion.ts";
import { FileSystems } from "../../src/scan/sources/disk/file-systems.ts";
import { TreeSearch } from "../../src/scan/sources/disk/tree-search.ts";
import { WorkPool } from "../../src/scan/sources/disk/work-pool.ts";
import { tar } from "../support/archives/tar.ts";
import { zip } from "../support/archives/zip.ts";
import {
  keyFile,
  meddledWith,
  recordingSink,
  search,
  sharedDocuments,
  temporaryFolder,
  temporaryTree,
} from "../support/disk/searching.ts";
import { generateMaterial } from "../support/material.ts";

const isRoot = process.getuid?.() === 0;

/** Runs as somebody to whom permissions apply; the tests may run as root. */
async function asNobody<T>(action: () => Promise<T>): Promise<T> {
  if (!isRoot) return action();
  process.seteuid?.(65534);
  try {
    return await action();
  } finally {
    process.seteuid?.(0);
  }
}

describe("files and folders", () => {
  test("every file of every folder is searched, hidden ones too", async () => {
    const root = temporaryTree({
      credentials: keyFile(),
      "a/b/c/d/.env": keyFile(2),
      ".cache/node_modules/x.js": keyFile(3),
      clean: "nothing\n",
      empty: "",
      "no-newline": "x",
    });
    const { found, files, bytes, skipped } = await search([root]);
    expect(found).toEqual([
      join(root, ".cache/node_modules/x.js"),
      join(root, "a/b/c/d/.env"),
      join(root, "credentials"),
    ]);
    expect(files).toBe(6);
    expect(bytes).toBe(3 * keyFile().length + 9);
    expect(skipped).toEqual([]);
  });

  test("a place has line and column", async () => {
    const root = temporaryTree({ file: keyFile() });
    const { places } = await search([root]);
    expect(places).toMatchObject([{ kind: "file", path: join(root, "file"), within: [], line: 2 }]);
  });

  test("a root may be a file, or a link", async () => {
    const root = temporaryTree({ "real/file": keyFile() });
    symlinkSync(join(root, "real"), join(root, "link"));
    expect((await search([join(root, "real/file")])).found).toEqual([join(root, "real/file")]);
    expect((await search([join(root, "link")])).found).toEqual([join(root, "real/file")]);
  });

  test("a root that is the .git file of a linked work tree leads to its repository", async () => {
    const root = temporaryTree({ "tree/.git": "gitdir: ../main/.git/worktrees/tree\n" });
    expect((await search([join(root, "tree/.git")])).repositories).toEqual([join(root, "tree/.git")]);
  });

  test("roots that lie in one another are searched once", async () => {
    const root = temporaryTree({ "a/file": keyFile(), "ab/file": keyFile() });
    symlinkSync(join(root, "a"), join(root, "link"));
    const { found, files } = await search([
      join(root, "a"),
      join(root, "link"),
      join(root, "a/file"),
      join(root, "ab"),
      join(root, "a"),
    ]);
    expect(found).toEqual([join(root, "a/file"), join(root, "ab/file")]);
    expect(files).toBe(2);
  });

  test("a file longer than the kernel's memory is searched to its end", async () => {
    const line = `${"x".repeat(99)}\n`;
    const root = temporaryTree({ long: line.repeat(60_000) + keyFile() });
    const { places, bytes } = await search([root]);
    expect(places).toMatchObject([{ line: 60_002 }]);
    expect(bytes).toBe(6_000_000 + keyFile().length);
  });

  test("a large folder is listed piece by piece, and nothing of it is lost", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 3000 }, (_, i) => [`f${i}`, i % 1000 === 7 ? keyFile(i) : "x"]),
    );
    const root = temporaryTree({ ...files, "g/inner": keyFile(), "g/h/inner": keyFile() });
    const { found, files: count } = await search([root], { largeFolderBytes: 0 });
    expect(count).toBe(3002);
    expect(found).toEqual(["f1007", "f2007", "f7", "g/h/inner", "g/inner"].map((name) => join(root, name)).toSorted());
  });
});

describe.skipIf(process.platform === "win32")("names", () => {
  const hostile = Buffer.from("bad-\xff\xfe-name", "latin1");

  test.each([
    ["at once", 1 << 20],
    ["piece by piece", 0],
  ])("that are not UTF-8 are searched and shown, listed %s", async (_, largeFolderBytes) => {
    const root = temporaryFolder();
    const folder = Buffer.concat([Buffer.from(`${root}/`), hostile]);
    mkdirSync(folder);
    writeFileSync(Buffer.concat([folder, Buffer.from("/"), hostile]), keyFile());
    writeFileSync(Buffer.concat([folder, Buffer.from("/real\ufffd")]), keyFile());
    const { found, skipped } = await search([root], { largeFolderBytes });
    expect(skipped).toEqual([]);
    expect(found).toEqual([
      `${root}/bad-\ufffd\ufffd-name/bad-\ufffd\ufffd-name`,
      `${root}/bad-\ufffd\ufffd-name/real\ufffd`,
    ]);
  });

  test("with newlines, escapes and backslashes are ordinary", async () => {
    const root = temporaryTree({ "a\nb/\x1b[31m\\": keyFile() });
    expect((await search([root])).found).toEqual([`${root}/a\nb/\x1b[31m\\`]);
  });

  test("that hold a key are found: of a file, a folder or a link", async () => {
    const { id } = generateMaterial(3);
    const root = temporaryTree({ [`${id}.pem`]: "", [`of ${id}/x.txt`]: "" });
    symlinkSync("nowhere", join(root, `${id} link`));
    expect((await search([root])).found).toEqual([`${root}/${id} link`, `${root}/${id}.pem`, `${root}/of ${id}`]);
  });

  test("that hold a key are found: of what somebody named", async () => {
    const { id } = generateMaterial(3);
    const root = temporaryTree({ [`${id}.pem`]: "", [`of ${id}/x.txt`]: "" });
    const named = [join(root, `${id}.pem`), join(root, `of ${id}`)];
    expect((await search(named)).found).toEqual(named);
  });

  test("that hold a key are found: of what a link leads to", async () => {
    const { id } = generateMaterial(3);
    const root = temporaryTree({});
    symlinkSync(`nowhere/${id}`, join(root, "link"));
    expect((await search([root])).found).toEqual([join(root, "link")]);
  });

  test("of which the path grows longer than the system takes become a row", async () => {
    const root = temporaryTree({ file: keyFile() });
    // Too long to be made at once: chains of folders are put into one another, the innermost first.
    const chain = Array.from({ length: 9 }, () => "d".repeat(200)).join("/");
    for (const inner of [null, "1", "2"]) {
      const top = join(root, inner === null ? "1" : inner === "1" ? "2" : "3");
      mkdirSync(join(top, chain), { recursive: true });
      if (inner !== null) renameSync(join(root, inner), join(top, chain, inner));
    }
    const { found, skipped } = await search([root]);
    expect(found).toEqual([join(root, "file")]);
    expect(skipped).toMatchObject([{ reason: "read-error", failure: true, detail: "ENAMETOOLONG" }]);
  });
});

describe.skipIf(process.platform === "win32")("what is not an ordinary file", () => {
  test("a FIFO and a socket are told and not opened", async () => {
    const root = temporaryTree({ file: keyFile() });
    expect(spawnSync("mkfifo", [join(root, "fifo")]).status).toBe(0);
    const server = createServer().listen(join(root, "socket"));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { found, skipped } = await search([root]);
    expect(found).toEqual([join(root, "file")]);
    expect(byPlace(skipped)).toEqual([
      { place: join(root, "fifo"), reason: "special-file", failure: false, detail: "a FIFO" },
      { place: join(root, "socket"), reason: "special-file", failure: false, detail: "a socket" },
    ]);
  });

  test("a FIFO that took a file's place does not hold the search up", async () => {
    const root = temporaryFolder();
    expect(spawnSync("mkfifo", [join(root, "fifo")]).status).toBe(0);
    const { tree, sink } = treeOf(root);
    tree.addFiles(root, ["fifo"]);
    expect(await tree.run(() => false)).toBe(false);
    expect(sink.places).toEqual([]);
  });

  test("a link that took a file's place is not followed", async () => {
    const root = temporaryTree({ target: keyFile() });
    symlinkSync(join(root, "target"), join(root, "link"));
    const { tree, sink } = treeOf(root);
    tree.addFiles(root, ["link"]);
    await tree.run(() => false);
    expect(sink.places).toEqual([]);
    expect(sink.skipped).toMatchObject([{ reason: "vanished", failure: false }]);
  });

  test("links are not followed; only one that leads out of the tree is told", async () => {
    const outside = temporaryTree({ file: keyFile(), "folder/file": keyFile() });
    const root = temporaryTree({ "a/file": keyFile() });
    symlinkSync("..", join(root, "a/loop"));
    symlinkSync("self", join(root, "self"));
    symlinkSync("a/file", join(root, "inside"));
    symlinkSync("/nowhere/at/all", join(root, "dangling"));
    symlinkSync("/dev/null", join(root, "device"));
    symlinkSync(join(outside, "file"), join(root, "out"));
    symlinkSync(join(outside, "folder"), join(root, "out-folder"));
    symlinkSync(join(root, "a"), join(outside, "back"));
    symlinkSync(join(outside, "back"), join(root, "out-and-back"));
    const { found, files, skipped } = await search([root]);
    expect(found).toEqual([join(root, "a/file")]);
    expect(files).toBe(1);
    expect(byPlace(skipped)).toMatchObject([
      { place: join(root, "out"), reason: "link-out-of-tree", failure: false },
      { place: join(root, "out-folder"), reason: "link-out-of-tree", failure: false },
    ]);
  });

  test("a link out of the tree is told also where this user may not look", async () => {
    const outside = temporaryTree({ "closed/file": keyFile() });
    const root = temporaryTree({});
    symlinkSync(join(outside, "closed/file"), join(root, "out"));
    chmodSync(join(outside, "closed"), 0);
    for (const folder of [outside, root]) chmodSync(folder, 0o755);
    const { skipped } = await asNobody(() => search([root]));
    expect(skipped).toMatchObject([{ place: join(root, "out"), reason: "link-out-of-tree", failure: false }]);
  });

  test("a pseudo file system below a root is not walked", async () => {
    const root = temporaryTree({ "mounted/file": keyFile() });
    const mounted = join(root, "mounted");
    const device = statSync(mounted).dev;
    const [major, minor] = [(device >> 8) & 0xfff, (device & 0xff) | ((device >> 12) & 0xfff00)];
    const { tree, sink } = treeOf(root, `22 27 ${major}:${minor} / /somewhere rw,relatime shared:5 - proc proc rw\n`);
    tree.addFolder(mounted);
    await tree.run(() => false);
    expect(sink.places).toEqual([]);
    expect(sink.skipped).toMatchObject([
      { place: mounted, reason: "pseudo-file-system", failure: false, detail: "proc" },
    ]);
  });

  test.runIf(process.platform === "linux")("/proc is told by its type", async () => {
    const { files, skipped } = await search([], { foreign: ["/proc/self"] });
    expect(files).toBe(0);
    expect(skipped).toMatchObject([{ reason: "pseudo-file-system" }]);
  });

  test("is a failure where somebody named it", async () => {
    const root = temporaryFolder();
    const fifo = join(root, "fifo");
    expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
    const paths = [fifo, "/dev/null", join(root, "gone"), ...(process.platform === "linux" ? ["/proc/sys"] : [])];
    const { skipped } = await search(paths);
    expect(skipped.map(({ place, failure }) => [place, failure])).toEqual(paths.map((path) => [path, true]));
    expect(skipped[0]).toMatchObject({
      reason: "read-error",
      detail: "special-file: --stdin reads what comes from a pipe",
    });
    expect((await search([], { foreign: [fifo] })).skipped).toMatchObject([{ reason: "special-file", failure: false }]);
  });

  test.each([
    ["at once", 1 << 20],
    ["piece by piece", 0],
  ])("a link that takes a folder's place while it is listed, %s, is not followed", async (_, largeFolderBytes) => {
    const outside = temporaryTree({ file: keyFile() });
    const root = temporaryTree({ "folder/file": "" });
    const folder = join(root, "folder");
    const { tree, sink } = treeOf(
      root,
      () => {
        renameSync(folder, `${folder}.old`);
        symlinkSync(outside, folder);
        return "";
      },
      sharedDocuments(),
      largeFolderBytes,
    );
    tree.addFolder(folder);
    await tree.run(() => false);
    expect(sink.places).toEqual([]);
    expect(sink.skipped).toMatchObject([{ place: folder, reason: "changed-while-read", failure: true }]);
  });
});

describe("what cannot be read", () => {
  test("is told with its reason, and the rest is searched", async () => {
    const root = temporaryTree({ "denied/file": keyFile(), "denied-file": keyFile(), file: keyFile() });
    chmodSync(root, 0o755);
    chmodSync(join(root, "denied"), 0);
    chmodSync(join(root, "denied-file"), 0);
    onTestFinished(() => chmodSync(join(root, "denied"), 0o755));
    const { found, skipped } = await asNobody(() => search([root]));
    expect(found).toEqual([join(root, "file")]);
    expect(byPlace(skipped)).toEqual([
      { place: join(root, "denied"), reason: "permission-denied", failure: true, detail: "EACCES" },
      { place: join(root, "denied-file"), reason: "permission-denied", failure: true, detail: "EACCES" },
    ]);
  });

  test("is no failure where only the catalogue asked for it", async () => {
    const root = temporaryTree({ "spool/tabs/root": keyFile() });
    chmodSync(root, 0o755);
    chmodSync(join(root, "spool/tabs"), 0);
    onTestFinished(() => chmodSync(join(root, "spool/tabs"), 0o755));
    const { skipped } = await asNobody(() => search([], { foreign: [join(root, "spool"), join(root, "not-there")] }));
    expect(skipped).toMatchObject([{ place: join(root, "spool/tabs"), reason: "other-user", failure: false }]);
  });

  test("on the way of a pattern of the catalogue is told, once, and the others' is found", async () => {
    const root = temporaryTree({ "a/.aws/x": keyFile(), "b/.aws/x": "", "c/.aws/x": keyFile(), "c/.aws/y": "" });
    chmodSync(root, 0o755);
    chmodSync(join(root, "b"), 0);
    chmodSync(join(root, "c/.aws"), 0);
    onTestFinished(() => ["b", "c/.aws"].forEach((name) => chmodSync(join(root, name), 0o755)));
    const sink = recordingSink();
    const patterns = ["*/.aws/*", "c/*/x", "b/.aws/x", "nowhere/*/x", "*/nowhere"].map((glob) => `${root}/${glob}`);
    const roots = await asNobody(() => catalogueRoots(patterns, sink));
    expect(roots).toEqual([{ path: join(root, "a/.aws/x"), isForeign: true }]);
    expect(byPlace(sink.skipped)).toEqual(
      ["b", "b/.aws/x", "c/.aws"].map((name) => {
        return { place: join(root, name), reason: "other-user", failure: false, detail: "EACCES" };
      }),
    );
  });

  test("a file that vanished since its name was read is no failure", async () => {
    const root = temporaryTree({ file: keyFile() });
    const { tree, sink } = treeOf(root);
    tree.addFiles(root, ["gone", "file"]);
    tree.addFolder(join(root, "gone-too"));
    await tree.run(() => false);
    expect(sink.places).toHaveLength(1);
    expect(sink.skipped).toMatchObject([
      { place: join(root, "gone-too"), reason: "vanished", failure: false },
      { place: join(root, "gone"), reason: "vanished", failure: false },
    ]);
  });

  test.each<[string, (path: string) => void, number]>([
    ["grows", (path) => appendFileSync(path, keyFile()), 1],
    ["shrinks", (path) => truncateSync(path, 0), 0],
    ["is renamed", (path) => renameSync(path, `${path}.old`), 0],
    ["is removed", (path) => rmSync(path), 0],
  ])("a file that %s while it is read is read as far as it goes", async (_, change, found) => {
    const root = temporaryTree({ file: `${"x".repeat(99)}\n`.repeat(20_000) });
    const documents = sharedDocuments();
    let isChanged = false;
    const meddling = meddledWith(documents, () => {
      if (!isChanged) change(join(root, "file"));
      isChanged = true;
    });
    const { tree, sink } = treeOf(root, "", meddling);
    tree.addFiles(root, ["file"]);
    expect(await tree.run(() => false)).toBe(false);
    expect(isChanged).toBe(true);
    expect(sink.places).toHaveLength(found);
    expect(sink.skipped).toEqual([]);
  });

  test("a defect of ours costs one file, is told without its words, and the rest is searched", async () => {
    const root = temporaryTree({ a: keyFile(), b: keyFile(), c: keyFile() });
    let calls = 0;
    const documents = sharedDocuments();
    const failing = meddledWith(documents, () => {
      if (++calls === 2) throw new TypeError(keyFile());
    });
    const { tree, sink } = treeOf(root, "", failing);
    tree.addFiles(root, ["a", "b", "c"]);
    await tree.run(() => false);
    expect(sink.places).toHaveLength(2);
    expect(sink.skipped).toEqual([
      { place: join(root, "b"), reason: "internal-error", failure: true, detail: "TypeError" },
    ]);
  });
});

describe("repositories", () => {
  const gitDirectory = { HEAD: "ref: refs/heads/main\n", "refs/heads/main": "", "objects/info/packs": "" };
  const loose = `objects/ab/${"0f".repeat(19)}`;

  function below(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
  }

  test("are told, wherever they lie: bare, of a work tree, of a submodule, or named by a file", async () => {
    const root = temporaryTree({
      ...below("work/.git", gitDirectory),
      ...below("work/.git/modules/sub", gitDirectory),
      ...below("bare.git", gitDirectory),
      "work/sub/.git": "gitdir: ../.git/modules/sub\n",
      // Git would have neither for a repository any more, but their objects are there all the same.
      "damaged/HEAD": "",
      "damaged/objects/file": "",
      "headless/.git/objects/file": "",
      "headless.git/refs/heads/main": "",
      "headless.git/objects/pack/file": "",
      "no/objects/file": "",
      "no/.git/config": "",
      // A program that deals with git has folders of these names.
      "program/objects/pack.ts": "",
      "program/refs/refs.ts": "",
    });
    const { repositories } = await search([root]);
    const folders = [
      "bare.git",
      "damaged",
      "headless.git",
      "headless/.git",
      "work/.git",
      "work/.git/modules/sub",
      "work/sub/.git",
    ];
    expect(repositories).toEqual(folders.map((name) => join(root, name)));
    expect((await search([join(root, "bare.git")])).repositories).toEqual([join(root, "bare.git")]);
    expect((await search([root], { largeFolderBytes: 0 })).repositories).toEqual(repositories);
  });

  test("leave nothing out but the files that hold objects", async () => {
    const left = {
      [loose]: keyFile(),
      [`objects/01/${"e".repeat(38)}`]: keyFile(),
      "objects/pack/pack-1.pack": keyFile(),
    };
    const searched = {
      config: keyFile(),
      "hooks/pre-commit": keyFile(),
      "logs/HEAD": keyFile(),
      "lfs/objects/ab/cd": keyFile(),
      [`lfs/${loose}`]: keyFile(),
      "objects/file": keyFile(),
      "objects/ab/file": keyFile(),
      [`objects/ab/${"0".repeat(37)}`]: keyFile(),
      [`objects/ab/${"0".repeat(62)}`]: keyFile(),
      [`objects/ab/${"A".repeat(38)}`]: keyFile(),
      [`objects/ab/folder/${"0".repeat(38)}`]: keyFile(),
      [`objects/AB/${"0".repeat(38)}`]: keyFile(),
      [`objects/pack/${"0".repeat(38)}`]: keyFile(),
      "objects/pack/pack-1.idx": keyFile(),
      "objects/pack/pack-1.keep": keyFile(),
      "objects/pack/folder/pack-1.pack": keyFile(),
      "objects/info/alternates": keyFile(),
      "objects/info/pack-1.pack": keyFile(),
      "objects/other/pack-1.pack": keyFile(),
    };
    const root = temporaryTree({ ...below(".git", { ...gitDirectory, ...left, ...searched }), [loose]: keyFile() });
    for (const settings of [{}, { largeFolderBytes: 0 }, { exclude: [{ pattern: "no", by: "test", base: null }] }]) {
      const { found, excluded } = await search([root], settings);
      expect(found).toEqual(
        [loose, ...Object.keys(below(".git", searched))].map((name) => join(root, name)).toSorted(),
      );
      expect(excluded.filter(({ by }) => by === "keysweep")).toEqual([
        { by: "keysweep", pattern: "**/objects/{[0-9a-f][0-9a-f]/*,pack/*.pack}", count: 3 },
      ]);
    }
  });

  test("name loose objects by their own hash, and what has the length of another is searched", async () => {
    const long = `objects/ab/${"0".repeat(62)}`;
    const config = "[extensions]\n\tobjectFormat = sha256\n";
    const root = temporaryTree(below(".git", { ...gitDirectory, config, [loose]: keyFile(), [long]: keyFile() }));
    const { found, excluded } = await search([root]);
    expect(found).toEqual([join(root, ".git", loose)]);
    expect(excluded).toMatchObject([{ by: "keysweep", count: 1 }]);
  });

  test("that have their objects elsewhere have none of their own that are left out", async () => {
    const root = temporaryTree({
      ...below("real.git", gitDirectory),
      ...below("work/.git", { ...gitDirectory, commondir: "../../real.git\n", [loose]: keyFile() }),
      "work/.git/objects/pack/pack-1.pack": keyFile(),
    });
    const { found, excluded } = await search([root]);
    expect(found).toEqual([loose, "objects/pack/pack-1.pack"].map((name) => join(root, "work/.git", name)));
    expect(excluded).toEqual([]);
  });

  test("are told also by who leaves their objects out, and found by a folder of objects that is named itself", async () => {
    const root = temporaryTree({ ...below("a.git", gitDirectory), "a.git/objects/pack/pack-1.pack": keyFile() });
    const { found, repositories } = await search([join(root, "a.git/objects/pack")]);
    expect([found, repositories]).toEqual([[], [join(root, "a.git")]]);
  });

  test("are not told where somebody excluded them, or their objects", async () => {
    const root = temporaryTree({ ...below("a/.git", gitDirectory), "b/.git": "gitdir: ../a/.git\n" });
    for (const pattern of [".git", ".git/objects"]) {
      const { repositories } = await search([root], {
        exclude: [{ pattern: `**/${pattern}`, by: "test", base: null }],
      });
      expect(repositories).toEqual(pattern === ".git" ? [] : [join(root, "b/.git")]);
    }
  });

  test.skipIf(process.platform === "win32")("are told with links for parts of them", async () => {
    const root = temporaryTree({ ".git/HEAD": "", ".git/refs/x": "", ".git/elsewhere/ab/cd": "" });
    symlinkSync("elsewhere", join(root, ".git/objects"));
    expect((await search([root])).repositories).toEqual([join(root, ".git")]);
  });

  test.runIf(process.platform === "linux")(
    "become a failure where the path is not UTF-8, and hide nothing",
    async () => {
      const root = temporaryTree(below("work", { ...gitDirectory, [loose]: keyFile() }));
      renameSync(join(root, "work"), Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]));
      const { found, repositories, skipped } = await search([root]);
      expect([found, repositories]).toEqual([[join(root, "\ufffd", loose)], []]);
      expect(skipped).toMatchObject([{ place: join(root, "\ufffd"), reason: "read-error", failure: true }]);
    },
  );
});

describe("what is left out", () => {
  test("what patterns name: each is counted, a folder once", async () => {
    const root = temporaryTree({
      "a/node_modules/.cache/x/one": keyFile(),
      "a/node_modules/.cache/two": keyFile(),
      "a/node_modules/kept": keyFile(),
      "a/b.log": keyFile(),
      "c.log": keyFile(),
      top: keyFile(),
      "a/top": keyFile(),
    });
    const by = "keysweep.yaml";
    const { found, files, excluded } = await search([root], {
      exclude: [
        { pattern: "**/node_modules/.cache/**", by, base: null },
        { pattern: "*.log", by, base: root },
        { pattern: "/top", by, base: root },
        { pattern: "never", by, base: root },
        { pattern: "kept", by, base: join(root, "elsewhere") },
      ],
    });
    expect(found).toEqual([join(root, "a/node_modules/kept"), join(root, "a/top")]);
    expect(files).toBe(2);
    expect(excluded.map(({ pattern, count }) => [pattern, count])).toEqual([
      ["**/node_modules/.cache/**", 1],
      ["*.log", 2],
      ["/top", 1],
      ["never", 0],
      ["kept", 0],
    ]);
  });
});

describe("containers", () => {
  const members = [
    { name: "etc/one", content: Buffer.from(keyFile()) },
    { name: "two", content: Buffer.from("clean") },
  ];

  test("are searched inside, and the place names the members", async () => {
    const archive = gzipSync(tar(members));
    const root = temporaryTree({ "a.tar.gz": archive, plain: keyFile() });
    const { found, files, bytes } = await search([root]);
    expect(found).toEqual([`${join(root, "a.tar.gz")}!a.tar!etc/one`, join(root, "plain")]);
    expect(files).toBe(2);
    expect(bytes).toBe(archive.length + keyFile().length);
  });

  test("may stand behind a script: both are searched", async () => {
    const root = temporaryTree({
      "a.pyz": Buffer.concat([
        Buffer.from(`#!python\n${keyFile(1)}`),
        zip([{ name: "inner", content: Buffer.from(keyFile(2)) }]),
      ]),
    });
    const { found, files, skipped } = await search([root]);
    expect(found).toEqual([join(root, "a.pyz"), `${join(root, "a.pyz")}!inner`]);
    expect([files, skipped]).toEqual([1, []]);
  });

  test.each([
    ["begins", "PK\x03\x04"],
    ["does not begin", "text"],
  ])("that is damaged, %s as a zip and ends as one is searched as it is, once", async (_, head) => {
    const end = zip([{ name: "inner", content: Buffer.alloc(0) }])
      .subarray(-22)
      .fill(0xee, 10, 20);
    const root = temporaryTree({ a: Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(`\n${keyFile()}`), end]) });
    const { found, files, skipped } = await search([root]);
    expect(found).toEqual([join(root, "a")]);
    expect(files).toBe(1);
    expect(new Set(skipped.map(({ place, reason }) => `${place} ${reason}`))).toEqual(
      new Set([`${join(root, "a")} archive-damaged`]),
    );
  });

  test("that are not read into are told: of a file, of a member", async () => {
    const packed = Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]);
    const root = temporaryTree({ "all.7z": packed, "all.tar": tar([{ name: "all.7z", content: packed }]) });
    const { skipped } = await search([root]);
    expect(
      skipped
        .map(({ place, reason, failure }) => [place, reason, failure])
        .toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
    ).toEqual([
      [`${root}/all.7z`, "archive-unsupported", false],
      [`${root}/all.tar!all.7z`, "archive-unsupported", false],
    ]);
  });

  test("of git are told outside of a repository only", async () => {
    const pack = Buffer.from("PACK\0\0\0\x02\0\0\0\0");
    const root = temporaryTree({
      "a/.git/HEAD": "ref: refs/heads/main\n",
      "a/.git/refs/heads/main": "",
      "a/.git/objects/pack/a.pack": pack,
      "b/objects/pack/b.pack": pack,
      "b.bundle": "# v2 git bundle\n",
    });
    const { skipped } = await search([root]);
    const rows = skipped.map(({ place, reason, detail }) => [place, [reason, detail]]);
    expect(Object.fromEntries(rows)).toEqual({
      [`${root}/b.bundle`]: ["archive-unsupported", "a git bundle is not read into"],
      [`${root}/b/objects/pack/b.pack`]: ["archive-unsupported", "a git pack is not read into"],
    });
  });

  test("may merely begin like zlib: text, a program with a zip behind it", async () => {
    const archive = zip([{ name: "inner", content: Buffer.from(keyFile(2)) }]);
    const root = temporaryTree({
      a: `x^2\n${keyFile(1)}`,
      b: Buffer.concat([Buffer.from(`x\x01\n${keyFile(3)}`), archive]),
    });
    const { found, files, skipped } = await search([root]);
    expect(found).toEqual([join(root, "a"), join(root, "b"), `${join(root, "b")}!inner`]);
    expect([files, skipped]).toEqual([2, []]);
  });

  test("that are damaged are searched as they are, and told", async () => {
    const archive = gzipSync(Buffer.from("x".repeat(1000))).subarray(0, 20);
    const root = temporaryTree({ "a.gz": Buffer.concat([archive, Buffer.from(`\n${keyFile()}`)]), b: keyFile() });
    const { found, files, skipped } = await search([root]);
    expect(found).toEqual([join(root, "a.gz"), join(root, "b")]);
    expect(files).toBe(2);
    expect(skipped).toMatchObject([{ reason: "archive-damaged", failure: true }]);
  });
});

function byPlace(rows: readonly Skipped[]): readonly Skipped[] {
  return rows.toSorted((a, b) => (a.place < b.place ? -1 : 1));
}

/** A search of one thread whose parts a test may replace. */
function treeOf(
  root: string,
  mounts: string | (() => string) = "",
  documents: ConstructorParameters<typeof TreeSearch>[0] = sharedDocuments(),
  largeFolderBytes = 1 << 20,
) {
  const sink = recordingSink();
  const options = { roots: [root], foreignRoots: [], ownReports: [], nowMs: 0, largeFolderBytes };
  const tree = new TreeSearch(
    documents,
    sink,
    WorkPool.create(),
    new Exclusion([]),
    new FileSystems(typeof mounts === "string" ? () => mounts : mounts),
    options,
  );
  return { tree, sink };
}

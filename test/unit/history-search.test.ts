import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GitPlace } from "../../src/model/place.ts";
import { HistoryCache, type RememberedHistory } from "../../src/scan/sources/git/history-cache.ts";
import { CHUNK_BYTES } from "../../src/scan/sources/git/search/pack-reader.ts";
import { zip } from "../support/archives/zip.ts";
import { GitFixture } from "../support/git/git.ts";
import { type Searched, searchHistory } from "../support/git/history.ts";
import { reasonsOf } from "../support/git/opening.ts";
import { generateMaterial } from "../support/material.ts";

const LATER = Date.now() + 3_600_000;

let git: GitFixture;
beforeEach(() => {
  git = new GitFixture();
});
afterEach(() => git[Symbol.dispose]());

function keys(seed: number): string {
  const { id, secret } = generateMaterial(seed);
  return `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
}

function search(): Promise<Searched> {
  return searchHistory([git.gitFolder]);
}

/** The ids that were found, each with the places' paths. */
function paths({ found }: Searched): Record<string, (string | null)[]> {
  const byId: Record<string, (string | null)[]> = {};
  for (const { detection, place } of found) (byId[detection.accessKeyId ?? ""] ??= []).push(place.path);
  return byId;
}

describe("a credential in a folder's list of names", () => {
  test.for(["loose", "packed"])("has the folder, and who brought it there: %s", async (how) => {
    const { id } = generateMaterial(1);
    git.commit("nothing yet", { "keys/a.txt": "" });
    const first = git.commit("oops", { [`keys/${id}.csv`]: "", "b.txt": "1" });
    git.commit("more", { "keys/c.txt": "2" });
    git.commit("gone", { [`keys/${id}.csv`]: null });
    if (how === "packed") git.run("repack", "-adq");
    const { found, rows } = await search();
    expect(rows).toEqual([]);
    expect(found.map(({ detection }) => detection.accessKeyId)).toEqual([id]);
    const place = { object: "tree", path: "keys", commit: first, reachable: true, inHead: false, versions: 2 };
    expect(found[0]?.place).toMatchObject({ ...place, refs: ["refs/heads/main"] });
  });

  test("is found at the top, and in a tree that nothing leads to and that is none", async () => {
    const [{ id }, lost] = [generateMaterial(1), generateMaterial(2)];
    const first = git.commit("oops", { [id]: "1" });
    git.feed(keys(2), "hash-object", "-t", "tree", "-w", "--stdin", "--literally");
    const { found } = await search();
    const places = new Map<string | null, GitPlace>(
      found.map(({ detection, place }) => [detection.accessKeyId, place]),
    );
    expect(places.get(id)).toMatchObject({ object: "tree", path: null, commit: first, inHead: true });
    expect(places.get(lost.id)).toMatchObject({ object: "tree", path: null, commit: null, reachable: false });
  });
});

describe("in a pack that is large enough for its trees to be listed while it is searched", () => {
  const FILES = 20_000;

  /** As much as it takes, from one input: `git add` of so many files takes seconds. */
  function importMany(): void {
    const blobs = Array.from({ length: FILES }, (_, i) => `blob\nmark :${i + 1}\ndata ${`${i}`.length}\n${i}\n`);
    const files = Array.from({ length: FILES }, (_, i) => `M 100644 :${i + 1} many/${i % 100}/${i}\n`);
    const commit = `commit refs/heads/main\ncommitter Ada <ada@example.org> 1690000000 +0000\ndata 4\nmany\n`;
    git.feed(`${blobs.join("")}${commit}${files.join("")}\n`, "fast-import", "--quiet");
    git.run("reset", "-q", "--hard");
  }

  test("a credential has its file, what is found afterwards too", async () => {
    importMany();
    const first = git.commit("oops", { "many/7/app.ini": keys(1) });
    git.commit("gone", { "many/7/app.ini": null });
    git.run("repack", "-adq");
    const packed = await search();
    expect(packed.rows).toEqual([]);
    expect(paths(packed)).toEqual({ [generateMaterial(1).id]: ["many/7/app.ini"] });
    expect(packed.found[0]?.place).toMatchObject({ commit: first, inHead: false, author: "Ada <ada@example.org>" });

    const { id } = generateMaterial(3);
    git.commit("a name", { [`names/${id}.txt`]: "" });
    git.run("repack", "-adq");
    git.commit("in no pack", { "late.ini": keys(2) });
    const [one, two] = [generateMaterial(1), generateMaterial(2)];
    const expected = { [one.id]: ["many/7/app.ini"], [two.id]: ["late.ini"], [id]: ["names"] };
    expect(paths(await search())).toEqual(expected);
  });
});

describe("a credential in a history", () => {
  test("has the commit that brought it in, where it stood there, and what has become of it", async () => {
    git.commit("nothing yet", { "config/app.ini": "[default]\n" });
    const first = git.commit("oops", { "config/app.ini": `[default]\n${keys(1)}` });
    const second = git.commit("again", { "config/app.ini": `# moved down\n\n[default]\n${keys(1)}` });
    git.commit("gone", { "config/app.ini": "[default]\n" });
    const { found, totals, rows } = await search();
    expect(rows).toEqual([]);
    expect(totals.repositories).toBe(1);
    expect(found.map(({ place }) => place)).toEqual([
      {
        kind: "git",
        repository: git.work,
        object: "blob",
        path: "config/app.ini",
        within: [],
        line: 2,
        column: 21,
        blob: git.blobId(`[default]\n${keys(1)}`),
        commit: first,
        author: "Ada <ada@example.org>",
        date: expect.stringMatching(/^2023-11-1\dT/),
        reachable: true,
        refs: ["refs/heads/main"],
        inHead: false,
        versions: 2,
        last: { commit: second, date: expect.stringMatching(/^2023-11-1\dT/) },
      },
    ]);
  });

  test.each([["as loose objects"], ["in a pack"]])("is found wherever it is kept, %s", async (kept) => {
    git.commit("base", { a: "a\n" });
    git.run("checkout", "-q", "-b", "side");
    git.commit("on a branch that is deleted", { side: keys(1) });
    git.run("checkout", "-q", "main");
    git.run("branch", "-q", "-D", "side");
    git.commit("amended", { amended: keys(2) });
    git.write("amended", "nothing\n");
    git.run("commit", "-q", "-a", "--amend", "-m", "better");
    git.write("a", keys(3));
    git.run("stash", "-q");
    git.run("stash", "drop", "-q");
    git.write("a", keys(4));
    git.run("stash", "-q");
    git.commit(`told in a message: ${keys(5)}`);
    git.run("tag", "-a", "-m", `told in a tag: ${keys(6)}`, "v1");
    git.run("notes", "add", "-m", keys(7), "HEAD");
    git.feed(keys(8), "hash-object", "-w", "--stdin");
    git.run("checkout", "-q", "-b", "other", "HEAD~1");
    git.commit("other", { b: "b\n" });
    git.run("merge", "-q", "--no-commit", "--no-ff", "main");
    git.commit("merged with more than was in either", { merged: keys(9) });
    if (kept === "in a pack") {
      // Those that nothing leads to go into the pack too.
      git.feed(
        git.run("cat-file", "--batch-all-objects", "--batch-check=%(objectname)"),
        "pack-objects",
        "-q",
        join(git.gitFolder, "objects/pack/pack"),
      );
      git.run("prune-packed", "-q");
    }
    expect(git.run("count-objects").startsWith("0 objects")).toBe(kept === "in a pack");
    const searched = await search();
    expect(searched.rows).toEqual([]);
    const expected = Object.fromEntries(
      [
        ["side"],
        ["amended"],
        ["a"],
        ["a"],
        [null],
        [null],
        [expect.stringMatching(/^[0-9a-f]{40}$/)],
        [null],
        ["merged"],
      ].map((path, i) => [generateMaterial(i + 1).id, path]),
    );
    expect(paths(searched)).toEqual(expected);
    const placeOf = (seed: number) =>
      searched.found.find(({ detection }) => detection.accessKeyId === generateMaterial(seed).id)?.place;
    expect(placeOf(1)).toMatchObject({ reachable: false, refs: ["reflog"] });
    expect(placeOf(3)).toMatchObject({ reachable: false, refs: [] });
    expect(placeOf(4)).toMatchObject({ reachable: true, refs: ["refs/stash"] });
    expect(placeOf(5)).toMatchObject({ object: "commit", line: 1 });
    expect(placeOf(6)).toMatchObject({ object: "tag", refs: ["refs/tags/v1"] });
    expect(placeOf(8)).toMatchObject({ object: "blob", commit: null, reachable: false });
    expect(placeOf(9)).toMatchObject({ inHead: true, commit: git.run("rev-parse", "other") });
  });

  test("is one place for all versions of a file", async () => {
    for (let i = 0; i < 40; i++) git.commit(`version ${i}`, { "a.env": `${keys(1)}# ${i}\n` });
    git.run("gc", "-q");
    const { found } = await search();
    expect(found.map(({ place }) => [place.path, place.versions, place.inHead])).toEqual([["a.env", 40, true]]);
  });

  test("is seen when its secret comes later than its id", async () => {
    const { id, secret } = generateMaterial(1);
    git.commit("the id", { "a.env": `ID=${id}\n` });
    const pair = git.commit("the secret", { "a.env": `ID=${id}\nS=${secret}\n` });
    git.run("gc", "-q");
    const { found } = await search();
    expect(found.filter(({ detection }) => detection.secretDigest !== null).map(({ place }) => place.commit)).toEqual([
      pair,
    ]);
  });

  test("is accepted by nobody on another branch", async () => {
    git.commit("oops", { a: keys(1) });
    git.run("checkout", "-q", "-b", "side");
    git.commit("accepted", { a: keys(1).replaceAll("\n", " # keysweep:allow of a closed account\n") });
    git.run("checkout", "-q", "main");
    const { found } = await search();
    expect(found.map(({ place, detection }) => [place.inHead, place.versions, detection.inlineAllow])).toEqual([
      [true, 2, null],
    ]);
  });

  test("is accepted by what stands beside it in the version that HEAD has", async () => {
    git.commit("oops", { a: keys(1), b: keys(2) });
    git.commit("accepted", {
      a: keys(1).replaceAll("\n", " # keysweep:allow of a closed account\n"),
      b: `${keys(2)}# keysweep:allow of something else\n`,
    });
    const { found } = await search();
    const reasons = found.map(({ detection, place }) => [place.path, [place.versions, detection.inlineAllow?.reason]]);
    expect(Object.fromEntries(reasons)).toEqual({ a: [2, "of a closed account"], b: [2, undefined] });
  });

  test("is accepted only if each place of the file is", async () => {
    const accepted = keys(1).replaceAll("\n", " # keysweep:allow of a closed account\n");
    git.commit("accepted, then not", { a: `${accepted}\n${keys(1)}`, b: `${keys(1)}\n${accepted}` });
    const { found } = await search();
    expect(found.map(({ place, detection }) => [place.path, detection.inlineAllow])).toEqual([
      ["a", null],
      ["b", null],
    ]);
  });

  test("is found in the archives that were committed, by its members' names", async () => {
    git.commit("a jar", { "lib/a.jar": zip([{ name: "deep/app.ini", content: Buffer.from(keys(1)) }]) });
    const { found } = await search();
    expect(found.map(({ place }) => [place.path, place.within])).toEqual([["lib/a.jar", ["deep/app.ini"]]]);
  });
});

test("what is not looked into has a row: a bomb in base64, and a format that is not read", async () => {
  const bomb = gzipSync(Buffer.alloc(64 << 20)).toString("base64");
  git.commit("odd things", { "bomb.txt": bomb, "all.7z": Buffer.from("377abcaf271c0004", "hex") });
  const { rows } = await search();
  expect(Object.fromEntries(rows.map(({ reason, place }) => [reason, place]))).toEqual({
    "archive-suspicious": join(git.work, "bomb.txt"),
    "archive-unsupported": join(git.work, "all.7z"),
  });
});

describe("an archive that is not read", () => {
  const archive = Buffer.from("377abcaf271c0004", "hex");

  test("is told of by the file's path, also from memory, when other packs have come", async () => {
    git.commit("odd", { "deep/all.7z": archive });
    git.run("repack", "-adq");
    const cache = new HistoryCache(join(git.folder, "history"));
    const places: (readonly string[])[] = [];
    for (const file of ["a", "b"]) {
      const { rows } = await searchHistory([git.gitFolder], { cache, nowMs: LATER });
      places.push(rows.map(({ place }) => place));
      git.commit("more", { [file]: file });
      git.run("repack", "-dq");
    }
    expect(places).toEqual([[join(git.work, "deep/all.7z")], [join(git.work, "deep/all.7z")]]);
  });

  test("is told of by its id where nothing leads to it", async () => {
    git.commit("nothing", { a: "" });
    const id = git.feed(archive, "hash-object", "-w", "--stdin").toString().trim();
    expect((await search()).rows.map(({ place }) => place)).toEqual([`${git.work} object ${id}`]);
  });

  test("does not show the key that its folder is named after, nor is it remembered", async () => {
    const { id, secret } = generateMaterial(3);
    git.commit("odd", { [`${id}:${secret.replaceAll("/", "+")}/all.7z`]: archive });
    const folder = join(git.folder, "history");
    const { rows } = await searchHistory([git.gitFolder], { cache: new HistoryCache(folder), nowMs: LATER });
    const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    const isShown = [...rows.map(({ place }) => place), ...kept].some((text) =>
      text.includes(secret.replaceAll("/", "+")),
    );
    expect([rows.length, kept.length, isShown]).toEqual([1, 1, false]);
  });
});

test("a repository without HEAD is a row, and searched all the same", async () => {
  git.commit("oops", { a: keys(1) });
  rmSync(join(git.gitFolder, "HEAD"));
  const { found, rows } = await search();
  expect(found).toHaveLength(1);
  expect(rows.map(({ reason }) => reason)).toEqual(["repository-damaged"]);
});

test("a pack whose index is damaged is one row, and no sign of a repack", async () => {
  git.commit("oops", { a: keys(1) });
  git.run("gc", "-q");
  const folder = join(git.gitFolder, "objects/pack");
  const index = join(folder, readdirSync(folder).find((name) => name.endsWith(".idx")) ?? "");
  chmodSync(index, 0o600);
  writeFileSync(index, "no index");
  const { rows } = await search();
  expect(rows.map(({ place, reason }) => [place, reason])).toEqual([[index, "object-damaged"]]);
});

test("an object that says it is empty and is not is damaged", async () => {
  const id = "12".padEnd(40, "3");
  mkdirSync(join(git.gitFolder, "objects/12"));
  writeFileSync(join(git.gitFolder, "objects/12", id.slice(2)), deflateSync(`blob 0\0${keys(1)}`));
  const { rows } = await search();
  expect(rows.map(({ place, reason }) => [place, reason])).toEqual([[`${git.work} object ${id}`, "object-damaged"]]);
});

describe("a pack with more in it than its index names", () => {
  function packFile(suffix: string): string {
    const folder = join(git.gitFolder, "objects/pack");
    const name = readdirSync(folder).find((each) => each.endsWith(suffix)) ?? "";
    chmodSync(join(folder, name), 0o600);
    return join(folder, name);
  }

  test("is searched behind its end too", async () => {
    git.commit("nothing", { a: "nothing\n" });
    git.run("gc", "-q");
    const pack = packFile(".pack");
    appendFileSync(pack, `\n${keys(1)}`);
    const { beside } = await search();
    expect(beside.map(({ accessKeyId }) => accessKeyId)).toEqual([generateMaterial(1).id]);
  });

  test.for([0, 1, 19, 400])(
    "is searched there wherever it is cut into what is read at once: %i before",
    async (before) => {
      git.commit("nothing", { a: "nothing\n" });
      git.run("gc", "-q");
      const pack = packFile(".pack");
      const { id, secret } = generateMaterial(1);
      const wrapped = Buffer.from(`\n${id} ${secret}\n`).toString("base64");
      appendFileSync(pack, `${" ".repeat(CHUNK_BYTES - before - statSync(pack).size)}${wrapped}\n${" ".repeat(5000)}`);
      const { beside } = await search();
      expect(beside.map(({ accessKeyId }) => accessKeyId)).toEqual([id]);
    },
  );

  test("is not taken for read", async () => {
    git.commit("nothing", { a: keys(1), b: "b\n" });
    const all = git.run("cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split("\n");
    const secret = git.blobId(keys(1));
    const others = git.feed(
      all.filter((id) => id !== secret).join("\n"),
      "pack-objects",
      "-q",
      join(git.folder, "few"),
    );
    git.feed(all.join("\n"), "pack-objects", "-q", join(git.gitFolder, "objects/pack/pack"));
    git.run("prune-packed", "-q");
    copyFileSync(join(git.folder, `few-${others.toString().trim()}.idx`), packFile(".idx"));
    const { rows } = await search();
    expect(rows.map(({ reason, detail }) => `${reason}: ${detail}`)).toContain(
      "object-damaged: its index names 3 objects, and the pack says that it has 4",
    );
  });
});

test("paths that somebody left out are left out of histories too, and counted", async () => {
  git.commit("fixtures", { "test/fixtures/a.env": keys(1), "src/a.env": keys(2) });
  git.commit("gone", { "test/fixtures/a.env": null, "src/a.env": null });
  const exclude = [{ pattern: "test/fixtures", by: "keysweep.yaml", base: git.work }];
  const searched = await searchHistory([git.gitFolder], { exclude });
  expect(paths(searched)).toEqual({ [generateMaterial(2).id]: ["src/a.env"] });
  expect(searched.excluded).toMatchObject([{ pattern: "test/fixtures", count: 1 }]);
});

describe("a repository that changes while it is searched", () => {
  /** Does something once the repository was looked at, before anything of it is searched. */
  class Meanwhile extends HistoryCache {
    readonly #act: () => void;
    constructor(act: () => void) {
      super(join(git.folder, "cache"));
      this.#act = act;
    }
    override recall(): null {
      this.#act();
      return null;
    }
  }

  function searchWhile(act: () => void): Promise<Searched> {
    return searchHistory([git.gitFolder], { cache: new Meanwhile(act) });
  }

  test.for(["loose objects", "a pack"])("by a repack of %s is searched as it is then", async (what) => {
    const first = git.commit("oops", { "a.env": keys(1) });
    git.commit("gone", { "a.env": null });
    if (what === "a pack") git.run("repack", "-adq");
    const { found, rows } = await searchWhile(() => {
      git.commit("meanwhile", { "b.env": keys(2) });
      git.run("repack", "-adq");
    });
    const places = found.map(({ detection, place }) => [detection.accessKeyId, place.path, place.commit === first]);
    expect(Object.fromEntries(places.map(([id, ...place]) => [id, place]))).toEqual({
      [generateMaterial(1).id]: ["a.env", true],
      [generateMaterial(2).id]: ["b.env", false],
    });
    expect(rows.filter(({ failure }) => failure)).toEqual([]);
  });

  test.for([".pack", ".idx"])(
    "by somebody who takes a %s away and puts it back is searched all the same",
    async (suffix) => {
      git.commit("oops", { "a.env": keys(1) });
      git.run("repack", "-adq");
      const folder = join(git.gitFolder, "objects/pack");
      const file = join(folder, readdirSync(folder).find((name) => name.endsWith(suffix)) ?? "");
      const elsewhere = join(git.folder, "elsewhere");
      const { found, rows } = await searchHistory([git.gitFolder], {
        cache: new Meanwhile(() => renameSync(file, elsewhere)),
        onSkipped: ({ reason }) => {
          if (reason === "vanished" && !existsSync(file)) renameSync(elsewhere, file);
        },
      });
      expect(found.map(({ detection, place }) => [detection.accessKeyId, place.path])).toEqual([
        [generateMaterial(1).id, "a.env"],
      ]);
      expect(rows.map(({ reason }) => reason)).toEqual(["vanished"]);
    },
  );

  test("by a garbage collection has only what is left, and what is gone is no failure", async () => {
    git.commit("kept", { "a.env": keys(1) });
    git.commit("dropped", { "b.env": keys(2) });
    git.run("repack", "-adq");
    const { found, rows } = await searchWhile(() => {
      git.run("reset", "-q", "--hard", "HEAD~1");
      git.run("reflog", "expire", "--expire=now", "--all");
      rmSync(join(git.gitFolder, "ORIG_HEAD"));
      git.run("gc", "-q", "--prune=now");
    });
    expect(found.map(({ detection, place }) => [detection.accessKeyId, place.path])).toEqual([
      [generateMaterial(1).id, "a.env"],
    ]);
    expect(rows.filter(({ failure }) => failure)).toEqual([]);
  });
});

test("work trees of one repository, and repositories that borrow objects, are each told once", async () => {
  git.commit("oops", { a: keys(1) });
  git.run("worktree", "add", "-q", join(git.folder, "linked"));
  git.runIn(git.folder, "clone", "-q", "--shared", "work", "borrower");
  const linked = join(git.folder, "linked", ".git");
  const borrower = join(git.folder, "borrower", ".git");
  const { found, totals } = await searchHistory([linked, git.gitFolder, borrower]);
  expect(totals.repositories).toBe(2);
  expect(found.map(({ place }) => place.repository).sort()).toEqual([join(git.folder, "borrower"), git.work]);
});

describe("what was seen before", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "keysweep-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  class WatchedCache extends HistoryCache {
    kept = 0;
    override remember(repository: string, history: RememberedHistory, nowMs: number): void {
      this.kept++;
      super.remember(repository, history, nowMs);
    }
  }

  /** Time is far ahead, so that nothing has changed a moment ago. */
  async function searchAgain(): Promise<Searched & { readonly isFromMemory: boolean }> {
    const cache = new WatchedCache(folder);
    const searched = await searchHistory([git.gitFolder], { cache, nowMs: LATER });
    return { ...searched, isFromMemory: cache.kept === 0 };
  }

  test("is not looked at again while nothing changes, and told all the same", async () => {
    git.commit("oops", { a: keys(1) });
    git.commit("gone", { a: null });
    const first = await searchAgain();
    const second = await searchAgain();
    expect([first.isFromMemory, second.isFromMemory]).toEqual([false, true]);
    expect(second.found).toEqual(first.found);
    expect(second.totals).toEqual(first.totals);
    expect(second.found).toHaveLength(1);
  });

  test.each([
    ["a commit", () => void git.commit("more", { b: keys(2) })],
    ["a branch", () => void git.run("branch", "new")],
    ["an object that nothing leads to", () => void git.feed(keys(3), "hash-object", "-w", "--stdin")],
    [
      "another pack",
      () => void git.feed(git.run("rev-parse", "HEAD"), "pack-objects", "-q", join(git.gitFolder, "objects/pack/pack")),
    ],
    ["a repack", () => void git.run("repack", "-adq")],
    ["a deleted reflog", () => void git.run("reflog", "expire", "--expire=now", "--all")],
  ])("counts no more once there is %s", async (_, change) => {
    git.commit("oops", { a: keys(1) });
    await searchAgain();
    change();
    const second = await searchAgain();
    expect(second.isFromMemory).toBe(false);
    expect(paths(second)).toEqual(paths(await search()));
  });

  test("stands for packs and objects that are still there when others have come", async () => {
    git.commit("oops", { a: keys(1) });
    git.run("gc", "-q");
    await searchAgain();
    // A memory that knows nothing of the credential shows that the pack itself is not read again.
    const cache = new HistoryCache(folder);
    const known = cache.recall(git.gitFolder);
    if (known === null) throw new Error("nothing was remembered");
    const packs = Object.fromEntries(Object.entries(known.packs).map(([key, pack]) => [key, { ...pack, hits: [] }]));
    cache.remember(git.gitFolder, { ...known, packs }, LATER);
    git.commit("more", { b: keys(2) });
    expect(paths(await searchAgain())).toEqual({ [generateMaterial(2).id]: ["b"] });
  });

  test("is not told any more once it is pruned", async () => {
    git.feed(keys(1), "hash-object", "-w", "--stdin");
    expect((await searchAgain()).found).toHaveLength(1);
    git.run("prune", "--expire=now");
    expect((await searchAgain()).found).toEqual([]);
  });

  test("counts no more when a linked folder of packs has more of them", async () => {
    git.commit("nothing", { a: "nothing\n" });
    git.run("gc", "-q");
    const [packs, folder] = [join(git.work, "packs"), join(git.gitFolder, "objects/pack")];
    renameSync(folder, packs);
    symlinkSync(packs, folder);
    const roots = [git.work];
    const cache = new HistoryCache(join(git.folder, "memory"));
    const first = await searchHistory([git.gitFolder], { cache, nowMs: LATER, roots });
    const other = new GitFixture();
    other.commit("oops", { a: keys(1) });
    other.feed(other.run("rev-list", "--objects", "HEAD"), "pack-objects", "-q", join(packs, "pack"));
    other[Symbol.dispose]();
    const second = await searchHistory([git.gitFolder], { cache, nowMs: LATER, roots });
    expect([first.found.length, second.found.length]).toEqual([0, 1]);
  });

  test.each([
    ["touched", 0],
    ["written into", 1],
    ["written into, its own checksum too", 1],
  ])("stands for a pack that was touched, but not for one that was written into: %s", async (what, found) => {
    git.commit("oops", { a: keys(1) });
    git.run("gc", "-q");
    await searchAgain();
    const cache = new HistoryCache(folder);
    const known = cache.recall(git.gitFolder);
    if (known === null) throw new Error("nothing was remembered");
    const packs = Object.fromEntries(Object.entries(known.packs).map(([key, pack]) => [key, { ...pack, hits: [] }]));
    cache.remember(git.gitFolder, { ...known, packs }, LATER);
    const packFolder = join(git.gitFolder, "objects/pack");
    for (const name of readdirSync(packFolder)) {
      const path = join(packFolder, name);
      chmodSync(path, 0o600);
      const bytes = readFileSync(path);
      // The version's number: nothing depends on it.
      if (what !== "touched" && name.endsWith(".pack")) {
        bytes.writeUInt32BE(3, 4);
        const digest = createHash("sha1").update(bytes.subarray(0, -20)).digest();
        if (what.endsWith("too")) digest.copy(bytes, bytes.length - 20);
      }
      writeFileSync(path, bytes);
    }
    expect((await searchAgain()).found).toHaveLength(found);
  });

  test.each(["the folder of packs", "each pack"])(
    "counts no more when a link is followed that was not: %s",
    async (what) => {
      git.commit("oops", { a: keys(1) });
      git.run("gc", "-q");
      const [packs, packFolder] = [join(git.folder, "elsewhere"), join(git.gitFolder, "objects/pack")];
      renameSync(packFolder, packs);
      if (what === "each pack") {
        mkdirSync(packFolder);
        for (const name of readdirSync(packs)) symlinkSync(join(packs, name), join(packFolder, name));
      } else symlinkSync(packs, packFolder);
      const cache = new HistoryCache(folder);
      const searchIn = (roots: readonly string[]) => searchHistory([git.gitFolder], { cache, nowMs: LATER, roots });
      expect(reasonsOf((await searchIn([git.work])).rows)).toContain(
        "repository-damaged: the link leads out of the repository",
      );
      expect((await searchIn([git.folder])).found).toHaveLength(1);
    },
  );

  test("does not stand for another object that was put in an object's place", async () => {
    git.commit("nothing", { a: "nothing\n" });
    await searchAgain();
    const id = git.run("rev-parse", "HEAD:a");
    const file = join(git.gitFolder, "objects", id.slice(0, 2), id.slice(2));
    const content = keys(1);
    writeFileSync(`${file}.new`, deflateSync(`blob ${content.length}\0${content}`));
    renameSync(`${file}.new`, file);
    expect((await searchAgain()).found.map(({ place }) => place.blob)).toEqual([id]);
    // What is read again is not told twice.
    utimesSync(file, 1, 1);
    git.commit("more", { b: "more\n" });
    expect((await searchAgain()).found.map(({ place }) => place.blob)).toEqual([id]);
  });

  test("is not trusted when a moment ago something may have changed", async () => {
    git.commit("oops", { a: keys(1) });
    const cache = new WatchedCache(folder);
    for (let i = 0; i < 2; i++) await searchHistory([git.gitFolder], { cache, nowMs: 0 });
    expect(cache.kept).toBe(2);
  });

  test("holds no secret", async () => {
    git.commit("oops", { a: keys(1) });
    await searchAgain();
    const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(kept.some((text) => text.includes(generateMaterial(1).id))).toBe(true);
    // No such assertion as `not.toContain`: its message would hold the secret.
    expect(kept.some((text) => text.includes(generateMaterial(1).secret))).toBe(false);
  });

  test.for(["loose", "packed", "packed by name"])(
    "holds no secret of a member's name, and tells the same: %s",
    async (how) => {
      const name = generateMaterial(1).secret.replaceAll("/", "_");
      const inner = zip([{ name: `${name}/app.ini`, content: Buffer.from(`# keysweep:allow a try\n${keys(2)}`) }]);
      const [path, archive] = how === "packed by name" ? ["a.zip.br", brotliCompressSync(inner)] : ["a.zip", inner];
      git.commit("oops", { [path]: archive });
      if (how !== "loose") git.run("repack", "-adq");
      const tellings = [];
      for (const file of ["b", "c"]) {
        const { found } = await searchAgain();
        tellings.push(found.filter(({ detection }) => detection.accessKeyId === generateMaterial(2).id));
        const kept = readdirSync(folder).map((each) => readFileSync(join(folder, each), "utf8"));
        expect(kept.some((text) => text.includes(name))).toBe(false);
        git.commit("more", { [file]: file });
      }
      // What is accepted is looked up in the archive anew, in which the member still has its name.
      const accepted = { place: { path }, detection: { inlineAllow: { reason: "a try" } } };
      expect(tellings[0]).toMatchObject([accepted]);
      expect(tellings[1]).toEqual(tellings[0]);
    },
  );

  test("holds no secret of a name either", async () => {
    const { secret } = generateMaterial(1);
    git.commit("oops", { [`x/${secret.replaceAll("/", "_")}`]: keys(2) });
    git.run("branch", secret.replaceAll("/", "_"));
    await searchAgain();
    const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(kept.some((text) => text.includes(generateMaterial(2).id))).toBe(true);
    expect(kept.some((text) => text.includes(secret.replaceAll("/", "_")))).toBe(false);
  });
});

test("an interrupted search ends, with what was counted until then", async () => {
  git.commit("oops", { a: keys(1) });
  const interruption = new AbortController();
  interruption.abort();
  const { found } = await searchHistory([git.gitFolder], { signal: interruption.signal });
  expect(found).toEqual([]);
});

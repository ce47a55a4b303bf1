import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { GitPlace } from "../../src/model/place.ts";
import { OperatorGit } from "../../src/scan/sources/change/operator-git.ts";
import { openRange, type RangeChange, searchRange } from "../../src/scan/sources/change/range.ts";
import { Exclusion } from "../../src/scan/sources/disk/exclusion.ts";
import { zip } from "../support/archives/zip.ts";
import { keyFile, type Recording, recordingSink, sharedDocuments } from "../support/disk/searching.ts";
import { GitFixture } from "../support/git/git.ts";
import { generateMaterial } from "../support/material.ts";

function fixture(): GitFixture {
  const repository = new GitFixture();
  onTestFinished(() => repository[Symbol.dispose]());
  return repository;
}

interface Asked {
  readonly environment?: Readonly<Record<string, string>>;
  readonly exclude?: readonly string[];
}

async function opened(
  repository: GitFixture,
  tip: string,
  known: readonly string[],
  { environment = {} }: Asked = {},
): Promise<RangeChange> {
  const git = new OperatorGit({
    folder: repository.work,
    environment: { PATH: process.env["PATH"], HOME: repository.folder, ...environment },
    signal: new AbortController().signal,
  });
  return openRange(git, { tips: [{ name: tip, ref: null }], known, knownRefs: [], mustMeet: false });
}

/** What the commits of `tip` add that no known one has. */
async function searched(
  repository: GitFixture,
  tip: string,
  known: readonly string[] = [],
  asked: Asked = {},
): Promise<Recording & { readonly paths: readonly string[] }> {
  const change = await opened(repository, tip, known, asked);
  const sink = recordingSink();
  try {
    await searchRange(change, {
      documents: sharedDocuments(),
      objects: change.objects,
      sink,
      exclusion: new Exclusion(
        (asked.exclude ?? []).map((pattern) => ({ pattern, base: repository.work, by: "test" })),
      ),
      signal: new AbortController().signal,
      onProgress: () => {},
    });
  } finally {
    change.objects.close();
  }
  return { ...sink, paths: sink.places.map((place) => (place as GitPlace).path ?? "").toSorted() };
}

function blob(repository: GitFixture, content: string): string {
  return repository.feed(content, "hash-object", "-w", "--stdin").toString().trim();
}

/** An object of any content, however wrong. */
function raw(repository: GitFixture, type: string, content: Uint8Array): string {
  return repository.feed(content, "hash-object", "-t", type, "-w", "--literally", "--stdin").toString().trim();
}

/** A tree of these entries in this very order: `MODE NAME` and an object's id. */
function tree(repository: GitFixture, ...entries: readonly (readonly [string, string])[]): string {
  const bytes = entries.map(([entry, id]) => Buffer.concat([Buffer.from(`${entry}\0`), Buffer.from(id, "hex")]));
  return raw(repository, "tree", Buffer.concat(bytes));
}

function commitOf(repository: GitFixture, treeId: string, ...parents: readonly string[]): string {
  return repository.run("commit-tree", "-m", "made", ...parents.flatMap((parent) => ["-p", parent]), treeId);
}

describe("a merge whose tree is malformed", () => {
  function parts() {
    const repository = fixture();
    const [key, one, two] = [keyFile(), "one\n", "two\n"].map((content) => blob(repository, content)) as [
      string,
      string,
      string,
    ];
    const parents = [
      commitOf(repository, tree(repository, ["100644 f", one])),
      commitOf(repository, tree(repository, ["100644 q", two])),
    ];
    return { repository, key, one, two, parents };
  }

  test("hides nothing where its names are not in order", async () => {
    const { repository, key, one, two, parents } = parts();
    for (const entries of [
      [
        ["100644 f", one],
        ["100644 a", key],
      ],
      [
        ["100644 z", one],
        ["100644 q", two],
        ["100644 a", key],
      ],
    ] as const) {
      const merge = commitOf(repository, tree(repository, ...entries), ...parents);
      expect((await searched(repository, merge, parents)).paths).toEqual(["a"]);
    }
  });

  test("hides nothing behind another entry of the same name", async () => {
    const { repository, key, one, two, parents } = parts();
    for (const entries of [
      [
        ["100644 f", key],
        ["100644 f", one],
      ],
      [
        ["100644 f", one],
        ["100644 f", key],
      ],
      [
        ["100644 f", key],
        ["100644 f", one],
        ["100644 q", two],
      ],
      [
        ["100644 q", two],
        ["100644 f", one],
        ["100644 f", key],
      ],
    ] as const) {
      const merge = commitOf(repository, tree(repository, ...entries), ...parents);
      expect((await searched(repository, merge, parents)).paths).toContain("f");
    }
  });

  test("adds nothing that one of its parents has, however often a parent is named", async () => {
    const { repository, key, one, parents } = parts();
    const [first = ""] = parents;
    const theirs = commitOf(repository, tree(repository, ["100644 a", key], ["100644 f", one]), first);
    const merge = commitOf(repository, tree(repository, ["100644 f", one], ["100644 a", key]), first, theirs);
    expect((await searched(repository, merge, [first, theirs])).paths).toEqual([]);
    const twice = tree(repository, ["100644 f", one], ["100644 a", key]);
    const body = `tree ${twice}\nparent ${first}\nparent ${first}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nx\n`;
    expect((await searched(repository, raw(repository, "commit", Buffer.from(body)), [first])).paths).toEqual(["a"]);
  });
});

describe("what seems to be a submodule", () => {
  test("is read where git has a file by that id, whatever .gitmodules says", async () => {
    const repository = fixture();
    const modules = '[submodule "m"]\n\tpath = m\n\turl = x\n\tignore = all\n';
    const first = repository.commit("first", { ".gitmodules": modules });
    const key = blob(repository, keyFile());
    for (const mode of ["160000", "644", "60000"]) {
      const bad = commitOf(
        repository,
        tree(repository, ["100644 .gitmodules", blob(repository, modules)], [`${mode} m`, key]),
        first,
      );
      expect((await searched(repository, bad, [first])).paths).toEqual(["m"]);
    }
  });

  test("is a gap where it names a tree, and none where it names what git has not", async () => {
    const repository = fixture();
    const first = repository.commit("first", { a: "nothing\n" });
    const holds = tree(repository, ["100644 k", blob(repository, keyFile())]);
    const bad = commitOf(repository, tree(repository, ["160000 m", holds]), first);
    expect((await searched(repository, bad, [first])).skipped).toMatchObject([
      { reason: "object-damaged", failure: true },
    ]);
    const good = commitOf(repository, tree(repository, ["160000 m", "1".repeat(40)]), first);
    expect((await searched(repository, good, [first])).skipped).toMatchObject([{ reason: "submodule" }]);
  });

  test("is searched by its name", async () => {
    const repository = fixture();
    const first = repository.commit("first", { a: "nothing\n" });
    const path = `vendor/${generateMaterial(1).id}`;
    repository.run("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},${path}`);
    repository.run("commit", "-q", "-m", "a submodule");
    expect((await searched(repository, "HEAD", [first])).paths).toContain(path);
  });
});

test("a file that a tag names itself has no path", async () => {
  const repository = fixture();
  repository.commit("first", { a: "nothing\n" });
  const { places } = await searched(repository, blob(repository, keyFile()));
  expect(places).toMatchObject([{ object: "blob", path: null, commit: null, inHead: false }]);
});

test("a path that is longer than any file's leaves what is read behind it as it is", async () => {
  const repository = fixture();
  const first = repository.commit("first", { a: "nothing\n" });
  const long = "x".repeat(70_000);
  const [one, two] = [blob(repository, keyFile(1)), blob(repository, keyFile(2))];
  const bad = commitOf(repository, tree(repository, [`100644 ${long}`, one], ["100644 y", two]), first);
  const { paths, skipped } = await searched(repository, bad, [first]);
  expect(paths.map((path) => path.length)).toEqual([long.length, 1]);
  expect(skipped).toEqual([]);
});

describe("what is renamed", () => {
  test("is old, but where its old path was left out", async () => {
    const repository = fixture();
    const first = repository.commit("first", { "fixtures/k": keyFile(1), "src/k": keyFile(2) });
    repository.run("mv", "fixtures/k", "prod.ini");
    repository.run("mv", "src/k", "moved.ini");
    repository.run("commit", "-q", "-m", "moved");
    expect((await searched(repository, "HEAD", [first])).paths).toEqual([]);
    expect((await searched(repository, "HEAD", [first], { exclude: ["fixtures/**"] })).paths).toEqual(["prod.ini"]);
  });
});

describe("a message", () => {
  test("that holds an archive which cannot be read is a gap", async () => {
    const repository = fixture();
    const first = repository.commit("first", { a: "nothing\n" });
    const archive = Buffer.from(
      zip([{ name: "k.env", content: Buffer.from(keyFile().repeat(3)), method: "deflated" }]),
    );
    // Deflate has no block of the third type.
    archive[archive.indexOf("k.env") + "k.env".length] = 0xff;
    const head = `tree ${repository.run("rev-parse", "HEAD^{tree}")}\nparent ${first}\n`;
    const people = "author A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nmessage\n";
    const bad = raw(repository, "commit", Buffer.concat([Buffer.from(head + people), archive]));
    const { skipped, paths } = await searched(repository, bad, [first]);
    expect(paths).toEqual([]);
    expect(skipped).toContainEqual(
      expect.objectContaining({ place: expect.stringContaining(`commit ${bad}`), failure: true }),
    );
  });
});

describe("histories", () => {
  test("are not cut short by grafts, nor by what the environment says of shallow clones and replacements", async () => {
    const repository = fixture();
    const first = repository.commit("first", { a: "nothing\n" });
    const bad = repository.commit("second", { credentials: keyFile() });
    const tip = repository.commit("third", { credentials: "gone\n" });
    const grafts = join(repository.folder, "grafts");
    writeFileSync(grafts, `${tip} ${first}\n`);
    mkdirSync(join(repository.gitFolder, "info"), { recursive: true });
    copyFileSync(grafts, join(repository.gitFolder, "info", "grafts"));
    const shallow = join(repository.folder, "shallow");
    writeFileSync(shallow, `${tip}\n`);
    repository.run("update-ref", `refs/mine/${bad}`, first);
    for (const environment of [
      {},
      { GIT_GRAFT_FILE: grafts },
      { GIT_SHALLOW_FILE: shallow },
      { GIT_REPLACE_REF_BASE: "refs/mine/" },
    ]) {
      expect((await searched(repository, tip, [first], { environment })).paths).toEqual(["credentials"]);
    }
  });
});

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GitPlace } from "../../src/model/place.ts";
import type { ScanReport } from "../../src/model/scan-report.ts";
import { generateMaterial } from "../support/material.ts";
import { makeRepository, type OperatorRepository, openRepository } from "./repository.ts";
import { makeWorld, profile, type World } from "./world.ts";

const ZEROS = "0".repeat(40);

let world: World;
let repository: OperatorRepository;
/** The first commit of the repository. */
let first: string;
beforeEach(() => {
  world = makeWorld();
  repository = makeRepository(world);
  first = repository.commit("first", { "a.txt": "nothing\n", old: profile(9) });
});
afterEach(() => world.remove());

function ranged(
  range: string,
  from = repository,
): ScanReport & { readonly status: number | null; readonly stderr: string } {
  const { status, stdout, stderr } = from.run("scan", "--range", range, "--format", "json");
  return { ...(JSON.parse(stdout) as ScanReport), status, stderr };
}

function gitPlaces(range: string, from = repository): GitPlace[] {
  return ranged(range, from)
    .findings.flatMap((finding) => finding.places)
    .map((place) => {
      expect(place.kind).toBe("git");
      return place as GitPlace;
    });
}

function paths(range: string, from = repository): string[] {
  return gitPlaces(range, from)
    .map(({ path, line }) => `${path}:${line}`)
    .toSorted();
}

describe("scan --range", () => {
  test("tells of a key that one commit adds and a later one takes out, and of nothing from before", () => {
    const bad = repository.commit("second", { credentials: profile(1) });
    repository.commit("third", { credentials: "gone\n", old: `\n${profile(9)}` });
    expect(gitPlaces(`${first}..HEAD`)).toEqual([
      {
        kind: "git",
        repository: repository.folder,
        object: "blob",
        path: "credentials",
        within: [],
        line: 2,
        column: 21,
        blob: repository.git("rev-parse", `${bad}:credentials`),
        commit: bad,
        author: "Ada <ada@example.org>",
        date: expect.stringMatching(/^\d{4}-.*Z$/),
        reachable: true,
        refs: ["refs/heads/main"],
        inHead: false,
        versions: 1,
        last: { commit: bad, date: expect.any(String) },
      },
    ]);
    expect(ranged(`${first}..HEAD`)).toMatchObject({
      status: 1,
      coverage: { complete: true, objects: 2, repositories: 1 },
    });
    expect(ranged("HEAD..HEAD")).toMatchObject({ status: 0, findings: [], coverage: { files: 0, objects: 0 } });
  });

  test("says what is still in HEAD", () => {
    repository.commit("second", { credentials: profile(1) });
    expect(gitPlaces(`${first}..HEAD`)).toMatchObject([{ inHead: true }]);
  });

  test("compares the first commit of all with nothing", () => {
    expect(paths(`${ZEROS}..HEAD`)).toEqual(["old:2"]);
  });

  test("searches what a merge adds that none of its parents has, and each branch once", () => {
    repository.git("checkout", "-q", "-b", "other");
    repository.commit("theirs", { theirs: profile(1), both: "1\n2\n3\n4\n5\n6\n7\n8\n" });
    repository.git("checkout", "-q", "main");
    repository.commit("ours", { ours: profile(2) });
    repository.git("merge", "-q", "--no-commit", "--no-ff", "other");
    repository.write("both", `1\n2\n3\n4\n5\n6\n7\n8\n${profile(3)}`);
    repository.write("evil", profile(4));
    const merge = repository.commit("merge");
    expect(paths(`${first}..HEAD`)).toEqual(["both:10", "evil:2", "ours:2", "theirs:2"]);
    expect(paths(`${merge}^1..HEAD`)).toEqual(["both:10", "evil:2", "theirs:2"]);
    expect(gitPlaces(`${merge}^1..HEAD`).filter(({ commit }) => commit === merge)).toHaveLength(2);
  });

  test("finds nothing new in a merge of two branches that add their keys to one file", () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}\n`);
    repository.commit("long", { long: lines.join("") });
    const base = repository.git("rev-parse", "HEAD");
    repository.git("checkout", "-q", "-b", "other");
    repository.commit("theirs", { long: [profile(1), ...lines].join("") });
    repository.git("checkout", "-q", "main");
    repository.commit("ours", { long: [...lines, profile(2)].join("") });
    repository.git("merge", "-q", "--no-edit", "other");
    expect(gitPlaces(`${base}..HEAD`).map(({ commit }) => commit)).not.toContain(repository.git("rev-parse", "HEAD"));
    expect(paths(`${base}..HEAD`)).toEqual(["long:2", "long:42"]);
  });

  test("follows renames and finds odd names, links and other branches' commits", () => {
    repository.git("mv", "old", "new\nname");
    repository.commit("renamed");
    expect(paths(`${first}..HEAD`)).toEqual([]);
    repository.commit("odd", { 'x"\n\ty': profile(1), "sub/-z": profile(2), zz: profile(3) });
    expect(paths(`${first}..HEAD`)).toEqual(["sub/-z:2", 'x"\n\ty:2', "zz:2"]);
  });

  test("reads the messages of commits and of the tag that is named", () => {
    const { id, secret } = generateMaterial(1);
    const said = repository.commit(`subject\n\nkeys: aws_access_key_id=${id}\naws_secret_access_key=${secret}`);
    repository.git("tag", "-a", "-m", `tagged\n\n${profile(2)}`, "v1");
    expect(gitPlaces(`${first}..v1`)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          object: "commit",
          path: null,
          commit: said,
          blob: said,
          line: 3,
          author: "Ada <ada@example.org>",
        }),
        expect.objectContaining({ object: "tag", path: null, blob: repository.git("rev-parse", "v1"), line: 4 }),
      ]),
    );
    expect(gitPlaces(`${first}..v1`)).toHaveLength(2);
  });

  test("reads messages of any length to their end", () => {
    const { id, secret } = generateMaterial(1);
    const words = "nothing to see here\n".repeat(200_000);
    repository.write("message", `${words}aws_access_key_id=${id}\naws_secret_access_key=${secret}\n${words}`);
    repository.git("tag", "-a", "-F", "message", "long");
    rmSync(join(repository.folder, "message"));
    repository.commit("second", { credentials: profile(2) });
    expect(gitPlaces(`${ZEROS}..long`)).toContainEqual(expect.objectContaining({ object: "tag", line: 200_001 }));
    repository.git("tag", "-f", "-a", "-m", "after", "long");
    expect(paths(`${first}..long`)).toEqual(["credentials:2"]);
  });

  test("finds what a tag names that is no commit", () => {
    repository.write("loose", profile(1));
    const blob = repository.git("hash-object", "-w", "loose");
    repository.git("tag", "a-blob", blob);
    repository.git("tag", "-a", "-m", "of a tree", "a-tree", "HEAD^{tree}");
    expect(paths(`${ZEROS}..a-blob`)).toEqual(["null:2"]);
    expect(paths(`${ZEROS}..a-tree`)).toEqual(["old:2"]);
  });

  test("with zeros for A, is what no remote has", () => {
    const clone = world.folder;
    repository.git("clone", "-q", repository.folder, join(clone, "clone"));
    const cloned = openRepository(world, join(clone, "clone"));
    cloned.commit("mine", { credentials: profile(1) });
    expect(paths(`${ZEROS}..HEAD`, cloned)).toEqual(["credentials:2"]);
  });

  test("reads SHA-256 repositories", () => {
    const other = makeRepository(world, "sha256", "--object-format=sha256");
    const base = other.commit("first", { a: "nothing\n" });
    other.commit("second", { credentials: profile(1) });
    expect(paths(`${base}..HEAD`, other)).toEqual(["credentials:2"]);
  });

  test("does not let replaced objects hide anything", () => {
    const bad = repository.commit("second", { credentials: profile(1) });
    repository.git("checkout", "-q", "--detach", first);
    const good = repository.commit("good", { credentials: "nothing\n" });
    repository.git("checkout", "-q", "main");
    repository.git("replace", bad, good);
    expect(paths(`${first}..main`)).toEqual(["credentials:2"]);
  });
});

describe("the policy of a range", () => {
  const later = "expires: 2999-12-31";

  function allowing(range: string): string {
    const [finding] = ranged(range).findings;
    return `allow:\n  - { fingerprint: "${finding?.fingerprint}", reason: a test, owner: ada, ${later} }\n`;
  }

  test("is that of A: a push cannot bring its own permission", () => {
    const bad = repository.commit("second", { credentials: profile(1) });
    const allow = allowing(`${first}..${bad}`);
    repository.commit("third", { "keysweep.yaml": `${allow}exclude: [credentials]\n` });
    expect(ranged(`${first}..HEAD`)).toMatchObject({ status: 1, findings: [{ allowed: null }] });
    repository.git("checkout", "-q", "-b", "again", first);
    const permitted = repository.commit("permission first", { "keysweep.yaml": allow });
    repository.commit("then the key", { credentials: profile(1), "keysweep.yaml": "" });
    expect(ranged(`${permitted}..HEAD`)).toMatchObject({ status: 0, findings: [{ allowed: { reason: "a test" } }] });
  });

  test("takes no allow beside a key, unless the operator says so", () => {
    repository.commit("second", { credentials: profile(1, "   # keysweep:allow made for a test") });
    expect(ranged(`${first}..HEAD`)).toMatchObject({ status: 1, findings: [{ allowed: null }] });
    writeFileSync(world.operatorConfiguration, "hooks: { inlineAllow: true }\n");
    expect(ranged(`${first}..HEAD`)).toMatchObject({
      status: 0,
      findings: [{ allowed: { reason: "made for a test" } }],
    });
  });

  test("is none where A's is wrong, so that it can be mended", () => {
    const broken = repository.commit("broken", { "keysweep.yaml": "exclude: credentials\n" });
    repository.commit("second", { credentials: profile(1), "keysweep.yaml": "exclude: []\n" });
    const { status, stderr, findings } = ranged(`${broken}..HEAD`);
    expect({ status, findings }).toMatchObject({ status: 1, findings: [{ allowed: null }] });
    expect(stderr).toContain(
      `${broken}:keysweep.yaml:1:1: exclude: must be a list; it allows nothing until it is mended`,
    );
  });

  test.each([
    ["too long", "# so long\n".repeat(20_000)],
    ["nested too deep", "[".repeat(50_000)],
    ["no text", Buffer.alloc(1000, 0xff)],
  ])("is none where A's is %s", (_, content) => {
    const broken = repository.commit("broken", { "keysweep.yaml": content });
    repository.commit("second", { credentials: profile(1), "keysweep.yaml": "exclude: []\n" });
    const { status, stderr, findings } = ranged(`${broken}..HEAD`);
    expect({ status, findings }).toMatchObject({ status: 1, findings: [{ allowed: null }] });
    expect(stderr).toContain("it allows nothing until it is mended");
  });
});

describe("scan --range refuses", () => {
  test.each([
    ["A...B", "main...HEAD", "three dots"],
    ["one revision", "HEAD", "expected A..B"],
    ["an empty A", "..HEAD", "a side is empty"],
    ["an empty B", "HEAD..", "a side is empty"],
    ["an option", "--all..HEAD", "no revision begins with a dash"],
    ["an option for B", "HEAD..--output=x", "no revision begins with a dash"],
    ["a revision that is not there", "nowhere..HEAD", "there is no commit nowhere in this repository"],
    ["a B that is not there", "HEAD..nowhere", "there is no commit nowhere in this repository"],
  ])("%s", (_, range, words) => {
    // With =, so that a range that looks like an option reaches the command at all.
    const { status, stdout, stderr } = repository.run("scan", `--range=${range}`);
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: "", stderr: expect.stringContaining(words) });
  });

  test("histories that have nothing in common", () => {
    repository.git("checkout", "-q", "--orphan", "island");
    repository.commit("island", { b: "nothing\n" });
    expect(repository.run("scan", "--range", "main..island")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("no commit in common"),
    });
  });

  test("a range that a shallow clone does not hold", () => {
    for (let index = 0; index < 3; index++) repository.commit(`${index}`, { [`f${index}`]: "nothing\n" });
    repository.git("clone", "-q", "--depth=2", `file://${repository.folder}`, join(world.folder, "shallow"));
    const shallow = openRepository(world, join(world.folder, "shallow"));
    expect(shallow.run("scan", "--range", `${first}..HEAD`)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/there is no commit .*\n.*This clone is shallow/),
    });
    expect(shallow.run("scan", "--range", `HEAD^..HEAD`)).toMatchObject({ status: 0 });
    shallow.git("update-ref", "-d", "refs/remotes/origin/main");
    shallow.git("remote", "remove", "origin");
    expect(shallow.run("scan", "--range", `${ZEROS}..HEAD`)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/the parents of commit .* were not fetched/),
    });
  });
});

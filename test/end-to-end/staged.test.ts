import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { IndexPlace } from "../../src/model/place.ts";
import type { ScanReport } from "../../src/model/scan-report.ts";
import { tar } from "../support/archives/tar.ts";
import { generateMaterial } from "../support/material.ts";
import { makeRepository, type OperatorRepository } from "./repository.ts";
import { makeWorld, profile, type World } from "./world.ts";

let world: World;
let repository: OperatorRepository;
beforeEach(() => {
  world = makeWorld();
  repository = makeRepository(world);
});
afterEach(() => world.remove());

const { id, secret } = generateMaterial(1);

function staged(...args: readonly string[]): ScanReport & { readonly status: number | null } {
  const { status, stdout, stderr } = repository.run("scan", "--staged", "--format", "json", ...args);
  expect(stderr).toBe("");
  return { ...(JSON.parse(stdout) as ScanReport), status };
}

/** Where something is about to be added: `path!member:line`. */
function places(): string[] {
  return staged()
    .findings.flatMap((finding) => finding.places)
    .map((place) => {
      expect(place.kind).toBe("index");
      const { path, within, line } = place as IndexPlace;
      return `${[path, ...within].join("!")}:${line}`;
    })
    .toSorted();
}

describe("scan --staged looks at", () => {
  test("the index, before there is any commit", () => {
    repository.write("a.txt", "nothing\n");
    repository.write("credentials", profile(1));
    repository.git("add", "-A");
    expect(places()).toEqual(["credentials:2"]);
    expect(staged()).toMatchObject({ status: 1, coverage: { files: 2, complete: true } });
  });

  test("nothing where nothing is staged", () => {
    repository.commit("first", { "a.txt": "nothing\n", credentials: profile(1) });
    expect(staged()).toMatchObject({ status: 0, findings: [], coverage: { files: 0 } });
  });

  test("what is staged of a file, whatever the work tree has", () => {
    repository.commit("first", { one: "nothing\n", two: "nothing\n", three: "nothing\n" });
    repository.write("one", profile(1));
    repository.git("add", "one");
    repository.write("one", "taken out again\n");
    repository.write("two", profile(2));
    rmSync(join(repository.folder, "three"));
    expect(places()).toEqual(["one:2"]);
  });

  test("what a filter makes of it: git keeps CRLF as LF, and what `clean` writes", () => {
    repository.git("config", "filter.hide.clean", `sed 's/^secret.*/hidden/'`);
    repository.commit("first", { ".gitattributes": "*.crlf text eol=crlf\n*.hidden filter=hide\n" });
    repository.write("a.crlf", profile(1).replaceAll("\n", "\r\n"));
    repository.write("b.hidden", `key ${generateMaterial(2).id}\nsecret = ${generateMaterial(2).secret}\n`);
    repository.git("add", "-A");
    expect(places()).toContain("a.crlf:2");
    expect(staged().findings.map(({ hasSecret }) => hasSecret)).toEqual([true, false]);
  });

  test("no file that is only meant to be added", () => {
    repository.write("later", profile(1));
    repository.git("add", "--intent-to-add", "later");
    expect(places()).toEqual([]);
    repository.git("add", "later");
    expect(places()).toEqual(["later:2"]);
  });

  test("the target of a symbolic link, and follows none", () => {
    world.file("outside", profile(2));
    symlinkSync(join(world.folder, "outside"), join(repository.folder, "link"));
    symlinkSync(
      `aws_access_key_id=${id} aws_secret_access_key=${secret.replaceAll("/", "+")}`,
      join(repository.folder, "odd"),
    );
    repository.git("add", "-A");
    expect(places()).toEqual(["odd:1"]);
  });

  test("files in archives", () => {
    repository.write("a.tgz", gzipSync(tar([{ name: "etc/credentials", content: Buffer.from(profile(1)) }])));
    repository.git("add", "-A");
    expect(places()).toEqual([expect.stringMatching(/^a\.tgz!.*etc\/credentials:2$/)]);
  });

  test("files with any name", () => {
    const names = ["a\nb", 'quo"te', "back\\slash", " space ", "ümlaut", "-dash", "a'b"];
    for (const name of names) repository.write(name, profile(1));
    writeFileSync(Buffer.concat([Buffer.from(`${repository.folder}/`), Buffer.from([0xff, 0x41])]), profile(1));
    repository.git("add", "-A");
    expect(places()).toEqual([...names, "\ufffdA"].map((name) => `${name}:2`).toSorted());
  });

  test("a large file", () => {
    repository.write("large", Buffer.concat([Buffer.alloc(70 << 20, "nothing here\n"), Buffer.from(profile(1))]));
    repository.git("add", "-A");
    expect(places()).toEqual([`large:${Math.floor((70 << 20) / 13) + 2}`]);
  });

  test("the whole repository from a folder in it, whatever diff.relative says, and from a linked worktree", () => {
    repository.git("config", "diff.relative", "true");
    repository.commit("first", { "below/a": "nothing\n" });
    repository.write("credentials", profile(1));
    repository.git("add", "-A");
    const below = world.run(["scan", "--staged", "--format", "json"], { cwd: join(repository.folder, "below") });
    expect(JSON.parse(below.stdout)).toMatchObject({ findings: [{ places: [{ path: "credentials" }] }] });
    repository.git("worktree", "add", "-q", "../linked", "-b", "other");
    const linked = join(world.folder, "linked");
    writeFileSync(join(linked, "mine"), profile(2));
    repository.git("-C", linked, "add", "-A");
    const there = world.run(["scan", "--staged", "--format", "json"], { cwd: linked });
    expect(JSON.parse(there.stdout)).toMatchObject({ findings: [{ places: [{ path: "mine", repository: linked }] }] });
  });
});

describe("scan --staged tells only of what is added", () => {
  test("not of what a file held before, but of the same key once more", () => {
    repository.commit("first", { credentials: profile(1) });
    repository.write("credentials", `# moved down\n\n${profile(1)}`);
    repository.git("add", "-A");
    expect(places()).toEqual([]);
    repository.write("credentials", `${profile(1)}\n${profile(1)}`);
    repository.git("add", "-A");
    expect(places()).toEqual(["credentials:6"]);
  });

  test("of a secret that comes to an id", () => {
    repository.commit("first", { settings: `aws_access_key_id = ${id}\n` });
    repository.write("settings", `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`);
    repository.git("add", "-A");
    expect(staged().findings).toMatchObject([{ rule: "aws-access-key-pair", hasSecret: true }]);
  });

  test("not of the half that stays of a pair", () => {
    repository.commit("first", { settings: profile(1) });
    repository.write("settings", `aws_secret_access_key = ${secret}\n`);
    repository.git("add", "-A");
    expect(places()).toEqual([]);
    repository.write("settings", `aws_access_key_id = ${id}\n`);
    repository.git("add", "-A");
    expect(places()).toEqual([]);
  });

  test("not of a file that is renamed or removed, but of a copy, whatever diff.renames says", () => {
    repository.git("config", "diff.renames", "false");
    repository.commit("first", { credentials: profile(1), gone: profile(2), same: profile(3) });
    repository.git("mv", "credentials", "renamed");
    repository.git("rm", "-q", "gone");
    expect(places()).toEqual([]);
    repository.write("copy", profile(3));
    repository.git("add", "-A");
    expect(places()).toEqual(["copy:2"]);
  });

  test("not of what a merge brings from the other branch, but of what is put in while merging", () => {
    const base = repository.commit("first", { a: "nothing\n" });
    repository.git("checkout", "-q", "-b", "other");
    repository.commit("theirs", { theirs: profile(1) });
    repository.git("checkout", "-q", "main");
    expect(repository.git("rev-parse", "HEAD")).toBe(base);
    repository.commit("ours", { ours: "nothing\n" });
    repository.git("merge", "-q", "--no-commit", "other");
    expect(places()).toEqual([]);
    repository.write("evil", profile(2));
    repository.git("add", "evil");
    expect(places()).toEqual(["evil:2"]);
  });

  test("of a file that takes a submodule's place; of a submodule that its files are in its own repository", () => {
    const inner = makeRepository(world, "inner");
    inner.commit("inner", { credentials: profile(5) });
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.folder, "module");
    expect(staged()).toMatchObject({
      status: 0,
      findings: [],
      coverage: { complete: true, skipped: [{ reason: "submodule", place: join(repository.folder, "module") }] },
    });
    repository.commit("with a submodule");
    repository.git("rm", "-q", "-f", "module");
    repository.write("module", profile(1));
    repository.git("add", "module");
    expect(places()).toEqual(["module:2"]);
  });

  test("of what stands as a submodule and is a file, though .gitmodules asks to ignore it", () => {
    repository.commit("modules", { ".gitmodules": '[submodule "m"]\n\tpath = m\n\turl = x\n\tignore = all\n' });
    repository.write("credentials", profile(1));
    const blob = repository.git("hash-object", "-w", "credentials");
    repository.git("update-index", "--add", "--cacheinfo", `160000,${blob},m`);
    expect(places()).toEqual(["m:2"]);
  });
});

describe("scan --staged follows", () => {
  function allow(fingerprint: string): string {
    return `allow:\n  - fingerprint: "${fingerprint}"\n    reason: a test\n    owner: ada\n    expires: 2999-12-31\n`;
  }

  test("the allow list that is staged, and no other", () => {
    repository.write("credentials", profile(1));
    repository.git("add", "-A");
    const [finding] = staged().findings;
    repository.write("keysweep.yaml", allow(finding?.fingerprint ?? ""));
    expect(staged()).toMatchObject({ status: 1, findings: [{ allowed: null }] });
    repository.git("add", "keysweep.yaml");
    rmSync(join(repository.folder, "keysweep.yaml"));
    expect(staged()).toMatchObject({ status: 0, findings: [{ allowed: { reason: "a test" } }] });
    expect(staged("--no-repository-config")).toMatchObject({ status: 1, findings: [{ allowed: null }] });
  });

  test("what the staged configuration and the operator's leave out", () => {
    repository.write("vendor/deep/credentials", profile(1));
    repository.write("mine/credentials", profile(2));
    repository.write("keysweep.yaml", "exclude: [vendor/]\n");
    repository.git("add", "-A");
    expect(places()).toEqual(["mine/credentials:2"]);
    expect(staged().coverage.excluded).toMatchObject([{ by: ":keysweep.yaml", pattern: "vendor/", count: 1 }]);
    writeFileSync(world.operatorConfiguration, `scan: { exclude: ["${repository.folder}/mine/**"] }\n`);
    expect(places()).toEqual([]);
  });

  test("an allow beside the key", () => {
    repository.write("credentials", profile(1, "   # keysweep:allow expires=2999-12-31 made for a test"));
    repository.git("add", "-A");
    expect(staged()).toMatchObject({ status: 0, findings: [{ allowed: { reason: "made for a test" } }] });
  });

  test("no configuration that is wrong: exit 2", () => {
    repository.write("keysweep.yaml", "alow: []\n");
    repository.git("add", "-A");
    const { status, stderr } = repository.run("scan", "--staged");
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(":keysweep.yaml:1:1: alow:"),
    });
  });
});

describe("scan --staged fails", () => {
  test("outside of a repository, and in one without a work tree", () => {
    const outside = world.run(["scan", "--staged"]);
    expect(outside).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("is in no repository") });
    const bare = makeRepository(world, "bare", "--bare");
    expect(bare.run("scan", "--staged")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("needs a work tree"),
    });
  });

  test("without git", () => {
    const { PATH: _, ...environment } = world.environment;
    const { status, stderr } = world.run(["scan", "--staged"], {
      cwd: repository.folder,
      environment: { ...environment, PATH: "/nowhere" },
    });
    expect({ status, stderr }).toMatchObject({ status: 4, stderr: expect.stringContaining("git cannot be started") });
  });

  test("beside anything else to scan", () => {
    for (const args of [["."], ["--stdin"], ["--environment"], ["--range", "a..b"]]) {
      expect(repository.run("scan", "--staged", ...args)).toMatchObject({ status: 2, stdout: "" });
    }
  });

  test("where an object is missing, with exit 3", () => {
    repository.write("a", "nothing to see\n");
    repository.git("add", "a");
    const blob = repository.git("rev-parse", ":a");
    rmSync(join(repository.folder, ".git", "objects", blob.slice(0, 2), blob.slice(2)));
    expect(staged()).toMatchObject({
      status: 3,
      coverage: { complete: false, skipped: [{ reason: "object-missing", failure: true }] },
    });
  });

  test("where a path has a conflict, with exit 3", () => {
    repository.commit("first", { a: "one\n" });
    repository.git("checkout", "-q", "-b", "other");
    repository.commit("theirs", { a: "two\n" });
    repository.git("checkout", "-q", "main");
    repository.commit("ours", { a: "three\n" });
    repository.tryGit("merge", "-q", "other");
    expect(staged()).toMatchObject({ status: 3, coverage: { skipped: [{ reason: "unmerged", failure: true }] } });
  });
});

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generateMaterial } from "../support/material.ts";
import { makeRepository, type OperatorRepository, openRepository, writeScript } from "./repository.ts";
import { ENTRY, makeWorld, profile, type Run, type World } from "./world.ts";

const ZEROS = "0".repeat(40);
const KEY = generateMaterial(1);

let world: World;
let repository: OperatorRepository;
beforeEach(() => {
  world = makeWorld();
  repository = makeRepository(world);
});
afterEach(() => world.remove());

/** Stages the files and commits as a person does, with hooks. */
function commit(files: Readonly<Record<string, string>>, ...args: readonly string[]): Run {
  for (const [name, content] of Object.entries(files)) repository.write(name, content);
  repository.git("add", "-A");
  return repository.tryGit("commit", "-m", "a commit", ...args);
}

function install(...args: readonly string[]): Run {
  return installIn(repository, ...args);
}

function installIn(where: OperatorRepository, ...args: readonly string[]): Run {
  const run = where.run("hook", "install", ...args);
  expect(run).toMatchObject({ status: 0, stdout: "" });
  return run;
}

/** The hooks of the repository with their contents and modes, but for git's samples. */
function hooksIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .filter((name) => !name.endsWith(".sample"))
      .map((name) => [
        name,
        `${(statSync(join(folder, name)).mode & 0o777).toString(8)} ${readFileSync(join(folder, name), "utf8")}`,
      ]),
  );
}

const hooks = (): string => join(repository.folder, ".git", "hooks");

describe("the pre-commit hook", () => {
  test("stops a commit that adds a key, and says what and where, how to go on and how to accept it", () => {
    install();
    const { status, stderr } = commit({ "src/\x1b[31mred\n.env": profile(1), "a.txt": "nothing\n" });
    expect(status).toBe(1);
    expect(repository.tryGit("rev-parse", "--verify", "HEAD").status).not.toBe(0);
    for (const words of [
      "this commit would add 1 AWS credential",
      "src/\\x1b[31mred\\n.env:2:21",
      KEY.id,
      `account ${KEY.accountId}`,
      "git rm --cached -- FILE",
      "has to be rotated",
      "keysweep:allow owner=NAME expires=YYYY-MM-DD REASON",
      "keysweep allow ks1:",
      `keysweep explain ${KEY.id}`,
    ]) {
      expect(stderr).toContain(words);
    }
    for (let at = 0; at + 8 <= KEY.secret.length; at++)
      expect(stderr.includes(KEY.secret.slice(at, at + 8))).toBe(false);
  });

  test("lets a commit pass that adds none, and any with --no-verify", () => {
    install();
    expect(commit({ "a.txt": "nothing\n" })).toMatchObject({ status: 0, stderr: "" });
    expect(commit({ credentials: profile(1) }, "--no-verify").status).toBe(0);
    expect(commit({ credentials: `moved\n${profile(1)}` })).toMatchObject({ status: 0, stderr: "" });
  });

  test("looks at what git is about to commit with -a, and of files that are named", () => {
    install();
    repository.commit("first", { one: "1\n", two: "2\n" });
    repository.write("one", profile(1));
    expect(repository.tryGit("commit", "-m", "none staged").status).toBe(1);
    expect(repository.tryGit("commit", "-am", "all").stderr).toContain("one:2:21");
    repository.write("two", "3\n");
    expect(repository.tryGit("commit", "-m", "only two", "two").status).toBe(0);
    expect(repository.tryGit("commit", "-m", "only one", "one").stderr).toContain("one:2:21");
  });

  test("accepts what is allowed, beside the key or in the staged keysweep.yaml", () => {
    install();
    expect(commit({ a: profile(1, "  # keysweep:allow made for a test") }).status).toBe(0);
    const { stderr } = commit({ b: profile(2) });
    const fingerprint = /ks1:[0-9a-f]{32}/.exec(stderr)?.[0] ?? "";
    const allow = ["allow", fingerprint, "--reason", "r", "--owner", "ada", "--expires", "2999-12-31"];
    expect(repository.run(...allow).status).toBe(0);
    expect(repository.tryGit("commit", "-m", "not staged").status).toBe(1);
    expect(commit({}).status).toBe(0);
  });

  test("names every key when there are several, and those below the threshold do not stop it", () => {
    install();
    const { stderr } = commit({ a: profile(1), b: profile(2), c: `id ${generateMaterial(3).id}\n` });
    expect(stderr).toContain("2 AWS credentials");
    expect(stderr).toContain(generateMaterial(2).id);
    repository.git("reset", "-q");
    for (const name of ["a", "b"]) rmSync(join(repository.folder, name));
    expect(commit({}).status).toBe(0);
  });

  test("blocks when it cannot check, unless the operator wants to be warned only", () => {
    install();
    repository.write("a", "nothing to see\n");
    repository.git("add", "a");
    repository.write("keysweep.yaml", "alow: []\n");
    const blocked = commit({});
    expect(blocked).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/alow: [^]*nothing was checked, so git was stopped/),
    });
    writeFileSync(world.operatorConfiguration, "hooks: { onError: warn }\n");
    expect(commit({})).toMatchObject({ status: 0, stderr: expect.stringContaining("and git goes on") });
    writeFileSync(world.operatorConfiguration, "hooks: { onError: never }\n");
    expect(commit({ b: "nothing\n" })).toMatchObject({ status: 1, stderr: expect.stringContaining("block, warn") });
  });

  test("blocks when something could not be read, unless the operator wants to be warned only", () => {
    install();
    const broken = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), Buffer.alloc(100, 7)]);
    repository.write("broken.gz", broken);
    expect(commit({})).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/could be checked, so git was stopped:\n.*broken\.gz/),
    });
    writeFileSync(world.operatorConfiguration, "hooks: { onError: warn }\n");
    expect(commit({})).toMatchObject({ status: 0, stderr: expect.stringMatching(/could be checked:\n.*broken\.gz/) });
  });

  test("blocks when node or keysweep have gone, or as the setting said when it was installed", () => {
    const present = install() && readFileSync(join(hooks(), "pre-commit"), "utf8");
    const gone = (script: string): string => script.replace(ENTRY, "/nowhere/main.js");
    writeFileSync(join(hooks(), "pre-commit"), gone(present));
    expect(commit({ a: "nothing\n" })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("/nowhere/main.js"),
    });
    writeFileSync(join(hooks(), "pre-commit"), present);
    writeFileSync(world.operatorConfiguration, "hooks: { onError: warn }\n");
    expect(install().stderr).toContain("updated");
    writeFileSync(join(hooks(), "pre-commit"), gone(readFileSync(join(hooks(), "pre-commit"), "utf8")));
    expect(commit({ a: "nothing\n" })).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("nothing was checked."),
    });
  });

  test("works in a linked worktree", () => {
    repository.commit("first", { a: "nothing\n" });
    repository.git("worktree", "add", "-q", "../linked", "-b", "other");
    const linked = openRepository(world, join(world.folder, "linked"));
    expect(linked.run("hook", "install").stderr).toContain(hooks());
    linked.write("credentials", profile(1));
    linked.git("add", "-A");
    expect(linked.tryGit("commit", "-m", "x")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("credentials:2"),
    });
  });
});

describe("hook install", () => {
  test("keeps a hook that is there, which runs first and decides too; uninstall puts it back byte for byte", () => {
    writeScript(
      join(hooks(), "pre-commit"),
      'echo "theirs $GIT_INDEX_FILE" >&2',
      "git add formatted 2>/dev/null",
      "exit $(cat status 2>/dev/null || echo 0)",
      "# \u00e9\r",
    );
    chmodSync(join(hooks(), "pre-commit"), 0o751);
    const before = hooksIn(hooks());
    expect(install().stderr).toContain("kept, and runs first");
    expect(commit({ a: "nothing\n" })).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("theirs .git/index"),
    });
    writeFileSync(join(repository.folder, "status"), "7");
    expect(repository.tryGit("commit", "-m", "x", "--allow-empty").status).toBe(1);
    rmSync(join(repository.folder, "status"));
    // It adds to the index what was not staged: keysweep has to see it.
    repository.write("formatted", profile(1));
    expect(repository.tryGit("commit", "-m", "x", "--allow-empty").stderr).toContain("formatted:2");
    expect(repository.run("hook", "uninstall").stderr).toContain("the hook that was there before is back");
    expect(hooksIn(hooks())).toEqual(before);
  });

  test("keeps one that is a link or may not be run", () => {
    writeScript(join(repository.folder, "tools", "hook"), "exit 9");
    symlinkSync("../../tools/hook", join(hooks(), "pre-commit"));
    install();
    expect(commit({ a: "nothing\n" }).status).toBe(1);
    chmodSync(join(repository.folder, "tools", "hook"), 0o644);
    expect(commit({ a: "nothing\n" }).status).toBe(0);
    repository.run("hook", "uninstall");
    expect(statSync(join(hooks(), "pre-commit")).isFile()).toBe(true);
    expect(readFileSync(join(hooks(), "pre-commit"), "utf8")).toContain("exit 9");
  });

  test("changes nothing the second time, and uninstalls what was never there as nothing", () => {
    const empty = hooksIn(hooks());
    expect(repository.run("hook", "uninstall")).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^keysweep: there is no hook of keysweep's in .*hooks\n$/),
    });
    expect(repository.run("hook", "uninstall", "--quiet")).toMatchObject({ status: 0, stderr: "" });
    install("pre-commit", "pre-push");
    const once = hooksIn(hooks());
    expect(Object.keys(once)).toEqual(["pre-commit", "pre-push"]);
    expect(install("pre-commit", "pre-push").stderr).toMatch(/already\n.*already\n/);
    expect(hooksIn(hooks())).toEqual(once);
    repository.run("hook", "uninstall");
    expect(hooksIn(hooks())).toEqual(empty);
  });

  test("goes where core.hooksPath says, from any folder, and makes missing folders", () => {
    repository.git("config", "core.hooksPath", "tools/hooks");
    mkdirSync(join(repository.folder, "below"));
    const run = world.run(["hook", "install"], { cwd: join(repository.folder, "below") });
    expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining("do not commit it") });
    expect(Object.keys(hooksIn(join(repository.folder, "tools", "hooks")))).toEqual(["pre-commit"]);
    expect(commit({ credentials: profile(1) }).status).toBe(1);
    repository.git("config", "--unset", "core.hooksPath");
    rmSync(hooks(), { recursive: true });
    install();
    expect(commit({ credentials: profile(1) }).status).toBe(1);
  });

  test("touches no hook that somebody has changed, and loses none of two", () => {
    install();
    writeFileSync(join(hooks(), "pre-commit"), `${readFileSync(join(hooks(), "pre-commit"), "utf8")}echo more\n`);
    for (const verb of ["install", "uninstall"]) {
      expect(repository.run("hook", verb)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("somebody has changed it"),
      });
    }
    writeScript(join(hooks(), "pre-commit"), "exit 0");
    install();
    writeScript(join(hooks(), "pre-commit"), "exit 1");
    const two = hooksIn(hooks());
    for (const verb of ["install", "uninstall"]) {
      expect(repository.run("hook", verb)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("is still kept in"),
      });
    }
    expect(hooksIn(hooks())).toEqual(two);
  });

  test.each([
    ["husky", ".husky/_/h", "", ".husky/pre-commit", "keysweep hook run pre-commit"],
    ["lefthook", "lefthook.yml", "", "lefthook.yml", "run: keysweep hook run pre-commit"],
    [
      "simple-git-hooks",
      "package.json",
      '{"simple-git-hooks": {}}',
      "package.json",
      '"pre-commit": "keysweep hook run pre-commit"',
    ],
    ["pre-commit", ".pre-commit-config.yaml", "", ".pre-commit-config.yaml", "entry: keysweep hook run pre-commit"],
    ["pre-commit", ".git/hooks/pre-commit", "# File generated by pre-commit\n", ".pre-commit-config.yaml", "entry:"],
  ])("leaves a repository to %s (by %s), and says what to add where", (name, file, content, target, line) => {
    repository.write(file, content);
    if (name === "husky") repository.git("config", "core.hooksPath", ".husky/_");
    const before = hooksIn(hooks());
    const { status, stderr } = repository.run("hook", "install");
    expect(status).toBe(2);
    expect(stderr).toContain(`${name} writes this repository's hooks`);
    expect(stderr).toContain(`Add this to ${join(repository.folder, target)}:`);
    expect(stderr).toContain(line);
    expect(hooksIn(hooks())).toEqual(before);
  });

  test("refuses hooks that there are not, and a folder that is in no repository", () => {
    expect(repository.run("hook", "install", "post-commit")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("pre-commit, pre-push, pre-receive"),
    });
    expect(repository.run("hook", "run", "post-commit")).toMatchObject({ status: 2 });
    expect(world.run(["hook", "install"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("is in no repository"),
    });
  });
});

describe("hook install --global", () => {
  const own = (): string => join(world.home, ".config", "keysweep", "hooks");

  test("checks in every repository, whose own hooks run as before, and goes again without a trace", () => {
    const configuration = (): string =>
      existsSync(join(world.home, ".gitconfig")) ? readFileSync(join(world.home, ".gitconfig"), "utf8") : "";
    repository.git("config", "--global", "user.name", "Ada");
    const before = configuration();
    writeScript(join(hooks(), "pre-commit"), "echo own pre-commit >&2");
    writeScript(join(hooks(), "commit-msg"), 'echo "own commit-msg $(cat "$1")" >&2');
    install("--global");
    install("--global", "pre-push");
    expect(commit({ a: "nothing\n" })).toMatchObject({
      status: 0,
      stderr: "own pre-commit\nown commit-msg a commit\n",
    });
    expect(commit({ credentials: profile(1) })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("credentials:2"),
    });
    const other = makeRepository(world, "other");
    other.write("credentials", profile(2));
    other.git("add", "-A");
    expect(other.tryGit("commit", "-m", "x").status).toBe(1);
    expect(repository.run("hook", "install")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("hook install --global"),
    });
    expect(repository.run("hook", "uninstall", "--global")).toMatchObject({ status: 0 });
    expect(existsSync(own())).toBe(false);
    expect(configuration().replace("[core]\n", "")).toBe(before);
    expect(commit({}).status).toBe(0);
  });

  test("installs into a folder that core.hooksPath names already, and puts its hook back", () => {
    const theirs = join(world.home, "hooks");
    writeScript(join(theirs, "pre-commit"), "echo theirs >&2");
    repository.git("config", "--global", "core.hooksPath", "~/hooks");
    const before = hooksIn(theirs);
    install("--global");
    expect(commit({ credentials: profile(1) })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^theirs\nkeysweep:/),
    });
    expect(repository.run("hook", "uninstall", "--global").stderr).toContain("is back");
    expect(hooksIn(theirs)).toEqual(before);
    expect(repository.git("config", "--global", "core.hooksPath")).toBe("~/hooks");
  });
});

describe("the pre-push hook", () => {
  let remote: OperatorRepository;
  beforeEach(() => {
    remote = makeRepository(world, "remote.git", "--bare");
    repository.git("remote", "add", "origin", remote.folder);
    repository.commit("first", { a: "nothing\n" });
    repository.git("push", "-q", "origin", "main");
    install("pre-push");
  });

  test("stops a push of a commit with a key, though a later one takes it out, and names the commit", () => {
    const bad = repository.commit("second", { credentials: profile(1) });
    repository.commit("third", { credentials: "gone\n" });
    const { status, stderr } = repository.tryGit("push", "-q", "origin", "main");
    expect(status).toBe(1);
    expect(stderr).toContain(`credentials:2:21 in commit ${bad.slice(0, 12)} of Ada <ada@example.org>`);
    expect(stderr).toContain("git rebase --interactive");
    expect(stderr).not.toContain(KEY.secret);
  });

  test("looks only at what the remote has not: new branches, forced pushes, tags, deletions", () => {
    repository.commit("with a key", { credentials: profile(1) });
    repository.git("push", "-q", "--no-verify", "origin", "main");
    repository.git("checkout", "-q", "-b", "topic");
    repository.commit("clean", { b: "nothing\n" });
    expect(repository.tryGit("push", "-q", "origin", "topic")).toMatchObject({ status: 0, stderr: "" });
    repository.git("commit", "-q", "--amend", "-m", "amended", "--no-verify");
    expect(repository.tryGit("push", "-q", "--force", "origin", "topic").status).toBe(0);
    repository.commit("bad", { more: profile(2) });
    expect(repository.tryGit("push", "-q", "origin", "topic:elsewhere")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("more:2"),
    });
    repository.git("reset", "-q", "--hard", "HEAD^");
    repository.git("tag", "-a", "-m", `tagged\n${profile(3)}`, "v1");
    expect(repository.tryGit("push", "-q", "origin", "v1")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("message of tag"),
    });
    expect(repository.tryGit("push", "-q", "origin", ":topic")).toMatchObject({ status: 0, stderr: "" });
    expect(repository.tryGit("push", "origin", "main").status).toBe(0);
  });

  test("checks a forced push over commits that were never fetched, and one to a bare address", () => {
    const other = join(world.folder, "other");
    repository.git("clone", "-q", remote.folder, other);
    const theirs = openRepository(world, other);
    theirs.commit("theirs", { theirs: "nothing\n" });
    theirs.git("push", "-q", "--no-verify", "origin", "main");
    repository.commit("mine", { credentials: profile(1) });
    expect(repository.tryGit("push", "-q", "--force", "origin", "main")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("credentials:2"),
    });
    expect(repository.tryGit("push", "-q", remote.folder, "main:new")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("credentials:2"),
    });
  });

  test("believes no remote-tracking branches of a remote that is another one now", () => {
    repository.commit("with a key", { credentials: profile(1) });
    repository.git("push", "-q", "--no-verify", "origin", "main");
    const tip = repository.commit("clean", { b: "nothing\n" });
    const stopped = { status: 1, stderr: expect.stringContaining("credentials:2") };
    const empty = makeRepository(world, "empty.git", "--bare");
    repository.git("remote", "set-url", "origin", empty.folder);
    expect(repository.tryGit("push", "-q", "origin", "main")).toMatchObject(stopped);
    expect(repository.tryGit("push", "-q", "origin", "main", "main:topic")).toMatchObject(stopped);
    const behind = makeRepository(world, "behind.git", "--bare");
    repository.git("push", "-q", "--no-verify", behind.folder, `${tip}~2:refs/heads/main`);
    repository.git("remote", "set-url", "origin", behind.folder);
    expect(repository.tryGit("push", "-q", "origin", "main")).toMatchObject(stopped);
    repository.git("remote", "set-url", "origin", remote.folder);
    expect(repository.tryGit("push", "-q", "origin", "main", "main:topic")).toMatchObject({ status: 0, stderr: "" });
  });

  test("believes remote-tracking branches that are behind the remote", () => {
    repository.commit("with a key", { credentials: profile(1) });
    repository.git("push", "-q", "--no-verify", "origin", "main");
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD^");
    repository.commit("clean", { b: "nothing\n" });
    expect(repository.tryGit("push", "-q", "origin", "main")).toMatchObject({ status: 0, stderr: "" });
  });

  test("gives git's lines to the hook that was there before as well, and follows its status", () => {
    repository.run("hook", "uninstall");
    writeScript(join(hooks(), "pre-push"), 'echo "$@" > got', "cat >> got", "exit $(cat status 2>/dev/null || echo 0)");
    expect(repository.run("hook", "install", "pre-push").status).toBe(0);
    const tip = repository.commit("second", { b: "nothing\n" });
    const old = repository.git("rev-parse", "HEAD^");
    expect(repository.tryGit("push", "-q", "origin", "main").status).toBe(0);
    expect(readFileSync(join(repository.folder, "got"), "utf8")).toBe(
      `origin ${remote.folder}\nrefs/heads/main ${tip} refs/heads/main ${old}\n`,
    );
    writeFileSync(join(repository.folder, "status"), "3");
    repository.git("commit", "-q", "--allow-empty", "-m", "third");
    expect(repository.tryGit("push", "-q", "origin", "main").status).toBe(1);
  });

  test("takes what the pre-commit framework says in variables, which has read git's lines itself", () => {
    const base = repository.git("rev-parse", "HEAD");
    const tip = repository.commit("second", { credentials: profile(1) });
    function pushed(variables: Readonly<Record<string, string>>): number | null {
      const environment = { ...world.environment, PRE_COMMIT: "1", ...variables };
      const run = world.run(["hook", "run", "pre-push"], { cwd: repository.folder, environment });
      expect(run.stderr).toContain(run.status === 0 ? "" : "credentials:2");
      return run.status;
    }
    const remoteRef = { PRE_COMMIT_REMOTE_NAME: "origin", PRE_COMMIT_REMOTE_BRANCH: "refs/heads/main" };
    expect(pushed({ ...remoteRef, PRE_COMMIT_FROM_REF: base, PRE_COMMIT_TO_REF: tip })).toBe(1);
    expect(pushed({ ...remoteRef, PRE_COMMIT_FROM_REF: base, PRE_COMMIT_TO_REF: base })).toBe(0);
    // A history from its beginning, and a run by hand.
    expect(pushed({ ...remoteRef, PRE_COMMIT_LOCAL_BRANCH: "refs/heads/main" })).toBe(1);
    expect(pushed({})).toBe(1);
    repository.git("push", "-q", "--no-verify", "origin", "main");
    expect(pushed({})).toBe(0);
  });

  test("blocks on lines that it does not understand", () => {
    const { status, stderr } = world.run(["hook", "run", "pre-push", "origin", "x"], {
      cwd: repository.folder,
      input: "main main\n",
    });
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining("git was stopped") });
  });
});

describe("the pre-receive hook of a bare repository", () => {
  let server: OperatorRepository;
  beforeEach(() => {
    server = makeRepository(world, "server.git", "--bare");
    installIn(server);
    repository.git("remote", "add", "origin", server.folder);
  });

  test("reads what is still in quarantine, and keeps it out", () => {
    repository.commit("first", { a: "nothing\n" });
    expect(repository.tryGit("push", "-q", "origin", "main")).toMatchObject({ status: 0, stderr: "" });
    const bad = repository.commit("second", { credentials: profile(1) });
    repository.commit("third", { credentials: "gone\n" });
    const { status, stderr } = repository.tryGit("push", "-q", "origin", "main");
    expect(status).toBe(1);
    expect(stderr).toContain(`credentials:2:21 in commit ${bad.slice(0, 12)}`);
    expect(stderr).not.toContain(KEY.secret);
    expect(server.tryGit("cat-file", "-e", bad).status).not.toBe(0);
  });

  test("reads several refs at once, tags of blobs, and lets refs be deleted", () => {
    repository.commit("first", { a: "nothing\n" });
    repository.git("branch", "clean");
    repository.git("push", "-q", "origin", "main", "clean");
    repository.git("checkout", "-q", "-b", "bad");
    repository.commit("bad", { credentials: profile(1) });
    const several = repository.tryGit("push", "-q", "origin", "bad", "clean:other", ":clean");
    expect(several).toMatchObject({ status: 1, stderr: expect.stringContaining("credentials:2") });
    repository.git("tag", "blob", repository.git("rev-parse", "HEAD:credentials"));
    expect(repository.tryGit("push", "-q", "origin", "blob")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(":2:21"),
    });
    expect(repository.tryGit("push", "-q", "origin", ":clean")).toMatchObject({ status: 0 });
  });

  test("does not stop anybody for what the server has already", () => {
    server.run("hook", "uninstall");
    repository.commit("with a key", { credentials: profile(1) });
    repository.git("push", "-q", "origin", "main");
    installIn(server);
    repository.git("checkout", "-q", "-b", "topic");
    repository.commit("clean", { a: "nothing\n" });
    expect(repository.tryGit("push", "-q", "origin", "topic")).toMatchObject({ status: 0, stderr: "" });
  });

  test("takes no permission from the push: not beside the key, and not from the pushed keysweep.yaml", () => {
    repository.commit("first", { a: "nothing\n" });
    repository.git("push", "-q", "origin", "main");
    const inline = profile(1, "  # keysweep:allow made for a test");
    repository.commit("second", { credentials: inline });
    const { stderr } = repository.tryGit("push", "-q", "origin", "main");
    const fingerprint = /ks1:[0-9a-f]{32}/.exec(stderr)?.[0] ?? "";
    const allow = `allow:\n  - { fingerprint: "${fingerprint}", reason: r, owner: ada, expires: 2999-12-31 }\n`;
    repository.commit("third", { "keysweep.yaml": allow });
    expect(repository.tryGit("push", "-q", "origin", "main").status).toBe(1);
    repository.git("checkout", "-q", "-b", "new");
    expect(repository.tryGit("push", "-q", "origin", "new").status).toBe(1);
    // First the permission, then the key: on another branch too, since that is judged by the server's HEAD.
    repository.git("checkout", "-q", "-B", "main", "origin/main");
    repository.commit("permission", { "keysweep.yaml": allow });
    expect(repository.tryGit("push", "-q", "origin", "main")).toMatchObject({ status: 0, stderr: "" });
    expect(repository.tryGit("push", "-q", "origin", "new")).toMatchObject({ status: 0, stderr: "" });
  });

  /** What allows the key of `profile(1)`, as the server itself names it. */
  function permission(): string {
    const { stderr } = repository.tryGit("push", "-q", "origin", "HEAD:refs/heads/refused");
    const fingerprint = /ks1:[0-9a-f]{32}/.exec(stderr)?.[0] ?? "";
    return `allow:\n  - { fingerprint: "${fingerprint}", reason: r, owner: ada, expires: 2999-12-31 }\n`;
  }

  test("takes no permission from another branch than HEAD's, though it was pushed before", () => {
    const first = repository.commit("first", { a: "nothing\n" });
    repository.git("push", "-q", "origin", "main");
    repository.commit("with a key", { credentials: profile(1) });
    const allow = permission();
    repository.git("checkout", "-q", "-b", "topic", first);
    repository.commit("permission", { "keysweep.yaml": allow });
    expect(repository.tryGit("push", "-q", "origin", "topic")).toMatchObject({ status: 0, stderr: "" });
    repository.commit("and then the key", { credentials: profile(1) });
    const stopped = { status: 1, stderr: expect.stringContaining("credentials:2") };
    expect(repository.tryGit("push", "-q", "origin", "topic")).toMatchObject(stopped);
    server.git("symbolic-ref", "HEAD", "refs/heads/none");
    expect(repository.tryGit("push", "-q", "origin", "topic")).toMatchObject(stopped);
    expect(repository.tryGit("push", "-q", "origin", "topic:new")).toMatchObject(stopped);
    server.git("symbolic-ref", "HEAD", "refs/heads/topic");
    expect(repository.tryGit("push", "-q", "origin", "topic")).toMatchObject({ status: 0 });
  });

  test("checks what comes to HEAD's branch, though another ref has it", () => {
    const first = repository.commit("first", { a: "nothing\n" });
    repository.git("push", "-q", "origin", "main");
    server.run("hook", "uninstall");
    repository.commit("with a key", { credentials: profile(1) });
    repository.git("push", "-q", "origin", "main:topic");
    installIn(server);
    expect(repository.tryGit("push", "-q", "origin", "main:another")).toMatchObject({ status: 0, stderr: "" });
    expect(repository.tryGit("push", "-q", "origin", "main")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("credentials:2"),
    });
    expect(server.git("rev-parse", "main")).toBe(first);
  });

  test("runs the hook that was there before, with git's lines", () => {
    server.run("hook", "uninstall");
    writeScript(join(server.folder, "hooks", "pre-receive"), "cat > got");
    server.run("hook", "install");
    const tip = repository.commit("first", { a: "nothing\n" });
    repository.git("push", "-q", "origin", "main");
    expect(readFileSync(join(server.folder, "got"), "utf8")).toBe(`${ZEROS} ${tip} refs/heads/main\n`);
  });
});

test("what the pre-commit framework is told of two commits is what is checked", () => {
  const from = repository.commit("first", { a: "nothing\n" });
  const to = repository.commit("second", { credentials: profile(1) });
  const environment = { ...world.environment, PRE_COMMIT: "1", PRE_COMMIT_FROM_REF: from, PRE_COMMIT_TO_REF: to };
  const run = world.run(["hook", "run", "pre-commit"], { cwd: repository.folder, environment });
  expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining("credentials:2") });
});

test("a program that runs hooks as the pre-commit framework does is stopped: no shell, no arguments, the index stashed", () => {
  repository.commit("first", { a: "nothing\n" });
  repository.write("credentials", profile(1));
  repository.git("add", "-A");
  repository.write("credentials", "not staged\n");
  const { status, stderr } = spawnSync(process.execPath, [ENTRY, "hook", "run", "pre-commit"], {
    cwd: repository.folder,
    env: { ...world.environment, PRE_COMMIT: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("credentials:2:21") });
});

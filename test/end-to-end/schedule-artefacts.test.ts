import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeWorld, type Run, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
  writeFileSync(world.operatorConfiguration, 'schedule: { scan: { at: "0 2 * * *" } }\n');
});
afterEach(() => world.remove());

describe("a crontab", () => {
  /** One that is kept in a file, so that nobody's own is touched. */
  let path: string;
  beforeEach(() => {
    path = join(world.home, "crontab");
    const program = join(world.home, "bin", "crontab");
    mkdirSync(join(world.home, "bin"));
    writeFileSync(
      program,
      `#!/bin/sh\ncase "$1" in\n-l) exec cat '${path}' ;;\n-r) exec rm '${path}' ;;\n-) exec cat > '${path}' ;;\nesac\n`,
    );
    chmodSync(program, 0o755);
  });
  const run = (words: readonly string[]): Run =>
    world.run(["schedule", ...words, "--with", "cron"], {
      environment: { ...world.environment, PATH: `${join(world.home, "bin")}:${world.environment.PATH}` },
    });
  /** In every byte that there is, as somebody's editor wrote them long ago. */
  const THEIRS = Buffer.concat([
    Buffer.from("0 1 * * * /usr/bin/backup '/srv/"),
    Buffer.from(Array.from({ length: 128 }, (_, at) => 128 + at)),
    Buffer.from("'\n"),
  ]);

  test("keeps every byte of whatever encoding", () => {
    writeFileSync(path, THEIRS);
    expect(run(["install"]).status).toBe(0);
    const installed = readFileSync(path);
    expect(installed.subarray(0, THEIRS.length).equals(THEIRS)).toBe(true);
    expect(run(["install"]).stderr).toContain("as it should be");
    expect(readFileSync(path).equals(installed)).toBe(true);
    expect(run(["uninstall"]).status).toBe(0);
    expect(readFileSync(path).equals(THEIRS)).toBe(true);
  });

  test("is only shown what would go", () => {
    writeFileSync(path, THEIRS);
    const written = run(["install"]).stdout;
    const installed = readFileSync(path);
    expect(run(["uninstall", "--print"])).toMatchObject({
      status: 0,
      stdout: written,
      stderr: expect.stringContaining("would be taken out"),
    });
    expect(readFileSync(path).equals(installed)).toBe(true);
  });
});

describe("files", () => {
  const KUBERNETES = ["--with", "kubernetes"];
  const INSTALL = ["schedule", "install", ...KUBERNETES, "--image", "one:1"];
  const MANIFESTS = "keysweep.kubernetes.yaml";
  const GITHUB = ["schedule", "install", "--with", "github-actions", "--action", "a/b@c"];

  test("are only shown what would go", () => {
    const written = world.run(INSTALL).stdout;
    expect(world.run(["schedule", "uninstall", ...KUBERNETES, "--print"])).toMatchObject({
      status: 0,
      stdout: written,
      stderr: expect.stringContaining("would be taken out"),
    });
    expect(readFileSync(join(world.folder, MANIFESTS), "utf8")).toBe(written);
    expect(world.run(["schedule", "uninstall", ...KUBERNETES]).stderr).toContain("kubectl delete");
  });

  test("are not written to where a link leads, even if nothing is there yet", () => {
    const elsewhere = join(world.home, "elsewhere");
    symlinkSync(elsewhere, join(world.folder, MANIFESTS));
    const dangling = `it is a link to ${elsewhere}, where there is nothing\n`;
    const refused = `keysweep: ${join(world.folder, MANIFESTS)} cannot be written: `;
    expect(world.run(INSTALL)).toMatchObject({ status: 2, stderr: expect.stringContaining(refused + dangling) });
    expect(world.run(["schedule", "uninstall", ...KUBERNETES])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining(`left alone: ${dangling}`),
    });
    expect([existsSync(elsewhere), lstatSync(join(world.folder, MANIFESTS)).isSymbolicLink()]).toEqual([false, true]);
    writeFileSync(elsewhere, "theirs\n");
    expect(world.run(INSTALL).stderr).toContain(`${refused}it is a link to ${elsewhere}\n`);
    expect(readFileSync(elsewhere, "utf8")).toBe("theirs\n");
  });

  test.each([".github", ".github/workflows", ".github/workflows/keysweep.yml"])(
    "stay within a repository, whose %s leads out of it",
    (name) => {
      spawnSync("git", ["init", "-q"], { cwd: world.folder });
      const elsewhere = join(world.home, "elsewhere");
      mkdirSync(join(elsewhere, "workflows"), { recursive: true });
      mkdirSync(join(world.folder, name, ".."), { recursive: true });
      symlinkSync(
        name.endsWith(".yml") ? join(elsewhere, "workflows", "new.yml") : elsewhere,
        join(world.folder, name),
      );
      expect(world.run(GITHUB)).toMatchObject({ status: 2, stderr: expect.stringContaining("is a link") });
      expect(readdirSync(elsewhere, { recursive: true })).toEqual(["workflows"]);
    },
  );

  test("are refused where a folder is, or a file of somebody's", () => {
    mkdirSync(join(world.folder, MANIFESTS));
    expect(world.run(INSTALL)).toMatchObject({ status: 2, stderr: expect.stringContaining("it is a folder") });
    rmdirSync(join(world.folder, MANIFESTS));
    world.file(MANIFESTS, "theirs\n");
    const theirs = "it is there already, and keysweep did not write it";
    expect(world.run(INSTALL)).toMatchObject({ status: 2, stderr: expect.stringContaining(theirs) });
  });

  test("are not waited for where a pipe is", () => {
    spawnSync("mkfifo", [join(world.folder, MANIFESTS)]);
    expect(world.run(INSTALL)).toMatchObject({ status: 2, stderr: expect.stringContaining("it is no ordinary file") });
    expect(world.run(["schedule", "uninstall", ...KUBERNETES]).stderr).toContain("left alone");
  });
});

test.skipIf(process.getuid?.() !== 0)(
  "root is told that its schedule is others' to change (skipped but for root)",
  () => {
    chmodSync(world.operatorConfiguration, 0o666);
    const told = `root would rely on ${world.operatorConfiguration}, which others may change`;
    expect(world.run(["schedule", "install", "--with", "systemd", "--print"])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining(told),
    });
    expect(world.run(["doctor", "--format", "json"]).stdout).toContain(told);
    chmodSync(world.operatorConfiguration, 0o644);
    expect(world.run(["schedule", "install", "--with", "systemd", "--print"]).stderr).not.toContain(told);
  },
);

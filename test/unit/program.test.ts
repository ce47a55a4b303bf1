import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Command, findProgram, runProgram } from "../../src/runtime/program.ts";
import type { System } from "../../src/runtime/system.ts";

let folder: string;
let system: System;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "keysweep-program-")));
  const environment = {
    PATH: `${folder}:/usr/bin:/bin`,
    HOME: folder,
    LANG: "C",
    AWS_SECRET_ACCESS_KEY: "not for programs",
  };
  system = { platform: "linux", home: folder, environment };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function script(text: string, name = "program"): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

function command(argv: readonly [string, ...string[]], fields: Partial<Command> = {}): Command {
  return { argv, stdin: "", environment: {}, timeoutMs: 10_000, ...fields };
}

describe("a program", () => {
  test("gets its arguments as they are, its input, and a small environment", async () => {
    const path = script(
      `for word in "$@"; do echo "[$word]"; done; cat; pwd; env | sort | grep -v '^_=\\|^PWD=\\|^SHLVL=\\|^OLDPWD='`,
    );
    const run = command([path, "a b", "$HOME", "*", ";"], { stdin: "input\n", environment: { EXTRA: "1" } });
    const { status, timedOut, stdout } = await runProgram(run, system);
    expect({ status, timedOut }).toEqual({ status: 0, timedOut: false });
    const lines = [
      "[a b]",
      "[$HOME]",
      "[*]",
      "[;]",
      "input",
      folder,
      "EXTRA=1",
      `HOME=${folder}`,
      "LANG=C",
      `PATH=${folder}:/usr/bin:/bin`,
    ];
    expect(stdout.trimEnd().split("\n")).toEqual(lines);
  });

  test("need not read what it is given, and may fail", async () => {
    const path = script("exit 3");
    const { status } = await runProgram(command([path], { stdin: "x".repeat(1 << 20) }), system);
    expect(status).toBe(3);
  });

  test("may write without end: the beginning is kept, and it is not blocked", async () => {
    const path = script("head -c 1000000 /dev/zero | tr '\\0' x; exit 4");
    const { status, stdout } = await runProgram(command([path]), system);
    expect({ status, length: stdout.length }).toEqual({ status: 4, length: 65_536 });
  });

  test("is ended when it takes too long, with what it started", async () => {
    const ended = join(folder, "ended");
    const path = script(`(trap 'touch "${ended}"; exit' TERM; sleep 9 & wait) & wait`);
    const { status, timedOut } = await runProgram(command([path], { timeoutMs: 200 }), system);
    expect({ status, timedOut }).toEqual({ status: null, timedOut: true });
    await expect.poll(() => existsSync(ended)).toBe(true);
  });

  test("is not waited for once it has ended, though what it left behind holds its output open", async () => {
    const path = script("sleep 9 & echo done");
    const { status, stdout } = await runProgram(command([path]), system);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "done\n" });
  });

  test("is ended when that is said, and not started after", async () => {
    const path = script("sleep 20");
    const abort = new AbortController();
    const running = runProgram(command([path], { signal: abort.signal }), system);
    abort.abort();
    await expect(running).rejects.toThrow("aborted");
    await expect(runProgram(command([path], { signal: abort.signal }), system)).rejects.toThrow("aborted");
  });

  test("that is not there, or that may not be run, is told of", async () => {
    const path = script("exit 0");
    chmodSync(path, 0o644);
    for (const name of [path, "no-such-program", join(folder, "absent"), folder]) {
      await expect(runProgram(command([name]), system)).rejects.toMatchObject({ code: "target", retry: "never" });
    }
    script("", "broken");
    writeFileSync(join(folder, "broken"), "#!/no/such/interpreter\n");
    await expect(runProgram(command(["broken"]), system)).rejects.toMatchObject({ code: "target", retry: "never" });
  });
});

describe("the program that a name stands for", () => {
  test("is at an absolute path, or in a folder of PATH", () => {
    const path = script("exit 0");
    expect(findProgram("program", system)).toBe(path);
    expect(findProgram(path, system)).toBe(path);
    expect(findProgram("sh", system)).toMatch(/^\/(?:usr\/)?bin\/sh$/);
  });

  test("is in no other folder: not the one that one happens to be in", () => {
    script("exit 0");
    expect(findProgram("./program", system)).toBeNull();
    expect(findProgram("../program", system)).toBeNull();
    const here = { ...system, environment: { PATH: `.::${folder}/none` } };
    expect(findProgram("program", here)).toBeNull();
    expect(findProgram("program", { ...system, environment: {} })).toBeNull();
  });
});

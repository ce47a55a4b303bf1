import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENTRY, makeWorld, profile, type Run, type World } from "./world.ts";

const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;
/** Whether this user may mount a file system of its own, as containers mostly may not. */
const MOUNTS = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

let world: World;
beforeEach(() => {
  world = makeWorld();
  // Enough for a report that no pipe holds.
  for (let seed = 1; seed <= 100; seed++) world.file(`tree/c${seed}`, profile(seed));
});
afterEach(() => world.remove());

/** Runs a script of `sh` in the world's folder, in which `keysweep` is the program. */
function shell(script: string, uid?: number): Run {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", `keysweep() { "$NODE" "$ENTRY" "$@"; }\n${script}`], {
    cwd: world.folder,
    env: { ...world.environment, NODE: process.execPath, ENTRY },
    encoding: "utf8",
    maxBuffer: 1 << 26,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return { status, stdout, stderr };
}

/** What lies in the world's folder beside what is scanned. */
function left(folder = "."): string[] {
  return readdirSync(join(world.folder, folder))
    .filter((name) => name !== "tree")
    .sort();
}

describe("a reader that goes away", () => {
  test.each(["pretty", "json", "jsonl", "csv", "markdown"])(
    "of %s is no error: the status is the scan's own",
    (format) => {
      const { stdout, stderr } = shell(`{ keysweep scan tree --format ${format}; echo "status $?" >&2; } | head -c 9`);
      expect(stdout).toHaveLength(9);
      expect(stderr).toBe("status 1\n");
    },
  );

  test("of help, of an explanation, of messages is none either", () => {
    const quiet = { status: 0, stdout: "", stderr: "" };
    expect(shell("{ keysweep --help; echo $? > status; } | true; grep -qx 0 status")).toEqual(quiet);
    expect(shell("{ keysweep explain aws-access-key-pair; echo $? > status; } | true; grep -qx 0 status")).toEqual(
      quiet,
    );
    expect(shell("{ keysweep scan nowhere 2>&1; echo $? > status; } | true; grep -qx 2 status")).toEqual(quiet);
  });

  test("and streams that are closed from the beginning are none: the scan's status tells", () => {
    expect(shell("keysweep scan tree >&-")).toEqual({ status: 1, stdout: "", stderr: "" });
    expect(shell("keysweep scan tree --output r.txt <&- >&- 2>&-").status).toBe(1);
    expect(readFileSync(join(world.folder, "r.txt"), "utf8")).toContain("100 high found");
    expect(shell("keysweep scan nowhere 2>&-").status).toBe(2);
  });
});

describe("a standard output that takes no more", () => {
  test.each([
    "scan tree",
    "scan tree --format json",
    "scan tree --format jsonl",
    "explain aws-access-key-pair",
    "--help",
    "scan --help",
  ])("%s ends with 4 and says why", (args) => {
    const { status, stdout, stderr } = shell(`keysweep ${args} > /dev/full`);
    expect({ status, stdout }).toEqual({ status: 4, stdout: "" });
    expect(stderr).toMatch(/^keysweep: cannot write to standard output: ENOSPC\n {2}\S.*\n$/);
  });

  test("leaves reports in files whole: they are written before", () => {
    expect(shell("keysweep scan tree --report json=r.json > /dev/full").status).toBe(4);
    expect(JSON.parse(readFileSync(join(world.folder, "r.json"), "utf8"))).toMatchObject({ summary: { high: 100 } });
  });

  test("does not matter for messages: nobody could be told", () => {
    expect(shell("keysweep scan tree --output r.txt 2> /dev/full").status).toBe(1);
    expect(shell("keysweep scan nowhere 2> /dev/full").status).toBe(2);
  });
});

describe("a file that cannot be written to its end", () => {
  const FULL = "^keysweep: cannot write {}: (ENOSPC|EFBIG)\\n {2}\\S.*\\n$";
  const message = (path: string): RegExp => new RegExp(FULL.replace("{}", path));

  test("on a limit of its size: status 4, and nothing is left of it", () => {
    const { status, stdout, stderr } = shell("ulimit -f 16; keysweep scan tree --format json --output r.json");
    expect({ status, stdout }).toEqual({ status: 4, stdout: "" });
    expect(stderr).toMatch(message("r.json"));
    expect(left()).toEqual([]);
  });

  test("leaves what was there, and the reports before it", () => {
    writeFileSync(join(world.folder, "r.json"), "old");
    const { status, stderr } = shell(
      "ulimit -f 256; keysweep scan tree --format csv --output r.csv --report json=r.json --report markdown=r.md",
    );
    expect(status).toBe(4);
    expect(stderr).toMatch(message("r.json"));
    expect(readFileSync(join(world.folder, "r.json"), "utf8")).toBe("old");
    expect(readFileSync(join(world.folder, "r.csv"), "utf8").trimEnd().split("\r\n")).toHaveLength(101);
    expect(left()).toEqual(["r.csv", "r.json"]);
  });

  test.runIf(MOUNTS)("on a full disk: status 4, and what was there is there", () => {
    mkdirSync(join(world.folder, "disk"));
    const scan = "keysweep scan tree --format json --output disk/r.json";
    const { stdout, stderr } = spawnSync(
      "unshare",
      [
        "-rm",
        "sh",
        "-c",
        `keysweep() { "$NODE" "$ENTRY" "$@"; }; mount -t tmpfs -o size=64k tmpfs disk; echo old > disk/r.json; ${scan}; echo "status $?"; ls -A disk; cat disk/r.json`,
      ],
      { cwd: world.folder, env: { ...world.environment, NODE: process.execPath, ENTRY }, encoding: "utf8" },
    );
    expect(stdout).toBe("status 4\nr.json\nold\n");
    expect(stderr).toMatch(message("disk/r.json"));
  });

  test("on a device that is full: status 4", () => {
    const { status, stderr } = shell("keysweep scan tree --output /dev/full");
    expect(status).toBe(4);
    expect(stderr).toMatch(message("/dev/full"));
  });
});

describe("--output", () => {
  test("to a folder, or to a file below a file, is refused before anything is read", () => {
    writeFileSync(join(world.folder, "file"), "");
    for (const [path, reason] of [
      ["tree", "tree is a folder"],
      ["file/r", "file"],
      ["no/r", "the folder no does not exist"],
    ] as const) {
      const { status, stdout, stderr } = shell(`keysweep scan tree --output ${path}`);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toContain(`cannot write ${path}: `);
      expect(stderr).toContain(reason);
    }
  });

  test("to a folder or over a file that may not be written is refused before anything is read", () => {
    mkdirSync(join(world.folder, "locked"));
    chmodSync(join(world.folder, "locked"), 0o555);
    chmodSync(dirname(world.folder), 0o755);
    const mine = world.file("open/r.json", "old");
    chmodSync(join(world.folder, "open"), 0o777);
    chmodSync(mine, 0o444);
    const uid = IS_ROOT ? NOBODY : undefined;
    for (const path of ["locked/r.json", "open/r.json"]) {
      const { status, stdout, stderr } = shell(`keysweep scan tree --output ${path}`, uid);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toContain("it may not be written there (EACCES)");
    }
    expect(readFileSync(mine, "utf8")).toBe("old");
  });

  test("through a link keeps the link, and over a file keeps its mode and its owner", () => {
    const real = world.file("real.json", "old");
    chmodSync(real, 0o664);
    if (IS_ROOT) chownSync(real, NOBODY, NOBODY);
    const before = statSync(real);
    symlinkSync("real.json", join(world.folder, "link.json"));
    expect(shell("umask 077; keysweep scan tree --format json --output link.json").status).toBe(1);
    expect(readlinkSync(join(world.folder, "link.json"))).toBe("real.json");
    expect(JSON.parse(readFileSync(real, "utf8"))).toMatchObject({ summary: { high: 100 } });
    const after = statSync(real);
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
  });

  test("to an open file of the process is written there as it is", () => {
    const { stdout, stderr, status } = shell("keysweep scan tree --format csv --output /dev/stdout");
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout.trimEnd().split("\r\n")).toHaveLength(101);
    const appended = shell(
      "echo first > log; keysweep scan tree --format csv --output /dev/stdout >> log; head -1 log",
    );
    expect(appended.stdout).toBe("first\n");
    expect(shell("keysweep scan tree --format csv --output /dev/stderr").stderr.split("\r\n")).toHaveLength(102);
    expect(shell("keysweep scan tree --format csv --output /dev/fd/3 3> r.csv").status).toBe(1);
    expect(readFileSync(join(world.folder, "r.csv"), "utf8").split("\r\n")).toHaveLength(102);
    expect(existsSync("/dev/r.csv")).toBe(false);
  });

  test("to a named pipe waits for its reader", () => {
    const { stdout } = shell("mkfifo p; keysweep scan tree --format csv --output p & cat p | wc -l; wait");
    expect(stdout.trim()).toBe("101");
  });
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "a run that %s interrupts tidies up and says so",
  async (signal) => {
    const keysweep = spawn(process.execPath, [ENTRY, "scan", "--stdin", "--format", "jsonl"], {
      cwd: world.folder,
      env: world.environment,
    });
    const told: Buffer[] = [];
    keysweep.stderr.on("data", (chunk: Buffer) => told.push(chunk));
    // It has begun, and waits for input.
    await once(keysweep.stdout, "data");
    keysweep.kill(signal);
    expect(await once(keysweep, "close")).toEqual([130, null]);
    expect(Buffer.concat(told).toString()).toContain("keysweep: interrupted after");
  },
);

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KeysweepError } from "../../src/model/error.ts";
import {
  reasonNotWritable,
  removeUnfinishedFiles,
  writeFileAtomically,
  writeFileUnlessInterrupted,
} from "../../src/runtime/atomic-file.ts";

const ROOT = process.getuid?.() === 0;
const NEVER = new AbortController().signal;

let folder: string;
let path: string;
let umask: number;
beforeEach(() => {
  umask = process.umask(0o022);
  folder = mkdtempSync(join(tmpdir(), "keysweep-atomic-"));
  path = join(folder, "report.json");
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true, force: true });
});

function mode(file: string): number {
  return statSync(file).mode & 0o7777;
}

function errorOf(action: () => void): KeysweepError {
  try {
    action();
  } catch (error) {
    if (error instanceof KeysweepError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a file", () => {
  test("is made of its pieces, readable by its owner alone", () => {
    writeFileAtomically(path, ["one ", "", "twö\n"]);
    expect(readFileSync(path, "utf8")).toBe("one twö\n");
    expect(mode(path)).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["report.json"]);
  });

  test("may be made readable by others, as far as the umask lets it", () => {
    writeFileAtomically(path, ["x"], 0o666);
    expect(mode(path)).toBe(0o644);
  });

  test.each([0o644, 0o600, 0o640, 0o777, 0o666])("that is there keeps its mode, whatever the umask: %o", (given) => {
    writeFileSync(path, "old and longer than the new one");
    chmodSync(path, given);
    process.umask(0o077);
    writeFileAtomically(path, ["new"]);
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(mode(path)).toBe(given);
  });

  test.runIf(ROOT)("that belongs to somebody else goes on to, when root writes it", () => {
    writeFileSync(path, "old");
    chownSync(path, 12_345, 23_456);
    writeFileAtomically(path, ["new"]);
    expect(statSync(path)).toMatchObject({ uid: 12_345, gid: 23_456 });
  });

  test("is as it was when its pieces end in an error", () => {
    writeFileSync(path, "old");
    function* broken(): Generator<string> {
      yield "half of ";
      expect(readdirSync(folder)).toHaveLength(2);
      throw new Error("no more");
    }
    expect(() => writeFileAtomically(path, broken())).toThrow(KeysweepError);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["report.json"]);
  });

  test("that is being written can be removed by a signal's handler", () => {
    function* interrupted(): Generator<string> {
      yield "half of ";
      expect(readdirSync(folder)).toHaveLength(1);
      removeUnfinishedFiles();
      expect(readdirSync(folder)).toEqual([]);
    }
    expect(() => writeFileAtomically(path, interrupted())).toThrow("ENOENT");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a symbolic link", () => {
  test("stays one: what it leads to is written", () => {
    mkdirSync(join(folder, "real"));
    writeFileSync(join(folder, "real", "file"), "old");
    symlinkSync("real/file", join(folder, "one"));
    symlinkSync("one", path);
    writeFileAtomically(path, ["new"]);
    expect(readlinkSync(path)).toBe("one");
    expect(readFileSync(join(folder, "real", "file"), "utf8")).toBe("new");
    expect(readdirSync(join(folder, "real"))).toEqual(["file"]);
  });

  test("that leads to nothing yet, leads to the file afterwards", () => {
    symlinkSync("later", path);
    expect(reasonNotWritable(path)).toBeNull();
    writeFileAtomically(path, ["new"]);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "later"), "utf8")).toBe("new");
  });

  test("that leads round in a circle is refused", () => {
    symlinkSync("report.json", path);
    expect(reasonNotWritable(path)).toContain("ELOOP");
    expect(errorOf(() => writeFileAtomically(path, ["x"])).message).toContain("ELOOP");
  });
});

describe("where no file can be", () => {
  test("is told before anything is read", () => {
    writeFileSync(join(folder, "file"), "");
    expect(reasonNotWritable(path)).toBeNull();
    expect(reasonNotWritable(join(folder, "file"))).toBeNull();
    expect(reasonNotWritable(folder)).toBe(`${folder} is a folder`);
    expect(reasonNotWritable(join(folder, "no", "x"))).toBe(`the folder ${join(folder, "no")} does not exist`);
    expect(reasonNotWritable(join(folder, "file", "x"))).toMatch(/is not a folder|ENOTDIR/);
    expect(reasonNotWritable("/dev/null")).toBeNull();
    expect(reasonNotWritable("/dev/stdout")).toBeNull();
  });

  test("is an error of the output, with path and reason, and nothing is left", () => {
    const error = errorOf(() => writeFileAtomically(join(folder, "no", "x"), ["x"]));
    expect(error).toMatchObject({ code: "output", message: expect.stringMatching(/no\/x: ENOENT$/) });
    expect(errorOf(() => writeFileAtomically(folder, ["x"])).message).toMatch(/E(ISDIR|NXIO|INVAL)/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a full device is an error", () => {
    expect(errorOf(() => writeFileAtomically("/dev/full", ["x"])).message).toBe("cannot write /dev/full: ENOSPC");
  });
});

test("a socket is an error, and is not waited for", async () => {
  const server = createServer();
  await once(server.listen(path), "listening");
  try {
    expect(errorOf(() => writeFileAtomically(path, ["x"])).message).toMatch(/: ENXIO$/);
  } finally {
    server.close();
  }
});

describe("a named pipe", () => {
  test("is waited for and written to, and stays one", async () => {
    execFileSync("mkfifo", [path]);
    const writing = writeFileUnlessInterrupted(path, ["one ", "two"], NEVER);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      expect(await writing).toBe(true);
      const bytes = Buffer.alloc(16);
      expect(bytes.toString("utf8", 0, readSync(reader, bytes))).toBe("one two");
    } finally {
      closeSync(reader);
    }
    expect(statSync(path).isFIFO()).toBe(true);
  });

  test("that nobody reads is given up when the run is interrupted", async () => {
    execFileSync("mkfifo", [path]);
    const interrupted = new AbortController();
    const writing = writeFileUnlessInterrupted(path, ["x"], interrupted.signal);
    interrupted.abort();
    expect(await writing).toBe(false);
  });
});

test("an interrupted run leaves the file as it was, and no other beside it", async () => {
  writeFileSync(path, "old");
  const interrupted = new AbortController();
  function* endless(): Generator<string> {
    for (let count = 0; ; count++) {
      if (count === 3) interrupted.abort();
      yield "x";
    }
  }
  expect(await writeFileUnlessInterrupted(path, endless(), interrupted.signal)).toBe(false);
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["report.json"]);
});

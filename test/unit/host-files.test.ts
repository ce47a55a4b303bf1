import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs, {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KeysweepError } from "../../src/model/error.ts";
import { type EditOptions, SystemFiles } from "../../src/runtime/host-files.ts";
import { testWaiting } from "../support/targets/world.ts";

const ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;
const OPTIONS: EditOptions = { backup: false, signal: new AbortController().signal };
const EDITOR = join(import.meta.dirname, "..", "support", "edit-file.ts");

let folder: string;
let path: string;
const files = new SystemFiles(testWaiting());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keysweep-files-"));
  path = join(folder, "file");
  writeFileSync(path, "old");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const toNew = () => Buffer.from("new");

async function failureOf(action: () => unknown): Promise<KeysweepError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof KeysweepError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("an edited file", () => {
  test("holds what was made of it, and nothing is left beside it", async () => {
    await files.edit(path, (content) => Buffer.concat([content, Buffer.from([0xff, 0x0a])]), OPTIONS);
    expect([...readFileSync(path)]).toEqual([...Buffer.from("old"), 0xff, 0x0a]);
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test.each([0o600, 0o644, 0o640, 0o666, 0o400])("keeps its mode: %o", async (mode) => {
    chmodSync(path, mode);
    await files.edit(path, toNew, OPTIONS);
    expect(statSync(path).mode & 0o7777).toBe(mode);
  });

  test.skipIf(!ROOT)("keeps its owner (only root can have a file of another)", async () => {
    chownSync(path, NOBODY, NOBODY);
    chmodSync(path, 0o4750);
    await files.edit(path, toNew, OPTIONS);
    const { uid, gid, mode } = statSync(path);
    expect({ uid, gid, mode: mode & 0o7777 }).toEqual({ uid: NOBODY, gid: NOBODY, mode: 0o4750 });
  });

  test.skipIf(!ROOT)("keeps both where there is no GNU cp (only root can have a file of another)", async () => {
    chmodSync(path, 0o640);
    chownSync(path, NOBODY, NOBODY);
    await new SystemFiles(testWaiting(), "openbsd").edit(path, toNew, OPTIONS);
    const { uid, gid, mode } = statSync(path);
    expect({ uid, gid, mode: mode & 0o7777 }).toEqual({ uid: NOBODY, gid: NOBODY, mode: 0o640 });
  });

  test("keeps what Node knows nothing of: extended attributes", async (context) => {
    const python = (code: string) =>
      spawnSync("python3", ["-c", `import os, sys\n${code}`, path], { encoding: "utf8" });
    if (python(`os.setxattr(sys.argv[1], "user.note", b"kept")`).status !== 0)
      context.skip("the file system has no extended attributes");
    await files.edit(path, toNew, OPTIONS);
    expect(python(`print(os.getxattr(sys.argv[1], "user.note").decode())`).stdout).toBe("kept\n");
  });

  test("is the one that a symbolic link leads to, and the link stays", async () => {
    const link = join(folder, "link");
    symlinkSync("file", link);
    await files.edit(link, toNew, OPTIONS);
    expect(readlinkSync(link)).toBe("file");
    expect(readFileSync(path, "utf8")).toBe("new");
  });

  test("is not written anew when nothing changes", async () => {
    const { ino } = statSync(path);
    await files.edit(path, (content) => content, OPTIONS);
    expect(statSync(path).ino).toBe(ino);
  });

  test("is as it was when the change throws", async () => {
    const edit = files.edit(
      path,
      () => {
        throw new RangeError("no");
      },
      OPTIONS,
    );
    await expect(edit).rejects.toThrow("no");
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("leaves a copy of what it was, for its owner alone, where that is asked for", async () => {
    chmodSync(path, 0o644);
    await files.edit(path, toNew, { ...OPTIONS, backup: true });
    const backup = `${path}.keysweep-old`;
    expect(readFileSync(backup, "utf8")).toBe("old");
    expect(statSync(backup).mode & 0o7777).toBe(0o600);
    await files.edit(path, () => Buffer.from("newer"), { ...OPTIONS, backup: true });
    expect(readFileSync(backup, "utf8")).toBe("new");
    expect(readdirSync(folder).toSorted()).toEqual(["file", "file.keysweep-old"]);
  });

  test("takes the place of what a run left that was killed, and follows no link there", async () => {
    const names: string[] = [];
    await files.edit(
      path,
      () => {
        names.push(...readdirSync(folder).filter((name) => name.endsWith(".lock")));
        return toNew();
      },
      OPTIONS,
    );
    const victim = join(folder, "victim");
    writeFileSync(victim, "untouched");
    symlinkSync(victim, join(folder, String(names[0]).replace(/lock$/, "new")));
    await files.edit(path, () => Buffer.from("newer"), OPTIONS);
    expect(readFileSync(victim, "utf8")).toBe("untouched");
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readdirSync(folder).toSorted()).toEqual(["file", "victim"]);
  });
});

describe("what somebody else writes at the same moment", () => {
  /** Does something once, when the file is about to be replaced: later than anybody looks. */
  function beforeRename(action: () => void): void {
    let isDone = false;
    fs.renameSync = (from, to) => {
      if (!isDone) {
        isDone = true;
        action();
      }
      renameBefore(from, to);
    };
    syncBuiltinESMExports();
  }
  const renameBefore = renameSync;
  afterEach(() => {
    fs.renameSync = renameBefore;
    syncBuiltinESMExports();
  });

  test("is changed too, in place or by another file", async () => {
    for (const write of [
      () => writeFileSync(path, "theirs"),
      () => {
        writeFileSync(join(folder, "aside"), "theirs");
        renameBefore(join(folder, "aside"), path);
      },
    ]) {
      writeFileSync(path, "old");
      let isFirst = true;
      await files.edit(
        path,
        (content) => {
          if (isFirst) write();
          isFirst = false;
          return Buffer.from(`${content} and ours`);
        },
        OPTIONS,
      );
      expect(readFileSync(path, "utf8")).toBe("theirs and ours");
    }
  });

  test("is changed too when it comes between the last look and the replacement, in place", async () => {
    beforeRename(() => writeFileSync(path, "theirs"));
    await files.edit(path, (content) => Buffer.from(`${content} and ours`), OPTIONS);
    expect(readFileSync(path, "utf8")).toBe("theirs and ours");
  });

  test("all the time is left for later", async () => {
    let count = 0;
    const error = await failureOf(() =>
      files.edit(
        path,
        (content) => {
          writeFileSync(path, `theirs ${count++}`);
          return Buffer.from(`${content} and ours`);
        },
        OPTIONS,
      ),
    );
    expect(error).toMatchObject({ code: "target", retry: "safe", message: `${path} is being changed all the time` });
    expect(readFileSync(path, "utf8")).toBe("theirs 4");
  });
});

describe("several keysweeps", () => {
  test("in one process lose nothing of each other's", async () => {
    writeFileSync(path, "0");
    const other = new SystemFiles(testWaiting());
    const plusOne = (content: Buffer) => Buffer.from(String(Number(content.toString()) + 1));
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? files : other).edit(path, plusOne, OPTIONS)),
    );
    expect(readFileSync(path, "utf8")).toBe("20");
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("in several processes lose nothing of each other's", async () => {
    writeFileSync(path, "0");
    const editors = [1, 2, 3].map(() => spawn(process.execPath, [EDITOR, path, "15"], { stdio: "inherit" }));
    const statuses = await Promise.all(editors.map(async (editor) => (await once(editor, "exit"))[0] as number));
    expect(statuses).toEqual([0, 0, 0]);
    expect(readFileSync(path, "utf8")).toBe("45");
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("in one process do not let go of the lock for each other", async () => {
    const seen: string[] = [];
    const edits = Array.from({ length: 4 }, async (_, index) =>
      files.edit(
        path,
        () => {
          const lock = readdirSync(folder).find((name) => name.endsWith(".lock")) ?? "";
          seen.push(spawnSync(process.execPath, [EDITOR, join(folder, lock), "try"], { encoding: "utf8" }).stdout);
          return Buffer.from(String(index));
        },
        OPTIONS,
      ),
    );
    await Promise.all(edits);
    expect(seen).toEqual(["taken", "taken", "taken", "taken"]);
  });

  test("have a lock one at a time, though its file goes with each of them", async () => {
    writeFileSync(path, "0");
    const lockers = [1, 2, 3].map(() => spawn(process.execPath, [EDITOR, path, "lock", "200"], { stdio: "inherit" }));
    await Promise.all(lockers.map((locker) => once(locker, "exit")));
    expect(readFileSync(path, "utf8")).toBe("600");
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("wait for one that has the lock, and not for one that was killed", async () => {
    let lock = "";
    await files.edit(
      path,
      () => {
        lock = join(folder, readdirSync(folder).find((name) => name.endsWith(".lock")) ?? "");
        return toNew();
      },
      OPTIONS,
    );
    const holder = spawn(process.execPath, [EDITOR, lock, "hold"]);
    const [said] = (await once(holder.stdout, "data")) as [Buffer];
    expect(String(said)).toBe("held");
    const error = await failureOf(() => files.edit(path, () => Buffer.from("newer"), OPTIONS));
    expect(error).toMatchObject({ code: "target", retry: "safe", message: `another keysweep is changing ${path}` });
    expect(readFileSync(path, "utf8")).toBe("new");
    holder.kill("SIGKILL");
    await once(holder, "exit");
    expect(readdirSync(folder)).toContain(lock.slice(folder.length + 1));
    await files.edit(path, () => Buffer.from("newer"), OPTIONS);
    expect(readFileSync(path, "utf8")).toBe("newer");
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});

describe("a file that cannot be edited safely", () => {
  const calls = (name: string): Record<"check" | "edit", () => unknown> => ({
    check: () => files.check(name),
    edit: () => files.edit(name, toNew, OPTIONS),
  });

  test.each(["check", "edit"] as const)("has several names, and is refused (%s)", async (call) => {
    linkSync(path, join(folder, "other"));
    const error = await failureOf(calls(path)[call]);
    expect(error).toMatchObject({ code: "target", retry: "never", message: expect.stringContaining("2 names") });
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  test.each(["check", "edit"] as const)(
    "is a pipe that nobody writes to, a folder, or not there (%s)",
    async (call) => {
      const [pipe, inner, absent] = ["pipe", "inner", "absent"].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      execFileSync("mkfifo", [pipe]);
      mkdirSync(inner);
      expect(await failureOf(calls(pipe)[call])).toMatchObject({
        retry: "never",
        message: `${pipe} is no regular file`,
      });
      expect(await failureOf(calls(inner)[call])).toMatchObject({ retry: "never" });
      expect(await failureOf(calls(absent)[call])).toMatchObject({
        retry: "never",
        message: `${absent} cannot be changed (ENOENT)`,
        hint: expect.stringContaining("yours to make"),
      });
    },
  );

  test("is too long to be one with a key", async () => {
    truncateSync(path, 9 * 1024 * 1024);
    expect(await failureOf(() => files.read(path))).toMatchObject({
      retry: "never",
      message: `${path} is longer than 8 MiB`,
    });
  });

  test("is mounted by itself, as containers do it", async () => {
    const spaced = join(folder, "with space");
    writeFileSync(spaced, "old");
    const mounts = `22 1 0:21 / / rw - ext4 /dev/a rw\n23 22 0:21 /x ${folder}/with\\040space rw - ext4 /dev/a rw\n`;
    const mounted = new SystemFiles(testWaiting(), "linux", () => mounts);
    mounted.check(path);
    expect(await failureOf(() => mounted.check(spaced))).toMatchObject({
      retry: "never",
      message: `${spaced} is mounted by itself, so it cannot be replaced in one step`,
    });
  });

  test.skipIf(!ROOT)("is somebody else's, or in a folder where nothing may be made (only root can try)", () => {
    chmodSync(folder, 0o755);
    chmodSync(path, 0o666);
    expect(asNobody(path)).toBe(`never ${path} belongs to another user`);
    chownSync(path, NOBODY, 0);
    expect(asNobody(path)).toBe(`never ${path} belongs to a group that this user is not in`);
    chownSync(path, NOBODY, NOBODY);
    expect(asNobody(path)).toBe(`never ${path} cannot be changed (EACCES)`);
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  /** What is wrong for a user without rights. */
  function asNobody(name: string): string {
    const { stdout, stderr } = spawnSync(process.execPath, [EDITOR, name, "check"], {
      uid: NOBODY,
      gid: NOBODY,
      cwd: "/",
      encoding: "utf8",
    });
    return stdout + stderr;
  }
});

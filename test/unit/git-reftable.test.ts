import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Skipped } from "../../src/model/coverage.ts";
import { type Refs, readRefs } from "../../src/scan/sources/git/refs/refs.ts";
import { readStack, type StackFolder } from "../../src/scan/sources/git/refs/reftable/stack.ts";
import type { TableRecord } from "../../src/scan/sources/git/refs/reftable/table.ts";
import { findRepositories } from "../../src/scan/sources/git/repository.ts";
import type { CapturedTables } from "../support/git/captured-tables.ts";
import { GitFixture } from "../support/git/git.ts";
import { reasonsOf } from "../support/git/opening.ts";
import {
  checked,
  logRecord,
  sorted,
  type TableOptions,
  USUAL,
  uint24,
  varint,
  writeTable,
} from "../support/git/reftable-writer.ts";
import { keepInTables, writeStack } from "../support/git/reftables.ts";

const HAS_TABLES = ((): boolean => {
  try {
    new GitFixture("--ref-format=reftable")[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
})();

const [A, B, C, NONE] = ["a", "b", "c", "0"].map((digit) => digit.repeat(40)) as [string, string, string, string];

let git = new GitFixture();
beforeEach(() => {
  git = new GitFixture();
  appendFileSync(join(git.gitFolder, "config"), "[extensions]\nrefStorage = reftable\n");
});
afterEach(() => git[Symbol.dispose]());

async function read(path = git.gitFolder, roots = [path]): Promise<Refs & { rows: Skipped[] }> {
  const rows: Skipped[] = [];
  const onSkipped = (row: Skipped): void => void rows.push(row);
  const [repository] = findRepositories([path], { roots, onSkipped });
  if (repository === undefined) throw new Error("no repository");
  return { ...(await readRefs(repository, onSkipped)), rows };
}

function ref(name: string, id: string): TableRecord {
  return { kind: "ref", name, target: { id } };
}

function symbolic(name: string, symbolic: string): TableRecord {
  return { kind: "ref", name, target: { symbolic } };
}

function removed(name: string): TableRecord {
  return { kind: "ref", name, target: null };
}

function logged(name: string, change: number, oldId: string, newId: string): TableRecord {
  return logRecord(name, change, { oldId, newId, person: "Ada", mail: "a@b", seconds: 1, zone: -90, message: "m\n" });
}

function table(records: readonly TableRecord[], options: Partial<TableOptions> = {}): Buffer {
  return writeTable(sorted(records), { ...USUAL, ...options });
}

/** Reads a stack of such tables, the oldest first. */
async function readTables(...tables: readonly Buffer[]): Promise<Refs & { rows: Skipped[] }> {
  writeStack(git.gitFolder, tables);
  return await read();
}

const namesOf = ({ refs }: Refs): string[] => refs.map(({ name, id }) => `${id} ${name}`).sort();

describe("tables that other programs wrote say what those say", () => {
  const captured = ["git-2.55.json", "jgit-7.0.json"].flatMap(
    (file) =>
      JSON.parse(readFileSync(join(import.meta.dirname, "../fixtures/reftables", file), "utf8")) as CapturedTables[],
  );

  test.for(captured)("$name", async ({ hash, files, head, refs, stashes, past }) => {
    if (hash === "sha256") appendFileSync(join(git.gitFolder, "config"), "objectFormat = sha256\n");
    mkdirSync(join(git.gitFolder, "reftable"));
    for (const [name = "", content = ""] of files) {
      writeFileSync(join(git.gitFolder, "reftable", name), Buffer.from(content, "base64"));
    }
    const found = await read();
    expect(found.rows).toEqual([]);
    expect(found.headBranch).toBe(head);
    // The newest stash is a ref, and an entry of its log, too.
    const kept = found.refs.filter(({ name }) => name === "refs/stash").map(({ id }) => id);
    expect([...new Set(kept)].sort()).toEqual(stashes);
    expect([...new Set(namesOf(found))].filter((line) => !line.endsWith(" refs/stash"))).toEqual(
      refs.filter((line) => !line.endsWith(" refs/stash")),
    );
    expect([...found.past].sort()).toEqual(past);
    const tip = refs.find((line) => line.endsWith(` ${head}`))?.split(" ")[0];
    expect([...found.heads]).toEqual(tip === undefined ? [] : [tip]);
  });
});

describe("a repository whose refs are put into tables says the same", () => {
  test.for([
    ["sha1", {}],
    ["sha256", { blockSize: 300 }],
    ["sha1", { isPadded: false, blockSize: 200, restartInterval: 1 }],
  ] as const)("by %s, %o", async ([hash, options]) => {
    using other = new GitFixture(`--object-format=${hash}`);
    const first = other.commit("one", { a: "a" });
    other.commit("two", { a: "b" });
    for (let i = 0; i < 30; i++) other.run("branch", `topic/${i}`, i % 2 === 0 ? first : "HEAD");
    other.run("tag", "-a", "-m", "annotated", "heavy");
    other.run("symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/main");
    for (const content of ["x", "y"]) {
      other.write("a", content);
      other.run("stash", "-q");
    }
    other.run("worktree", "add", "-q", "--detach", "../linked", first);
    other.runIn(join(other.folder, "linked"), "update-ref", "refs/bisect/bad", "HEAD");
    other.run("reset", "-q", "--hard", "HEAD~1");
    const before = await read(other.gitFolder);
    keepInTables(other, options);
    const after = await read(other.gitFolder);
    const told = (refs: Refs): unknown => ({ ...refs, refs: namesOf(refs) });
    expect(told(after)).toEqual(told(before));
    expect(before.refs.length).toBeGreaterThan(35);
  });
});

describe("of a stack", () => {
  test("the newest record of a name counts, a removal too", async () => {
    const found = await readTables(
      table([symbolic("HEAD", "refs/heads/main"), ref("refs/heads/gone", A), ref("refs/heads/main", A)]),
      table([ref("refs/heads/main", B), removed("refs/heads/gone"), ref("refs/heads/back", A)]),
      table([removed("refs/heads/back")]),
      table([ref("refs/heads/back", C)]),
    );
    expect(namesOf(found)).toEqual([`${B} refs/heads/main`, `${C} refs/heads/back`]);
    expect(found).toMatchObject({ headBranch: "refs/heads/main", heads: new Set([B]), rows: [] });
  });

  test("removed and rewritten entries of logs are gone", async () => {
    const found = await readTables(
      table([logged("refs/stash", 1, NONE, A), logged("refs/stash", 2, A, B), logged("refs/stash", 3, B, C)]),
      // As `git stash drop` does it: an entry is gone, and the next one is rewritten.
      table([ref("refs/stash", C), logRecord("refs/stash", 2, null), logged("refs/stash", 3, A, C)]),
    );
    expect(new Set(namesOf(found))).toEqual(new Set([`${A} refs/stash`, `${C} refs/stash`]));
    expect(found.past).toEqual(new Set([A]));
    expect(found.rows).toEqual([]);
  });

  test("what past operations left is of the past; what is no ref is none", async () => {
    const found = await readTables(
      table([ref("ORIG_HEAD", A), ref("worktrees/x/HEAD", B), symbolic("NOTES_MERGE_REF", "refs/notes/x")]),
    );
    expect(found).toMatchObject({ refs: [], past: new Set([A, B]), heads: new Set(), rows: [] });
  });

  test("linked work trees have a HEAD and refs of their own", async () => {
    const linked = join(git.gitFolder, "worktrees/linked");
    mkdirSync(linked, { recursive: true });
    writeFileSync(join(linked, "HEAD"), "ref: refs/heads/.invalid\n");
    writeStack(linked, [
      table([symbolic("HEAD", "refs/heads/other"), ref("refs/bisect/bad", C), logged("HEAD", 1, A, B)]),
    ]);
    const found = await readTables(
      table([symbolic("HEAD", "refs/heads/main"), ref("refs/heads/main", A), ref("refs/heads/other", B)]),
    );
    expect(found.heads).toEqual(new Set([A, B]));
    expect(namesOf(found)).toContain(`${C} worktrees/linked/refs/bisect/bad`);
    expect(found).toMatchObject({ headBranch: "refs/heads/main", past: new Set([A, B]), rows: [] });
  });

  test("FETCH_HEAD and what refers to more are files all the same; refs in files count for nothing", async () => {
    writeFileSync(join(git.gitFolder, "FETCH_HEAD"), `${C}\tnot-for-merge\tbranch 'x' of y\n`);
    writeFileSync(join(git.gitFolder, "refs/heads/file"), `${B}\n`);
    expect(await readTables(table([ref("refs/heads/main", A)]))).toMatchObject({
      refs: [{ name: "refs/heads/main", id: A }],
      past: new Set([C]),
      headBranch: null,
      rows: [],
    });
  });

  test.for(["files", "reftable"])("they may be kept in another folder, as git 2.54 does it: %s", async (format) => {
    using other = new GitFixture();
    const first = other.commit("one");
    other.run("worktree", "add", "-q", "--detach", "../linked", first);
    writeFileSync(join(other.gitFolder, "ORIG_HEAD"), `${C}\n`);
    const before = await read(other.gitFolder);
    if (format === "reftable") keepInTables(other);
    const elsewhere = join(other.folder, "elsewhere");
    const names = ["HEAD", "refs", "logs", "packed-refs", "reftable", "ORIG_HEAD"];
    for (const folder of ["", "worktrees/linked"]) {
      mkdirSync(join(elsewhere, folder), { recursive: true });
      for (const name of names.filter((each) => existsSync(join(other.gitFolder, folder, each)))) {
        renameSync(join(other.gitFolder, folder, name), join(elsewhere, folder, name));
      }
      writeFileSync(join(other.gitFolder, folder, "HEAD"), "ref: refs/heads/.invalid\n");
    }
    appendFileSync(join(other.gitFolder, "config"), `[extensions]\nrefStorage = "${format}://${elsewhere}"\n`);
    expect(await read(other.gitFolder, [other.folder])).toEqual(before);
    const unread = await read(other.gitFolder, [other.work]);
    expect(unread).toMatchObject({ refs: [], heads: new Set() });
    expect(reasonsOf(unread.rows)).toEqual(["repository-elsewhere: its refs are kept outside of what is scanned"]);
    renameSync(elsewhere, join(other.folder, "gone"));
    expect(reasonsOf((await read(other.gitFolder)).rows)).toEqual([
      "repository-elsewhere: its refs are said to be where nothing is",
    ]);
  });

  test("no table at all is a repository without refs", async () => {
    expect(await readTables()).toMatchObject({ refs: [], rows: [] });
    expect(await readTables(table([]))).toMatchObject({ refs: [], rows: [] });
  });
});

describe("while tables are put together", () => {
  /** A folder in which each look at the list finds the next state. */
  function changing(states: readonly Readonly<Record<string, string>>[]): StackFolder {
    let looks = 0;
    const state = (): Readonly<Record<string, string>> => states[Math.min(looks, states.length) - 1] ?? {};
    return {
      list: () => {
        looks++;
        return Buffer.from(Object.keys(state()).join("\n"));
      },
      read: (name) => {
        // Whoever lists tables is too late by one change.
        const content = (states[looks] ?? state())[name];
        if (content === undefined) throw Object.assign(new Error("gone"), { code: "ENOENT", syscall: "open" });
        return Buffer.from(content);
      },
      shown: (name) => name,
    };
  }

  function stackOf(folder: StackFolder): { contents: string[]; rows: string[] } {
    const rows: Skipped[] = [];
    const tables = readStack(folder, (row) => rows.push(row));
    return {
      contents: tables.map(({ bytes }) => `${bytes}`),
      rows: rows.map(({ place, detail }) => `${place} ${detail}`),
    };
  }

  test("the list is read again", () => {
    const states = [{ a: "1", b: "2" }, { a: "1", c: "3" }, { d: "4" }];
    expect(stackOf(changing(states))).toEqual({ contents: ["4"], rows: [] });
  });

  test("but not for ever: then what is there is read, and the rest is told", () => {
    const states = Array.from({ length: 50 }, (_, i) => ({ kept: "1", [`t${i}`]: "2" }));
    const { contents, rows } = stackOf(changing(states));
    expect(contents).toEqual(["1"]);
    expect(rows).toEqual(["t7 the table is listed, and not there"]);
  });
});

describe("what is hostile or damaged is told, and the rest is read", () => {
  const good = table([ref("refs/heads/main", A)]);
  const reftable = (): string => join(git.gitFolder, "reftable");

  test("a list that leads elsewhere, links, FIFOs, absent tables", async () => {
    writeStack(git.gitFolder, [good]);
    symlinkSync("/etc/passwd", join(reftable(), "link"));
    execFileSync("mkfifo", [join(reftable(), "fifo")]);
    mkdirSync(join(reftable(), "folder"));
    const names = ["../config", "/etc/passwd", "..", "link", "fifo", "folder", "absent", "x\0y", ""];
    appendFileSync(join(reftable(), "tables.list"), names.join("\n"));
    const { refs, rows } = await read();
    expect(refs).toEqual([{ name: "refs/heads/main", id: A }]);
    expect(reasonsOf(rows).sort()).toEqual([
      "repository-damaged: is a link, and is not followed",
      "repository-damaged: names what is no file of its folder",
      "repository-damaged: the table is listed, and not there",
      "special-file: is not a regular file",
      "special-file: is not a regular file",
    ]);
  });

  test("a folder of tables that is a link, and a list that is one", async () => {
    writeStack(git.gitFolder, [good]);
    renameSync(reftable(), join(git.folder, "elsewhere"));
    symlinkSync(join(git.folder, "elsewhere"), reftable());
    expect(reasonsOf((await read()).rows)).toEqual(["link-out-of-tree: a link among refs is not followed"]);
    rmSync(reftable());
    writeStack(git.gitFolder, [good]);
    rmSync(join(reftable(), "tables.list"));
    symlinkSync("/etc/passwd", join(reftable(), "tables.list"));
    expect(reasonsOf((await read()).rows)).toEqual(["repository-damaged: is a link, and is not followed"]);
  });

  test("a list of a million tables: the newest are read", async () => {
    writeStack(git.gitFolder, [good]);
    const [name = ""] = readFileSync(join(reftable(), "tables.list"), "utf8").split("\n");
    writeFileSync(join(reftable(), "tables.list"), `${"absent\n".repeat(1_000_000)}${name}\n`);
    const { refs, rows } = await read();
    expect(refs).toEqual([{ name: "refs/heads/main", id: A }]);
    expect(rows[0]?.detail).toBe("names more tables than are read: the oldest are not");
    expect(rows.length).toBe(10_000);
  });

  const many = Array.from({ length: 60 }, (_, i) => ref(`refs/heads/topic-${i}`, A));
  const logs = Array.from({ length: 60 }, (_, i) => logged("refs/heads/main", i + 1, A, i === 0 ? B : C));
  const small = { blockSize: 256 };

  /** A table with something written over it, and its end made true again where it is asked for. */
  function forged(bytes: Buffer, at: number, over: readonly number[] | Buffer): Buffer {
    const copy = Buffer.from(bytes);
    copy.set(over, at);
    return copy;
  }

  test.for([
    ["is no table", Buffer.from("not a table, though it is long enough for one ".repeat(3)), "is no table of refs"],
    ["is empty", Buffer.alloc(0), "is no table of refs"],
    ["is cut off in its header", good.subarray(0, 12), "its header is cut off"],
    ["is of the other hash", table([], { hash: "sha256" }), "its hash is not the repository's"],
    ["is of a later version", forged(good, 4, [3]), "is of a version that is not known"],
  ] as const)("a table that %s", async ([, bytes, detail]) => {
    const { refs, rows } = await readTables(good, bytes);
    expect(refs).toEqual([{ name: "refs/heads/main", id: A }]);
    expect(rows.map((row) => row.detail)).toEqual([detail]);
  });

  test.for([
    ["a length that is too short", 0, [0, 0, 29]],
    ["a length past the table's end", 0, [255, 255, 255]],
    ["more restarts than it has room for", -2, [255, 255]],
    ["a name that begins with what no name before it had", 4, [5]],
    ["a number without an end", 4, [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]],
    ["a name longer than the block", 5, [0xff, 0x7f]],
    ["a value of no known kind", 5, [(19 << 3) | 7]],
  ] as const)("a block with %s: the others are read", async ([, at, over]) => {
    const bytes = table(many, small);
    const blockLength = bytes.readUIntBE(25, 3);
    const forgedAt = at === 0 ? 25 : at < 0 ? blockLength + at : 24 + at;
    const found = await readTables(forged(bytes, forgedAt, over));
    expect(found.rows.map(({ reason }) => reason)).toContain("repository-damaged");
    expect(found.refs.length).toBeGreaterThan(40);
    expect(found.refs.length).toBeLessThan(60);
  });

  test("a block of logs that is damaged: the others are read", async () => {
    const bytes = table([...many, ...logs], small);
    const start = Number(bytes.readBigUInt64BE(bytes.length - 68 + 24 + 24));
    expect(bytes.toString("latin1", start, start + 1)).toBe("g");
    const found = await readTables(forged(bytes, start + 10, Buffer.alloc(30, 0xff)));
    expect(reasonsOf(found.rows)).toEqual(["repository-damaged: a block of logs its compressed data is not valid"]);
    expect(found.refs).toHaveLength(60);
    // The oldest entry is in the last block.
    expect(found.past).toEqual(new Set([A, B, C]));
  });

  test.for([
    ["its end is cut off", (bytes: Buffer) => bytes.subarray(0, -30)],
    ["its end is not what it was", (bytes: Buffer) => forged(bytes, bytes.length - 20, [1])],
  ] as const)("of a table %s: refs and logs are read", async ([, damage]) => {
    const found = await readTables(damage(table([...many, ...logs], small)));
    expect(reasonsOf(found.rows)).toContain("repository-damaged: its end is damaged or cut off");
    expect(found.refs).toHaveLength(60);
    expect(found.past).toEqual(new Set([A, B, C]));
  });

  /** A table whose first block is this. */
  function raw(block: Buffer): Buffer {
    const header = good.subarray(0, 24);
    return Buffer.concat([header, block, checked(Buffer.concat([header, Buffer.alloc(40)]))]);
  }

  test("logs that inflate to gigabytes cost a bounded part of them", async () => {
    // Sixteen megabytes each, of which a few kilobytes are stored.
    const size = (1 << 24) - 1 - 28;
    const bomb = deflateSync(Buffer.alloc(size));
    const head = (length: number): Buffer => Buffer.concat([Buffer.from("g"), uint24(length)]);
    const rest = Array<Buffer>(200).fill(Buffer.concat([head(size + 4), bomb]));
    const found = await readTables(good, raw(Buffer.concat([head(size + 28), bomb, ...rest])));
    expect(found.rows.map(({ detail }) => detail)).toEqual([
      "a name is empty",
      "the tables of its refs come to more than 536870912 bytes: the rest of them is not read",
    ]);
  });

  test("blocks that are damaged, by the hundred thousand, cost a bounded time", async () => {
    const block = (header: number): Buffer =>
      Buffer.concat([Buffer.from("r"), uint24(header + 9), Buffer.from([1, 8, 97, 0, 0])]);
    const found = await readTables(good, raw(Buffer.concat([block(24), Buffer.alloc(9 * 300_000, block(0))])));
    expect(found.rows.map(({ detail }) => detail)).toEqual([
      "a name begins with more than the one before it has",
      "the tables of its refs come to more than 536870912 bytes: the rest of them is not read",
    ]);
  });

  test("names that are worth terabytes cost a bounded part of them", async () => {
    const name = Buffer.alloc(1 << 20, "n");
    const first = Buffer.concat([varint(0), varint(name.length * 8), name, varint(0)]);
    const next = Buffer.concat([varint(name.length - 1), varint(8), Buffer.from("m"), varint(0)]);
    const records = Buffer.concat([first, ...Array<Buffer>(100_000).fill(next)]);
    const block = Buffer.concat([Buffer.from("r"), uint24(records.length + 30), records, Buffer.alloc(2)]);
    // Of other stacks nothing is read any more: they are no new allowance.
    const linked = join(git.gitFolder, "worktrees/linked");
    mkdirSync(linked, { recursive: true });
    writeFileSync(join(linked, "HEAD"), "");
    writeStack(linked, [raw(block)]);
    const found = await readTables(good, raw(block));
    expect(found.rows.map(({ detail }) => detail)).toEqual([
      "the tables of its refs come to more than 536870912 bytes: the rest of them is not read",
    ]);
  });
});

describe("the real git", () => {
  test.skipIf(!HAS_TABLES)("says what we say of what it does (skipped where git is older than 2.45)", async () => {
    using real = new GitFixture("--ref-format=reftable");
    const first = real.commit("one", { a: "a" });
    real.commit("two", { a: "b" });
    real.run("branch", "topic", first);
    real.run("tag", "-a", "-m", "annotated", "heavy");
    for (const content of ["x", "y", "z"]) {
      real.write("a", content);
      real.run("stash", "-q");
    }
    const dropped = real.run("rev-parse", "stash@{1}");
    real.run("stash", "drop", "-q", "stash@{1}");
    real.run("checkout", "-q", "-b", "gone");
    const lost = real.commit("lost");
    real.run("checkout", "-q", "main");
    real.run("branch", "-q", "-D", "gone");
    real.run("worktree", "add", "-q", "--detach", "../linked", first);
    const found = await read(real.gitFolder);
    const listed = real.run("for-each-ref", "--format=%(objectname) %(refname)").split("\n");
    const stashes = real.run("stash", "list", "--format=%H").split("\n");
    expect(new Set(namesOf(found))).toEqual(
      new Set([...listed, ...stashes.map((id) => `${id} refs/stash`), `${first} worktrees/linked/HEAD`]),
    );
    expect([...found.past]).toContain(lost);
    expect([...found.past, ...found.refs.map(({ id }) => id)]).not.toContain(dropped);
    expect(found.heads).toEqual(new Set([first, real.run("rev-parse", "HEAD")]));
    expect(found.rows).toEqual([]);
  });
});

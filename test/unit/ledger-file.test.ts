import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { MIGRATIONS } from "../../src/generated/migrations.ts";
import type { Lease } from "../../src/ledger/leases.ts";
import { Connection } from "../../src/ledger/sqlite/connection.ts";
import { inspectLedger, sealedIn, usersIn } from "../../src/ledger/sqlite/inspect-ledger.ts";
import { migrate } from "../../src/ledger/sqlite/migrate.ts";
import { openLedger } from "../../src/ledger/sqlite/open-ledger.ts";
import { SqliteLeases } from "../../src/ledger/sqlite/sqlite-leases.ts";
import { KeysweepError } from "../../src/model/error.ts";
import { temporaryFolder, temporaryLedger, UID } from "../support/ledger/folder.ts";
import { finding, HOME, hour, run } from "../support/ledger/scans.ts";

const WRITER = join(import.meta.dirname, "..", "support", "ledger", "writer.ts");

function newPath(): string {
  return join(temporaryFolder(), "ledger.db");
}

/** What opening and using the ledger says. */
function complaint(path: string): string {
  try {
    const ledger = openLedger(path, { uid: UID });
    try {
      ledger.scans.remember(run(hour(1), [finding(1)]));
      return ledger.problems().join("\n");
    } finally {
      ledger.close();
    }
  } catch (error) {
    if (error instanceof KeysweepError && error.code === "ledger") return error.message;
    throw error;
  }
}

/** What a person is told to do about it. */
function hintOf(use: () => unknown): string | null {
  try {
    use();
  } catch (error) {
    if (error instanceof KeysweepError) return error.hint;
    throw error;
  }
  return null;
}

function openConnection(path: string, busyMs?: number): Connection {
  const connection = new Connection(path, busyMs);
  connection.useJournalFor("local");
  return connection;
}

/** A ledger as an earlier version left it: its tables, and nothing in them. */
function olderLedger(version: number): string {
  const path = newPath();
  const connection = openConnection(path);
  migrate(connection, MIGRATIONS.slice(0, version));
  connection.close();
  return path;
}

function schema(path: string): unknown[] {
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").all();
  db.close();
  return rows;
}

describe("the versions of a ledger", () => {
  it.each(MIGRATIONS.map((_, index) => index))("are brought up from %i to the last", (version) => {
    const path = olderLedger(version);
    expect(complaint(path)).toBe("");
    const fresh = newPath();
    expect(complaint(fresh)).toBe("");
    expect(schema(path)).toEqual(schema(fresh));
  });

  it.each(MIGRATIONS.map((_, index) => index + 1))("are looked into as they are, from %i on", (version) => {
    const path = olderLedger(version);
    const before = readFileSync(path);
    expect([usersIn(path, UID), sealedIn(path, UID), inspectLedger(path, UID).version]).toEqual([[], [], version]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("keep what was remembered", () => {
    const path = olderLedger(1);
    const db = new DatabaseSync(path);
    db.exec(
      `INSERT INTO scan_scope (id, words, last_finished_at) VALUES (1, '{"roots":["/a"]}', '2026-01-01T00:00:00.000Z')`,
    );
    db.close();
    const ledger = temporaryLedger({}, path);
    expect(ledger.scans.scopes()).toMatchObject([{ scope: { roots: ["/a"] } }]);
  });

  it("from a newer keysweep are refused and left alone", () => {
    const path = olderLedger(MIGRATIONS.length);
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    db.close();
    const before = readFileSync(path);
    expect(complaint(path)).toContain(
      `was written by a newer keysweep (format ${MIGRATIONS.length + 1}; this one knows ${MIGRATIONS.length})`,
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("are as before when a migration fails", () => {
    const path = olderLedger(1);
    const before = schema(path);
    const connection = openConnection(path);
    const failing = [
      ...MIGRATIONS.slice(0, 1),
      "CREATE TABLE half (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1)",
    ];
    expect(() => migrate(connection, failing)).toThrow("cannot use the ledger");
    connection.close();
    expect(schema(path)).toEqual(before);
  });
});

describe("a file that is no ledger, or not a whole one", () => {
  it("is told from one that another program made", () => {
    const path = newPath();
    const db = new DatabaseSync(path);
    db.exec("CREATE TABLE theirs (id INTEGER)");
    db.close();
    const before = readFileSync(path);
    expect(complaint(path)).toContain("another program made this file");
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("is told when it is no database at all", () => {
    const path = newPath();
    writeFileSync(path, "not a database, by its first bytes\n".repeat(100));
    expect(complaint(path)).toContain("is damaged, or is no ledger");
    expect(readFileSync(path, "utf8")).toContain("not a database");
  });

  const PAGE = 4096;

  /** One of some eighty pages. */
  function filledLedger(path: string): Buffer {
    const ledger = openLedger(path, { uid: UID });
    ledger.scans.remember(
      run(
        hour(0),
        Array.from({ length: 300 }, (_, index) => finding(index)),
      ),
    );
    ledger.close();
    return readFileSync(path);
  }

  const ALONE = (size: string) => `it was cut off, or is no ledger: it has ${size} alone`;
  const DAMAGED = "the file is damaged: it was cut off, or written over";
  it.each<[what: string, (whole: number) => number, (left: number, whole: number) => string]>([
    ["a byte", () => 1, () => ALONE("1 byte")],
    ["half of its first words", () => 15, () => ALONE("15 bytes")],
    ["its first words", () => 16, () => ALONE("16 bytes")],
    ["half of its header", () => 50, () => ALONE("50 bytes")],
    ["its header", () => 100, () => ALONE("100 bytes")],
    ["a part of its first page", () => 1024, () => DAMAGED],
    ["its first page", () => PAGE, () => DAMAGED],
    ["a page and a byte", () => PAGE + 1, () => DAMAGED],
    ["four pages", () => 4 * PAGE, () => DAMAGED],
    ["half", (whole) => whole >> 1, () => DAMAGED],
    ["all but its last page", (whole) => whole - PAGE, () => DAMAGED],
    [
      "all but half of its last page",
      (whole) => whole - PAGE / 2,
      (left, whole) => `it was cut off: ${left} of its ${whole} bytes are left`,
    ],
    [
      "all but its last byte",
      (whole) => whole - 1,
      (left, whole) => `it was cut off: ${left} of its ${whole} bytes are left`,
    ],
  ])("is told, and left as it is, when %s is left of it", (_, length, problem) => {
    const path = newPath();
    const whole = filledLedger(path);
    const left = whole.subarray(0, length(whole.length));
    writeFileSync(path, left);
    const expected = `cannot use the ledger ${path}: ${problem(left.length, whole.length)}`;
    expect([complaint(path), hintOf(() => inspectLedger(path, UID))]).toEqual([
      expected,
      expect.stringMatching(/^Restore it from a backup, or move it away/),
    ]);
    expect(readFileSync(path).equals(left)).toBe(true);
  });

  it("is told when nothing is left but the log, which SQLite would throw away", () => {
    const path = newPath();
    writeFileSync(path, "");
    writeFileSync(`${path}-wal`, "what was written last");
    expect(complaint(path)).toContain("it was cut off: nothing is left of it but its log (-wal)");
    expect(readFileSync(`${path}-wal`, "utf8")).toBe("what was written last");
  });

  it("is none of these where the end is in the log still", () => {
    const path = newPath();
    const copy = newPath();
    const ledger = temporaryLedger({}, path);
    ledger.scans.remember(
      run(
        hour(0),
        Array.from({ length: 300 }, (_, index) => finding(index)),
      ),
    );
    for (const suffix of ["", "-wal"]) copyFileSync(path + suffix, copy + suffix);
    expect(statSync(copy).size).toBeLessThan(statSync(`${copy}-wal`).size);
    expect(temporaryLedger({}, copy).scans.report(1)?.findings).toHaveLength(300);
  });

  it("is told when its middle is overwritten", () => {
    const path = newPath();
    const whole = filledLedger(path);
    const file = openSync(path, "r+");
    for (let page = 2; page < whole.length / PAGE; page++)
      writeSync(file, Buffer.alloc(512, 0xa5), 0, 512, page * PAGE);
    closeSync(file);
    expect(complaint(path)).toContain("damaged");
  });

  it("is told by the check of all of it", () => {
    const path = newPath();
    const ledger = temporaryLedger({}, path);
    expect(ledger.problems()).toEqual([]);
    const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    db.exec(
      "INSERT INTO scan_run (scope, started_at, finished_at, tool_version, coverage, summary) VALUES (9, '', '', '', '{}', '{}')",
    );
    db.close();
    expect(ledger.problems()).toEqual(["row 1 of scan_run refers to no row of scan_scope"]);
  });
});

describe("a change that fails", () => {
  it("is undone, and does not stand in the way of the next", () => {
    const connection = openConnection(newPath());
    connection.exec("CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT");
    const failing = () => {
      connection.run("INSERT INTO one VALUES (1)");
      throw new Error("in the middle");
    };
    expect(() => connection.write(failing)).toThrow("in the middle");
    connection.write(() => connection.run("INSERT INTO one VALUES (2)"));
    expect(connection.all("SELECT id FROM one")).toEqual([{ id: 2 }]);
    connection.close();
  });
});

it("reads within a change what the change has made, so that a lease can be asked about in the change that it guards", () => {
  const path = newPath();
  temporaryLedger({}, path);
  const connection = openConnection(path);
  const leases = new SqliteLeases(connection);
  const lease = leases.acquire({ name: "one", holder: "ada", nowMs: 0, forMs: 10, isGone: () => false }) as Lease;
  expect(connection.write(() => leases.isCurrent(lease))).toBe(true);
  connection.close();
});

describe("what is deleted", () => {
  it("is in no file any more", () => {
    const path = newPath();
    const mark = Buffer.from("sealed secret that must go", "utf8");
    const connection = openConnection(path);
    connection.exec("CREATE TABLE sealed (id INTEGER PRIMARY KEY, box BLOB NOT NULL) STRICT");
    connection.write(() => {
      for (let id = 1; id <= 5; id++)
        connection.run("INSERT INTO sealed VALUES (?, ?)", id, Buffer.concat(Array(400).fill(mark)));
    });
    const holding = () => [path, `${path}-wal`].filter((file) => existsSync(file) && readFileSync(file).includes(mark));
    expect(holding()).not.toEqual([]);
    connection.destroy(() => connection.run("DELETE FROM sealed"));
    expect(holding()).toEqual([]);
    connection.close();
  });

  it("is said to be there still while a reader holds it", () => {
    const path = newPath();
    const connection = openConnection(path, 10);
    connection.exec("CREATE TABLE sealed (id INTEGER PRIMARY KEY) STRICT; INSERT INTO sealed VALUES (1)");
    const reader = new DatabaseSync(path);
    reader.exec("BEGIN; SELECT * FROM sealed");
    expect(() => connection.destroy(() => connection.run("DELETE FROM sealed"))).toThrow("another process is using it");
    reader.close();
    connection.close();
  });
});

describe("the file", () => {
  it.skipIf(UID === null)("and all that SQLite puts beside it are their owner's alone", () => {
    const path = newPath();
    const ledger = temporaryLedger({}, path);
    ledger.scans.remember(run(hour(0), [finding(1)]));
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("is alone once it is closed", () => {
    const path = newPath();
    expect(complaint(path)).toBe("");
    expect([`${path}-wal`, `${path}-shm`].filter((file) => existsSync(file))).toEqual([]);
  });

  it("shares no memory on a network file system", () => {
    const path = newPath();
    const ledger = temporaryLedger({ kind: "network" }, path);
    ledger.scans.remember(run(hour(0), [finding(1)]));
    expect(existsSync(`${path}-shm`)).toBe(false);
  });

  it.skipIf(UID === null || process.platform === "win32")("is as before when the disk is full", () => {
    const path = newPath();
    const ledger = openLedger(path, { uid: UID });
    ledger.scans.remember(run(hour(0), [finding(1)]));
    ledger.close();
    // The shell's limit is on the size of each file, in blocks of 512 bytes or 1 KiB, and stands for a disk without room.
    const { status, stderr } = spawnSync(
      "sh",
      [
        "-c",
        `trap '' XFSZ; ulimit -f 400; exec "$0" "$@"`,
        process.execPath,
        WRITER,
        path,
        HOME.roots[0] ?? "",
        "1",
        "5000",
      ],
      { encoding: "utf8" },
    );
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/cannot use the ledger .*: (the disk is full|the disk or the file system failed)/);
    expect(complaint(path)).toBe("");
    const after = temporaryLedger({}, path);
    expect(after.scans.report(1)?.findings).toHaveLength(1);
  });
});

describe("a journal that is changed while another process writes", () => {
  /** A file in which another connection has the lock to write, from before anything has chosen a journal: as two that begin with a new ledger. */
  function contended(): { readonly path: string; readonly other: DatabaseSync } {
    const path = newPath();
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec("BEGIN IMMEDIATE");
    return { path, other };
  }

  it("is changed once the other is through", () => {
    const { path, other } = contended();
    const waits: number[] = [];
    const connection = new Connection(path, 10_000, (ms) => {
      waits.push(ms);
      if (waits.length === 3) other.exec("COMMIT");
    });
    connection.useJournalFor("local");
    expect(waits).toEqual([20, 20, 20]);
    expect(connection.get("PRAGMA journal_mode")).toEqual({ journal_mode: "wal" });
    connection.close();
  });

  it("is waited for no longer than for any other write", () => {
    const { path } = contended();
    let waitedMs = 0;
    const connection = new Connection(path, 100, (ms) => {
      waitedMs += ms;
    });
    expect(() => connection.useJournalFor("local")).toThrow("another process is using it");
    expect(waitedMs).toBe(100);
    connection.close();
  });
});

describe("several processes", () => {
  it("tells by its version what another connection has written, and not what it has written itself", () => {
    const path = newPath();
    const [one, other] = [temporaryLedger({}, path), temporaryLedger({}, path)];
    const before = one.version();
    expect(one.version()).toBe(before);
    one.jobs.begin("scan", 1, 1);
    expect(one.version()).toBe(before);
    other.jobs.begin("audit", 1, 1);
    expect(one.version()).not.toBe(before);
  });

  function writer(...args: string[]): ChildProcess {
    return spawn(process.execPath, [WRITER, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  }

  it("make one ledger together, and lose nothing", async () => {
    const path = newPath();
    const ended = [0, 1, 2, 3].map(async (number) => {
      const child = writer(path, number < 2 ? "/same" : `/own/${number}`, "10", "20");
      child.stdout?.resume();
      const [status] = (await once(child, "exit")) as [number | null];
      return status;
    });
    expect(await Promise.all(ended)).toEqual([0, 0, 0, 0]);
    const { scans, problems } = temporaryLedger({}, path);
    const runs = ["/same", "/own/2", "/own/3"].map((root) => scans.runs({ ...HOME, roots: [root] }));
    expect(runs.map(({ length }) => length)).toEqual([20, 10, 10]);
    for (const { id } of runs.flat()) expect(scans.report(id)?.findings).toHaveLength(20);
    expect(problems()).toEqual([]);
  });

  it("that are killed leave whole runs", async () => {
    const path = newPath();
    const scope = { ...HOME, roots: ["/killed"] };
    let told = 0;
    for (let round = 0; round < 4; round++) {
      const child = writer(path, "/killed", "1000", "200");
      // Somewhere in the writing of the run after the one that was told last.
      for await (const chunk of child.stdout ?? []) {
        told += String(chunk).trim().split("\n").length;
        if (told >= (round + 1) * 3) break;
      }
      child.kill("SIGKILL");
      await once(child, "exit");
      const ledger = openLedger(path, { uid: UID });
      const runs = ledger.scans.runs(scope);
      expect(ledger.problems()).toEqual([]);
      expect(runs.length).toBeGreaterThanOrEqual(told);
      for (const { id } of runs) {
        const titles = new Set(ledger.scans.report(id)?.findings.map(({ title }) => title));
        expect([ledger.scans.report(id)?.findings.length, titles.size]).toEqual([200, 1]);
      }
      told = runs.length;
      ledger.close();
    }
  });
});

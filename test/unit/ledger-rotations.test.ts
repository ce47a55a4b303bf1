import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { MIGRATIONS } from "../../src/generated/migrations.ts";
import { backupPath } from "../../src/ledger/sqlite/backup.ts";
import { Connection } from "../../src/ledger/sqlite/connection.ts";
import { migrate } from "../../src/ledger/sqlite/migrate.ts";
import { openLedger } from "../../src/ledger/sqlite/open-ledger.ts";
import { temporaryFolder, temporaryLedger, UID } from "../support/ledger/folder.ts";
import { begun, event, keyId, rotationId } from "../support/ledger/rotations.ts";

const ONE = rotationId(1);
const ADA = { fence: 1, who: "ada" };

/** The files of a folder that hold these bytes anywhere, or a part of them that no other bytes would hold by accident. */
function holding(folder: string, bytes: Buffer): string[] {
  const parts = [bytes.subarray(0, 24), bytes.subarray(bytes.length / 2, bytes.length / 2 + 24), bytes.subarray(-24)];
  return readdirSync(folder).filter((name) => {
    const content = readFileSync(join(folder, name));
    return parts.some((part) => content.includes(part));
  });
}

describe("a sealed secret that was destroyed", () => {
  it.each([
    ["a short one", 250],
    ["one of many pages", 30_000],
  ])("is in no page, journal or backup: %s", (_, length) => {
    const folder = temporaryFolder();
    const ledger = openLedger(join(folder, "ledger.db"), { uid: UID, kind: "local" });
    const secret = randomBytes(length);
    ledger.sealed.put(ONE, keyId(1), secret);
    expect(holding(folder, secret)).not.toEqual([]);
    // Other rows come and go beside it.
    for (let other = 2; other < 20; other++) ledger.sealed.put(rotationId(other), keyId(other), randomBytes(300));
    ledger.rotations.append(ONE, 0, begun(), ADA);
    ledger.sealed.destroy(ONE);
    expect(holding(folder, secret)).toEqual([]);
    ledger.close();
    expect(holding(folder, secret)).toEqual([]);
  });

  it("is not called destroyed while somebody reads what was before, and is once more is asked for", () => {
    const folder = temporaryFolder();
    const path = join(folder, "ledger.db");
    const ledger = temporaryLedger({ kind: "local" }, path);
    const secret = randomBytes(500);
    ledger.sealed.put(ONE, keyId(1), secret);
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.exec("BEGIN");
    reader.prepare("SELECT count(*) FROM sealed_secret").get();
    // The journal waits for readers, for as long as for writers.
    const connection = new Connection(path, 50);
    connection.useJournalFor("local");
    expect(() => connection.destroy(() => connection.run("DELETE FROM sealed_secret"))).toThrow(
      "another process is using it",
    );
    reader.close();
    connection.close();
    ledger.sealed.destroy(ONE);
    expect(holding(folder, secret)).toEqual([]);
  });
});

describe("a ledger's record of rotations", () => {
  it.each(["rotation", "rotation_event", "trail"])("can only be appended to: %s", (table) => {
    const ledger = temporaryLedger();
    ledger.rotations.append(ONE, 0, begun(), ADA);
    const db = new DatabaseSync(ledger.location);
    const column = table === "rotation" ? "user" : table === "trail" ? "who" : "event";
    expect(() => db.exec(`UPDATE ${table} SET ${column} = '{}'`)).toThrow("only appended to");
    expect(() => db.exec(`DELETE FROM ${table}`)).toThrow("only appended to");
    db.close();
    expect(ledger.problems()).toEqual([]);
  });

  it("is on the disk before an append returns", () => {
    const ledger = temporaryLedger({ kind: "local" });
    const db = new DatabaseSync(ledger.location);
    expect(db.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    db.close();
    const connection = new Connection(ledger.location);
    connection.useJournalFor("local");
    expect(connection.get("PRAGMA synchronous")).toEqual({ synchronous: 2 });
    expect(connection.get("PRAGMA secure_delete")).toEqual({ secure_delete: 1 });
    connection.close();
  });
});

describe("before a migration", () => {
  /** A ledger with something in it that is to be migrated once more. */
  function olderLedger(): { readonly path: string; readonly secret: Buffer } {
    const path = join(temporaryFolder(), "ledger.db");
    const ledger = openLedger(path, { uid: UID, kind: "local" });
    const secret = randomBytes(400);
    ledger.rotations.append(ONE, 0, begun(), ADA);
    ledger.rotations.append(ONE, 1, event(1, { kind: "resumed" }), ADA);
    ledger.sealed.put(ONE, keyId(1), secret);
    ledger.close();
    return { path, secret };
  }

  function upgrade(path: string, sql: string): void {
    const connection = new Connection(path);
    connection.useJournalFor("local");
    try {
      migrate(connection, [...MIGRATIONS, sql]);
    } finally {
      connection.close();
    }
  }

  it("the ledger is copied, for this user alone, and without sealed secrets", () => {
    const { path, secret } = olderLedger();
    expect(holding(dirname(path), secret)).toEqual(["ledger.db"]);
    upgrade(path, "CREATE TABLE more (id INTEGER) STRICT");
    expect(readdirSync(dirname(path)).sort()).toEqual(["ledger.db", "ledger.db-backup"]);
    expect(statSync(backupPath(path)).mode & 0o777).toBe(0o600);
    expect(holding(dirname(path), secret)).toEqual(["ledger.db"]);
  });

  it("the copy is a whole ledger of the version before", () => {
    const { path } = olderLedger();
    const before = openLedger(path, { uid: UID, kind: "local" });
    const { ledger, events } = { ledger: before.rotations.ledger, events: [...before.rotations.all()] };
    before.close();
    upgrade(path, "CREATE TABLE more (id INTEGER) STRICT");
    const copy = openLedger(backupPath(path), { uid: UID, kind: "local" });
    expect(copy.problems()).toEqual([]);
    expect([copy.rotations.ledger, [...copy.rotations.all()]]).toEqual([ledger, events]);
    expect(copy.rotations.append(ONE, 2, event(2, { kind: "resumed" }), ADA)).toBe(true);
    expect([...copy.trail.after(0)].map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(copy.sealed.keys(ONE)).toEqual([]);
    copy.close();
  });

  it("is an earlier copy replaced, and one that was cut short", () => {
    const { path } = olderLedger();
    upgrade(path, "CREATE TABLE more (id INTEGER) STRICT");
    const connection = new Connection(path);
    migrate(connection, [...MIGRATIONS, "", "CREATE TABLE still_more (id INTEGER) STRICT"]);
    connection.close();
    const db = new DatabaseSync(backupPath(path), { readOnly: true });
    expect(db.prepare("PRAGMA user_version").get()).toEqual({ user_version: MIGRATIONS.length + 1 });
    db.close();
    expect(readdirSync(dirname(path)).sort()).toEqual(["ledger.db", "ledger.db-backup"]);
  });
});

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLedger } from "../../src/ledger/sqlite/open-ledger.ts";
import type { AccountId } from "../../src/model/access-key-id.ts";
import type { ScanReport } from "../../src/model/scan-report.ts";
import { heading, key, NOTHING, record, user } from "../support/ledger/audits.ts";
import { UID } from "../support/ledger/folder.ts";
import { hour } from "../support/ledger/scans.ts";
import { generateMaterial } from "../support/material.ts";
import { makeWorld, profile, type World } from "./world.ts";

let world: World;
let ledger: string;

beforeEach(() => {
  world = makeWorld();
  ledger = join(world.home, ".local", "state", "keysweep", "ledger.db");
});

afterEach(() => world.remove());

function scan(...args: string[]): ScanReport {
  const { stdout, stderr } = world.run(["scan", "--format", "json", ...args]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as ScanReport;
}

describe("a scan", () => {
  it("is compared with the last one of the same", () => {
    world.file("a/credentials", profile(1));
    const gone = world.file("a/old", profile(2));
    const first = scan("a");
    expect(first.changes).toBeNull();
    rmSync(gone);
    world.file("a/new", profile(3));
    const { changes, findings } = scan("a");
    expect(changes?.since).toBe(first.finishedAt);
    expect(changes?.new).toEqual(
      findings
        .filter(({ accessKeyId }) => accessKeyId === generateMaterial(3).id)
        .map(({ fingerprint }) => fingerprint),
    );
    expect(changes?.gone).toMatchObject([{ accessKeyId: generateMaterial(2).id, place: { path: gone } }]);
    expect(scan("a/credentials").changes).toBeNull();
  });

  it("leaves a ledger that is its owner's alone and holds no secret", () => {
    world.file("credentials", profile(1));
    scan(".");
    scan(".");
    expect(readdirSync(dirname(ledger))).toContain("ledger.db");
    expect([statSync(ledger).mode & 0o777, statSync(dirname(ledger)).mode & 0o777]).toEqual([0o600, 0o700]);
    const bytes = readFileSync(ledger);
    const { id, secret } = generateMaterial(1);
    expect([bytes.includes(id), bytes.includes(secret)]).toEqual([true, false]);
  });

  it("does not find in the ledger what it found elsewhere", () => {
    const path = join(world.home, "credentials");
    world.file("../home/credentials", profile(1));
    scan();
    rmSync(path);
    const { findings, coverage, changes } = scan();
    expect(findings).toEqual([]);
    expect(coverage.excluded).toContainEqual({
      by: "keysweep",
      pattern: dirname(ledger),
      count: 1,
    });
    expect(changes?.gone).toHaveLength(1);
  });

  it.each([
    ["standard input", ["--stdin"]],
    ["no ledger at all", [".", "--ledger", "none"]],
  ])("of %s is not remembered", (_, args) => {
    expect(scan(...args)).not.toHaveProperty("changes");
    expect(existsSync(ledger)).toBe(false);
  });

  it("is remembered where one says", () => {
    world.file("a/credentials", profile(1));
    scan("a", "--ledger", "mine.db");
    expect(scan("a", "--ledger", "mine.db").changes?.new).toEqual([]);
    expect(existsSync(ledger)).toBe(false);
  });

  it("calls nothing gone that it was told to leave out", () => {
    world.file("a/credentials", profile(1));
    scan("a");
    world.file("a/keysweep.yaml", 'exclude: ["credentials"]\n');
    expect(scan("a").changes).toMatchObject({ gone: [], unread: [{ accessKeyId: generateMaterial(1).id }] });
    rmSync(join(world.folder, "a", "keysweep.yaml"));
    expect(scan("a").changes).toMatchObject({ new: [], gone: [], unread: [] });
  });

  it("owes its result whatever becomes of the ledger", () => {
    world.file("a/credentials", profile(1));
    mkdirSync(dirname(ledger), { recursive: true });
    chmodSync(dirname(ledger), 0o777);
    const { status, stdout, stderr } = world.run(["scan", "--format", "json", "a"]);
    expect(status).toBe(1);
    expect((JSON.parse(stdout) as ScanReport).findings).toHaveLength(1);
    expect(JSON.parse(stdout)).not.toHaveProperty("changes");
    expect(stderr).toContain("others may write to the folder");
    expect(world.run(["scan", "--quiet", "a"]).stderr).toBe("");
  });

  it("fails when it cannot be remembered where one says, but still tells what it found", () => {
    world.file("a/credentials", profile(1));
    const path = join(world.folder, "newer.db");
    scan("a", "--ledger", path);
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 999");
    db.close();
    const { status, stdout, stderr } = world.run(["scan", "--format", "json", "a", "--ledger", path, "--quiet"]);
    expect(status).toBe(4);
    expect((JSON.parse(stdout) as ScanReport).findings).toHaveLength(1);
    expect(stderr).toContain("was written by a newer keysweep");
  });

  it("is not begun when no ledger can be where one says", () => {
    const { status, stdout, stderr } = world.run(["scan", ".", "--ledger", "nowhere/ledger.db"]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("--ledger nowhere/ledger.db: the folder nowhere does not exist");
  });

  it("with --since-last fails only on what is new", () => {
    const status = (...args: string[]) => world.run(["scan", "a", "--since-last", ...args]).status;
    world.file("a/credentials", profile(1));
    expect([status(), status()]).toEqual([1, 0]);
    world.file("a/new", profile(2));
    expect([status(), status()]).toEqual([1, 0]);
    expect(world.run(["scan", "a"]).status).toBe(1);
  });

  it.each([["--stdin"], ["--ledger", "none"], ["--staged"], ["--range", "A..B"]])(
    "with --since-last is none with %s",
    (...args) => {
      const { status, stderr } = world.run(["scan", "--since-last", ...args]);
      expect(status).toBe(2);
      expect(stderr).toContain(`--since-last and ${args.join(" ").replace(" A..B", "")} exclude each other`);
    },
  );

  it("whose report could not be written is new again", () => {
    world.file("a/credentials", profile(1));
    scan("a");
    world.file("a/new", profile(2));
    expect(world.run(["scan", "a", "--report", "json=/dev/full"]).status).toBe(4);
    expect(scan("a").changes?.new).toHaveLength(1);
  });
});

describe("a scan after an audit", () => {
  /** What an audit of the organisation of the key of seed 1 leaves: that key is active, that of seed 2 inactive. */
  function audit(): void {
    const remembered = openLedger(ledger, { uid: UID });
    const recorder = remembered.audits.begin(heading(hour(0), "o-1"));
    const accounts = [1, 2].map((seed) => generateMaterial(seed).accountId as AccountId);
    recorder.listed("o-1", accounts, hour(0));
    for (const [index, id] of accounts.entries()) {
      const status = index === 0 ? "Active" : "Inactive";
      const users = [user(id, `ci-${index}`, [key(generateMaterial(index + 1).id, { status })])];
      recorder.account(record(id, { users }), hour(0));
    }
    recorder.finish({ finishedAt: hour(0), complete: true, summary: NOTHING });
    remembered.close();
  }

  function bySeed(report: ScanReport, seed: number) {
    return report.findings.find(({ accessKeyId }) => accessKeyId === generateMaterial(seed).id);
  }

  it("names the owner, makes active keys critical, and tells of accounts outside the organisation", () => {
    audit();
    for (const seed of [1, 2, 3]) world.file(`a/${seed}`, profile(seed));
    const report = scan("a");
    expect(bySeed(report, 1)).toMatchObject({
      severity: "critical",
      owner: { accountId: generateMaterial(1).accountId, userName: "ci-0", status: "Active", asOf: hour(0) },
    });
    expect(bySeed(report, 2)).toMatchObject({ severity: "high", owner: { userName: "ci-1", status: "Inactive" } });
    expect(bySeed(report, 3)).toMatchObject({
      severity: "high",
      owner: null,
      outsideOrganization: { organizationId: "o-1", asOf: hour(0) },
    });
    expect(report.summary).toMatchObject({ critical: 1, high: 2 });
  });

  it("does so for streams too, which are not remembered", () => {
    audit();
    const { stdout } = world.run(["scan", "--stdin", "--format", "json"], { input: profile(1) });
    expect((JSON.parse(stdout) as ScanReport).findings).toMatchObject([{ severity: "critical" }]);
    expect(JSON.parse(stdout)).not.toHaveProperty("changes");
    expect(readdirSync(dirname(ledger))).toEqual(["ledger.db"]);
  });

  it("does not let an allow cover more than it saw", () => {
    world.file("a/1", profile(1));
    const fingerprint = scan("a").findings[0]?.fingerprint ?? "";
    const allow = `allow: [{ fingerprint: "${fingerprint}", severity: high, reason: known, owner: ada, expires: 2099-01-01 }]\n`;
    world.file("a/keysweep.yaml", allow);
    expect(scan("a").findings[0]?.allowed).not.toBeNull();
    audit();
    expect(scan("a", "--quiet").findings[0]).toMatchObject({ allowed: null, severity: "critical" });
  });

  it("without a ledger looks for none", () => {
    world.file("a/1", profile(1));
    const { stdout } = world.run(["scan", "--stdin", "--format", "json"], { input: profile(1) });
    expect((JSON.parse(stdout) as ScanReport).findings).toMatchObject([{ severity: "high", owner: null }]);
    expect(existsSync(dirname(ledger))).toBe(false);
  });
});

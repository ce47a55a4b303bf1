import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { ledgerLocation } from "../../src/cli/ledger-location.ts";
import { comparableRun } from "../../src/cli/scan/comparable-run.ts";
import { ScanMemory } from "../../src/cli/scan/scan-memory.ts";
import type { AccessKeyId, AccountId } from "../../src/model/access-key-id.ts";
import { NO_INVENTORY } from "../../src/model/key-inventory.ts";
import type { ScanRequest } from "../../src/scan/scan-request.ts";
import { temporaryFolder } from "../support/ledger/folder.ts";
import { finding, hour, report, run } from "../support/ledger/scans.ts";
import { generateMaterial } from "../support/material.ts";

const REQUEST: ScanRequest = {
  roots: ["/"],
  catalogue: false,
  environment: "none",
  stdin: null,
  exclude: [],
  history: null,
  ownReports: [],
  change: null,
};

const WHOLE = { noHistory: false, noRepositoryConfig: false };

function at(path: string): ScanMemory {
  return new ScanMemory({ path, isNamed: false });
}

describe("what a scan remembers", () => {
  it("is nothing where no ledger is wanted", async () => {
    using memory = new ScanMemory(null);
    expect(await memory.changes(run(hour(0), []))).toBeUndefined();
    expect(await memory.inventory()).toBe(NO_INVENTORY);
    await memory.remember(run(hour(0), []));
    expect(memory.problem).toBeNull();
  });

  it("makes no ledger only to ask it", async () => {
    const path = join(temporaryFolder(), "ledger.db");
    using memory = at(path);
    expect(await memory.inventory()).toBe(NO_INVENTORY);
    expect(existsSync(path)).toBe(false);
  });

  it("is compared once it was remembered", async () => {
    using memory = at(join(temporaryFolder(), "ledger.db"));
    expect(await memory.changes(run(hour(0), []))).toBeNull();
    await memory.remember(run(hour(0), []));
    expect(await memory.changes(run(hour(1), [finding(1)]))).toMatchObject({
      since: hour(0),
      new: [expect.any(String)],
    });
    expect(memory.problem).toBeNull();
  });

  it("has the scans of the same scope that came before", async () => {
    using memory = at(join(temporaryFolder(), "ledger.db"));
    expect(await memory.earlier(run(hour(0), []))).toEqual([]);
    await memory.remember(run(hour(0), [finding(1)]));
    await memory.remember(run(hour(1), []));
    const earlier = await memory.earlier(run(hour(2), []));
    expect(earlier.map(({ finishedAt }) => finishedAt)).toEqual([hour(1), hour(0)]);
    const { scope } = run(hour(2), []);
    const elsewhere = { ...run(hour(2), []), scope: { ...scope, roots: ["/elsewhere"] } };
    expect(await memory.earlier(elsewhere)).toEqual([]);
  });

  it("is given up at the first problem, of which it tells", async () => {
    const path = join(temporaryFolder(), "ledger.db");
    using memory = at(path);
    await memory.remember(run(hour(0), []));
    const inventory = await memory.inventory();
    const db = new DatabaseSync(path);
    db.exec("DROP TABLE access_key; DROP TABLE scan_finding");
    db.close();
    expect(inventory.ownerOf(generateMaterial(1).id as AccessKeyId)).toBeNull();
    expect(memory.problem).toMatchObject({ code: "ledger" });
    const first = memory.problem;
    expect(inventory.outsideOrganization(generateMaterial(1).accountId as AccountId)).toBeNull();
    expect(await memory.changes(run(hour(1), []))).toBeUndefined();
    await memory.remember(run(hour(1), []));
    expect(memory.tried(() => "done")).toBeUndefined();
    expect(memory.problem).toBe(first);
  });
});

it("costs no scan its result when the ledger holds what it never should", async () => {
  const path = join(temporaryFolder(), "ledger.db");
  using memory = at(path);
  await memory.remember(run(hour(0), [finding(1)]));
  const db = new DatabaseSync(path);
  db.exec("UPDATE scan_finding SET finding = '{}'");
  db.close();
  expect(await memory.changes(run(hour(1), []))).toBeUndefined();
  expect(memory.problem).toMatchObject({
    code: "internal",
    message: expect.stringContaining("the ledger could not be used"),
  });
});

describe("a run that can be compared", () => {
  it("is one of the same folders, read as deeply", () => {
    const told = report(hour(0), []);
    expect(comparableRun(REQUEST, WHOLE, told).scope).toEqual({
      roots: ["/"],
      catalogue: false,
      environment: false,
      history: true,
      repositoryConfiguration: true,
    });
    expect(comparableRun(REQUEST, { noHistory: true, noRepositoryConfig: true }, told).scope).toMatchObject({
      history: false,
      repositoryConfiguration: false,
    });
  });

  it("names no secret that a folder is called by", () => {
    const folders = [1, 2].map((seed) => generateMaterial(seed).secret.replaceAll("/", "k"));
    const named = folders.map((folder) => {
      const roots = [`/somewhere here/${folder}`];
      return comparableRun({ ...REQUEST, roots }, WHOLE, report(hour(0), [])).scope.roots[0] ?? "";
    });
    for (const name of named) expect(name).toMatch(/^\/somewhere here\/… \([0-9a-f]{16}\)$/);
    expect(named[0]).not.toBe(named[1]);
  });
});

describe("the ledger's place", () => {
  const system = { platform: "linux", environment: {}, home: "/home/ada" } as const;

  it("is the usual one, the named one, or none", () => {
    const folder = temporaryFolder();
    expect(ledgerLocation({ system }, undefined)).toEqual({
      path: "/home/ada/.local/state/keysweep/ledger.db",
      isNamed: false,
    });
    expect(ledgerLocation({ system }, join(folder, "mine.db"))).toEqual({
      path: join(folder, "mine.db"),
      isNamed: true,
    });
    expect(ledgerLocation({ system }, "none")).toBeNull();
  });

  it.each(["", "/nowhere/at/all/ledger.db", "/"])("is not %j", (named) => {
    expect(() => ledgerLocation({ system }, named)).toThrow(/^--ledger /);
  });
});

import { join } from "node:path";
import { expect, it } from "vitest";
import { openLedger } from "../../src/ledger/sqlite/open-ledger.ts";
import { temporaryFolder } from "../support/ledger/folder.ts";

function ledgerAt(path = join(temporaryFolder(), "ledger.db")) {
  return openLedger(path, { uid: process.getuid?.() ?? null });
}

it("knows a job from when it was first asked about", () => {
  const ledger = ledgerAt();
  expect(ledger.jobs.of("scan", 1000)).toEqual({ sinceMs: 1000, last: null, completedMs: null });
  expect(ledger.jobs.of("scan", 2000)).toEqual({ sinceMs: 1000, last: null, completedMs: null });
  ledger.close();
});

it("tells a run that was cut off from one that ended, and counts how often one was tried", () => {
  const path = join(temporaryFolder(), "ledger.db");
  const before = ledgerAt(path);
  before.jobs.of("scan", 500);
  before.jobs.begin("scan", 1000, 1100);
  before.close();
  const ledger = ledgerAt(path);
  expect(ledger.jobs.of("scan", 2000).last).toEqual({
    dueMs: 1000,
    startedMs: 1100,
    endedMs: null,
    status: null,
    attempts: 1,
  });
  ledger.jobs.begin("scan", 1000, 2000);
  ledger.jobs.end("scan", 2500, 3, true);
  expect(ledger.jobs.of("scan", 3000)).toEqual({
    sinceMs: 500,
    last: { dueMs: 1000, startedMs: 2000, endedMs: 2500, status: 3, attempts: 2 },
    completedMs: 2500,
  });
  ledger.jobs.begin("scan", 4000, 4100);
  ledger.jobs.end("scan", 4200, 4, false);
  expect(ledger.jobs.of("scan", 5000)).toMatchObject({ last: { attempts: 1, status: 4 }, completedMs: 2500 });
  expect(ledger.jobs.of("audit", 5000).last).toBeNull();
  ledger.close();
});

import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { type OpenOptions, openLedger } from "../../../src/ledger/sqlite/open-ledger.ts";

export const UID = process.getuid?.() ?? null;

/** A folder of the test's own, which goes with it. */
export function temporaryFolder(below = tmpdir()): string {
  const folder = realpathSync(mkdtempSync(join(below, "keysweep-ledger-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** In memory where the system has that: a ledger waits for its disk, which tests of what it remembers need not do. */
const QUICK = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A ledger that is closed when the test ends. */
export function temporaryLedger(
  options: Partial<OpenOptions> = {},
  path = join(temporaryFolder(QUICK), "ledger.db"),
): Ledger {
  const ledger = openLedger(path, { uid: UID, ...options });
  onTestFinished(() => ledger.close());
  return ledger;
}

import type { ScanRun } from "../../ledger/scan-history.ts";
import type { EarlierRun } from "../../model/earlier-run.ts";
import { type KeyInventory, NO_INVENTORY } from "../../model/key-inventory.ts";
import type { ScanChanges } from "../../model/scan-changes.ts";
import type { WrittenReport } from "../../model/written-report.ts";
import { LedgerUse } from "../ledger-use.ts";

/**
 * What the ledger does for one scan: it tells before it which files are reports of our own, and after it names the owners of found keys, tells
 * what changed since the last scan of the same, and remembers this one.
 */
export class ScanMemory extends LedgerUse {
  /** Reports that keysweep wrote. A ledger that does not exist is not made for that. */
  async ownReports(): Promise<readonly WrittenReport[]> {
    const reports = (await this.openExisting())?.reports;
    return (reports === undefined ? undefined : this.tried(() => reports.all())) ?? [];
  }

  /** What an audit knows of keys. A ledger that does not exist is not made for that. */
  async inventory(): Promise<KeyInventory> {
    const keys = (await this.openExisting())?.keys;
    if (keys === undefined) return NO_INVENTORY;
    return {
      accountOf: (id) => this.tried(() => keys.accountOf(id)) ?? null,
      ownerOf: (id) => this.tried(() => keys.ownerOf(id)) ?? null,
      outsideOrganization: (account) => this.tried(() => keys.outsideOrganization(account)) ?? null,
    };
  }

  /** What changed since the last scan of the same; null when there was none, undefined when that is not known. */
  async changes(run: ScanRun): Promise<ScanChanges | null | undefined> {
    const ledger = await this.open();
    return ledger === null ? undefined : this.tried(() => ledger.scans.changes(run));
  }

  /** The scans of the same before this one. */
  async earlier({ scope }: ScanRun): Promise<readonly EarlierRun[]> {
    const ledger = await this.open();
    return (ledger === null ? undefined : this.tried(() => ledger.scans.runs(scope))) ?? [];
  }

  async remember(run: ScanRun): Promise<void> {
    const ledger = await this.open();
    if (ledger !== null) this.tried(() => ledger.scans.remember(run));
  }
}

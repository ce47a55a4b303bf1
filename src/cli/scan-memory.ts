import { existsSync } from "node:fs";
import type { Ledger } from "../ledger/ledger.ts";
import type { ScanRun } from "../ledger/scan-history.ts";
import { KeysweepError } from "../model/error.ts";
import { type KeyInventory, NO_INVENTORY } from "../model/key-inventory.ts";
import type { ScanChanges } from "../model/scan-changes.ts";
import { type LedgerLocation, openLedgerAt } from "./ledger-location.ts";

/**
 * What the ledger does for one scan: it names the owners of found keys, tells what changed since the last scan of the same, and remembers this
 * one. All of that comes after the scan itself, which owes its result whatever becomes of the ledger: the first problem is kept, and
 * from then on nothing is remembered.
 */
export class ScanMemory {
  readonly #location: LedgerLocation | null;
  #ledger: Ledger | null = null;
  #problem: KeysweepError | null = null;

  /** @param location null: nothing is remembered. */
  constructor(location: LedgerLocation | null) {
    this.#location = location;
  }

  /** Why the ledger could not be used; null when it could, or was not needed. */
  get problem(): KeysweepError | null {
    return this.#problem;
  }

  /** What an audit knows of keys. A ledger that does not exist is not made for that. */
  async inventory(): Promise<KeyInventory> {
    if (this.#location === null || !existsSync(this.#location.path)) return NO_INVENTORY;
    const keys = (await this.#opened())?.keys;
    if (keys === undefined) return NO_INVENTORY;
    return {
      ownerOf: (id) => this.#tried(() => keys.ownerOf(id)),
      outsideOrganization: (account) => this.#tried(() => keys.outsideOrganization(account)),
    };
  }

  /** What changed since the last scan of the same; null when there was none, undefined when that is not known. */
  async changes(run: ScanRun): Promise<ScanChanges | null | undefined> {
    const ledger = await this.#opened();
    const changes = ledger === null ? null : this.#tried(() => ledger.scans.changes(run));
    return ledger === null || this.#problem !== null ? undefined : changes;
  }

  async remember(run: ScanRun): Promise<void> {
    const ledger = await this.#opened();
    if (ledger !== null) this.#tried(() => ledger.scans.remember(run));
  }

  [Symbol.dispose](): void {
    this.close();
  }

  close(): void {
    const ledger = this.#ledger;
    this.#ledger = null;
    if (ledger !== null) this.#tried(() => ledger.close());
  }

  async #opened(): Promise<Ledger | null> {
    if (this.#location === null || this.#problem !== null) return null;
    try {
      this.#ledger ??= await openLedgerAt(this.#location);
    } catch (error) {
      this.#note(error);
    }
    return this.#ledger;
  }

  #tried<T>(work: () => T): T | null {
    if (this.#problem !== null) return null;
    try {
      return work();
    } catch (error) {
      this.#note(error);
      return null;
    }
  }

  #note(error: unknown): void {
    if (!(error instanceof KeysweepError)) throw error;
    this.#problem = error;
  }
}

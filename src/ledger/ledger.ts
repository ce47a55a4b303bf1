import type { KeyInventory } from "../model/key-inventory.ts";
import type { AuditHistory } from "./audit-history.ts";
import type { Leases } from "./leases.ts";
import type { ScanHistory } from "./scan-history.ts";

/** The durable record: what was scanned and audited, what was found, and who may do what only one may. */
export interface Ledger {
  /** The file, for messages. */
  readonly location: string;
  readonly scans: ScanHistory;
  readonly audits: AuditHistory;
  /** Whose keys are, as the last audit of each account saw it. */
  readonly keys: KeyInventory;
  readonly leases: Leases;
  /** What is wrong with the record, for people; empty when nothing is. Reads all of it. */
  problems(): string[];
  close(): void;
}

import type { Leases } from "./leases.ts";
import type { ScanHistory } from "./scan-history.ts";

/** The durable record: what was scanned and found, and who may do what only one may. */
export interface Ledger {
  /** The file, for messages. */
  readonly location: string;
  readonly scans: ScanHistory;
  readonly leases: Leases;
  /** What is wrong with the record, for people; empty when nothing is. Reads all of it. */
  problems(): string[];
  close(): void;
}

import type { KeyInventory } from "../model/key-inventory.ts";
import type { RotationHistory, RotationJournal, RotationOutlooks } from "../model/rotation-journal.ts";
import type { JobRecord } from "../model/scheduled-job.ts";
import type { SealedBytes } from "../model/sealed-secrets.ts";
import type { ToldRecord } from "../model/told-findings.ts";
import type { Trail } from "../model/trail.ts";
import type { WrittenReports } from "../model/written-report.ts";
import type { FileSystemKind } from "../runtime/file-system-kind.ts";
import type { AuditHistory } from "./audit-history.ts";
import type { Leases } from "./leases.ts";
import type { ScanHistory } from "./scan-history.ts";

/** The durable record: what was scanned and audited, what was found, and who may do what only one may. */
export interface Ledger {
  /** The file, for messages. */
  readonly location: string;
  /** What the file lies on: a rotation's journal must neither be lost nor be written by another host. */
  readonly fileSystem: FileSystemKind;
  readonly scans: ScanHistory;
  readonly audits: AuditHistory;
  /** Whose keys are, as the last audit of each account saw it. */
  readonly keys: KeyInventory;
  readonly leases: Leases;
  readonly rotations: RotationJournal & RotationHistory;
  readonly outlooks: RotationOutlooks;
  readonly sealed: SealedBytes;
  readonly trail: Trail;
  /** What ran by a schedule. */
  readonly jobs: JobRecord;
  /** Which findings people were told of. */
  readonly told: ToldRecord;
  /** Which files are reports of our own. */
  readonly reports: WrittenReports;
  /** Another number whenever another connection has written since it was asked for last. */
  version(): number;
  /** What is wrong with the record, for people; empty when nothing is. Reads all of it. */
  problems(): string[];
  close(): void;
}

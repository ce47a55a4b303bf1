import { dirname } from "node:path";
import { type FileSystemKind, fileSystemKindOf } from "../../runtime/file-system-kind.ts";
import type { Ledger } from "../ledger.ts";
import { prepareLocation } from "../location.ts";
import { RETENTION, type Retention } from "../retention.ts";
import { Connection } from "./connection.ts";
import { migrate, versionOf } from "./migrate.ts";
import { SqliteAudits } from "./sqlite-audits.ts";
import { SqliteJobs } from "./sqlite-jobs.ts";
import { SqliteKeys } from "./sqlite-keys.ts";
import { SqliteLeases } from "./sqlite-leases.ts";
import { SqliteOutlooks } from "./sqlite-outlooks.ts";
import { SqliteRotations } from "./sqlite-rotations.ts";
import { SqliteScans } from "./sqlite-scans.ts";
import { SqliteSealedBytes } from "./sqlite-sealed-bytes.ts";
import { SqliteToldFindings } from "./sqlite-told-findings.ts";
import { SqliteTrail } from "./sqlite-trail.ts";
import { SqliteWrittenReports } from "./sqlite-written-reports.ts";

export interface OpenOptions {
  /** This user's number; null where the system has none. */
  readonly uid: number | null;
  /** What the file lies on; asked of the system if it is not given. */
  readonly kind?: FileSystemKind;
  readonly retention?: Retention;
}

/**
 * Opens the ledger, makes it if it is not there, and brings it to this version.
 * @throws KeysweepError `ledger`.
 */
export function openLedger(path: string, options: OpenOptions): Ledger {
  const file = prepareLocation(path, options.uid);
  const fileSystem = options.kind ?? fileSystemKindOf(dirname(file), process.platform);
  const connection = new Connection(file);
  try {
    versionOf(connection);
    connection.useJournalFor(fileSystem);
    migrate(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    location: file,
    fileSystem,
    scans: new SqliteScans(connection, options.retention ?? RETENTION),
    audits: new SqliteAudits(connection, options.retention ?? RETENTION),
    keys: new SqliteKeys(connection),
    leases: new SqliteLeases(connection),
    rotations: new SqliteRotations(connection),
    outlooks: new SqliteOutlooks(connection),
    sealed: new SqliteSealedBytes(connection),
    trail: new SqliteTrail(connection),
    jobs: new SqliteJobs(connection),
    told: new SqliteToldFindings(connection),
    reports: new SqliteWrittenReports(connection),
    version: () => connection.dataVersion(),
    problems: () => connection.problems(),
    close: () => connection.close(),
  };
}

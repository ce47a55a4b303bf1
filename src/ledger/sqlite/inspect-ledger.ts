import { statSync } from "node:fs";
import { dirname } from "node:path";
import { MIGRATIONS } from "../../generated/migrations.ts";
import { type FileSystemKind, fileSystemKindOf } from "../../runtime/file-system-kind.ts";
import { inspectLocation } from "../location.ts";
import { Connection } from "./connection.ts";
import { versionOf } from "./migrate.ts";

/** What a ledger is like, as it lies there. */
export interface LedgerState {
  readonly version: number;
  /** What this keysweep would make of it when it is used. */
  readonly newest: number;
  readonly fileSystem: FileSystemKind;
  /** Whether other users may read or write the file; the next use puts an end to that. */
  readonly isOpenToOthers: boolean;
  /** What is wrong with the record, in SQLite's words; empty when nothing is. */
  readonly problems: readonly string[];
}

/** Looks at a ledger that is there: nothing is made, mended or brought up to date. @throws KeysweepError `ledger`. */
export function inspectLedger(path: string, uid: number | null): LedgerState {
  const file = inspectLocation(path, uid);
  const connection = new Connection(file);
  try {
    return {
      version: versionOf(connection),
      newest: MIGRATIONS.length,
      fileSystem: fileSystemKindOf(dirname(file), process.platform),
      isOpenToOthers: uid !== null && (statSync(file).mode & 0o077) !== 0,
      problems: connection.problems(),
    };
  } finally {
    connection.close();
  }
}

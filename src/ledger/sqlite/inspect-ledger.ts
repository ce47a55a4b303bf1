import { statSync } from "node:fs";
import { dirname } from "node:path";
import { MIGRATIONS } from "../../generated/migrations.ts";
import type { IamUser } from "../../model/iam-user.ts";
import { type FileSystemKind, fileSystemKindOf } from "../../runtime/file-system-kind.ts";
import { inspectLocation } from "../location.ts";
import { RETENTION } from "../retention.ts";
import { Connection } from "./connection.ts";
import { versionOf } from "./migrate.ts";
import { SqliteAudits } from "./sqlite-audits.ts";

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

/** From this version on a ledger knows users. */
const WITH_USERS = 3;

/** The users as the last audits saw them, by a ledger that is there; it is left as it is. @throws KeysweepError `ledger`. */
export function usersIn(path: string, uid: number | null): IamUser[] {
  const connection = new Connection(inspectLocation(path, uid));
  try {
    if (versionOf(connection) < WITH_USERS) return [];
    return [...new SqliteAudits(connection, RETENTION).users()];
  } finally {
    connection.close();
  }
}

/** From this version on a ledger can hold sealed secrets. */
const WITH_SEALED = 4;

/** The names of the rotations of which a ledger that is there holds sealed secrets; it is left as it is. @throws KeysweepError `ledger`. */
export function sealedIn(path: string, uid: number | null): string[] {
  const connection = new Connection(inspectLocation(path, uid));
  try {
    if (versionOf(connection) < WITH_SEALED) return [];
    return connection
      .all<{ name: string }>(
        `SELECT json_extract(event, '$.outline.name') AS name
         FROM sealed_secret s JOIN rotation r ON r.id = s.rotation JOIN rotation_event e ON e.rotation = r.number AND e.number = 0
         GROUP BY name ORDER BY min(r.number)`,
      )
      .map(({ name }) => name);
  } finally {
    connection.close();
  }
}

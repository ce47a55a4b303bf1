import { MIGRATIONS } from "../../generated/migrations.ts";
import { KeysweepError } from "../../model/error.ts";
import { backUp } from "./backup.ts";
import type { Connection } from "./connection.ts";
import { checkEnd } from "./cut-off.ts";

/** `KSWP`: tells a ledger from other SQLite files. */
const APPLICATION_ID = 0x4b535750;

/**
 * The version that the file has; 0 for an empty one.
 * @throws KeysweepError `ledger` for a file that another program made, or a newer keysweep, or whose end is missing.
 */
export function versionOf(connection: Connection, newest = MIGRATIONS.length): number {
  return connection.read(() => {
    const version = checkedVersion(connection, newest);
    checkEnd(connection);
    return version;
  });
}

/** Takes the ledger from whatever version it has to the last one, in one transaction, once there is a copy of it. @throws KeysweepError `ledger`. */
export function migrate(connection: Connection, migrations: readonly string[] = MIGRATIONS): void {
  if (versionOf(connection, migrations.length) === migrations.length) return;
  connection.write(() => {
    // Another process may have been faster.
    const version = checkedVersion(connection, migrations.length);
    if (version === migrations.length) return;
    if (version > 0) backUp(connection.path);
    for (const sql of migrations.slice(version)) connection.exec(sql);
    connection.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`);
  });
}

function checkedVersion(connection: Connection, newest: number): number {
  const { path } = connection;
  const application = connection.get<{ application_id: number }>("PRAGMA application_id")?.application_id;
  const version = connection.get<{ user_version: number }>("PRAGMA user_version")?.user_version ?? 0;
  if (application !== APPLICATION_ID && (application !== 0 || version !== 0 || !isEmpty(connection))) {
    throw new KeysweepError("ledger", `cannot use ${path} for the ledger: another program made this file`, {
      hint: "Name another place with --ledger FILE.",
    });
  }
  if (version > newest) {
    throw new KeysweepError(
      "ledger",
      `the ledger ${path} was written by a newer keysweep (format ${version}; this one knows ${newest})`,
      { hint: "Use the newer keysweep, or name another place with --ledger FILE." },
    );
  }
  return version;
}

function isEmpty(connection: Connection): boolean {
  return connection.get<{ tables: number }>("SELECT count(*) AS tables FROM sqlite_schema")?.tables === 0;
}

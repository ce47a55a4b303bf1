import { closeSync, openSync, renameSync, rmSync } from "node:fs";
import { Connection } from "./connection.ts";

/** What no copy may hold: it is to be destroyed for good. */
const LEFT_OUT = "sealed_secret";

/** Where the copy of a ledger is that was made before its last migration. */
export function backupPath(ledger: string): string {
  return `${ledger}-backup`;
}

/**
 * Copies the ledger as it was committed last, but for sealed secrets, to {@link backupPath}: whole or not at all, and for this user alone. An
 * earlier copy is replaced. @throws KeysweepError `ledger`.
 */
export function backUp(ledger: string): void {
  const unfinished = `${backupPath(ledger)}.tmp`;
  rmSync(unfinished, { force: true });
  closeSync(openSync(unfinished, "wx", 0o600));
  try {
    const copy = new Connection(unfinished);
    try {
      copy.exec(`PRAGMA foreign_keys = OFF; ATTACH DATABASE ${quoted(ledger)} AS ledger`);
      // Not to lock the ledger itself: it is about to be written, and everybody waits.
      copy.read(() => copyAll(copy));
    } finally {
      copy.close();
    }
    renameSync(unfinished, backupPath(ledger));
  } finally {
    rmSync(unfinished, { force: true });
    rmSync(`${unfinished}-journal`, { force: true });
  }
}

interface Item {
  readonly type: "table" | "index" | "trigger" | "view";
  readonly name: string;
  readonly sql: string;
}

/** Tables with what is in them first: a trigger would forbid to fill them, and an index would be filled row by row. */
function copyAll(copy: Connection): void {
  const items = copy.all<Item>(
    "SELECT type, name, sql FROM ledger.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  );
  const tables = items.filter(({ type }) => type === "table");
  for (const { name, sql } of tables) {
    copy.exec(sql);
    if (name !== LEFT_OUT) copy.exec(`INSERT INTO main.${name} SELECT * FROM ledger.${name}`);
  }
  for (const { type, sql } of items) if (type !== "table") copy.exec(sql);
  if (tables.some(({ sql }) => /\bAUTOINCREMENT\b/.test(sql))) {
    copy.exec(
      "DELETE FROM main.sqlite_sequence; INSERT INTO main.sqlite_sequence SELECT * FROM ledger.sqlite_sequence",
    );
  }
  for (const pragma of ["application_id", "user_version"]) {
    copy.exec(`PRAGMA main.${pragma} = ${String(copy.get(`PRAGMA ledger.${pragma}`)?.[pragma] ?? 0)}`);
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

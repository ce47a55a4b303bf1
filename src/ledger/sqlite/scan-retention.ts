import { type Retention, rememberedSince } from "../retention.ts";
import type { Connection } from "./connection.ts";

/** Forgets what need not be remembered of a scope any more, and scopes that nobody scans. Within the transaction that wrote a run. */
export function thinScans(connection: Connection, retention: Retention, scope: number, nowIso: string): void {
  const since = rememberedSince(retention, nowIso);
  const from = detailedFrom(connection, retention, scope);
  forgetFindings(connection, scope, from);
  connection.run(
    `DELETE FROM scan_run WHERE scope = ? AND id < ? AND (finished_at < ? OR id NOT IN (
       SELECT max(id) FROM scan_run WHERE scope = ? GROUP BY substr(finished_at, 1, 10)))`,
    scope,
    from,
    since,
    scope,
  );
  for (const { id } of connection.all<{ id: number }>(
    `SELECT id FROM scan_scope WHERE last_finished_at < ? OR id NOT IN (
       SELECT id FROM scan_scope ORDER BY last_finished_at DESC, id DESC LIMIT ?)`,
    since,
    retention.scopes,
  )) {
    forgetScope(connection, id);
  }
  connection.run(
    "DELETE FROM credential WHERE last_seen < ? AND NOT EXISTS (SELECT 1 FROM scan_finding WHERE credential = credential.id)",
    since,
  );
}

/** The first run whose findings are to be kept; at least the last one's are. */
function detailedFrom(connection: Connection, { detailedRuns, endedFindings }: Retention, scope: number): number {
  const byRuns = connection.get<{ id: number }>(
    "SELECT id FROM scan_run WHERE scope = ? ORDER BY id DESC LIMIT 1 OFFSET ?",
    scope,
    detailedRuns - 1,
  );
  const byFindings = connection.get<{ until_run: number }>(
    "SELECT until_run FROM scan_finding WHERE scope = ? AND until_run IS NOT NULL ORDER BY until_run DESC LIMIT 1 OFFSET ?",
    scope,
    endedFindings,
  );
  return Math.max(byRuns?.id ?? 0, byFindings?.until_run ?? 0);
}

function forgetFindings(connection: Connection, scope: number, from: number): void {
  connection.run("UPDATE scan_scope SET detailed_from = max(detailed_from, ?) WHERE id = ?", from, scope);
  for (const table of ["scan_finding", "scan_skipped"]) {
    connection.run(`DELETE FROM ${table} WHERE scope = ? AND until_run <= ?`, scope, from);
  }
}

function forgetScope(connection: Connection, scope: number): void {
  connection.run(
    `UPDATE credential SET last_seen = max(last_seen, (SELECT last_finished_at FROM scan_scope WHERE id = ?))
     WHERE id IN (SELECT credential FROM scan_finding WHERE scope = ? AND until_run IS NULL AND seen = 1)`,
    scope,
    scope,
  );
  connection.run("DELETE FROM scan_scope WHERE id = ?", scope);
}

import { type Retention, rememberedSince } from "../retention.ts";
import type { Connection } from "./connection.ts";

/** Forgets what need not be remembered of audits any more. Within the transaction that ended one. */
export function thinAudits(connection: Connection, retention: Retention, nowIso: string): void {
  const since = rememberedSince(retention, nowIso);
  const from = detailedFrom(connection, retention);
  connection.run("DELETE FROM audit_finding WHERE until_run <= ?", from);
  connection.run("DELETE FROM audit_account WHERE run < ?", from);
  connection.run("UPDATE audit_run SET detailed = 0 WHERE id < ?", from);
  // One that was cut short is of no use once a later one came to its end.
  connection.run(
    `DELETE FROM audit_run WHERE id < ? AND (finished_at IS NULL OR finished_at < ? OR id NOT IN (
       SELECT max(id) FROM audit_run WHERE finished_at IS NOT NULL GROUP BY substr(finished_at, 1, 10)))`,
    from,
    since,
  );
  connection.run("DELETE FROM account WHERE organization IS NULL AND audited_at < ?", since);
  connection.run("DELETE FROM organization WHERE listed_at < ?", since);
}

/** The first run whose findings are to be kept; at least the last one's are. */
function detailedFrom(connection: Connection, { detailedRuns, endedFindings }: Retention): number {
  const byRuns = connection.get<{ id: number }>(
    "SELECT id FROM audit_run WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ?",
    detailedRuns - 1,
  );
  const byFindings = connection.get<{ until_run: number }>(
    "SELECT until_run FROM audit_finding WHERE until_run IS NOT NULL ORDER BY until_run DESC LIMIT 1 OFFSET ?",
    endedFindings,
  );
  return Math.max(byRuns?.id ?? 0, byFindings?.until_run ?? 0);
}

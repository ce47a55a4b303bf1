import type { AuditChanges } from "../../model/audit-changes.ts";
import type { AuditFinding } from "../../model/audit-report.ts";
import type { Fingerprint } from "../../model/finding.ts";
import { isWorse } from "../compare.ts";
import type { Connection } from "./connection.ts";

/** In the accounts that a run reached: what was so at its end, against what was known at the end of an earlier one. */
export function changesBetween(connection: Connection, run: number, earlier: number): Omit<AuditChanges, "since"> {
  const findings = (condition: string) =>
    connection
      .all<{ finding: string }>(
        `SELECT finding FROM audit_finding AS one
         WHERE EXISTS (SELECT 1 FROM audit_account WHERE run = ?1 AND account = one.account) AND ${condition} ORDER BY id`,
        run,
        earlier,
      )
      .map((row) => JSON.parse(row.finding) as AuditFinding);
  return {
    new: findings(`${openAt("one", 1)} AND seen = 1 AND NOT ${another(openAt("other", 2))}`).map(
      ({ fingerprint }) => fingerprint,
    ),
    worse: worseBetween(connection, run, earlier),
    gone: findings(`NOT (${openAt("one", 1)}) AND ${openAt("one", 2)} AND NOT ${another(openAt("other", 1))}`),
    unread: findings(`${openAt("one", 1)} AND seen = 0 AND ${another(openAt("other", 2))}`),
  };
}

/** Whether a finding was so at the end of the run that is the parameter of this number. */
function openAt(alias: string, parameter: 1 | 2): string {
  return `${alias}.from_run <= ?${parameter} AND (${alias}.until_run IS NULL OR ${alias}.until_run > ?${parameter})`;
}

/** Whether there is a span of the same finding for which this holds. */
function another(condition: string): string {
  return `EXISTS (SELECT 1 FROM audit_finding AS other
    WHERE other.account = one.account AND other.fingerprint = one.fingerprint AND ${condition})`;
}

function worseBetween(connection: Connection, run: number, earlier: number): Fingerprint[] {
  return connection
    .all<{ now: string; before: string }>(
      `SELECT one.finding AS now, other.finding AS before
       FROM audit_finding AS one
       JOIN audit_finding AS other ON other.account = one.account AND other.fingerprint = one.fingerprint AND other.id <> one.id
       WHERE EXISTS (SELECT 1 FROM audit_account WHERE run = ?1 AND account = one.account)
         AND ${openAt("one", 1)} AND one.seen = 1 AND ${openAt("other", 2)} ORDER BY one.id`,
      run,
      earlier,
    )
    .map(({ now, before }) => [JSON.parse(now), JSON.parse(before)] as [AuditFinding, AuditFinding])
    .filter(([now, before]) => isWorse(now, before))
    .map(([{ fingerprint }]) => fingerprint);
}

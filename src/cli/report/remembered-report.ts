import type { AuditHistory } from "../../ledger/audit-history.ts";
import type { RememberedFinding, ScanHistory } from "../../ledger/scan-history.ts";
import type { AuditReport } from "../../model/audit-report.ts";
import type { Finding } from "../../model/finding.ts";
import type { ScanReport } from "../../model/scan-report.ts";
import { remedyOf } from "../remedy-of.ts";

/**
 * The report of an earlier scan as it was told then, with today's remedies; null when it is not remembered.
 * @param since an earlier run of the same scope that it is compared with, instead of the one before it.
 */
export function rememberedScan(history: ScanHistory, run: number, since?: number): ScanReport | null {
  const remembered = history.report(run);
  if (remembered === null) return null;
  const { schema, tool, startedAt, finishedAt, coverage, findings, summary } = remembered;
  const changes = history.changesIn(run, since);
  return {
    schema,
    tool,
    startedAt,
    finishedAt,
    coverage,
    ...(changes === undefined ? {} : { changes }),
    findings: findings.map(withRemedy),
    summary,
  };
}

/** In the order in which reports name its fields, so that one that is written again is the same text. */
function withRemedy({
  fingerprint,
  rule,
  severity,
  title,
  accessKeyId,
  accountId,
  hasSecret,
  canary,
  useCase,
  ...rest
}: RememberedFinding): Finding {
  const remedy = remedyOf({ useCase, accountId, accessKeyId, rule });
  const about = { fingerprint, rule, severity, title, accessKeyId, accountId, hasSecret, canary, useCase };
  return { ...about, remedy, ...rest };
}

/** The report of an earlier audit as it was told then, as far as its users are remembered; null when it is not. */
export function rememberedAudit(history: AuditHistory, run: number, since?: number): AuditReport | null {
  const remembered = history.report(run);
  if (remembered === null) return null;
  const changes = history.changesIn(run, since);
  return { ...remembered, ...(changes === undefined ? {} : { changes }) };
}

import { csvCell } from "../../escape.ts";
import { standingIn } from "../../standing.ts";
import type { AuditFormat } from "../audit-format.ts";
import { complianceText } from "../compliance-text.ts";

const COLUMNS = [
  "fingerprint",
  "check",
  "severity",
  "title",
  "detail",
  "accountId",
  "userName",
  "accessKeyId",
  "compliance",
  "remedy",
  "allowed",
  "owner",
  "kind",
  "standing",
] as const;

type Row = Partial<Record<(typeof COLUMNS)[number], string>>;

/** A row a finding, and a row for each account and check that was not assessed: a table that looks complete must say when it is not. */
export const csv: AuditFormat = {
  name: "csv",
  *write({ findings, coverage, changes }) {
    const standing = standingIn(changes);
    yield `${COLUMNS.join(",")}\r\n`;
    for (const finding of findings) {
      yield row({
        fingerprint: finding.fingerprint,
        check: finding.check,
        severity: finding.severity,
        title: finding.title,
        detail: finding.detail,
        accountId: finding.accountId,
        userName: finding.userName ?? "",
        accessKeyId: finding.accessKeyId ?? "",
        compliance: complianceText(finding.compliance),
        remedy: finding.remedy.title,
        allowed: finding.allowed?.reason ?? "",
        owner: finding.allowed?.owner ?? "",
        kind: "finding",
        standing: standing(finding.fingerprint) ?? "",
      });
    }
    for (const { id, status, reason, notAssessed } of coverage.accounts) {
      if (status !== "audited") yield row({ accountId: id, detail: reason ?? "", kind: `account-${status}` });
      for (const { check, reason: why, failure } of notAssessed) {
        yield row({ accountId: id, check, detail: why, kind: failure ? "not-assessed-failure" : "not-assessed" });
      }
    }
  },
};

function row(cells: Row): string {
  return `${COLUMNS.map((name) => csvCell(cells[name] ?? "")).join(",")}\r\n`;
}

import type { Notification, ReportingDescriptor } from "sarif";
import type { AuditedAccount, AuditFinding } from "../../../model/audit-report.ts";
import { visible } from "../../escape.ts";
import { commonResult, notification, type RuledResult, sarifLog } from "../../sarif.ts";
import { type Standing, standingIn } from "../../standing.ts";
import type { AuditFormat } from "../audit-format.ts";
import { complianceText } from "../compliance-text.ts";
import { subjectOf } from "../subject.ts";
import { accountText, auditedText } from "../summary-text.ts";

/** For what collects SARIF. GitHub's code scanning is no place for it: a finding of an audit lies in no file. */
export const sarif: AuditFormat = {
  name: "sarif",
  *write(report) {
    const standing = standingIn(report.changes);
    yield* sarifLog({
      category: "keysweep/audit/",
      version: report.tool.version,
      startedAt: report.startedAt,
      finishedAt: report.finishedAt,
      complete: report.coverage.complete,
      notifications: notifications(report.coverage.accounts),
      results: results(report.findings, standing),
      properties: { audited: auditedText(report), summary: report.summary, organization: report.organization },
    });
  },
};

function* results(
  findings: Iterable<AuditFinding>,
  standing: (fingerprint: AuditFinding["fingerprint"]) => Standing | null,
): Generator<RuledResult> {
  for (const finding of findings) {
    const { accountId, userName, accessKeyId, severity, detail, compliance, remedy, allowed } = finding;
    yield {
      severity,
      rule: ruleOf(finding),
      result: {
        ...commonResult(finding, standing(finding.fingerprint)),
        message: { text: visible(`${subjectOf(finding)}: ${detail} Way off: ${remedy.title}`) },
        locations: [{ logicalLocations: [{ fullyQualifiedName: visible(subjectOf(finding)), kind: "resource" }] }],
        properties: { severity, accountId, userName, accessKeyId, compliance, remedy, allowed },
      },
    };
  }
}

function ruleOf({ check, title, remedy, compliance }: AuditFinding): ReportingDescriptor {
  const benchmarks = complianceText(compliance);
  const help = `${title}. Way off: ${remedy.title}. keysweep explain ${check} says how.`;
  return {
    id: check,
    name: title,
    shortDescription: { text: title },
    fullDescription: { text: benchmarks === "" ? title : `${title} (${benchmarks})` },
    help: { text: help, markdown: `${title}.\n\nWay off: ${remedy.title}.\n\n\`keysweep explain ${check}\` says how.` },
    properties: { tags: ["security", "iam", ...(benchmarks === "" ? [] : benchmarks.split(", "))] },
  };
}

function* notifications(accounts: readonly AuditedAccount[]): Generator<Notification> {
  for (const account of accounts) {
    const { status, reason, permission, notAssessed } = account;
    const missing = permission === null ? "" : `; missing: ${permission}`;
    const text = `${accountText(account)}: ${reason ?? status}${missing}`;
    if (status === "error") yield notification("error", "account-error", `Not audited: ${text}`);
    if (status === "skipped") yield notification("note", "account-skipped", `Left out: ${text}`);
    for (const { check, reason: why, failure } of notAssessed) {
      yield notification(
        failure ? "error" : "note",
        check,
        `Not assessed: ${check} in ${accountText(account)}: ${why}`,
      );
    }
  }
}

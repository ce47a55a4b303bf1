import type { AuditedAccount, AuditFinding, AuditReport } from "../../../model/audit-report.ts";
import { whyPassing } from "../../finding-text.ts";
import type { Verdict } from "../../format.ts";
import { type JunitCase, junitSuite } from "../../junit.ts";
import { type Standing, standingIn } from "../../standing.ts";
import type { AuditFormat } from "../audit-format.ts";
import { subjectOf } from "../subject.ts";
import { accountText } from "../summary-text.ts";

/** For the test reports of CI systems. */
export const junit: AuditFormat = {
  name: "junit",
  *write(report, _, { fails }) {
    yield* junitSuite({
      name: "keysweep audit",
      startedAt: report.startedAt,
      finishedAt: report.finishedAt,
      cases: () => cases(report, fails),
      nothing: "nothing is wrong, and everything was audited",
    });
  },
};

function* cases({ findings, coverage, changes }: AuditReport, fails: Verdict): Generator<JunitCase> {
  const standing = standingIn(changes);
  for (const finding of findings) yield findingCase(finding, fails, standing(finding.fingerprint));
  for (const account of coverage.accounts) yield* coverageCases(account);
}

function findingCase(finding: AuditFinding, fails: Verdict, standing: Standing | null): JunitCase {
  const { check, severity, detail, remedy, fingerprint } = finding;
  const isFailing = fails(finding);
  return {
    group: check,
    name: `${check}: ${subjectOf(finding)}`,
    outcome: isFailing ? "failure" : "skipped",
    message: isFailing
      ? `${severity}${standing === null ? "" : ` (${standing})`}: ${detail}`
      : whyPassing(finding, standing),
    type: severity,
    lines: [
      detail,
      `fingerprint ${fingerprint}`,
      `way off: ${remedy.title}`,
      ...remedy.steps.map((step, index) => `${index + 1}. ${step}`),
    ],
  };
}

function* coverageCases(account: AuditedAccount): Generator<JunitCase> {
  const { status, reason, permission, notAssessed } = account;
  const common = { group: "coverage", lines: [] };
  if (status !== "audited") {
    const missing = permission === null ? "" : `; missing: ${permission}`;
    yield {
      ...common,
      name: `${status === "error" ? "not audited" : "left out"}: ${accountText(account)}`,
      outcome: status === "error" ? "error" : "skipped",
      message: `${reason ?? status}${missing}`,
      type: `account-${status}`,
    };
  }
  for (const { check, reason: why, failure } of notAssessed) {
    yield {
      ...common,
      name: `not assessed: ${check} in ${accountText(account)}`,
      outcome: failure ? "error" : "skipped",
      message: why,
      type: check,
    };
  }
}

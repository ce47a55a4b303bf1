import type { AuditReport } from "../../../model/audit-report.ts";
import type { Severity } from "../../../model/severity.ts";
import { clipped, visible } from "../../escape.ts";
import { jsonArray } from "../../json-pieces.ts";
import type { AuditFormat } from "../audit-format.ts";
import { complianceText } from "../compliance-text.ts";
import { type AuditRecord, auditRecords, type FindingRecord, resourceTypeOf, type UnjudgedRecord } from "../records.ts";

/**
 * AWS Security Hub's own format: a JSON array of findings, for `aws securityhub batch-import-findings`, a hundred a call.
 * @see https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
 */
export const asff: AuditFormat = {
  name: "asff",
  *write(report) {
    yield* jsonArray(auditRecords(report).map((record) => finding(record, report)));
    yield "\n";
  },
};

/** IAM is of no region; a finding must have one. That where IAM's own events are told. */
const REGIONS: Readonly<Record<string, string>> = {
  aws: "us-east-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
};

const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: "CRITICAL",
  high: "HIGH",
  medium: "MEDIUM",
  low: "LOW",
  info: "INFORMATIONAL",
};

// The bounds are those of Security Hub.
const LONGEST_TITLE = 256;
const LONGEST_DESCRIPTION = 1024;
const LONGEST_REMEDY = 512;
const MOST_REQUIREMENTS = 32;

function finding(record: AuditRecord, { startedAt, finishedAt, tool }: AuditReport): object {
  const { account, partition } = record;
  const region = REGIONS[partition] ?? "us-east-1";
  return {
    SchemaVersion: "2018-10-08",
    ProductArn: `arn:${partition}:securityhub:${region}:${account.id}:product/${account.id}/default`,
    AwsAccountId: account.id,
    CreatedAt: startedAt,
    UpdatedAt: finishedAt,
    ...(record.kind === "finding" ? found(record, region, tool.version) : unjudged(record, region, tool.version)),
  };
}

function found({ finding, standing, arn, partition }: FindingRecord, region: string, version: string): object {
  const { fingerprint, check, severity, title, detail, compliance, remedy, allowed, userName, accessKeyId } = finding;
  const isGone = standing === "gone";
  const requirements = complianceText(compliance).split(", ").filter(Boolean).slice(0, MOST_REQUIREMENTS);
  const steps = remedy.steps.map((step, index) => `${index + 1}. ${step}`);
  return {
    Id: fingerprint,
    GeneratorId: `keysweep/${check}`,
    Types: ["Software and Configuration Checks/AWS Security Best Practices"],
    Severity: { Label: SEVERITIES[severity], Original: severity },
    Title: oneLine(title, LONGEST_TITLE),
    Description: oneLine(detail, LONGEST_DESCRIPTION),
    Remediation: { Recommendation: { Text: oneLine([remedy.title, ...steps].join(" "), LONGEST_REMEDY) } },
    ProductFields: {
      "keysweep/version": version,
      "keysweep/check": check,
      ...(standing === null ? {} : { "keysweep/standing": standing }),
      ...(allowed === null ? {} : { "keysweep/allowed": visible(allowed.reason) }),
    },
    Resources: [
      {
        Type: resourceTypeOf(finding),
        Id: visible(accessKeyId === null ? arn : `${arn}/${accessKeyId}`),
        Partition: partition,
        Region: region,
        ...(accessKeyId === null
          ? {}
          : { Details: { AwsIamAccessKey: { AccessKeyId: accessKeyId, UserName: visible(userName ?? "") } } }),
      },
    ],
    Compliance: {
      Status: isGone ? "PASSED" : "FAILED",
      ...(requirements.length === 0 ? {} : { RelatedRequirements: requirements }),
    },
    Workflow: { Status: isGone ? "RESOLVED" : allowed === null ? "NEW" : "SUPPRESSED" },
    RecordState: isGone ? "ARCHIVED" : "ACTIVE",
  };
}

function unjudged(record: UnjudgedRecord, region: string, version: string): object {
  const { account, check, reason, permission, failure, arn, partition } = record;
  const title = check === "account" ? "The account was not audited" : `The check ${check} was not made`;
  const missing = permission === null ? "" : ` Missing: ${permission}`;
  const why = oneLine(`${reason}.${missing}`, LONGEST_DESCRIPTION);
  return {
    Id: `keysweep/${account.id}/${check}/not-assessed`,
    GeneratorId: `keysweep/${check}`,
    Types: ["Software and Configuration Checks/AWS Security Best Practices"],
    Severity: { Label: "INFORMATIONAL", Original: failure ? "failure" : "by design" },
    Title: title,
    Description: why,
    ProductFields: { "keysweep/version": version, "keysweep/check": check },
    Resources: [{ Type: "AwsAccount", Id: arn, Partition: partition, Region: region }],
    Compliance: {
      Status: failure ? "WARNING" : "NOT_AVAILABLE",
      StatusReasons: [{ ReasonCode: failure ? "NOT_ASSESSED" : "LEFT_OUT", Description: why }],
    },
    Workflow: { Status: "NEW" },
    RecordState: "ACTIVE",
  };
}

/** One line, and no longer than what is accepted. */
function oneLine(text: string, most: number): string {
  return clipped(visible(text), most);
}

import type { AuditReport } from "../../../model/audit-report.ts";
import type { Severity } from "../../../model/severity.ts";
import { visible } from "../../escape.ts";
import { jsonArray } from "../../json-pieces.ts";
import type { AuditFormat } from "../audit-format.ts";
import { complianceText } from "../compliance-text.ts";
import { type AuditRecord, auditRecords, type FindingRecord, resourceTypeOf, type UnjudgedRecord } from "../records.ts";

const VERSION = "1.8.0";

/**
 * Compliance findings (class 2003) of the Open Cybersecurity Schema Framework, with its profile `cloud`: a JSON array of events.
 * @see https://schema.ocsf.io/1.8.0/classes/compliance_finding
 */
export const ocsf: AuditFormat = {
  name: "ocsf",
  *write(report) {
    yield* jsonArray(auditRecords(report).map((record) => event(record, report)));
    yield "\n";
  },
};

const ACTIVITIES = { 1: "Create", 2: "Update", 3: "Close" } as const;
const STATUSES = { 1: "New", 3: "Suppressed", 4: "Resolved" } as const;
const JUDGEMENTS = { 1: "Pass", 2: "Warning", 3: "Fail" } as const;
const SEVERITIES = { 0: "Unknown", 1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical" } as const;

const SEVERITY_IDS: Readonly<Record<Severity, keyof typeof SEVERITIES>> = {
  info: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
};

/** What differs between what is wrong, what is right again, and what nobody could judge. */
interface Told {
  readonly activity: keyof typeof ACTIVITIES;
  readonly status: keyof typeof STATUSES;
  readonly judgement: keyof typeof JUDGEMENTS;
  readonly severity: keyof typeof SEVERITIES;
  readonly uid: string;
  readonly title: string;
  readonly detail: string;
  readonly check: string;
  /** What is said only of findings. */
  readonly more: object;
  readonly compliance: object;
  readonly resource: object;
}

function event(record: AuditRecord, { finishedAt, tool, organization }: AuditReport): object {
  const told = record.kind === "finding" ? findingTold(record) : unjudgedTold(record);
  const { activity, status, judgement, severity, check } = told;
  const { id, name } = record.account;
  return {
    activity_id: activity,
    activity_name: ACTIVITIES[activity],
    category_uid: 2,
    category_name: "Findings",
    class_uid: 2003,
    class_name: "Compliance Finding",
    type_uid: 200300 + activity,
    type_name: `Compliance Finding: ${ACTIVITIES[activity]}`,
    time: Date.parse(finishedAt),
    severity_id: severity,
    severity: SEVERITIES[severity],
    status_id: status,
    status: STATUSES[status],
    message: visible(told.detail),
    metadata: {
      version: VERSION,
      profiles: ["cloud"],
      event_code: check,
      product: { name: "keysweep", vendor_name: "keysweep", version: tool.version },
    },
    cloud: {
      provider: "AWS",
      account: { uid: id, type: "AWS Account", type_id: 10, ...(name === null ? {} : { name: visible(name) }) },
      ...(organization === null ? {} : { org: { uid: organization.id } }),
    },
    finding_info: {
      uid: told.uid,
      title: told.title,
      desc: visible(told.detail),
      analytic: { uid: check, name: check, type: "Rule", type_id: 1 },
    },
    compliance: { control: check, ...told.compliance, status_id: judgement, status: JUDGEMENTS[judgement] },
    resources: [{ cloud_partition: record.partition, ...told.resource }],
    ...told.more,
  };
}

function findingTold({ finding, standing, arn }: FindingRecord): Told {
  const { severity, fingerprint, title, detail, check, compliance, remedy, allowed, userName, accessKeyId } = finding;
  const isGone = standing === "gone";
  const steps = remedy.steps.map((step, index) => `${index + 1}. ${step}`);
  return {
    activity: isGone ? 3 : standing === "known" || standing === "worse" ? 2 : 1,
    status: isGone ? 4 : allowed === null ? 1 : 3,
    judgement: isGone ? 1 : 3,
    severity: SEVERITY_IDS[severity],
    uid: fingerprint,
    title,
    detail,
    check,
    more: {
      remediation: { desc: [remedy.title, ...steps].map(visible).join("\n") },
      ...(allowed === null ? {} : { comment: visible(`Allowed: ${allowed.reason}`) }),
    },
    compliance: {
      desc: title,
      standards: Object.keys(compliance),
      requirements: complianceText(compliance).split(", ").filter(Boolean),
    },
    resource: {
      uid: visible(accessKeyId ?? arn),
      name: visible(userName ?? arn),
      type: resourceTypeOf(finding),
    },
  };
}

function unjudgedTold({ account, check, reason, permission, failure, arn }: UnjudgedRecord): Told {
  const missing = permission === null ? "" : `; missing: ${permission}`;
  const title = check === "account" ? "The account was not audited" : `The check ${check} was not made`;
  return {
    activity: 1,
    status: 1,
    judgement: 2,
    severity: failure ? 0 : 1,
    uid: `${account.id}/${check}`,
    title,
    detail: `${title}: ${reason}${missing}`,
    check,
    more: {},
    compliance: {},
    resource: { uid: arn, name: account.id, type: "AwsAccount" },
  };
}

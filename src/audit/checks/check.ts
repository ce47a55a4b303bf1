import type { Compliance } from "../../model/audit-report.ts";
import type { Remedy } from "../../model/finding.ts";
import type { Severity } from "../../model/severity.ts";
import type { AuditedUser, Fact, Inventory } from "../inventory.ts";
import type { PolicyBook } from "../policy/permissions.ts";
import type { ScannedKeys } from "../scanned-keys.ts";
import type { AuditSettings } from "../settings.ts";

/** Something that an audit looks for: one file of this folder each. */
export interface Check {
  readonly name: string;
  readonly title: string;
  /** As a rule; an observation may say otherwise. */
  readonly severity: Severity;
  /** When it is a finding, as a sentence with the thresholds that are set. */
  condition(settings: AuditSettings): string;
  /** The steps may name {accountId}, {userName} and {accessKeyId}. */
  readonly remedy: Remedy;
  readonly compliance: Compliance;
  /** What it is made of: with a gap there, it is not assessed. */
  readonly needs: readonly Fact[];
  /** Pure: the same inventory at the same time gives the same observations. */
  judge(inventory: Inventory, context: CheckContext): Iterable<Observation>;
}

export interface CheckContext {
  readonly settings: AuditSettings;
  /** In milliseconds since 1970, by AWS's clock. */
  readonly now: number;
  readonly policies: PolicyBook;
  /** Whether a rotation of ours is in progress, during which a user rightly has two keys. */
  isRotating(user: AuditedUser): boolean;
  readonly scans: ScannedKeys;
}

/** One thing that is wrong. */
export interface Observation {
  /** A sentence on this very case. */
  readonly detail: string;
  readonly userName?: string;
  readonly accessKeyId?: string;
  /** What else it is about, e.g. the ARN of a role: tells two observations of one check apart. */
  readonly subject?: string;
  readonly severity?: Severity;
}

const DAY_MS = 86_400_000;

/** How many days ago that was; not a whole number. */
export function daysSince(time: string, now: number): number {
  return (now - Date.parse(time)) / DAY_MS;
}

/** `91 days`: whole days, as people count them. */
export function days(count: number): string {
  const whole = Math.floor(count);
  return whole === 1 ? "1 day" : `${whole} days`;
}

/**
 * The numbers of a check in the CIS AWS Foundations Benchmark, versions 3, 5, 6 and 7; null where a version has none.
 */
export function cis(v3: string | null, v5: string | null, v6: string | null, v7: string | null): Compliance {
  const versions = { "cis-aws-3": v3, "cis-aws-5": v5, "cis-aws-6": v6, "cis-aws-7": v7 };
  return Object.fromEntries(
    Object.entries(versions).flatMap(([name, number]) => (number === null ? [] : [[name, number.split(" ")]])),
  );
}

export const AGE_COMPLIANCE: Compliance = {
  "pci-dss-4": ["8.3.9", "8.3.10.1", "8.6.3"],
  "nist-800-53": ["AC-2(1)", "AC-3"],
};

export const UNUSED_COMPLIANCE: Compliance = {
  fsbp: ["IAM.8", "IAM.22"],
  "pci-dss-4": ["8.2.6", "7.2.5"],
  "nist-800-53": ["AC-2(3)"],
  "soc-2": ["CC1.3"],
};

export const MFA_COMPLIANCE: Compliance = {
  "pci-dss-4": ["8.4.1", "8.4.2", "8.4.3"],
  "nist-800-53": ["IA-2(1)", "IA-2(2)"],
};

/** Secrets in scripts, configuration and code. */
export const FOUND_COMPLIANCE: Compliance = {
  "pci-dss-4": ["8.6.2"],
  "nist-800-53": ["IA-5(7)"],
};

/** The steps by which a key goes without anything breaking. */
export const RETIRE_KEY: readonly string[] = [
  "See what it was last used for: `aws iam get-access-key-last-used --access-key-id {accessKeyId}`.",
  "Give what uses it a role instead: `keysweep explain aws-access-key-pair` names the way for each use.",
  "Deactivate it: `aws iam update-access-key --user-name {userName} --access-key-id {accessKeyId} --status Inactive`. Undo with `--status Active`.",
  "After a week without complaints delete it: `aws iam delete-access-key --user-name {userName} --access-key-id {accessKeyId}`.",
];

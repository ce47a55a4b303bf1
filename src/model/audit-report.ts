import type { AccountId } from "./access-key-id.ts";
import type { AuditChanges } from "./audit-changes.ts";
import type { Allowed, Fingerprint, Remedy } from "./finding.ts";
import type { IamUser } from "./iam-user.ts";
import type { AccountState } from "./organization.ts";
import type { Severity } from "./severity.ts";

/** By benchmark (`cis-aws-3`, `fsbp`, `pci-dss-4`, …) the ids of its controls. */
export type Compliance = Readonly<Record<string, readonly string[]>>;

/** One thing that is wrong in an account. */
export interface AuditFinding {
  /** Depends on check, account, user, key and subject: the same thing has the same fingerprint in the next audit. */
  readonly fingerprint: Fingerprint;
  readonly check: string;
  readonly severity: Severity;
  readonly title: string;
  readonly detail: string;
  readonly accountId: AccountId;
  readonly userName: string | null;
  readonly accessKeyId: string | null;
  readonly compliance: Compliance;
  readonly remedy: Remedy;
  readonly allowed: Allowed | null;
}

/** A check that was not made, or not for everybody: never to be taken for one that found nothing. */
export interface NotAssessed {
  readonly check: string;
  readonly reason: string;
  /** Exactly what is missing, e.g. `iam:ListSSHPublicKeys`; null where no permission would help. */
  readonly permission: string | null;
  /** Whether it should have been made; else it was left out by design. */
  readonly failure: boolean;
}

/** How far one account was audited. `error`: something should have been read and was not; what was read is told all the same. */
export interface AuditedAccount {
  readonly id: AccountId;
  /** Null where no organisation was read. */
  readonly name: string | null;
  readonly state: AccountState | null;
  readonly status: "audited" | "skipped" | "error";
  readonly reason: string | null;
  /** For `error`: exactly what is missing, where a permission is. */
  readonly permission: string | null;
  readonly notAssessed: readonly NotAssessed[];
  /** Attempts at calls that it took. */
  readonly calls: number;
  readonly users: number;
  readonly keys: number;
  /** Findings by severity; allowed ones are not counted. */
  readonly summary: Readonly<Record<Severity, number>>;
  /** When the credential report was made that the audit began with; null where there was none. */
  readonly reportGeneratedAt: string | null;
}

/** What is known when an audit begins. */
export interface AuditHeading {
  readonly schema: "keysweep/audit@1";
  readonly tool: { readonly name: "keysweep"; readonly version: string };
  readonly startedAt: string;
  /** Null: a single account. */
  readonly organization: { readonly id: string; readonly managementAccountId: AccountId } | null;
}

/**
 * The result of an audit, as `--format json` prints it. Users and findings of a large organisation do not fit into memory, so each
 * reading of them reads them again from where they are kept.
 */
export interface AuditReport extends AuditHeading {
  readonly finishedAt: string;
  readonly coverage: { readonly complete: boolean; readonly accounts: readonly AuditedAccount[] };
  /** Against the last audit; null when there was none, absent when nothing is remembered of audits. */
  readonly changes?: AuditChanges | null;
  readonly users: Iterable<IamUser>;
  /** Worst first. */
  readonly findings: Iterable<AuditFinding>;
  /** One account's users and findings (worst first), by its place in the coverage. */
  readonly of: (index: number) => { readonly users: Iterable<IamUser>; readonly findings: Iterable<AuditFinding> };
  /** Findings by severity; allowed ones are not counted. */
  readonly summary: Readonly<Record<Severity, number>>;
}

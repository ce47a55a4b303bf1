import type { AccountId } from "../model/access-key-id.ts";
import type { AuditChanges } from "../model/audit-changes.ts";
import type { AuditedAccount, AuditFinding, AuditHeading, AuditReport } from "../model/audit-report.ts";
import type { IamUser } from "../model/iam-user.ts";

/** One account as an audit read it. */
export interface AccountRecord {
  readonly account: AuditedAccount;
  readonly users: readonly IamUser[];
  readonly findings: readonly AuditFinding[];
}

export interface AuditEnd extends Pick<AuditReport, "finishedAt" | "summary"> {
  readonly complete: boolean;
}

/** Takes down an audit as it goes, account by account: each wholly or, when it fails, not at all. */
export interface AuditRecorder {
  /** The ids of all accounts of the organisation. To be told only when all were listed: keys of others count as outside from then on. */
  listed(organizationId: string, accounts: readonly AccountId[], at: string): void;
  /** An account when it is done. One that could not be read wholly keeps what was known of it before. */
  account(record: AccountRecord, at: string): void;
  /** What changed since the last audit that came to its end; null when there was none. To be asked before {@link finish}. */
  changes(): AuditChanges | null;
  /** The audit has come to its end: from now on it is the last one. */
  finish(end: AuditEnd): void;
}

/** The report of an earlier audit, as far as it is remembered; what it goes through is read anew each time. */
export interface RememberedAuditReport extends Omit<AuditReport, "of"> {
  /** Of one account, by its place in the coverage. */
  readonly of: (index: number) => { readonly users: Iterable<IamUser>; readonly findings: Iterable<AuditFinding> };
}

/** A run among others. */
export interface RememberedAudit {
  readonly id: number;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly organization: AuditHeading["organization"];
  readonly complete: boolean;
  readonly summary: AuditReport["summary"];
  /** Whether its accounts and findings can still be told. */
  readonly detailed: boolean;
}

/** An account with the time of what is known of its users and keys. */
export interface KnownAccount {
  readonly id: AccountId;
  readonly organizationId: string | null;
  /** Null: it was never read wholly. */
  readonly auditedAt: string | null;
}

/** What the ledger remembers of audits. Each method throws KeysweepError `ledger` when the ledger cannot be used. */
export interface AuditHistory {
  begin(heading: AuditHeading): AuditRecorder;
  /** The runs that came to their end, the last first. Of those long past, only the last of each day is left. */
  runs(): RememberedAudit[];
  /**
   * The report of a run; null when there is no such run, or it is forgotten. Users are kept as they were read last, so those of an
   * account that was audited again since are not in it.
   */
  report(run: number): RememberedAuditReport | null;
  /**
   * What a run changed against an earlier one, by default the one that ended before it. Null when there was none before it; undefined when
   * that is forgotten, or there is no such run.
   */
  changesIn(run: number, since?: number): AuditChanges | null | undefined;
  accounts(): KnownAccount[];
  /** The users of all accounts, or of one, as they were read last. */
  users(account?: AccountId): Iterable<IamUser>;
}

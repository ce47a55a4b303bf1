import type { AuditFinding } from "./audit-report.ts";
import type { Fingerprint } from "./finding.ts";

/** What is different since the last audit that came to its end, in the accounts that this one came to. */
export interface AuditChanges {
  /** When that was: ISO 8601, UTC. */
  readonly since: string;
  /** The file whose report it is compared with; absent where it is the last audit. */
  readonly baseline?: string;
  readonly new: readonly Fingerprint[];
  /** Of those that were there, those that are more severe now, or are allowed no longer. */
  readonly worse?: readonly Fingerprint[];
  /** No more, though the account was read wholly. */
  readonly gone: readonly AuditFinding[];
  /** Found then and not now, but the account could not be read wholly. */
  readonly unread: readonly AuditFinding[];
}

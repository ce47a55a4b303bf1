import type { AccessKeyId, AccountId } from "./access-key-id.ts";
import type { Fingerprint } from "./finding.ts";
import type { Place } from "./place.ts";
import type { Severity } from "./severity.ts";

/** A finding of an earlier scan that this one does not have. */
export interface EarlierFinding {
  readonly fingerprint: Fingerprint;
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly accessKeyId: AccessKeyId | null;
  readonly accountId: AccountId | null;
  /** The first of the places that it had. */
  readonly place: Place;
}

/** What is different since the last scan that looked at the same things. */
export interface ScanChanges {
  /** When that scan ended: ISO 8601, UTC. */
  readonly since: string;
  /** The file whose report it is compared with; absent where it is the last scan of the same. */
  readonly baseline?: string;
  /** Of this scan's findings, those that it did not have. An id that it had together with its secret is not new. */
  readonly new: readonly Fingerprint[];
  /** Of those that it had, those that are more severe now, or are allowed no longer. */
  readonly worse: readonly Fingerprint[];
  /** Found then, and no more, though all its places were looked at again. */
  readonly gone: readonly EarlierFinding[];
  /** Found then and not now, but not all its places could be looked at: it may still be there. */
  readonly unread: readonly EarlierFinding[];
}

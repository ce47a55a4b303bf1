import type { AccessKeyId, AccountId } from "./access-key-id.ts";
import type { Place } from "./place.ts";
import type { Severity } from "./severity.ts";

/** `ks1:` and 32 hexadecimal digits; depends on the credential alone. */
export type Fingerprint = `ks1:${string}`;

/**
 * What a key is used for, as far as its place tells; each value has a remedy in rules/remedies.yaml.
 */
export type UseCase = string & { readonly __brand: "UseCase" };

/** The way off a static key, for one use. */
export interface Remedy {
  readonly title: string;
  /** In the order in which they are to be done. */
  readonly steps: readonly string[];
}

/** An accepted finding: it stays in the report, marked, and does not fail a run until `expires`. */
export interface Allowed {
  readonly reason: string;
  readonly owner: string | null;
  /** ISO 8601 date; null for an inline allow without one. */
  readonly expires: string | null;
}

/** Whose key it is, as IAM said at `asOf`. */
export interface Owner {
  readonly accountId: AccountId;
  readonly userName: string;
  readonly status: "Active" | "Inactive" | "Expired";
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly asOf: string;
}

/** The account is none of the audited organisation's, as it was listed at `asOf`. */
export interface OutsideOrganization {
  readonly organizationId: string;
  readonly asOf: string;
}

/** One credential with all the places it was seen in. */
export interface Finding {
  readonly fingerprint: Fingerprint;
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly accessKeyId: AccessKeyId | null;
  readonly accountId: AccountId | null;
  /** Whether the secret was seen too. The secret itself is never kept. */
  readonly hasSecret: boolean;
  /** The account is known to belong to a vendor of decoy keys: using such a key alarms its owner. */
  readonly canary: boolean;
  readonly useCase: UseCase | null;
  readonly remedy: Remedy;
  readonly allowed: Allowed | null;
  /** What allowed it until its date; absent where nothing did, or something else still does. */
  readonly allowExpired?: Allowed;
  readonly owner: Owner | null;
  /** Absent where the account is the organisation's, or unknown, or no organisation was audited. */
  readonly outsideOrganization?: OutsideOrganization;
  readonly places: readonly Place[];
  /** How many more places there were than are kept; absent when all are here. */
  readonly placesLeftOut?: number;
}

import type { AccessKeyId, AccountId } from "./access-key-id.ts";

/** A key of which AWS did not say whose it is. */
export interface UnidentifiedKey {
  readonly accessKeyId: AccessKeyId;
  /** Null: AWS does not say, and neither does the id. */
  readonly accountId: AccountId | null;
  /** Why, as a sentence. */
  readonly reason: string;
  /** Exactly what is missing, e.g. `iam:GetAccessKeyLastUsed`; null where no permission would help. */
  readonly permission: string | null;
}

/** What came of asking AWS whose the keys are that a scan found. */
export interface KeyIdentification {
  /** ISO 8601, UTC, by AWS's clock. */
  readonly asOf: string;
  /** How many keys AWS was asked about: long-term ones that are no decoys. */
  readonly asked: number;
  readonly unidentified: readonly UnidentifiedKey[];
  /** How many more there were than are asked about at once. */
  readonly leftOut: number;
}

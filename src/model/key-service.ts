import type { AccessKeyId } from "./access-key-id.ts";
import type { AwsAnswer, AwsTime } from "./aws-answer.ts";
import type { Secret } from "./secret.ts";

/*
 * The ports through which a rotation sees and changes one user's keys. Calls that change something are made ONCE: one attempt, no retry of
 * the SDK. Calls that only read may be repeated inside. None throws for what AWS may say or not say.
 */

export type KeyStatus = "Active" | "Inactive";

/** An access key with its secret, as `CreateAccessKey` gave it. */
export interface AccessKeyPair {
  readonly accessKeyId: AccessKeyId;
  readonly secret: Secret;
}

export interface KeySeen {
  readonly accessKeyId: AccessKeyId;
  readonly status: KeyStatus;
  readonly createdAt: AwsTime;
}

/** A user with all its keys; they may be some seconds out of date. */
export interface UserSeen {
  readonly arn: string;
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The ledger that the claim tag names; null without one. */
  readonly claimedBy: string | null;
  /** Names of the `AWSCompromisedKeyQuarantine…` policies that are attached to it. */
  readonly quarantinePolicies: readonly string[];
  readonly keys: readonly KeySeen[];
}

/** The last use of a key that IAM tells of: the first of its quarter of an hour, and told some time (up to hours) later. */
export interface KeyUse {
  readonly at: AwsTime;
  /** E.g. `s3`. */
  readonly service: string;
  readonly region: string;
}

export interface KeyService {
  /** Whose rights the calls are made with: `self` is the rotated user's own key, so that each call is a use of that key. */
  readonly actor: "administrator" | "self";
  /** Null: there is no such user. All pages of its keys. */
  user(signal: AbortSignal): Promise<AwsAnswer<UserSeen | null>>;
  /** Null: never used, as far as IAM knows. */
  lastUse(key: AccessKeyId, signal: AbortSignal): Promise<AwsAnswer<KeyUse | null>>;
  /**
   * One attempt. Carries `mark` (made of `[A-Za-z0-9-]`, at most 60 characters) in the user agent, and in the role session's name where a role is
   * assumed, so that {@link KeyTrail.creations} can tell the key that was made by this very attempt.
   */
  create(mark: string, signal: AbortSignal): Promise<AwsAnswer<AccessKeyPair & { readonly createdAt: AwsTime }>>;
  setStatus(key: AccessKeyId, status: KeyStatus, signal: AbortSignal): Promise<AwsAnswer<void>>;
  delete(key: AccessKeyId, signal: AbortSignal): Promise<AwsAnswer<void>>;
  /** Tags the user as rotated from this ledger. */
  claim(ledger: string, signal: AbortSignal): Promise<AwsAnswer<void>>;
  /** The same service, signing with this key: for a user that rotates its own key. */
  signedWith(pair: AccessKeyPair): KeyService;
}

/** Proves that a key is accepted. */
export interface KeyProof {
  /** One `GetCallerIdentity` with the key in the region, with no retry. It is a use of the key. `not-accepted`: not, or not yet. */
  identity(pair: AccessKeyPair, region: string, signal: AbortSignal): Promise<AwsAnswer<{ readonly arn: string }>>;
  /** AUTH and QUIT at SES's SMTP endpoint of the region, with the derived password. */
  smtp(pair: AccessKeyPair, region: string, signal: AbortSignal): Promise<AwsAnswer<void>>;
}

/** A `CreateAccessKey` of the user, as CloudTrail tells of it. */
export interface KeyCreation {
  readonly accessKeyId: AccessKeyId;
  readonly at: AwsTime;
  /** Who did it: an ARN, with the role session's name where there is one. */
  readonly by: string;
  readonly userAgent: string;
}

/** What CloudTrail shows of a key's use in one region: management events only, never S3 objects, SQS messages, DynamoDB items. */
export type RegionUse =
  | {
      readonly region: string;
      readonly kind: "seen";
      readonly at: AwsTime;
      readonly service: string;
      readonly userAgent: string;
      readonly sourceAddress: string;
    }
  | { readonly region: string; readonly kind: "nothing-among-what-it-shows" }
  | { readonly region: string; readonly kind: "unknown"; readonly why: string };

/** CloudTrail's event history, where it may be read. */
export interface KeyTrail {
  /** All `CreateAccessKey` of the user since then; they show up to a quarter of an hour late. `denied` where it may not be read. */
  creations(since: AwsTime, signal: AbortSignal): Promise<AwsAnswer<readonly KeyCreation[]>>;
  /** The last use of a key in every region that is enabled, by anybody but us (told by the user agent); one entry a region. */
  uses(key: AccessKeyId, since: AwsTime, signal: AbortSignal): Promise<readonly RegionUse[]>;
}

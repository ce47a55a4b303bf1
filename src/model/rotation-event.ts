import type { AccessKeyId, AccountId } from "./access-key-id.ts";
import { type AwsTime, awsTimeText } from "./aws-answer.ts";
import type { KeyStatus, KeyUse } from "./key-service.ts";
import type { TargetProof } from "./rotation.ts";

/*
 * What a rotation's journal remembers: facts only, never a secret. A rotation is the fold of its events; what is merely looked at (lists of
 * keys, what a target holds) is not among them, and is looked at again after a restart.
 */

/** Durations in milliseconds. */
export interface GateSettings {
  /** How often each consumer is sure to use the key. */
  readonly usedEveryMs: number;
  /** Both keys stay active at least so long after the last target was written. */
  readonly soakMs: number;
  /** How long the old key stays inactive before it is deleted. */
  readonly quarantineMs: number;
  /** For how long consumers sign URLs in advance: signing is no use that AWS sees. 0: they do not. */
  readonly presignedMs: number;
  /** A person waived the proof that the new key is used and the old one silent. */
  readonly acceptUnprovenUse: boolean;
}

/** What a rotation has to know of a target; `name` is unique among the rotation's. */
export interface PlannedTarget {
  readonly name: string;
  readonly type: string;
  readonly place: string;
  readonly parts: readonly [TargetPart, ...TargetPart[]];
  readonly readBack: "value" | "digest" | "metadata" | "none";
  /** Whose consumer logs in to SES's SMTP endpoint in this region with a password derived from the secret; null: it calls AWS. */
  readonly smtpRegion: string | null;
  /** Whether something makes the consumer read it again once it is written. */
  readonly hasAfter: boolean;
}

export type TargetPart = "pair" | "access-key-id" | "secret";

/** What was decided when a rotation began. */
export interface RotationOutline {
  /** As the configuration names it. */
  readonly name: string;
  readonly accountId: AccountId;
  readonly userName: string;
  readonly userArn: string;
  /** The ledger that this journal lies in, as the claim tag names it. */
  readonly ledger: string;
  readonly actor: "administrator" | "self";
  readonly oldKeyId: AccessKeyId;
  readonly oldKeyCreatedAt: AwsTime;
  /** Where the new key must be accepted before it is handed out; at least one. */
  readonly regions: readonly string[];
  readonly gate: GateSettings;
  readonly targets: readonly PlannedTarget[];
}

/** Which of a rotation's two keys. */
export type WhichKey = "old" | "new";

export const ROTATION_COMMANDS = ["reactivate", "abandon", "confirm"] as const;

export type RotationCommand = (typeof ROTATION_COMMANDS)[number];

/** Why a rotation cannot go on without a person: a closed list; what to do is said in src/rotate/stuck.ts. */
export const STUCK_CODES = [
  "user-missing",
  "user-quarantined",
  "claimed-elsewhere",
  "refused",
  "second-slot-taken",
  "creation-unknown",
  "secret-lost",
  "key-not-accepted",
  "wrong-identity",
  "new-key-gone",
  "new-key-inactive",
  "old-key-inactive",
  "old-key-active-again",
  "old-key-still-used",
  "use-unproven",
  "target-failing",
  "target-holds-unknown-key",
  "target-unconfirmed",
  "target-unconfigured",
] as const;

export type StuckCode = (typeof STUCK_CODES)[number];

/** Something that AWS did not do, or may not have done. */
export interface Failure {
  /** A sentence for people. */
  readonly detail: string;
  /** Whether trying again is of no use before a person has done something, e.g. given a permission. */
  readonly final: boolean;
}

/** What happened, or is about to: a mutation's intent is on the disk before it is made, and its outcome after. */
export type RotationFact =
  | { readonly kind: "begun"; readonly outline: RotationOutline }
  /** The configuration has changed since. Only before the old key is touched. */
  | {
      readonly kind: "revised";
      readonly gate: GateSettings;
      readonly regions: readonly string[];
      readonly targets: readonly PlannedTarget[];
    }
  /** These are in the configuration no longer: what a person commands leaves them as they are, since nobody knows how they would be written. */
  | { readonly kind: "unconfigured"; readonly targets: readonly string[] }
  | { readonly kind: "claimed"; readonly how: "tag" | "not-permitted" }
  | ({ readonly kind: "claim-failed" } & Failure)
  /** The old secret was read from a target: `reactivate` can put it back. */
  | { readonly kind: "old-secret-sealed" }
  | { readonly kind: "create-intended"; readonly mark: string }
  | ({ readonly kind: "create-refused" } & Failure)
  | { readonly kind: "create-unknown"; readonly detail: string }
  /** Certainly not made: nothing shows it long after. */
  | { readonly kind: "create-undone"; readonly evidence: string }
  /** The key is there, and its secret is sealed. */
  | { readonly kind: "created"; readonly key: AccessKeyId; readonly createdAt: AwsTime }
  /** The key is there and ours, by this evidence; nobody has its secret. */
  | { readonly kind: "secret-lost"; readonly key: AccessKeyId; readonly evidence: string }
  /** The new key is about to be used by us: a use of it that proves nothing. `region` is `smtp:REGION` where it is tried at SES. */
  | { readonly kind: "probing"; readonly region: string }
  | { readonly kind: "proved"; readonly region: string }
  | ({ readonly kind: "prove-failed"; readonly region: string } & Failure)
  | { readonly kind: "write-intended"; readonly target: string; readonly part: TargetPart; readonly key: WhichKey }
  | { readonly kind: "written"; readonly target: string; readonly part: TargetPart; readonly key: WhichKey }
  /** `foreign`: it holds a key that is neither the old one nor the new one. */
  | ({ readonly kind: "target-failed"; readonly target: string; readonly foreign: boolean } & Failure)
  /** What makes the consumer read the target again has run. */
  | { readonly kind: "after-ran"; readonly target: string }
  | { readonly kind: "held"; readonly target: string; readonly proof: TargetProof }
  /** It was right once, and is no longer. */
  | { readonly kind: "reverted"; readonly target: string }
  /** Every target has the new key: the soak begins. */
  | { readonly kind: "handed-over" }
  /** The new key was used by somebody who is not us. */
  | { readonly kind: "new-key-used"; readonly use: KeyUse }
  | { readonly kind: "status-intended"; readonly key: WhichKey; readonly status: KeyStatus }
  | { readonly kind: "status-set"; readonly key: WhichKey; readonly status: KeyStatus }
  | ({ readonly kind: "status-failed"; readonly key: WhichKey } & Failure)
  | { readonly kind: "delete-intended"; readonly key: WhichKey }
  | { readonly kind: "deleted"; readonly key: WhichKey }
  | ({ readonly kind: "delete-failed"; readonly key: WhichKey } & Failure)
  /** Somebody else made it so. */
  | { readonly kind: "found"; readonly key: WhichKey; readonly status: KeyStatus }
  /** Somebody else deleted it. */
  | { readonly kind: "gone"; readonly key: WhichKey }
  | { readonly kind: "destroy-intended" }
  | { readonly kind: "secrets-destroyed" }
  | { readonly kind: "stuck"; readonly code: StuckCode; readonly detail: string }
  /** It is looked at again whether it is still stuck. */
  | { readonly kind: "resumed" }
  | { readonly kind: "commanded"; readonly command: RotationCommand }
  | { readonly kind: "done" }
  | { readonly kind: "reactivated" }
  | { readonly kind: "abandoned" };

/** A fact with the time at which it was known, by AWS's clock: as of its last answer, for all that is decided by it. */
export type RotationEvent = RotationFact & {
  readonly at: AwsTime;
  /** By this machine's clock, ISO 8601, UTC; only where no call to AWS came with the fact, as with a command. People read it, and nothing is decided by it. */
  readonly notedAt?: string;
};

/** When it happened, as people are told: ISO 8601, UTC. */
export function eventTimeText({ at, notedAt }: RotationEvent): string {
  return notedAt ?? awsTimeText(at);
}

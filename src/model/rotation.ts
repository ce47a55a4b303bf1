import type { AccessKeyId, AccountId } from "./access-key-id.ts";

/**
 * How far a rotation has come. `idle` to `done` follow one another; `reactivated`, `stuck` and `abandoned` can follow any of them:
 * a person brought the old key back, something needs a person, a person gave it up.
 */
export const ROTATION_STATES = [
  "idle",
  "planned",
  "creating",
  "created",
  "proving",
  "writing",
  "soaking",
  "deactivating",
  "quarantined",
  "deleting",
  "done",
  "reactivated",
  "stuck",
  "abandoned",
] as const;

export type RotationState = (typeof ROTATION_STATES)[number];

/** One run through the states; its name in the configuration may have had many. */
export type RotationId = string & { readonly __brand: "RotationId" };

/**
 * `accepted`: the target took the key, but what it holds cannot be read; `verified`: there is proof that it holds the new key.
 */
export type TargetState = "pending" | "writing" | "accepted" | "verified" | "failed";

/**
 * What says that a target holds the new key: it was read (`value`), or its digest; only that it changed could be seen (`metadata`); the key
 * was used (`usage`); somebody said so (`person`); nothing.
 */
export type TargetProof = "value" | "digest" | "metadata" | "usage" | "person" | "none";

/** One target of a rotation, as reports show it. */
export interface TargetReport {
  /** Where it lies, for people. */
  readonly name: string;
  readonly type: string;
  readonly state: TargetState;
  readonly proof: TargetProof;
  readonly attempts: number;
  /** What went wrong last, with what to do; null once it is right. */
  readonly error: string | null;
}

/** A rotation, as reports show it. Times are ISO 8601, UTC, by AWS's clock where AWS told one. */
export interface RotationReport {
  /** As the configuration names it. */
  readonly name: string;
  /** Null: it was never begun. */
  readonly id: RotationId | null;
  readonly state: RotationState;
  readonly accountId: AccountId;
  readonly userName: string;
  readonly oldKeyId: AccessKeyId | null;
  readonly newKeyId: AccessKeyId | null;
  readonly startedAt: string | null;
  /** When something can happen next; null: nothing will without a person, or it is not known. */
  readonly nextStepAt: string | null;
  /** Why it waits or is stuck, and what a person can do. */
  readonly reason: string | null;
  readonly targets: readonly TargetReport[];
  readonly history: readonly { readonly at: string; readonly event: string }[];
  /** False: the configuration does not have its user any more, so it goes no further by itself. Absent: it has, or was not asked. */
  readonly configured?: boolean;
}

/** `keysweep/rotations@1`. */
export interface RotationsReport {
  readonly schema: "keysweep/rotations@1";
  readonly tool: { readonly name: string; readonly version: string };
  readonly generatedAt: string;
  readonly rotations: readonly RotationReport[];
}

import type { AccessKeyId } from "../model/access-key-id.ts";
import type { AwsTime } from "../model/aws-answer.ts";
import type { KeyStatus, KeyUse } from "../model/key-service.ts";
import type { RotationId, RotationState, TargetProof, TargetState } from "../model/rotation.ts";
import type { PlannedTarget, RotationOutline, StuckCode, TargetPart, WhichKey } from "../model/rotation-event.ts";

/** A rotation: what its journal says, folded by `apply`. What is merely seen of the world is in {@link ./seen.ts}. */
export interface Rotation {
  readonly id: RotationId;
  readonly outline: RotationOutline;
  readonly begunAt: AwsTime;
  /** How far it has come. Being stuck is told apart ({@link stuck}), so that it is known where to go on. */
  readonly stage: Stage;
  /** Where it goes; a person may change it. */
  readonly goal: "rotate" | "reactivate" | "abandon";
  readonly stuck: Stuck | null;
  readonly claimed: boolean;
  readonly oldSecretSealed: boolean;
  /** How often a key was asked for. */
  readonly creations: number;
  /** The key that was asked for, while it is not known what became of it. */
  readonly creating: { readonly mark: string; readonly at: AwsTime } | null;
  readonly oldKey: RotatedKey;
  readonly newKey: (RotatedKey & { readonly secretLost: boolean }) | null;
  /** Regions (and `smtp:REGION`s) in which the new key was accepted. */
  readonly provedIn: readonly string[];
  /** When we used the new key last ourselves. */
  readonly probedAt: AwsTime | null;
  readonly targets: readonly TargetProgress[];
  /** Whether any target, even one that is no longer configured, may ever have held the new key. */
  readonly handedOut: boolean;
  /** When every target had the new key; null: not yet, or no longer. */
  readonly handedOverAt: AwsTime | null;
  /** The last known use of the new key by somebody else. */
  readonly newKeyUse: KeyUse | null;
  /** When a person said that all consumers use the new key. */
  readonly confirmedAt: AwsTime | null;
  /** Of both keys. From `being-destroyed` on nothing can be undone. */
  readonly secrets: "kept" | "being-destroyed" | "destroyed";
  /** AWS did not do what was asked, for now. */
  readonly trouble: Trouble | null;
  /** When the last event was journalled. */
  readonly at: AwsTime;
}

export type Stage = Exclude<RotationState, "idle" | "stuck">;

export interface Stuck {
  readonly code: StuckCode;
  readonly detail: string;
  readonly since: AwsTime;
}

export interface RotatedKey {
  readonly id: AccessKeyId;
  /** As far as we know from what we did to it, or found. */
  readonly status: KeyStatus | "deleted";
  /** Since when; for a new key, since it was made. */
  readonly since: AwsTime;
  /** Whether somebody else made it so. */
  readonly byOthers: boolean;
  /** What was about to be done to it, while it is not known whether it was. */
  readonly intent: KeyStatus | "delete" | null;
}

/** Something that went wrong and is tried again, at growing distances. */
export interface Trouble {
  readonly detail: string;
  /** Trying again is of no use, or was of none for long, before a person has done something. */
  readonly final: boolean;
  readonly since: AwsTime;
  readonly times: number;
  readonly retryAt: AwsTime;
}

export interface TargetProgress {
  readonly planned: PlannedTarget;
  /** The key that it is to hold. */
  readonly wants: WhichKey;
  readonly state: Exclude<TargetState, "failed">;
  readonly proof: TargetProof;
  /** Whether a write of the new key was ever begun, or it was seen to hold it. */
  readonly attempted: boolean;
  /** The parts of `wants` that were written; null: no write is under way. */
  readonly written: readonly TargetPart[] | null;
  /** Whether what makes the consumer read it again has run since it was written. */
  readonly afterRan: boolean;
  readonly attempts: number;
  /** `foreign`: it holds a key that is neither of the rotation's. */
  readonly trouble: (Trouble & { readonly foreign: boolean }) | null;
}

/** What is told of it in reports. */
export function stateOf(rotation: Rotation): RotationState {
  return rotation.stuck === null ? rotation.stage : "stuck";
}

/** Whether nothing will ever happen to it any more. */
export function hasEnded({ stage }: Rotation): boolean {
  return stage === "done" || stage === "abandoned";
}

/** Whether all of what it wants was written, and not yet seen to be there. */
export function isWritten({ planned, written }: TargetProgress): boolean {
  return written !== null && written.length === planned.parts.length;
}

/** Whether a consumer may see an id and a secret that do not belong together. */
export function isHalfWritten({ planned, written }: TargetProgress): boolean {
  return written !== null && planned.parts.length > 1 && written.length < planned.parts.length;
}

/** Whether the target has what it wants, and its consumer was told. */
export function isSettled({ state, planned, afterRan }: TargetProgress): boolean {
  return (state === "verified" || state === "accepted") && (afterRan || !planned.hasAfter);
}

/** Where the new key must be accepted before any target gets it: in the regions of use, and at SES where a consumer logs in there. */
export function provingGrounds({ regions, targets }: RotationOutline): readonly string[] {
  const smtp = targets.flatMap(({ smtpRegion }) => (smtpRegion === null ? [] : [`smtp:${smtpRegion}`]));
  return [...new Set([...regions, ...smtp])];
}

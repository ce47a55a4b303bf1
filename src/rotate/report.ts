import { type AwsTime, awsTimeText } from "../model/aws-answer.ts";
import type { RotationReport, TargetReport } from "../model/rotation.ts";
import { eventTimeText, type RotationEvent } from "../model/rotation-event.ts";
import type { RotationSettings } from "../model/rotation-settings.ts";
import { isSettled, type Rotation, stateOf, type TargetProgress } from "./rotation.ts";
import { stuckRemedy } from "./stuck.ts";

/** What a rotation waits for, where it was looked at just now. */
export interface Pending {
  /** Null: not known. */
  readonly until: AwsTime | null;
  readonly why: string;
}

/** A rotation as reports show it. */
export function rotationReport(
  rotation: Rotation,
  events: readonly RotationEvent[],
  pending: Pending | null = null,
): RotationReport {
  const { outline, stuck } = rotation;
  return {
    name: outline.name,
    id: rotation.id,
    state: stateOf(rotation),
    accountId: outline.accountId,
    userName: outline.userName,
    oldKeyId: outline.oldKeyId,
    newKeyId: rotation.newKey?.id ?? null,
    startedAt: awsTimeText(rotation.begunAt),
    nextStepAt: pending === null || pending.until === null ? null : awsTimeText(pending.until),
    reason: stuck === null ? (pending?.why ?? null) : `${stuck.detail}. ${stuckRemedy(stuck.code, outline.name)}`,
    targets: rotation.targets.map(targetReport),
    history: events.map((event) => ({ at: eventTimeText(event), event: eventText(event) })),
  };
}

/** A target before a rotation has begun. */
export type NamedTarget = Pick<TargetReport, "name" | "type">;

/** A rotation that is not under way. */
export interface Idle {
  readonly settings: RotationSettings;
  /** As far as they are known. */
  readonly targets: readonly NamedTarget[];
}

/** Of a rotation that was never begun, or whose last one is not known any more. */
export function idleReport({ settings, targets }: Idle, dueAt: number | null, reason: string | null): RotationReport {
  return {
    name: settings.name,
    id: null,
    state: "idle",
    accountId: settings.accountId,
    userName: settings.userName,
    oldKeyId: null,
    newKeyId: null,
    startedAt: null,
    nextStepAt: dueAt === null ? null : new Date(dueAt).toISOString(),
    reason,
    targets: targets.map(({ name, type }) => ({
      name,
      type,
      state: "pending",
      proof: "none",
      attempts: 0,
      error: null,
    })),
    history: [],
  };
}

function targetReport(target: TargetProgress): TargetReport {
  const { planned, state, proof, attempts, trouble } = target;
  return {
    name: planned.name,
    type: planned.type,
    state: trouble?.final === true && !isSettled(target) ? "failed" : state,
    proof,
    attempts,
    error: trouble?.detail ?? null,
  };
}

/** An event in words, without a secret: none is in it. */
export function eventText(event: RotationEvent): string {
  switch (event.kind) {
    case "begun":
      return `begun: ${event.outline.oldKeyId} of ${event.outline.userName} is to be replaced`;
    case "revised":
      return "the configuration has changed";
    case "unconfigured":
      return `${event.targets.join(", ")}: no longer in the configuration, and left as it is`;
    case "claimed":
      return event.how === "tag"
        ? "the user is claimed for this ledger"
        : "the user could not be tagged: only this host's lease guards it";
    case "claim-failed":
      return `claiming the user failed: ${event.detail}`;
    case "old-secret-sealed":
      return "the old secret is sealed, so that it can be put back";
    case "create-intended":
      return `a new key is asked for (${event.mark})`;
    case "create-refused":
      return `no new key: ${event.detail}`;
    case "create-unknown":
      return `it is not known whether there is a new key: ${event.detail}`;
    case "create-undone":
      return `there is no new key: ${event.evidence}`;
    case "created":
      return `the new key is ${event.key}, and its secret is sealed`;
    case "secret-lost":
      return `the new key ${event.key} is there, but its secret is lost: ${event.evidence}`;
    case "probing":
      return `the new key is tried in ${event.region}`;
    case "proved":
      return `the new key is accepted in ${event.region}`;
    case "prove-failed":
      return event.detail;
    case "write-intended":
      return `${event.target}: the ${event.key} key's ${partText(event.part)} is about to be written`;
    case "written":
      return `${event.target}: the ${event.key} key's ${partText(event.part)} is written`;
    case "target-failed":
      return `${event.target}: ${event.detail}`;
    case "after-ran":
      return `${event.target}: its command has run`;
    case "held":
      return event.proof === "none" || event.proof === "metadata"
        ? `${event.target}: it took the key; what it holds cannot be read`
        : `${event.target}: it holds the key (${event.proof})`;
    case "reverted":
      return `${event.target}: it holds the new key no longer`;
    case "handed-over":
      return "every target has the new key: both keys are active now";
    case "new-key-used":
      return `the new key was used at ${awsTimeText(event.use.at)} (${event.use.service} in ${event.use.region})`;
    case "status-intended":
      return `the ${event.key} key is about to be made ${event.status.toLowerCase()}`;
    case "status-set":
      return `the ${event.key} key is ${event.status.toLowerCase()}`;
    case "status-failed":
    case "delete-failed":
      return `the ${event.key} key: ${event.detail}`;
    case "delete-intended":
      return `the ${event.key} key is about to be deleted`;
    case "deleted":
      return `the ${event.key} key is deleted`;
    case "found":
      return `the ${event.key} key is ${event.status.toLowerCase()}, and not by us`;
    case "gone":
      return `the ${event.key} key is no longer there, and not by us`;
    case "destroy-intended":
      return "the sealed secrets are about to be destroyed";
    case "secrets-destroyed":
      return "the sealed secrets are destroyed";
    case "stuck":
      return `stuck (${event.code}): ${event.detail}`;
    case "resumed":
      return "looked at again";
    case "commanded":
      return `a person asked to ${event.command}`;
    case "done":
    case "reactivated":
    case "abandoned":
      return event.kind;
  }
}

function partText(part: "pair" | "access-key-id" | "secret"): string {
  return part === "pair" ? "pair" : part === "secret" ? "secret half" : "id half";
}

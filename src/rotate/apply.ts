import type { AwsTime } from "../model/aws-answer.ts";
import { after } from "../model/aws-answer.ts";
import type { RotationId } from "../model/rotation.ts";
import type {
  Failure,
  PlannedTarget,
  RotationCommand,
  RotationEvent,
  RotationOutline,
  WhichKey,
} from "../model/rotation-event.ts";
import { backoffMs, PATIENCE_MS } from "./pace.ts";
import {
  isHalfWritten,
  isSettled,
  isWritten,
  provingGrounds,
  type RotatedKey,
  type Rotation,
  type TargetProgress,
  type Trouble,
} from "./rotation.ts";

/** A rotation as its journal tells it. @throws where the journal does not begin with `begun`. */
export function fold(id: RotationId, events: readonly RotationEvent[]): Rotation {
  const [first, ...rest] = events;
  if (first?.kind !== "begun") throw new Error(`The journal of rotation ${id} does not begin with its beginning`);
  return rest.reduce(apply, begin(id, first.outline, first.at));
}

/** A rotation of which nothing is known but what was decided. */
export function begin(id: RotationId, outline: RotationOutline, at: AwsTime): Rotation {
  return {
    id,
    outline,
    begunAt: at,
    stage: "planned",
    goal: "rotate",
    stuck: null,
    claimed: false,
    oldSecretSealed: false,
    creations: 0,
    creating: null,
    oldKey: { id: outline.oldKeyId, status: "Active", since: outline.oldKeyCreatedAt, byOthers: false, intent: null },
    newKey: null,
    provedIn: [],
    probedAt: null,
    targets: outline.targets.map(untouched),
    handedOut: false,
    handedOverAt: null,
    newKeyUse: null,
    confirmedAt: null,
    secrets: "kept",
    trouble: null,
    at,
  };
}

/** The rotation after something has happened. Knows facts only, and decides nothing. */
export function apply(rotation: Rotation, event: RotationEvent): Rotation {
  return { ...changed(rotation, event), at: event.at };
}

function changed(rotation: Rotation, event: RotationEvent): Rotation {
  const { at } = event;
  switch (event.kind) {
    case "begun":
      throw new Error(`Rotation ${rotation.id} was begun twice`);
    case "revised":
      return revised(rotation, event);
    case "unconfigured":
      return unconfigured(rotation, event.targets);
    case "claimed":
      return { ...rotation, claimed: true, trouble: null };
    case "claim-failed":
    case "prove-failed":
      return troubled(rotation, event, at);
    case "old-secret-sealed":
      return { ...rotation, oldSecretSealed: true };

    case "create-intended":
      return {
        ...rotation,
        stage: "creating",
        creating: { mark: event.mark, at },
        creations: rotation.creations + 1,
      };
    case "create-refused":
      return { ...troubled(rotation, event, at), stage: "planned", creating: null };
    case "create-undone":
      return { ...rotation, stage: "planned", creating: null, trouble: null };
    case "create-unknown":
      return rotation;
    case "created":
      return madeKey(rotation, event.key, event.createdAt, false);
    case "secret-lost":
      return madeKey(rotation, event.key, at, true);

    case "probing":
      return { ...rotation, stage: "proving", probedAt: at };
    case "proved":
      return { ...rotation, provedIn: [...rotation.provedIn, event.region], probedAt: at, trouble: null };

    case "write-intended":
      return handedOut(
        onTarget({ ...rotation, stage: writingStage(rotation) }, event.target, (target) => ({
          ...target,
          state: "writing",
          proof: "none",
          afterRan: false,
          attempts: target.attempts + 1,
          attempted: target.attempted || event.key === "new",
          written: event.part === target.planned.parts[0] ? [] : (target.written ?? []),
        })),
      );
    case "written":
      return onTarget(rotation, event.target, (target) => ({
        ...target,
        written: [...(target.written ?? []).filter((part) => part !== event.part), event.part],
      }));
    case "target-failed":
      return onTarget(rotation, event.target, (target) => failed(target, event, at));
    case "held":
      return handedOut(
        onTarget(rotation, event.target, (target) => ({
          ...target,
          state: event.proof === "metadata" || event.proof === "none" ? "accepted" : "verified",
          proof: event.proof,
          // It may have held it before it was written to, where the target has another name now.
          attempted: target.attempted || target.wants === "new",
          written: null,
          trouble: null,
        })),
      );
    case "after-ran":
      return onTarget(rotation, event.target, (target) => ({ ...target, afterRan: true, trouble: null }));
    case "reverted":
      return onTarget({ ...rotation, stage: writingStage(rotation), handedOverAt: null }, event.target, reopened);
    case "handed-over":
      return { ...rotation, stage: "soaking", handedOverAt: at };
    case "new-key-used":
      return {
        ...rotation,
        newKeyUse: event.use,
        handedOut: true,
        // With several targets nobody knows whose consumer it was.
        targets:
          rotation.targets.length === 1
            ? rotation.targets.map((target) => provedBy(target, "usage"))
            : rotation.targets,
      };

    case "status-intended":
      return {
        ...onKey(rotation, event.key, (key) => ({ ...key, intent: event.status })),
        stage: event.key === "old" && event.status === "Inactive" ? "deactivating" : rotation.stage,
      };
    case "status-set":
      return {
        ...onKey(rotation, event.key, (key) => ({
          ...key,
          status: event.status,
          since: at,
          byOthers: false,
          intent: null,
        })),
        stage: event.key === "old" && event.status === "Inactive" ? "quarantined" : rotation.stage,
        trouble: null,
      };
    case "found":
      return onKey(rotation, event.key, (key) => ({
        ...key,
        status: event.status,
        since: at,
        byOthers: true,
        intent: null,
      }));
    case "delete-intended":
      return {
        ...onKey(rotation, event.key, (key) => ({ ...key, intent: "delete" })),
        stage: event.key === "old" ? "deleting" : rotation.stage,
      };
    case "deleted":
    case "gone":
      return withoutKey(rotation, event.key, at);
    case "status-failed":
    case "delete-failed":
      return troubled(rotation, event, at);
    case "destroy-intended":
      return { ...rotation, secrets: "being-destroyed" };
    case "secrets-destroyed":
      return { ...rotation, secrets: "destroyed" };

    case "stuck":
      return {
        ...rotation,
        stuck: { code: event.code, detail: event.detail, since: at },
        // Another trouble than the one that lasted: its time begins anew.
        trouble: event.code === "refused" || event.code === "key-not-accepted" ? rotation.trouble : null,
      };
    case "resumed":
      return resumed(rotation, at);
    case "commanded":
      return commanded({ ...resumed(rotation, at), trouble: null }, event.command, at);
    case "done":
    case "reactivated":
    case "abandoned":
      return { ...rotation, stage: event.kind, stuck: null, trouble: null };
  }
}

function commanded(rotation: Rotation, command: RotationCommand, at: AwsTime): Rotation {
  switch (command) {
    case "abandon":
      return { ...rotation, goal: "abandon", stage: rotation.stage === "reactivated" ? "writing" : rotation.stage };
    case "reactivate":
      return {
        ...rotation,
        goal: "reactivate",
        targets: rotation.oldSecretSealed
          ? rotation.targets.map((target) => (target.attempted ? wanting(target, "old") : target))
          : rotation.targets,
      };
    case "confirm":
      return rotation.stage === "reactivated"
        ? {
            ...rotation,
            goal: "rotate",
            stage: "writing",
            handedOverAt: null,
            targets: rotation.targets.map((target) => wanting(target, "new")),
          }
        : { ...rotation, confirmedAt: at, targets: rotation.targets.map((target) => provedBy(target, "person")) };
  }
}

/** A person may have mended what was in the way: all of it is tried at once. How long it has lasted is not forgotten. */
function resumed(rotation: Rotation, at: AwsTime): Rotation {
  const { trouble } = rotation;
  return {
    ...rotation,
    stuck: null,
    trouble: trouble === null ? null : { ...trouble, final: false, retryAt: at },
    targets: rotation.targets.map((target) => ({
      ...target,
      trouble: target.trouble === null ? null : { ...target.trouble, final: false, foreign: false, retryAt: at },
    })),
  };
}

function revised(
  rotation: Rotation,
  { gate, regions, targets }: Pick<RotationOutline, "gate" | "regions" | "targets">,
) {
  const known = new Map(rotation.targets.map((target) => [target.planned.name, target]));
  const progress = targets.map((planned) => {
    const target = known.get(planned.name);
    if (target !== undefined && isSameTarget(target.planned, planned)) return { ...target, planned };
    // What lies there lies there under another name too, and as something else.
    const attempted = rotation.targets.some((one) => one.attempted && isSamePlace(one.planned, planned));
    return { ...untouched(planned), attempted };
  });
  const outline = { ...rotation.outline, gate, regions, targets };
  const isProved = provingGrounds(outline).every((ground) => rotation.provedIn.includes(ground));
  const handsOverAgain =
    (!isProved || progress.some(({ state }) => state === "pending")) && rotation.handedOverAt !== null;
  return {
    ...rotation,
    outline,
    targets: progress,
    ...(handsOverAgain ? { stage: "writing" as const, handedOverAt: null } : {}),
  };
}

/** What any of them was given stays given: {@link Rotation.handedOut}. */
function unconfigured(rotation: Rotation, names: readonly string[]): Rotation {
  const { outline, targets } = rotation;
  return {
    ...rotation,
    outline: { ...outline, targets: outline.targets.filter(({ name }) => !names.includes(name)) },
    targets: targets.filter(({ planned }) => !names.includes(planned.name)),
  };
}

function isSamePlace(one: PlannedTarget, other: PlannedTarget): boolean {
  return one.type === other.type && one.place === other.place;
}

/** Whether what one holds is what the other is to hold. */
function isSameTarget(one: PlannedTarget, other: PlannedTarget): boolean {
  return isSamePlace(one, other) && one.parts.length === other.parts.length && one.smtpRegion === other.smtpRegion;
}

/** What a target was given stays given when the target is configured no longer. */
function handedOut(rotation: Rotation): Rotation {
  return { ...rotation, handedOut: rotation.handedOut || rotation.targets.some(({ attempted }) => attempted) };
}

function madeKey(rotation: Rotation, id: RotatedKey["id"], since: AwsTime, secretLost: boolean): Rotation {
  return {
    ...rotation,
    stage: secretLost ? "creating" : "created",
    creating: null,
    newKey: { id, status: "Active", since, byOthers: false, intent: null, secretLost },
    trouble: null,
  };
}

/** Where the old key is gone there is nothing to bring back, and the way is forward. */
function withoutKey(rotation: Rotation, which: WhichKey, at: AwsTime): Rotation {
  const without = {
    ...onKey(rotation, which, (key) => ({ ...key, status: "deleted", since: at, intent: null })),
    trouble: null,
  };
  if (which === "new" || rotation.goal !== "reactivate") return without;
  const targets = without.targets.map((target) => (target.wants === "old" ? wanting(target, "new") : target));
  return targets.every(isSettled)
    ? { ...without, goal: "rotate", targets }
    : { ...without, goal: "rotate", targets, stage: "writing", handedOverAt: null };
}

/** Bringing back the old key, or giving up, writes too; but this is not how far the rotation has come. */
function writingStage({ goal, stage }: Rotation): Rotation["stage"] {
  return goal === "rotate" ? "writing" : stage;
}

function untouched(planned: PlannedTarget): TargetProgress {
  return {
    planned,
    wants: "new",
    state: "pending",
    proof: "none",
    attempted: false,
    written: null,
    afterRan: false,
    attempts: 0,
    trouble: null,
  };
}

function reopened(target: TargetProgress): TargetProgress {
  return { ...target, state: "pending", proof: "none", written: null, afterRan: false, trouble: null };
}

/** Of a target that is half written with the other key, both halves are to be written. */
function wanting(target: TargetProgress, wants: WhichKey): TargetProgress {
  return { ...reopened(target), wants, written: isHalfWritten(target) ? [] : null };
}

function failed(target: TargetProgress, failure: Failure & { readonly foreign: boolean }, at: AwsTime): TargetProgress {
  const trouble = { ...grown(target.trouble, failure, at), foreign: failure.foreign };
  return {
    ...target,
    // It took all of it and does not hold it: from the beginning.
    written: isWritten(target) ? null : target.written,
    trouble,
  };
}

/** A target that cannot be read is proved otherwise; an SMTP login is not seen by AWS as a use of the key. */
function provedBy(target: TargetProgress, proof: "usage" | "person"): TargetProgress {
  if (target.state !== "accepted" || (proof === "usage" && target.planned.smtpRegion !== null)) return target;
  return { ...target, state: "verified", proof };
}

function onTarget(rotation: Rotation, name: string, change: (target: TargetProgress) => TargetProgress): Rotation {
  return {
    ...rotation,
    targets: rotation.targets.map((target) => (target.planned.name === name ? change(target) : target)),
  };
}

function onKey(rotation: Rotation, which: WhichKey, change: (key: RotatedKey) => RotatedKey): Rotation {
  if (which === "old") return { ...rotation, oldKey: change(rotation.oldKey) };
  const { newKey } = rotation;
  return newKey === null ? rotation : { ...rotation, newKey: { ...newKey, ...change(newKey) } };
}

function troubled(rotation: Rotation, failure: Failure, at: AwsTime): Rotation {
  return { ...rotation, trouble: grown(rotation.trouble, failure, at) };
}

function grown(trouble: Trouble | null, { detail, final }: Failure, at: AwsTime): Trouble {
  const times = (trouble?.times ?? 0) + 1;
  const since = trouble?.since ?? at;
  return {
    detail,
    final: final || at >= after(since, PATIENCE_MS),
    since,
    times,
    retryAt: after(at, backoffMs(times)),
  };
}

import { GUARDS, type Guards } from "./guards.ts";
import { handOver, pauseForTarget } from "./hand-over.ts";
import { hasEnded, type Rotation } from "./rotation.ts";
import type { Seen } from "./seen.ts";
import { act, record, type Step, stuck, type View, wait } from "./step.ts";

/*
 * The rotation of a key as a pure machine. `next` says what comes next, from what the journal remembers (Rotation) and what was just seen
 * (Seen); the driver does it, journals what happened, and asks again. Whatever happens in between - a crash, a lost answer, a person - the
 * next step is decided anew from what is known and seen then.
 *
 * The way: claim the user, look at every target, make a key, seal its secret, prove it, hand it to every target, let both keys be active
 * until the old one is silent and the new one used, make the old one inactive, wait, delete it.
 */

/** The next step of a rotation. The guards are a parameter for the simulation alone, which takes them away one by one. */
export function next(rotation: Rotation, seen: Seen, guards: Guards = GUARDS): Step {
  if (hasEnded(rotation) || rotation.stuck !== null || rotation.stage === "reactivated") return { kind: "rest" };
  const half = guards.halvesComeFirst(rotation, seen, guards);
  if (half !== null) return half;
  if (seen.now === null || seen.user === null) return act({ kind: "look-at-user" });
  const view: View = { rotation, seen, now: seen.now };
  return (
    pauseAfterTrouble(view) ??
    guards.userIsThere(view) ??
    guards.claimIsOurs(view) ??
    guards.userMayAct(view) ??
    towardsGoal(view, guards)
  );
}

function towardsGoal(view: View, guards: Guards): Step {
  switch (view.rotation.goal) {
    case "rotate":
      return rotate(view, guards);
    case "reactivate":
      return reactivate(view, guards);
    case "abandon":
      return abandon(view, guards);
  }
}

function rotate(view: View, guards: Guards): Step {
  switch (view.rotation.stage) {
    case "planned":
      return create(view, guards);
    case "creating":
      return guards.creationIsUnderstood(view) ?? guards.secretIsKept(view) ?? toTargets(view, guards);
    case "created":
    case "proving":
    case "writing":
      return toTargets(view, guards);
    case "soaking":
    case "deactivating":
      return deactivate(view, guards);
    case "quarantined":
    case "deleting":
      return remove(view, guards);
    case "done":
    case "reactivated":
    case "abandoned":
      return { kind: "rest" };
  }
}

/** Everything that can be known to be in the way is, before there is a key that somebody would have to get rid of. */
function create(view: View, guards: Guards): Step {
  const { rotation, seen } = view;
  const mark = `keysweep-${rotation.id}-${rotation.creations + 1}`;
  return (
    guards.secondSlotIsFree(view) ??
    (rotation.claimed ? null : act({ kind: "claim" })) ??
    preflight(view, guards) ??
    (seen.sealWorks ? null : act({ kind: "check-seal" })) ??
    act({ kind: "create", mark }, { kind: "create-intended", mark })
  );
}

function preflight({ rotation, seen, now }: View, guards: Guards): Step | null {
  for (const target of rotation.targets) {
    const { name } = target.planned;
    const trouble = pauseForTarget(target, now);
    if (trouble !== null) return trouble;
    if (seen.writable[name] === undefined) return act({ kind: "check-target", target: name });
    const held = seen.targets[name];
    if (held === undefined) return act({ kind: "read-target", target: name });
    const unknown = guards.targetIsKnown(target, held);
    if (unknown !== null) return unknown;
  }
  return null;
}

/** The new key goes to whoever needs it, once it works where it is needed. */
function toTargets(view: View, guards: Guards): Step {
  return (
    guards.newKeyIsThere(view, guards) ??
    guards.newKeyIsProved(view) ??
    handOver(view, guards) ??
    record({ kind: "handed-over" })
  );
}

/** The gate. The old key is made inactive when nobody needs it any more, as far as that can be known. */
function deactivate(view: View, guards: Guards): Step {
  const { oldKey } = view.rotation;
  return (
    withoutOldKey(view, guards) ??
    guards.newKeyIsThere(view, guards) ??
    guards.oldKeyIsAsWeLeftIt(view, guards) ??
    guards.soaked(view) ??
    guards.oldKeyIsSilent(view) ??
    guards.newKeyIsUsed(view) ??
    guards.targetsAreProved(view) ??
    guards.targetsHoldTheNewKey(view) ??
    act(
      { kind: "set-status", key: "old", status: "Inactive" },
      oldKey.intent === "Inactive" ? null : { kind: "status-intended", key: "old", status: "Inactive" },
    )
  );
}

/** The old key is deleted after it has been inactive for the time in which somebody may still find out that it is needed. */
function remove(view: View, guards: Guards): Step {
  return (
    withoutOldKey(view, guards) ??
    guards.newKeyIsThere(view, guards) ??
    guards.oldKeyStayedInactive(view, guards) ??
    guards.quarantineIsOver(view) ??
    guards.targetsHoldTheNewKey(view) ??
    act(
      { kind: "delete", key: "old" },
      view.rotation.oldKey.intent === "delete" ? null : { kind: "delete-intended", key: "old" },
    )
  );
}

/** There is no old key: deleted by us, or by somebody else. Null: there is one. */
function withoutOldKey(view: View, guards: Guards): Step | null {
  const { oldKey } = view.rotation;
  if (oldKey.status === "deleted") return destroySecrets(view) ?? record({ kind: "done" });
  if (view.seen.steady[oldKey.id]?.as !== "missing") return null;
  return guards.surprisesLast(view, oldKey.id) ?? record({ kind: "gone", key: "old" });
}

/** Nobody needs them any more. Null: they are destroyed. */
function destroySecrets({ rotation: { secrets } }: View): Step | null {
  return secrets === "destroyed" ? null : act({ kind: "destroy-secrets" }, { kind: "destroy-intended" });
}

/** A person wants the old key back: it is made active, and goes back to the targets where its secret is known. Both keys stay. */
function reactivate(view: View, guards: Guards): Step {
  const back = view.rotation.targets.filter(({ wants }) => wants === "old");
  return (
    withoutOldKey(view, guards) ??
    activeAgain(view) ??
    (back.length === 0 ? null : handOver({ ...view, rotation: { ...view.rotation, targets: back } }, guards)) ??
    record({ kind: "reactivated" })
  );
}

/** A person gives up: a new key that no target was given is deleted; otherwise both stay active, for nobody knows who holds which. */
function abandon(view: View, guards: Guards): Step {
  return (
    guards.creationIsUnderstood(view) ??
    keepOldKey(view, guards) ??
    (guards.newKeyIsNobodys(view) ? withdraw(view, guards) : null) ??
    destroySecrets(view) ??
    record({ kind: "abandoned" })
  );
}

/** The old key is to be active, if there is one. */
function keepOldKey(view: View, guards: Guards): Step | null {
  const { oldKey } = view.rotation;
  if (oldKey.status === "deleted") return null;
  if (view.seen.steady[oldKey.id]?.as === "missing")
    return guards.surprisesLast(view, oldKey.id) ?? record({ kind: "gone", key: "old" });
  return activeAgain(view);
}

/** The new key, which nobody has, is made inactive, then deleted. */
function withdraw(view: View, guards: Guards): Step | null {
  const { newKey } = view.rotation;
  if (newKey === null || newKey.status === "deleted") return null;
  if (view.seen.steady[newKey.id]?.as === "missing")
    return guards.surprisesLast(view, newKey.id) ?? record({ kind: "gone", key: "new" });
  const held = guards.nobodyHasTheNewKey(view);
  if (held !== null) return held;
  return newKey.status === "Inactive"
    ? act({ kind: "delete", key: "new" }, { kind: "delete-intended", key: "new" })
    : act(
        { kind: "set-status", key: "new", status: "Inactive" },
        { kind: "status-intended", key: "new", status: "Inactive" },
      );
}

/** The old key is made active unless it certainly is; a request to make it inactive may still be under way. */
function activeAgain({ rotation: { oldKey }, seen }: View): Step | null {
  const as = seen.steady[oldKey.id]?.as;
  if (as === "missing" || (as === "Active" && oldKey.status === "Active" && oldKey.intent === null)) return null;
  return act(
    { kind: "set-status", key: "old", status: "Active" },
    { kind: "status-intended", key: "old", status: "Active" },
  );
}

/** AWS did not do what was asked: later again, and after a day, or where it is of no use, a person. */
function pauseAfterTrouble({ rotation: { trouble, stage }, now }: View): Step | null {
  if (trouble === null) return null;
  if (trouble.final) return stuck(stage === "proving" ? "key-not-accepted" : "refused", trouble.detail);
  return now < trouble.retryAt ? wait(trouble.retryAt, trouble.detail) : null;
}

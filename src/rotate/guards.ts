import type { AccessKeyId } from "../model/access-key-id.ts";
import { after, awsTimeText } from "../model/aws-answer.ts";
import type { UserSeen } from "../model/key-service.ts";
import { creationIsUnderstood } from "./creation.ts";
import { newKeyIsUsed, oldKeyIsSilent, soaked, targetsAreProved, useWithoutUs } from "./gate.ts";
import { halvesComeFirst, pauseForTarget } from "./hand-over.ts";
import { SETTLE_MS } from "./pace.ts";
import { provingGrounds, type TargetProgress } from "./rotation.ts";
import type { Seen, TargetSeen } from "./seen.ts";
import { act, record, type Step, stuck, type View, wait } from "./step.ts";

/*
 * What must hold before something is done. A guard says null when it does, and otherwise what to do instead: look, wait, mend, or ask a
 * person (but for `newKeyIsNobodys`, which chooses between two ways). The machine consults them by name, so that a simulation can take each away and show what it prevents.
 */

export const GUARDS = {
  halvesComeFirst,
  userIsThere,
  claimIsOurs,
  userMayAct,
  secondSlotIsFree,
  creationIsUnderstood,
  secretIsKept,
  newKeyIsThere,
  newKeyIsProved,
  targetIsKnown,
  soaked,
  oldKeyIsAsWeLeftIt,
  oldKeyIsSilent: (view: View) => oldKeyIsSilent(view),
  newKeyIsUsed,
  targetsAreProved,
  targetsHoldTheNewKey,
  quarantineIsOver,
  oldKeyStayedInactive,
  newKeyIsNobodys,
  nobodyHasTheNewKey,
  surprisesLast,
} as const;

export type Guards = typeof GUARDS;

/** Something surprising in a list is believed when it has lasted: lists may be out of date. Null: it has. */
function surprisesLast({ seen, now }: View, key: AccessKeyId): Step | null {
  const since = seen.steady[key]?.since ?? now;
  return now >= after(since, SETTLE_MS)
    ? null
    : wait(after(since, SETTLE_MS), "what IAM lists is a surprise, and may be out of date");
}

function userIsThere({ rotation: { outline }, seen, now }: View): Step | null {
  if (seen.user !== "missing") return null;
  const until = after(seen.missingSince ?? now, SETTLE_MS);
  return now < until
    ? wait(until, "IAM does not list the user, and may be out of date")
    : stuck("user-missing", `there is no user ${outline.userName} in account ${outline.accountId}`);
}

/** One ledger rotates a user. Another host's lease is not seen here; its claim is. */
function claimIsOurs({ rotation: { outline }, seen }: View): Step | null {
  const claimedBy = userOf(seen)?.claimedBy ?? null;
  return claimedBy === null || claimedBy === outline.ledger
    ? null
    : stuck("claimed-elsewhere", `${outline.userName} is rotated from the ledger ${claimedBy}, not from this one`);
}

/** AWS's quarantine denies a user the change of its own keys. */
function userMayAct({ rotation: { outline }, seen }: View): Step | null {
  const policies = userOf(seen)?.quarantinePolicies ?? [];
  return policies.length === 0 || outline.actor === "administrator"
    ? null
    : stuck("user-quarantined", `${policies.join(", ")} keeps ${outline.userName} from changing its own keys`);
}

/** A user has two keys at most; whose the other one is, nobody knows here. */
function secondSlotIsFree({ rotation: { oldKey, outline }, seen }: View): Step | null {
  const other = userOf(seen)?.keys.find(({ accessKeyId }) => accessKeyId !== oldKey.id);
  return other === undefined
    ? null
    : stuck(
        "second-slot-taken",
        `${outline.userName} has a second key, ${other.accessKeyId} (${other.status}, made at ${awsTimeText(other.createdAt)}), which this rotation did not make`,
      );
}

/** A key whose secret nobody has is of no use. */
function secretIsKept({ rotation: { newKey } }: View): Step | null {
  return newKey?.secretLost === true
    ? stuck(
        "secret-lost",
        `${newKey.id} was made by this rotation, but its secret was lost with AWS's answer: nobody has it`,
      )
    : null;
}

/** Whoever was given the new key can use it. */
function newKeyIsThere(view: View, guards: Guards): Step | null {
  const { newKey } = view.rotation;
  if (newKey === null) return null;
  const as = view.seen.steady[newKey.id]?.as;
  if (as === "Active") return null;
  const surprise = guards.surprisesLast(view, newKey.id);
  if (surprise !== null) return surprise;
  return as === "missing"
    ? stuck("new-key-gone", `${newKey.id}, the new key, was deleted, and not by this rotation`)
    : stuck("new-key-inactive", `${newKey.id}, the new key, was made inactive, and not by this rotation`);
}

/** No consumer gets a key that AWS does not take yet where it is used. */
function newKeyIsProved({ rotation: { outline, provedIn } }: View): Step | null {
  const open = provingGrounds(outline).find((region) => !provedIn.includes(region));
  return open === undefined ? null : act({ kind: "prove", region: open }, { kind: "probing", region: open });
}

/** A target is written only while it holds one of the rotation's keys, or none. */
function targetIsKnown({ planned }: TargetProgress, seen: TargetSeen): Step | null {
  return seen.holds !== "foreign"
    ? null
    : record({
        kind: "target-failed",
        target: planned.name,
        foreign: true,
        final: true,
        detail: `holds ${seen.accessKeyId}, which is neither the old key nor the new one`,
      });
}

/**
 * A person who makes the old key inactive knows something that we do not. Nor is a key silent that nobody could use: when it is active again,
 * its silence begins anew.
 */
function oldKeyIsAsWeLeftIt(view: View, guards: Guards): Step | null {
  const { oldKey, confirmedAt, handedOverAt } = view.rotation;
  const as = view.seen.steady[oldKey.id]?.as;
  if (as === "Active" && oldKey.byOthers && oldKey.status === "Inactive")
    return guards.surprisesLast(view, oldKey.id) ?? record({ kind: "found", key: "old", status: "Active" });
  if (as !== "Inactive" || (oldKey.status === "Inactive" && !oldKey.byOthers) || oldKey.intent === "Inactive")
    return null;
  if (oldKey.status === "Active")
    return guards.surprisesLast(view, oldKey.id) ?? record({ kind: "found", key: "old", status: "Inactive" });
  return confirmedAt !== null && confirmedAt >= (handedOverAt ?? view.now)
    ? null
    : stuck(
        "old-key-inactive",
        `${oldKey.id}, the old key, was made inactive before its consumers were known to be done with it`,
      );
}

/** What can be read is read once more: somebody may have put the old key back. */
function targetsHoldTheNewKey({ rotation: { targets }, seen, now }: View): Step | null {
  for (const target of targets) {
    const { name, readBack } = target.planned;
    if (readBack === "none" || readBack === "metadata") continue;
    const pause = pauseForTarget(target, now);
    if (pause !== null) return pause;
    const held = seen.targets[name];
    if (held === undefined) return act({ kind: "read-target", target: name });
    if (held.holds !== "new" && held.holds !== "hidden") return record({ kind: "reverted", target: name });
    if (target.trouble !== null) return record({ kind: "held", target: name, proof: target.proof });
  }
  return null;
}

function quarantineIsOver({ rotation: { oldKey, outline }, now }: View): Step | null {
  const until = after(oldKey.since, outline.gate.quarantineMs);
  return now >= until ? null : wait(until, "the old key is inactive, and can still be made active again");
}

/** Whoever makes it active again needs it; when it is inactive once more, its quarantine begins anew. */
function oldKeyStayedInactive(view: View, guards: Guards): Step | null {
  const { oldKey } = view.rotation;
  const as = view.seen.steady[oldKey.id]?.as;
  if (as === "Inactive" && oldKey.status === "Active")
    return guards.surprisesLast(view, oldKey.id) ?? record({ kind: "found", key: "old", status: "Inactive" });
  if (as !== "Active") return null;
  if (oldKey.status === "Inactive")
    return guards.surprisesLast(view, oldKey.id) ?? record({ kind: "found", key: "old", status: "Active" });
  return stuck("old-key-active-again", `${oldKey.id}, the old key, was made active again, and not by this rotation`);
}

/** Giving up deletes the new key only if no target was ever given it, */
function newKeyIsNobodys({ rotation }: View): boolean {
  return !rotation.handedOut;
}

/**
 * and only if the world agrees: a journal may be an older copy of one that went on, and then others have the key by now. Null: nobody was seen to.
 * A target that cannot be read now is taken at the journal's word.
 */
function nobodyHasTheNewKey({ rotation, seen, now }: View): Step | null {
  for (const target of rotation.targets) {
    const { name, readBack } = target.planned;
    if (readBack === "none" || readBack === "metadata" || pauseForTarget(target, now) !== null) continue;
    const held = seen.targets[name];
    if (held === undefined) return act({ kind: "read-target", target: name });
    if (held.holds === "new") return record({ kind: "held", target: name, proof: held.proof });
  }
  if (seen.use === null) return act({ kind: "look-at-use" });
  const use = useWithoutUs(rotation, seen.use);
  return use === null ? null : record({ kind: "new-key-used", use });
}

function userOf(seen: Seen): UserSeen | null {
  return seen.user === "missing" ? null : seen.user;
}

import type { AwsTime } from "../model/aws-answer.ts";
import type { TargetProof } from "../model/rotation.ts";
import { isHalfWritten, isSettled, isWritten, type Rotation, type TargetProgress } from "./rotation.ts";
import type { Seen, TargetSeen } from "./seen.ts";
import { act, record, type Step, stuck, type View, wait } from "./step.ts";

/*
 * Targets get the key that they are to hold: one after the other, each read before and after it is written. One that fails holds nobody up:
 * both keys work, so the way out is forward.
 */

/** See guards.ts. */
export interface HandOverGuards {
  targetIsKnown(target: TargetProgress, seen: TargetSeen): Step | null;
}

/** A consumer of a half-written target has an id and a secret that do not belong together: nothing else comes before its other half. */
export function halvesComeFirst(rotation: Rotation, seen: Seen, guards: HandOverGuards): Step | null {
  const half = rotation.targets.find(isHalfWritten);
  if (half === undefined) return null;
  // After a restart nobody knows the time. It is tried at once; where that fails, the time is asked.
  if (seen.now === null && half.trouble !== null) return null;
  return handOverAll({ rotation, seen, now: seen.now ?? rotation.at }, [half], guards);
}

/** The next step towards targets that have what they want; null: all have. */
export function handOver(view: View, guards: HandOverGuards): Step | null {
  return handOverAll(
    view,
    view.rotation.targets.filter((target) => !isSettled(target)),
    guards,
  );
}

function handOverAll(view: View, open: readonly TargetProgress[], guards: HandOverGuards): Step | null {
  const ready = open.find((target) => pauseForTarget(target, view.now) === null);
  if (ready !== undefined) return handOverTo(ready, view, guards);
  const pauses = open.flatMap((target) => pauseForTarget(target, view.now) ?? []);
  const waits = pauses.filter((step) => step.kind === "wait");
  return waits.toSorted((one, other) => one.until - other.until)[0] ?? pauses[0] ?? null;
}

/** What the target's last failure asks for: some time, or a person. Null: nothing. */
export function pauseForTarget({ planned, trouble }: TargetProgress, now: AwsTime): Step | null {
  if (trouble === null || (!trouble.final && trouble.retryAt <= now)) return null;
  const why = `${planned.name}: ${trouble.detail}`;
  if (!trouble.final) return wait(trouble.retryAt, why);
  return stuck(trouble.foreign ? "target-holds-unknown-key" : "target-failing", why);
}

function handOverTo(target: TargetProgress, { seen }: View, guards: HandOverGuards): Step {
  const { planned, wants } = target;
  const { name } = planned;
  const held = seen.targets[name];
  if (held === undefined) return act({ kind: "read-target", target: name });
  const unknown = guards.targetIsKnown(target, held);
  if (unknown !== null) return unknown;

  if (target.state !== "verified" && target.state !== "accepted") {
    const proof = proofOf(target, held, seen);
    // After a failure or a restart both halves are written once more: somebody may have undone the first meanwhile.
    const done = seen.halves[name] === true || isWritten(target) ? (target.written ?? []) : [];
    if (proof !== null) return record({ kind: "held", target: name, proof });
    const part = planned.parts.find((each) => !done.includes(each));
    if (part !== undefined)
      return act(
        { kind: "write", target: name, part, key: wants },
        { kind: "write-intended", target: name, part, key: wants },
      );
    return record({
      kind: "target-failed",
      target: name,
      foreign: false,
      final: false,
      detail: "took the key, and does not hold it",
    });
  }
  return act({ kind: "run-after", target: name });
}

/** What says that the target has what it wants; null: nothing, or it was not written yet. */
function proofOf(target: TargetProgress, held: TargetSeen, { firstMarkers }: Seen): TargetProof | null {
  const { planned, wants } = target;
  if (held.holds === wants && held.proof === "value") return "value";
  if (!isWritten(target)) return null;
  if (held.holds === wants) return "metadata";
  if (held.holds !== "hidden") return null;
  const before = firstMarkers[planned.name] ?? null;
  return before !== null && held.marker !== before ? "metadata" : "none";
}

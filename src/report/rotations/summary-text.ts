import type { RotationReport, RotationState, TargetReport } from "../../model/rotation.ts";

/** What each state means to its reader. */
const STATES: Readonly<Record<RotationState, string>> = {
  idle: "nothing is under way",
  planned: "begun; no key is made yet",
  creating: "a new key is being made",
  created: "a new key is made and sealed",
  proving: "the new key is tried",
  writing: "the targets get the new key",
  soaking: "both keys are active until the old one is silent",
  deactivating: "the old key is being made inactive",
  quarantined: "the old key is inactive, and can still be brought back",
  deleting: "the old key is being deleted",
  done: "the old key is deleted",
  reactivated: "a person brought the old key back: both keys are active",
  stuck: "it needs a person",
  abandoned: "a person gave it up",
};

export function stateText(state: RotationState): string {
  return STATES[state];
}

/** Whether nothing goes on without a person. */
export function needsPerson({ state, id, reason }: RotationReport): boolean {
  return state === "stuck" || state === "reactivated" || (id === null && reason !== null);
}

/** `deploy-travis in 123456789012` */
export function userText({ userName, accountId }: RotationReport): string {
  return `${userName} in ${accountId}`;
}

/** `OLD → NEW`, as far as there are such keys. */
export function keysText({ oldKeyId, newKeyId }: RotationReport): string {
  if (oldKeyId === null) return "";
  return newKeyId === null ? oldKeyId : `${oldKeyId} → ${newKeyId}`;
}

const PROOFS: Readonly<Record<TargetReport["proof"], string>> = {
  value: "it was read back",
  digest: "its digest was read back",
  metadata: "only that it changed can be seen",
  usage: "the key is used",
  person: "a person said so",
  none: "what it holds cannot be read",
};

/** `verified: it was read back`, `writing, 2 attempts` */
export function targetText({ state, proof, attempts }: TargetReport): string {
  const tried = attempts > 1 ? `, ${attempts} attempts` : "";
  return `${state}${tried}${state === "verified" || state === "accepted" ? `: ${PROOFS[proof]}` : ""}`;
}

/** `3 rotations: 1 soaking, 1 done; 1 needs a person` */
export function countText(rotations: readonly RotationReport[]): string {
  if (rotations.length === 0) return "no rotations";
  const states = Map.groupBy(rotations, ({ state }) => state);
  const counts = [...states].map(([state, of]) => `${of.length} ${state}`).join(", ");
  const waiting = rotations.filter(needsPerson).length;
  const persons = waiting === 0 ? "" : `; ${waiting} ${waiting === 1 ? "needs" : "need"} a person`;
  return `${rotations.length} ${rotations.length === 1 ? "rotation" : "rotations"}: ${counts}${persons}`;
}

/** `2026-11-21 10:32 UTC`: a person plans by minutes. */
export function timeText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

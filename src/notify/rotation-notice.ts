import type { RotationReport } from "../model/rotation.ts";
import type { Notice, NoticeKind } from "./notice.ts";

/** What people are told of a rotation. @param at ISO 8601, UTC */
export function rotationNotice(on: Exclude<NoticeKind, "finding">, rotation: RotationReport, at: string): Notice {
  const { name, id, userName, accountId, oldKeyId, newKeyId, reason } = rotation;
  const keys = newKeyId === null ? (oldKeyId ?? "none") : `${oldKeyId} → ${newKeyId}`;
  const next = rotation.nextStepAt === null ? "" : ` Next step: ${rotation.nextStepAt}.`;
  return {
    on,
    id: `${id ?? name}-${on}-${rotation.history.length}`,
    at,
    title: `keysweep: the rotation ${name} ${HAPPENED[on]}`,
    text: `User ${userName} in account ${accountId}, keys ${keys}.${reason === null ? "" : ` ${reason}`}${next}`,
    subject: { rotation: { ...rotation, history: rotation.history.slice(-20) } },
  };
}

const HAPPENED: Readonly<Record<Exclude<NoticeKind, "finding">, string>> = {
  begun: "has begun",
  done: "is done: the old key is deleted",
  stuck: "needs a person",
  reactivated: "was turned back: the old key is active again",
  abandoned: "was given up",
};

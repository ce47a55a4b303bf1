import type { AccessKeyId } from "../model/access-key-id.ts";
import { after, awsTimeText } from "../model/aws-answer.ts";
import type { KeyCreation } from "../model/key-service.ts";
import { TRACE_MS } from "./pace.ts";
import { keySeen } from "./seen.ts";
import { act, record, type Step, stuck, type View, wait } from "./step.ts";

/** Whether CloudTrail says that this very attempt of ours made the key. */
export function isMadeBy(mark: string, { by, userAgent }: KeyCreation): boolean {
  return by.includes(mark) || userAgent.includes(mark);
}

/**
 * What became of a key that was asked for, when no answer came or we did not live to see it. A key is ours only if its secret is sealed here,
 * or if CloudTrail shows our mark on its making; any other may be a person's, and is left alone for ever. Null: nothing is open.
 */
export function creationIsUnderstood({ rotation, seen, now }: View): Step | null {
  const { creating, oldKey, outline } = rotation;
  if (creating === null) return null;
  if (seen.traces === null) return act({ kind: "look-for-traces", since: creating.at });
  const { sealed, creations } = seen.traces;
  const user = seen.user === "missing" ? null : seen.user;

  const kept = sealed.find((key) => key !== oldKey.id);
  if (kept !== undefined)
    return record({ kind: "created", key: kept, createdAt: keySeen(user, kept)?.createdAt ?? creating.at });
  const ours = creations?.find((creation) => isMadeBy(creating.mark, creation));
  if (ours !== undefined) return record({ kind: "secret-lost", key: ours.accessKeyId, evidence: testimony(ours) });

  const until = after(creating.at, TRACE_MS);
  if (now < until) return wait(until, "it is not known yet whether AWS made a new key: the answer was lost");
  const unknown = user?.keys.filter(({ accessKeyId }) => accessKeyId !== oldKey.id) ?? [];
  const strangers = unknown.filter(({ accessKeyId }) => !madeByOthers(accessKeyId, creations ?? []));
  if (strangers.length === 0)
    return record({ kind: "create-undone", evidence: `no key of the attempt is there at ${awsTimeText(now)}` });
  const who = strangers.map(({ accessKeyId, createdAt }) => `${accessKeyId} (made at ${awsTimeText(createdAt)})`);
  const doubt = `${who.join(", ")} of ${outline.userName} may be the key that was asked for at ${awsTimeText(creating.at)} with the mark ${creating.mark}, or somebody else's: ${creations === null ? "CloudTrail cannot be read" : "CloudTrail shows no making of it"}`;
  return rotation.goal === "abandon"
    ? record({ kind: "create-undone", evidence: `${doubt}; it is left alone` })
    : stuck("creation-unknown", doubt);
}

function madeByOthers(key: AccessKeyId, creations: readonly KeyCreation[]): boolean {
  return creations.some(({ accessKeyId }) => accessKeyId === key);
}

function testimony({ accessKeyId, at, by, userAgent }: KeyCreation): string {
  return `CloudTrail: CreateAccessKey of ${accessKeyId} at ${awsTimeText(at)} by ${by} (${userAgent})`;
}

import type { AccessKeyId, AccountId } from "../../../src/model/access-key-id.ts";
import { awsTime } from "../../../src/model/aws-answer.ts";
import type { RotationId } from "../../../src/model/rotation.ts";
import type { RotationEvent, RotationFact, RotationOutline } from "../../../src/model/rotation-event.ts";

const START = Date.parse("2026-11-21T10:00:00Z");

export const ACCOUNT = "123456789012" as AccountId;

export function rotationId(number: number): RotationId {
  return `r-${number}` as RotationId;
}

/** Keys are told by a number; it is no key, and looks like none. */
export function keyId(number: number): AccessKeyId {
  return `key-${number}` as AccessKeyId;
}

export function outline(fields: Partial<RotationOutline> = {}): RotationOutline {
  return {
    name: "deploy",
    accountId: ACCOUNT,
    userName: "deploy",
    userArn: `arn:aws:iam::${ACCOUNT}:user/deploy`,
    ledger: "ksl-test",
    actor: "administrator",
    oldKeyId: keyId(1),
    oldKeyCreatedAt: awsTime(START - 1000),
    regions: ["us-east-1"],
    gate: { usedEveryMs: 1000, soakMs: 1000, quarantineMs: 1000, presignedMs: 0, acceptUnprovenUse: false },
    targets: [],
    ...fields,
  };
}

/** @param seconds after the start. */
export function event(seconds: number, fact: RotationFact): RotationEvent {
  return { ...fact, at: awsTime(START + seconds * 1000) };
}

export function begun(seconds = 0, fields: Partial<RotationOutline> = {}): RotationEvent {
  return event(seconds, { kind: "begun", outline: outline(fields) });
}

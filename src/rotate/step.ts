import type { AwsTime } from "../model/aws-answer.ts";
import type { KeyStatus } from "../model/key-service.ts";
import type { RotationFact, StuckCode, TargetPart, WhichKey } from "../model/rotation-event.ts";
import type { Rotation } from "./rotation.ts";
import type { Seen } from "./seen.ts";

/** One thing to do in the world. What changes something is done once; the rest may be repeated. */
export type Effect =
  | { readonly kind: "look-at-user" }
  | { readonly kind: "look-at-use" }
  | { readonly kind: "look-for-traces"; readonly since: AwsTime }
  | { readonly kind: "check-seal" }
  | { readonly kind: "check-target"; readonly target: string }
  | { readonly kind: "read-target"; readonly target: string }
  | { readonly kind: "claim" }
  /** The secret is sealed before anything else happens. */
  | { readonly kind: "create"; readonly mark: string }
  | { readonly kind: "prove"; readonly region: string }
  | { readonly kind: "write"; readonly target: string; readonly part: TargetPart; readonly key: WhichKey }
  | { readonly kind: "run-after"; readonly target: string }
  | { readonly kind: "set-status"; readonly key: WhichKey; readonly status: KeyStatus }
  | { readonly kind: "delete"; readonly key: WhichKey }
  | { readonly kind: "destroy-secrets" };

/** What comes next. */
export type Step =
  /** The intent, where there is one, is on the disk before the effect. */
  | { readonly kind: "do"; readonly effect: Effect; readonly intent: RotationFact | null }
  | { readonly kind: "record"; readonly fact: RotationFact }
  | { readonly kind: "wait"; readonly until: AwsTime; readonly why: string }
  /** Nothing happens until a person says something. */
  | { readonly kind: "rest" };

/** All that a decision rests on. */
export interface View {
  readonly rotation: Rotation;
  readonly seen: Seen;
  readonly now: AwsTime;
}

export function act(effect: Effect, intent: RotationFact | null = null): Step {
  return { kind: "do", effect, intent };
}

export function record(fact: RotationFact): Step {
  return { kind: "record", fact };
}

export function stuck(code: StuckCode, detail: string): Step {
  return record({ kind: "stuck", code, detail });
}

export function wait(until: AwsTime, why: string): Step {
  return { kind: "wait", until, why };
}

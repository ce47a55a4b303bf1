import type { AccessKeyId } from "./access-key-id.ts";

/*
 * What will happen to a rotation, in sentences for the person who is asked before it does. They hold of the rotation as it was read.
 */

/** What a run does, one after the other. */
export interface StepAhead {
  readonly what: string;
  /** ISO 8601, UTC, by AWS's clock: a run before that time does not do it. Null: it may be done at once. */
  readonly notBefore: string | null;
}

/** What a person's command does. */
export interface CommandProspect {
  /** The key that something happens to; where nothing happens to one, the old one. */
  readonly key: AccessKeyId;
  readonly keys: readonly string[];
  readonly targets: readonly string[];
  /** How it goes on. */
  readonly outcome: string;
  /** What may come of it in the same run. */
  readonly ahead: readonly StepAhead[];
}

import type { AwsAnswer, AwsTime, Refusal } from "../model/aws-answer.ts";
import type { Failure, RotationFact } from "../model/rotation-event.ts";
import type { Sighting } from "./seen.ts";

/** What came of an effect. */
export interface Outcome {
  readonly facts: readonly RotationFact[];
  readonly sightings: readonly Sighting[];
  /** AWS's time of it; null: nobody told. */
  readonly at: AwsTime | null;
  /** Nothing was learned, and it is worth asking again soon: why. */
  readonly pause: string | null;
}

export function outcome(
  facts: readonly RotationFact[],
  sightings: readonly Sighting[],
  at: AwsTime | null = null,
): Outcome {
  return { facts, sightings, at, pause: null };
}

/** Nothing came of it, for now. */
function paused(why: string): Outcome {
  return { facts: [], sightings: [], at: null, pause: why };
}

/** The outcome of a call that changes something at AWS. */
export function changing(
  answer: AwsAnswer<void>,
  done: RotationFact,
  failed: (failure: Failure, refusal: Refusal | null) => RotationFact,
): Outcome {
  const sightings: Sighting[] = [{ kind: "user-changed" }];
  switch (answer.kind) {
    case "done":
      return outcome([done], sightings, answer.at);
    case "refused": {
      const { refusal } = answer;
      return outcome([failed({ detail: sentence(refusal), final: isFinal(refusal) }, refusal)], sightings, answer.at);
    }
    case "unknown":
      return outcome([failed({ detail: answer.detail, final: false }, null)], sightings);
  }
}

/** The outcome of a call that tells something. */
export function reading<Value>(answer: AwsAnswer<Value>, see: (value: Value, at: AwsTime) => Sighting): Outcome {
  return answer.kind === "done" ? outcome([], [see(answer.value, answer.at)], answer.at) : unread(answer);
}

/** The outcome of one that told nothing. */
export function unread(answer: Exclude<AwsAnswer<unknown>, { readonly kind: "done" }>): Outcome {
  if (answer.kind === "unknown") return paused(answer.detail);
  const { refusal, at } = answer;
  // What is no longer there was there a moment ago: the next look at the user says what is the matter.
  return refusal.code === "busy" || refusal.code === "expired" || refusal.code === "not-found"
    ? paused(refusal.detail)
    : outcome([{ kind: "stuck", code: "refused", detail: sentence(refusal) }], [], at);
}

/** Whether asking again is of no use. Two keys where one was listed is a list that is out of date. */
export function isFinal({ code }: Refusal): boolean {
  return code === "denied" || code === "other" || code === "not-accepted";
}

function sentence({ detail, permission }: Refusal): string {
  return permission === null || detail.includes(permission) ? detail : `${detail} (${permission})`;
}

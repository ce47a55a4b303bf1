/**
 * A moment by AWS's clock (the `Date` of an answer, or a time that AWS tells), in milliseconds since 1970. A type of its own, so that no
 * moment of this machine's clock is ever compared with one: that clock may be wrong, or jump.
 */
export type AwsTime = number & { readonly __brand: "AwsTime" };

export function awsTime(ms: number): AwsTime {
  return ms as AwsTime;
}

/** The moment so many milliseconds later. */
export function after(time: AwsTime, ms: number): AwsTime {
  return (time + ms) as AwsTime;
}

/** As reports show it: ISO 8601, UTC. */
export function awsTimeText(time: AwsTime): string {
  return new Date(time).toISOString();
}

/**
 * Why AWS certainly did not do what was asked:
 * - `busy`: it asks to slow down, or nothing was sent at all (no connection): the same may be asked again later;
 * - `denied`: a permission is missing;
 * - `limit`: the user has two keys;
 * - `not-found`: the user, or the key, is not there;
 * - `not-accepted`: AWS does not take the key that the call was signed with (unknown, not yet known, or inactive);
 * - `expired`: the operator's session has ended;
 * - `other`: anything else.
 */
export type RefusalCode = "busy" | "denied" | "limit" | "not-found" | "not-accepted" | "expired" | "other";

export interface Refusal {
  readonly code: RefusalCode;
  /** A sentence for people, with neither secrets nor tokens in it. */
  readonly detail: string;
  /** Exactly what is missing, e.g. `iam:CreateAccessKey`; null unless denied. */
  readonly permission: string | null;
}

/**
 * What became of a call. `refused`: it did nothing. `unknown`: no answer came, or one that says nothing (5xx): it may have been done. A
 * call that only reads tells `unknown` too when it got no answer. Expected outcomes are values; what is thrown is a defect.
 */
export type AwsAnswer<Value> =
  | { readonly kind: "done"; readonly value: Value; readonly at: AwsTime }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly at: AwsTime | null }
  | { readonly kind: "unknown"; readonly detail: string };

import { AwsFailure } from "../../model/aws-failure.ts";
import type { Retry } from "../../model/error.ts";
import { targetError } from "./failure.ts";

/** What an error of a service says about a place, where it is not one that all services have. */
export type KnownErrors = Readonly<
  Record<string, { readonly problem: string; readonly hint: string; readonly retry: Retry }>
>;

/**
 * A failure of AWS as an error of the place. Codes that name a conflict or a missing thing are the adapter's to explain in `known`.
 */
export function awsTargetError(place: string, failure: unknown, known: KnownErrors = {}): unknown {
  if (!(failure instanceof AwsFailure)) return failure;
  const named = known[failure.code];
  if (named !== undefined) return targetError(place, named.problem, { ...named, cause: failure });
  const { hint, retry } = ADVICE[failure.kind];
  return targetError(place, failure.message, { hint, retry, cause: failure });
}

const ADVICE: Readonly<Record<AwsFailure["kind"], { readonly hint: string; readonly retry: Retry }>> = {
  denied: {
    hint: "Allow it to the role or user that keysweep writes as; `keysweep targets` lists what is needed.",
    retry: "never",
  },
  expired: { hint: "Sign in again, e.g. with `aws sso login`; the rotation goes on by itself.", retry: "safe" },
  throttled: { hint: "It is tried again by itself.", retry: "safe" },
  unavailable: { hint: "It is tried again by itself.", retry: "outcome-unknown" },
  "not-found": { hint: "Check the name, the account and the region.", retry: "never" },
  refused: { hint: "Check the settings of this target.", retry: "never" },
};

/*
 * The times of a rotation, in milliseconds. What AWS only says in words ("may take some time") is taken with room to spare: being late costs
 * nothing while both keys work.
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** IAM keeps only the first use of a key in a quarter of an hour. */
export const USE_GRAIN_MS = 15 * MINUTE;

/**
 * How late IAM may tell of a use.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html "usually appears within four hours"
 */
export const USE_LAG_MS = 4 * HOUR;

/** How long IAM may list what was: no sight that surprises is believed until it has lasted as long. */
export const SETTLE_MS = 2 * MINUTE;

/**
 * After which time what a call made shows in CloudTrail ("on average within about 5 minutes", taken four times over) and in every list, and a
 * request that was under way has come to its end.
 */
export const TRACE_MS = 20 * MINUTE;

/** After so long of trying again a person is asked. */
export const PATIENCE_MS = 24 * HOUR;

/** The times to the next attempts; the last one stays. */
const BACKOFF_MS = [5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR] as const;

/** @param times how often it has failed: 1 or more. */
export function backoffMs(times: number): number {
  return BACKOFF_MS[Math.min(times, BACKOFF_MS.length) - 1] ?? HOUR;
}

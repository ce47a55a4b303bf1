import type { Waiting } from "../runtime/waiting.ts";
import { adviceFor, awsFailure } from "./failure.ts";
import type { Pace } from "./pace.ts";

/** How long one call may be asked to slow down: throttling of a minute or two passes. */
const PATIENCE_MS = 5 * 60_000;
/** Attempts at a call that AWS does not answer, or answers with an error of its own. */
const ATTEMPTS = 6;
const BASE_MS = 200;
const LONGEST_MS = 20_000;

/** A call that may be made again: one that reads, or does the same each time. */
export interface Repeatable<T> {
  /** As a permission is written: `iam:ListUsers`. */
  readonly name: string;
  readonly attempt: () => Promise<T>;
  /** Makes the next attempt use new credentials; absent where there are none to be had. */
  readonly renew?: () => void;
}

/**
 * Makes a call until it is answered, as long as there is a point in it.
 * @throws AwsFailure.
 */
export async function persist<T>(call: Repeatable<T>, pace: Pace, waiting: Waiting, signal: AbortSignal): Promise<T> {
  const startedAt = waiting.now();
  let renewed = false;
  let clockSet = false;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await pace.turn(() => {
        signal.throwIfAborted();
        return unlessAborted(call.attempt(), signal);
      });
      pace.wentWell();
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      const advice = adviceFor(error);
      if (advice === "slow-down") pace.slower();
      const again =
        (advice === "slow-down" && waiting.now() - startedAt < PATIENCE_MS) ||
        (advice === "again" && attempt < ATTEMPTS) ||
        // The SDK has set its clock by the answer.
        (advice === "clock" && !clockSet) ||
        (advice === "renew" && !renewed && call.renew !== undefined);
      if (!again) throw awsFailure(error, call.name);
      if (advice === "renew") {
        renewed = true;
        call.renew?.();
      } else if (advice === "clock") clockSet = true;
      else await waiting.sleep(backoff(attempt, waiting.random()), signal);
    }
  }
}

/** Longer each time, and never the same for two who were refused together. */
function backoff(attempt: number, random: number): number {
  return random * Math.min(LONGEST_MS, BASE_MS * 2 ** attempt);
}

/** What the promise gives, but no later than the signal is aborted: an answer may never come. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

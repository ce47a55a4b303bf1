import { KeysweepError, type KeysweepErrorOptions, type Retry } from "../../model/error.ts";

/** What went wrong with a place, in a sentence that names it and shows no value. */
export function targetError(
  place: string,
  problem: string,
  options: KeysweepErrorOptions & Required<Pick<KeysweepErrorOptions, "hint" | "retry">>,
): KeysweepError {
  return new KeysweepError("target", `${place}: ${problem}`, options);
}

/**
 * Does something with the place, so that whatever goes wrong names it.
 * @param lost what it means when no answer comes: `safe` where nothing was to be changed.
 */
export async function within<T>(place: string, action: () => Promise<T>, lost: Retry = "outcome-unknown"): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw about(place, error, lost);
  }
}

function about(place: string, error: unknown, lost: Retry): unknown {
  if (!(error instanceof KeysweepError) || error.code !== "target") return error;
  const { message, hint, cause } = error;
  const retry = error.retry === "outcome-unknown" ? lost : error.retry;
  const named = message.startsWith(`${place}: `) ? message : `${place}: ${message}`;
  return new KeysweepError("target", named, { ...(hint === null ? {} : { hint }), retry, cause });
}

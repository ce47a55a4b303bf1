import type { Retry } from "../../model/error.ts";

/** What a server's answer means to a rotation. */
export interface AnswerMeaning {
  readonly problem: string;
  readonly hint: string;
  readonly retry: Retry;
}

/** By HTTP status, as far as a server means something of its own by it. */
export type AnswerMeanings = Readonly<Record<number, AnswerMeaning>>;

export const AGAIN = "It is tried again by itself.";

/**
 * What a status means that is no success.
 * @param server how a sentence names who answered
 * @param lost what it means when the server was out of order: it may have done what was asked all the same
 */
export function answerMeaning(status: number, server: string, meanings: AnswerMeanings, lost: Retry): AnswerMeaning {
  const problem = `${server} answered with status ${status}`;
  const other: AnswerMeaning =
    status >= 500
      ? { problem, hint: AGAIN, retry: lost }
      : { problem, hint: "Check the settings of this target.", retry: "never" };
  return meanings[status] ?? other;
}

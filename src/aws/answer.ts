import { type AwsAnswer, type AwsTime, awsTime, type Refusal, type RefusalCode } from "../model/aws-answer.ts";
import { AwsFailure } from "../model/aws-failure.ts";
import type { Clock } from "../runtime/clock.ts";
import { adviceFor, awsFailure } from "./failure.ts";
import { apart } from "./session.ts";

/** AWS's clock, as its answers tell it. */
export class AwsClock {
  readonly #own: Clock;
  readonly #onAhead: (aheadMs: number) => void;
  #last: AwsTime | null = null;
  #aheadMs = 0;

  /**
   * @param own this machine's.
   * @param onAhead told by each answer how far AWS's is ahead of it, in milliseconds.
   */
  constructor(own: Clock, onAhead: (aheadMs: number) => void = () => {}) {
    this.#own = own;
    this.#onAhead = onAhead;
  }

  /** How far AWS's clock is ahead of this machine's, as of the last answer: what is signed has to bear AWS's time. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** When AWS answered last; null before its first answer. */
  get last(): AwsTime | null {
    return this.#last;
  }

  /** Takes the time of an answer, as it came over the wire. An answer that took long never sets the clock back. */
  note(response: unknown): void {
    const { headers } = response as { readonly headers?: Readonly<Record<string, string>> };
    const at = Date.parse(headers?.date ?? "");
    if (Number.isNaN(at)) return;
    this.#last = awsTime(Math.max(at, this.#last ?? at));
    this.#aheadMs = apart(at - this.#own.now());
    this.#onAhead(this.#aheadMs);
  }
}

/** Where in a client's work an answer is seen before anything is made of it: those that refuse pass here too. */
export const BEFORE_READING = { step: "deserialize", priority: "low", name: "keysweepAwsClock" } as const;

/** Codes of connections that were never made: nothing was sent. */
const NOT_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|ERR_TLS|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/;

/**
 * What became of a call that was made once, and could have changed something.
 * @param name as a permission is written: `iam:CreateAccessKey`.
 */
export function answerOf(
  error: unknown,
  name: string,
  at: AwsTime | null,
): Exclude<AwsAnswer<never>, { kind: "done" }> {
  const failure = awsFailure(error, name);
  const status = statusOf(error);
  if (status === null ? isUnsent(error) : status >= 400 && status < 500) {
    return { kind: "refused", refusal: refusalOf(failure), at: status === null ? null : at };
  }
  return { kind: "unknown", detail: failure.message };
}

/** What became of a call that only reads, after all its attempts; or of credentials that could not be had, so that nothing was sent. */
export function readingAnswerOf(
  error: unknown,
  name: string,
  at: AwsTime | null,
): Exclude<AwsAnswer<never>, { kind: "done" }> {
  const failure = awsFailure(error, name);
  if (failure.kind === "unavailable") return { kind: "unknown", detail: failure.message };
  return { kind: "refused", refusal: refusalOf(failure), at };
}

/** For what cannot have changed anything, since no credentials were there to ask with. */
export function unsent(error: unknown, name: string): Exclude<AwsAnswer<never>, { kind: "done" }> {
  const refusal = refusalOf(awsFailure(error, name));
  return { kind: "refused", refusal: refusal.code === "other" ? { ...refusal, code: "busy" } : refusal, at: null };
}

const NOT_ACCEPTED = new Set([
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "SignatureDoesNotMatch",
  "InvalidSignatureException",
  "InvalidAccessKeyId",
  "IncompleteSignature",
]);
const LIMIT = new Set(["LimitExceeded", "LimitExceededException"]);
/** Somebody else is changing the same just now. */
const BUSY = new Set(["EntityTemporarilyUnmodifiable", "ConcurrentModification", "ConcurrentModificationException"]);

function refusalOf(failure: AwsFailure): Refusal {
  return { code: codeOf(failure), detail: failure.message, permission: failure.permission };
}

function codeOf({ kind, code }: AwsFailure): RefusalCode {
  if (NOT_ACCEPTED.has(code)) return "not-accepted";
  if (LIMIT.has(code)) return "limit";
  if (BUSY.has(code)) return "busy";
  switch (kind) {
    case "throttled":
    case "unavailable":
      return "busy";
    case "denied":
      return "denied";
    case "expired":
      return "expired";
    case "not-found":
      return "not-found";
    case "refused":
      return "other";
  }
}

/** The status of the answer; null: none came. */
function statusOf(error: unknown): number | null {
  if (error instanceof AwsFailure) return statusOf(error.cause);
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? null;
}

function isUnsent(error: unknown): boolean {
  if (error instanceof AwsFailure) return isUnsent(error.cause);
  if (!(error instanceof Error)) return false;
  const { code = "", message } = error as NodeJS.ErrnoException;
  return NOT_SENT.test(code) || message.includes("did not establish a connection");
}

/** Whether it is of use to ask once more with new credentials. */
export function hasExpired(error: unknown): boolean {
  return adviceFor(error instanceof AwsFailure ? error.cause : error) === "renew";
}

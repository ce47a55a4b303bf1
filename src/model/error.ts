/**
 * What can go wrong, as a closed list. `usage` and `configuration` mean that nothing was done (exit 2);
 * the rest mean that an operation failed (exit 4); `credentials` that AWS was not asked at all, since there are none that it takes.
 */
export type ErrorCode =
  | "usage"
  | "configuration"
  | "output"
  | "ledger"
  | "git"
  | "aws"
  | "credentials"
  | "target"
  | "interrupted"
  | "internal";

/** Whether doing the same again is safe. */
export type Retry = "safe" | "never" | "outcome-unknown";

export interface KeysweepErrorOptions {
  /** What the reader can do about it, as a sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
  readonly retry?: Retry;
}

/** The one class of errors that keysweep throws on purpose. Its message names the place; its hint says what to do. */
export class KeysweepError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly retry: Retry;

  constructor(code: ErrorCode, message: string, options: KeysweepErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "KeysweepError";
    this.code = code;
    this.hint = options.hint ?? null;
    this.retry = options.retry ?? "safe";
  }
}

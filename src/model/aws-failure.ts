/**
 * Why AWS did not answer: `denied` (a permission is missing), `expired` (the session has ended and cannot be renewed), `throttled` and
 * `unavailable` (for longer than anyone waits), `not-found` (it is not there, or no longer), `refused` (anything else).
 */
export type AwsFailureKind = "denied" | "expired" | "throttled" | "unavailable" | "not-found" | "refused";

export interface AwsFailureFacts {
  readonly kind: AwsFailureKind;
  /** The code that AWS gave, or that of the connection's error. */
  readonly code: string;
  /** Exactly what is missing, e.g. `iam:ListSSHPublicKeys`; null unless denied. */
  readonly permission: string | null;
}

/** AWS did not do what was asked. The message is a sentence for people, with neither secrets nor tokens in it. */
export class AwsFailure extends Error {
  readonly kind: AwsFailureKind;
  readonly code: string;
  readonly permission: string | null;

  constructor(message: string, { kind, code, permission }: AwsFailureFacts, cause?: unknown) {
    super(message, { cause });
    this.name = "AwsFailure";
    this.kind = kind;
    this.code = code;
    this.permission = permission;
  }
}

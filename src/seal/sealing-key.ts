import type { Identity, Recipient } from "age-encryption";

/** What secrets are sealed for and opened by: a key of age's own, or one that somebody else keeps. */
export interface SealingKey {
  /** A string that begins with `age1`, or what wraps a file's key by itself. */
  readonly recipient: string | Recipient;
  readonly identity: string | Identity;
}

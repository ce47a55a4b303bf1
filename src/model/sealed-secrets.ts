import type { AccessKeyId } from "./access-key-id.ts";
import type { RotationId } from "./rotation.ts";
import type { Secret } from "./secret.ts";

/** Secrets of a rotation's keys, encrypted, in a place that outlives the process. All throw a KeysweepError `ledger` when they cannot. */
export interface SealedSecrets {
  /** Seals, stores and reads back something that is no secret, so that it is known to work before a key is made. */
  check(): Promise<void>;
  /** On the disk when it resolves. The same key once more is the same secret: nothing changes. */
  put(rotation: RotationId, key: AccessKeyId, secret: Secret): Promise<void>;
  /** Null: none is kept. */
  get(rotation: RotationId, key: AccessKeyId): Promise<Secret | null>;
  /** The keys whose secrets are kept. */
  keys(rotation: RotationId): Promise<readonly AccessKeyId[]>;
  /** Destroys all of the rotation's, so that no page, journal or backup holds them. Nothing to destroy is fine. */
  destroy(rotation: RotationId): Promise<void>;
}

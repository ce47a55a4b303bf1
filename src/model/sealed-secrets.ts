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

/** Where sealed secrets lie. All throw a KeysweepError `ledger` when they cannot. */
export interface SealedBytes {
  /** On the disk when it returns. What is there already stays. */
  put(rotation: RotationId, key: AccessKeyId, sealed: Uint8Array): void;
  get(rotation: RotationId, key: AccessKeyId): Uint8Array | null;
  keys(rotation: RotationId): readonly AccessKeyId[];
  /** So that no page and no journal holds them; also when an earlier attempt was cut short. */
  destroy(rotation: RotationId): void;
  /** Makes room for as many bytes, and for what is journalled round them, so that a disk that fills up afterwards does no harm. */
  check(length: number): void;
}

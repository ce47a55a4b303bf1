import { type Identity, type Recipient, Stanza } from "age-encryption";
import type { SealingKey } from "./sealing-key.ts";

/** A key of AWS KMS, as far as it is wanted here. */
export interface KeyManagement {
  /** The ARN or alias, as it was configured. */
  readonly keyId: string;
  /** @throws KeysweepError or AwsFailure. */
  encrypt(plain: Uint8Array, context: Readonly<Record<string, string>>): Promise<Uint8Array>;
  /** @throws KeysweepError or AwsFailure. */
  decrypt(encrypted: Uint8Array, context: Readonly<Record<string, string>>): Promise<Uint8Array>;
}

/** The type of the stanza in the header of age's file. */
const STANZA = "keysweep/kms";
/** What KMS binds the wrapped key to and shows in CloudTrail; decrypting needs the same. */
const CONTEXT = { application: "keysweep", purpose: "rotation" };

/** Seals for a key that never leaves KMS: age's own key of each file, sixteen bytes, is wrapped by it. */
export function kmsKey(kms: KeyManagement): SealingKey {
  const recipient: Recipient = {
    wrapFileKey: async (fileKey) => [new Stanza([STANZA], await kms.encrypt(fileKey, CONTEXT))],
  };
  const identity: Identity = {
    async unwrapFileKey(stanzas) {
      const own = stanzas.find(({ args }) => args[0] === STANZA);
      return own === undefined ? null : kms.decrypt(own.body, CONTEXT);
    },
  };
  return { recipient, identity };
}

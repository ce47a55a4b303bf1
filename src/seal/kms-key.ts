import { type Identity, type Recipient, Stanza } from "age-encryption";
import { AwsFailure } from "../model/aws-failure.ts";
import { KeysweepError } from "../model/error.ts";
import type { SealingKey } from "./sealing-key.ts";

/** A key of AWS KMS, as far as it is wanted here. */
export interface KeyManagement {
  /** The ARN or alias, as it was configured. */
  readonly keyId: string;
  /** @throws AwsFailure. */
  encrypt(plain: Uint8Array, context: Readonly<Record<string, string>>): Promise<Uint8Array>;
  /** @throws AwsFailure. */
  decrypt(encrypted: Uint8Array, context: Readonly<Record<string, string>>): Promise<Uint8Array>;
}

/** The type of the stanza in the header of age's file. */
const STANZA = "keysweep/kms";
/** What KMS binds the wrapped key to and shows in CloudTrail; decrypting needs the same. */
const CONTEXT = { application: "keysweep", purpose: "rotation" };

/**
 * Seals for a key that never leaves KMS: age's own key of each file, sixteen bytes, is wrapped by it. Where KMS refuses, sealing and opening
 * reject with a KeysweepError `ledger`.
 */
export function kmsKey(kms: KeyManagement): SealingKey {
  const recipient: Recipient = {
    wrapFileKey: async (fileKey) => [new Stanza([STANZA], await asked(kms, () => kms.encrypt(fileKey, CONTEXT)))],
  };
  const identity: Identity = {
    async unwrapFileKey(stanzas) {
      const own = stanzas.find(({ args }) => args[0] === STANZA);
      return own === undefined ? null : asked(kms, () => kms.decrypt(own.body, CONTEXT));
    },
  };
  return { recipient, identity };
}

async function asked<T>({ keyId }: KeyManagement, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    throw new KeysweepError("ledger", `the key ${keyId} of KMS cannot be used: ${error.message}`, {
      hint:
        error.permission === null
          ? "See whether it is there and enabled, in the region that seal names."
          : `Allow ${error.permission} on it.`,
      cause: error,
    });
  }
}

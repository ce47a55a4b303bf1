import type { AccessKeyId } from "../model/access-key-id.ts";
import { KeysweepError } from "../model/error.ts";
import type { RotationId } from "../model/rotation.ts";
import type { SealedBytes, SealedSecrets } from "../model/sealed-secrets.ts";
import { Secret } from "../model/secret.ts";
import type { Seal } from "./seal.ts";

/** What is sealed to see whether sealing works; it is no secret. */
const TRIAL = { rotation: "trial" as RotationId, accessKeyId: "trial" as AccessKeyId };

/** Seals and opens something. @returns how long it is when it is sealed, in bytes. @throws KeysweepError `ledger`. */
export async function trySeal(seal: Seal): Promise<number> {
  const sealed = await seal.seal(new Secret("trial"), TRIAL);
  await seal.open(sealed, TRIAL);
  return sealed.length;
}

/** Secrets of rotations, sealed and kept. */
export function sealedSecrets(seal: Seal, bytes: SealedBytes): SealedSecrets {
  return {
    async check() {
      bytes.check(await trySeal(seal));
    },
    async put(rotation, accessKeyId, secret) {
      bytes.put(rotation, accessKeyId, await seal.seal(secret, { rotation, accessKeyId }));
    },
    async get(rotation, accessKeyId) {
      const sealed = bytes.get(rotation, accessKeyId);
      return sealed === null ? null : seal.open(sealed, { rotation, accessKeyId });
    },
    keys: async (rotation) => bytes.keys(rotation),
    destroy: async (rotation) => bytes.destroy(rotation),
  };
}

/** Secrets that were sealed for an identity that is gone: they can be destroyed, and nothing else. */
export function lostSecrets(bytes: SealedBytes, lost: KeysweepError): SealedSecrets {
  return {
    check: () => Promise.reject(lost),
    put: () => Promise.reject(lost),
    get: async (rotation, accessKeyId) => {
      if (bytes.get(rotation, accessKeyId) === null) return null;
      throw lost;
    },
    keys: async (rotation) => bytes.keys(rotation),
    destroy: async (rotation) => bytes.destroy(rotation),
  };
}

/** Takes a secret that cannot be opened for one that is not known: for whoever ends a rotation, which must not hang on it. */
export function whereTheyOpen(secrets: SealedSecrets): SealedSecrets {
  return {
    ...secrets,
    async get(rotation, accessKeyId) {
      try {
        return await secrets.get(rotation, accessKeyId);
      } catch (error) {
        if (error instanceof KeysweepError && error.code === "ledger") return null;
        throw error;
      }
    },
  };
}

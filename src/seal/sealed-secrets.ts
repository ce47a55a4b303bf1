import type { AccessKeyId } from "../model/access-key-id.ts";
import type { RotationId } from "../model/rotation.ts";
import type { SealedBytes, SealedSecrets } from "../model/sealed-secrets.ts";
import { Secret } from "../model/secret.ts";
import type { Seal } from "./seal.ts";

/** What is sealed to see whether sealing works; it is no secret. */
const TRIAL = { rotation: "trial" as RotationId, accessKeyId: "trial" as AccessKeyId };

/** Secrets of rotations, sealed and kept. */
export function sealedSecrets(seal: Seal, bytes: SealedBytes): SealedSecrets {
  return {
    async check() {
      const sealed = await seal.seal(new Secret("trial"), TRIAL);
      bytes.check(sealed.length);
      await seal.open(sealed, TRIAL);
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

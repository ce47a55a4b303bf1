import { KeysweepError } from "../model/error.ts";
import type { AccessKeyPair } from "../model/key-service.ts";
import type { WhichKey } from "../model/rotation-event.ts";
import type { SealedSecrets } from "../model/sealed-secrets.ts";
import type { Rotation } from "./rotation.ts";

/** A key of the rotation with its secret; null: there is none, or its secret is not sealed. @throws KeysweepError `ledger`. */
export async function sealedPair(
  secrets: SealedSecrets,
  rotation: Rotation,
  which: WhichKey,
): Promise<AccessKeyPair | null> {
  const key = which === "old" ? rotation.oldKey : rotation.newKey;
  if (key === null || (which === "old" && !rotation.oldSecretSealed)) return null;
  const secret = await secrets.get(rotation.id, key.id);
  return secret === null ? null : { accessKeyId: key.id, secret };
}

/** The same, where nothing can be done without. @throws KeysweepError `ledger`. */
export async function knownPair(secrets: SealedSecrets, rotation: Rotation, which: WhichKey): Promise<AccessKeyPair> {
  const pair = await sealedPair(secrets, rotation, which);
  if (pair !== null) return pair;
  const { name } = rotation.outline;
  throw new KeysweepError("ledger", `The sealed secret of the ${which} key of ${name} is not there`, {
    hint: `Restore the ledger, or give the rotation up: keysweep rotate abandon ${name}`,
    retry: "never",
  });
}

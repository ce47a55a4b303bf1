import { dirname, join } from "node:path";
import { Kms } from "../../aws/kms.ts";
import type { RotationAccess } from "../../aws/rotation-access.ts";
import type { SealSetting } from "../../config/rotation-schema.ts";
import type { Clock } from "../../runtime/clock.ts";
import { systemKeychain } from "../../runtime/keychain.ts";
import { pathFrom } from "../../runtime/secret-reference.ts";
import type { System } from "../../runtime/system.ts";
import { uniqueId } from "../../runtime/unique-id.ts";
import { type IdentityStore, sealingKeyIn } from "../../seal/identity.ts";
import { identityFile } from "../../seal/identity-file.ts";
import { identityInKeychain } from "../../seal/identity-keychain.ts";
import { kmsKey } from "../../seal/kms-key.ts";
import type { SealingKey } from "../../seal/sealing-key.ts";

type KmsSetting = Extract<SealSetting, { readonly kms: string }>;

/** Beside the ledger. */
const FILE = "identity";

/**
 * What secrets are sealed for, as the operator has said; by default an identity in a file, which is made when it is wanted first.
 * @param folder where the configuration lies.
 * @param isWanted whether something is sealed for it.
 * @returns where it is, and null as the key when it is wanted and gone.
 * @throws KeysweepError `ledger` or `configuration`.
 */
export async function sealingKey(
  setting: SealSetting | null,
  world: { readonly system: System; readonly clock: Clock },
  places: { readonly folder: string; readonly ledger: string },
  access: RotationAccess,
  isWanted: () => boolean,
): Promise<{ readonly place: string; readonly key: SealingKey | null }> {
  if (setting !== null && "kms" in setting) return { place: setting.kms, key: await keyInKms(setting, access) };
  const store = await identityStore(setting, world, places);
  const { place } = store;
  // Another one in its place would open nothing, and hide that it is gone.
  const isLost = isWanted() && (await store.read()) === null;
  return { place, key: isLost ? null : await sealingKeyIn(store) };
}

/** @throws KeysweepError `aws`, `configuration`. */
export async function keyInKms({ kms, region }: KmsSetting, access: RotationAccess): Promise<SealingKey> {
  const session = await access.session({ account: null, role: null, region: region ?? null });
  return kmsKey(new Kms(session, kms));
}

/** Where the identity is kept that secrets are sealed for. @throws KeysweepError `ledger` where there is no keychain. */
export async function identityStore(
  setting: Exclude<SealSetting, KmsSetting> | null,
  { system, clock }: { readonly system: System; readonly clock: Clock },
  { folder, ledger }: { readonly folder: string; readonly ledger: string },
): Promise<IdentityStore> {
  if (setting !== null && "keychain" in setting) return identityInKeychain(setting.keychain, await systemKeychain());
  const path = setting === null ? join(dirname(ledger), FILE) : pathFrom(setting.file, system.home, folder);
  return identityFile(path, process.getuid?.() ?? null, () => uniqueId(clock));
}

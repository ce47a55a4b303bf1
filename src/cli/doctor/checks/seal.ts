import { existsSync } from "node:fs";
import type { RotationConfiguration } from "../../../config/rotations.ts";
import { KeysweepError } from "../../../model/error.ts";
import { reasonNotWritable } from "../../../runtime/atomic-file.ts";
import { ledgerLocation } from "../../ledger-location.ts";
import { identityLost } from "../../rotate/sealed-rotations.ts";
import { type DoctorCheck, type Finding, type Patient, said } from "../check.ts";

/** Whether the secrets of new keys can be sealed and opened again, by what the operator keeps for it. */
export const sealCheck: DoctorCheck = {
  name: "seal",
  async examine(patient) {
    const { rotations } = patient;
    try {
      const ledger = ledgerLocation(patient.context, patient.flags.ledger)?.path ?? null;
      const sealed = ledger === null ? [] : await sealedFor(ledger);
      if (rotations === null || (!isWanted(rotations) && sealed.length === 0)) return [];
      if (ledger === null) return [said("unused", "--ledger none: rotations are refused")];
      return [await examined(patient, rotations, ledger, sealed)].flat();
    } catch (error) {
      if (!(error instanceof KeysweepError)) throw error;
      return [said("problem", error.message, error.hint)];
    }
  },
};

function isWanted({ rotations, templates, seal }: RotationConfiguration): boolean {
  return rotations.length > 0 || templates.length > 0 || seal !== null;
}

/** The rotations whose secrets are sealed in the ledger. */
async function sealedFor(ledger: string): Promise<string[]> {
  if (!existsSync(ledger)) return [];
  const { sealedIn } = await import("../../../ledger/sqlite/inspect-ledger.ts");
  try {
    return sealedIn(ledger, process.getuid?.() ?? null);
  } catch (error) {
    // What is wrong with the ledger is told by a check of its own.
    if (error instanceof KeysweepError) return [];
    throw error;
  }
}

/** @throws KeysweepError that says why it cannot be used. */
async function examined(
  { context, aws, rotationAccess }: Patient,
  rotations: RotationConfiguration,
  ledger: string,
  sealed: readonly string[],
): Promise<Finding | []> {
  const { seal, folder } = rotations;
  // They bring much with them.
  const [{ identityStore, keyInKms }, { keyOf }, { Seal }, { trySeal }] = await Promise.all([
    import("../../rotate/sealing-key.ts"),
    import("../../../seal/identity.ts"),
    import("../../../seal/seal.ts"),
    import("../../../seal/sealed-secrets.ts"),
  ]);
  if (seal !== null && "kms" in seal) {
    // That credentials do not work is told once.
    if (!("identity" in (await aws()))) return [];
    await trySeal(new Seal(await keyInKms(seal, await rotationAccess(rotations))));
    return said("ok", `the key ${seal.kms} of KMS seals, and opens what it sealed`);
  }
  const store = await identityStore(seal, context, { folder, ledger });
  const identity = await store.read();
  if (identity !== null) {
    await trySeal(new Seal(await keyOf(store, identity)));
    return said("ok", `${store.place} seals, and opens what it sealed`);
  }
  if (sealed.length > 0) throw identityLost(store.place, sealed);
  const reason = seal !== null && "file" in seal ? reasonNotWritable(store.place) : null;
  if (reason !== null) return said("problem", `there is no identity yet, and none can be made: ${reason}`);
  return said("unused", `there is no identity yet; the first rotation makes one: ${store.place}`);
}

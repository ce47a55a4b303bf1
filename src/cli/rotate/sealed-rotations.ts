import type { Ledger } from "../../ledger/ledger.ts";
import { KeysweepError } from "../../model/error.ts";

/** The names of the rotations whose secrets are sealed in the ledger. */
export function sealedRotations({ rotations, sealed }: Pick<Ledger, "rotations" | "sealed">): string[] {
  return [...rotations.all()].flatMap(({ id, events: [begun] }) =>
    begun?.kind === "begun" && sealed.keys(id).length > 0 ? [begun.outline.name] : [],
  );
}

/** @param place where the identity was, for people. */
export function identityLost(place: string, rotations: readonly string[]): KeysweepError {
  const names = rotations.join(", ");
  return new KeysweepError("ledger", `the identity is gone (${place}), and with it the sealed secrets of ${names}`, {
    hint: `Put it back from a copy, or name where it is now (seal). If it is lost for good: keysweep rotate abandon ${rotations.join(" ")}; new keys that targets were given stay active, and a new identity is made with the next rotation.`,
    retry: "never",
  });
}

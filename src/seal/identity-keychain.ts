import { KeysweepError } from "../model/error.ts";
import type { Keychain } from "../runtime/keychain.ts";
import type { IdentityStore } from "./identity.ts";

/** An identity in the system's keychain. */
export function identityInKeychain(name: string, keychain: Keychain): IdentityStore {
  return {
    place: `the keychain's entry ${name}`,
    read: () => keychain.read(name),
    async create(identity) {
      await keychain.write(name, identity);
      const kept = await keychain.read(name);
      if (kept === null) {
        throw new KeysweepError("ledger", `the keychain did not keep the entry ${name}`, {
          hint: "Name a file for the identity instead.",
        });
      }
      return kept;
    },
  };
}

import { KeysweepError } from "../model/error.ts";
import { Secret } from "../model/secret.ts";

/** The system's own store of secrets: the keychain of macOS, Windows' credentials, the Secret Service of a Linux desktop. */
export interface Keychain {
  /** Null: there is none of that name. @throws KeysweepError `configuration`. */
  read(name: string): Promise<Secret | null>;
  /** @throws KeysweepError `configuration`. */
  write(name: string, secret: Secret): Promise<void>;
}

/** What all entries belong to; the name is that of one of them. */
const SERVICE = "keysweep";

/** Loads the native module that speaks to the keychain; nothing is asked yet. */
export async function systemKeychain(): Promise<Keychain> {
  // Where Linux has no Secret Service the module would take the kernel's key ring, which forgets with the next start of the machine.
  const options = { linux: { store: "secret-service" } } as const;
  const AsyncEntry = await loaded();
  const entry = (name: string) => new AsyncEntry(SERVICE, name, options);
  return {
    async read(name) {
      const value = await asked(() => entry(name).getPassword());
      return value === null ? null : new Secret(value);
    },
    write: (name, secret) => asked(() => entry(name).setPassword(secret.reveal())),
  };
}

async function loaded() {
  try {
    return (await import("@napi-rs/keyring")).AsyncEntry;
  } catch (cause) {
    throw unusable("there is no module for this system", cause);
  }
}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    // What the system says names no value, but it is the system's to say.
    throw unusable(
      /DBus|D-Bus|zbus/i.test(String(cause)) ? "no Secret Service answers" : "it is locked or refuses",
      cause,
    );
  }
}

function unusable(problem: string, cause: unknown): KeysweepError {
  return new KeysweepError("configuration", `the system's keychain cannot be used: ${problem}`, {
    hint: "Unlock it, or run in a session that has one; where there is none, name a file instead of the keychain.",
    cause,
  });
}

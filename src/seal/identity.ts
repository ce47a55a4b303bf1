import { generateIdentity, identityToRecipient } from "age-encryption";
import { KeysweepError } from "../model/error.ts";
import { Secret } from "../model/secret.ts";
import type { SealingKey } from "./sealing-key.ts";

/** Where an age identity is kept. */
export interface IdentityStore {
  /** For messages. */
  readonly place: string;
  /** Null: there is none yet. */
  read(): Promise<Secret | null>;
  /** Keeps it durably, unless there is one by now; gives the one that is there then. */
  create(identity: Secret): Promise<Secret>;
}

/**
 * The key that lies in the store; it is made when it is wanted first.
 * @throws KeysweepError `ledger` when what lies there is no identity.
 */
export async function sealingKeyIn(store: IdentityStore): Promise<SealingKey> {
  return keyOf(store, (await store.read()) ?? (await store.create(new Secret(await generateIdentity()))));
}

/** The key that the store's content is. @throws KeysweepError `ledger` when it is none. */
export async function keyOf({ place }: Pick<IdentityStore, "place">, identity: Secret): Promise<SealingKey> {
  const line = identityLine(identity.reveal());
  try {
    if (line === null) throw new Error("there is no line that begins with AGE-SECRET-KEY-");
    return { identity: line, recipient: await identityToRecipient(line) };
  } catch {
    // Its own error may quote what it was given.
    throw new KeysweepError("ledger", `${place} holds no age identity`, {
      hint: "Put back the one that was there; without it no secret that was sealed for it can be opened.",
    });
  }
}

/** As `age-keygen` writes it: comments, and one line with the key. */
function identityLine(text: string): string | null {
  return /^AGE-SECRET-KEY-[A-Z0-9-]+$/m.exec(text.replaceAll("\r", ""))?.[0] ?? null;
}

import { Decrypter, Encrypter } from "age-encryption";
import type { AccessKeyId } from "../model/access-key-id.ts";
import { KeysweepError } from "../model/error.ts";
import type { RotationId } from "../model/rotation.ts";
import { Secret } from "../model/secret.ts";
import type { SealingKey } from "./sealing-key.ts";

/** What a sealed secret belongs to: it is opened for that and nothing else. */
export interface SealedFor {
  readonly rotation: RotationId;
  readonly accessKeyId: AccessKeyId;
}

/** Seals secrets as files of age (https://age-encryption.org/v1), so that `age --decrypt` opens them where keysweep cannot. */
export class Seal {
  readonly #key: SealingKey;

  constructor(key: SealingKey) {
    this.#key = key;
  }

  /** @throws KeysweepError `ledger`. */
  async seal(secret: Secret, { rotation, accessKeyId }: SealedFor): Promise<Uint8Array> {
    const encrypter = new Encrypter();
    encrypter.addRecipient(this.#key.recipient);
    return encrypter.encrypt(JSON.stringify({ rotation, accessKeyId, secretAccessKey: secret.reveal() }));
  }

  /** @throws KeysweepError `ledger` when it cannot be opened, or belongs to something else. */
  async open(sealed: Uint8Array, { rotation, accessKeyId }: SealedFor): Promise<Secret> {
    const content = contentOf(await this.#decrypted(sealed));
    if (content?.rotation !== rotation || content.accessKeyId !== accessKeyId)
      throw cannotBeOpened("it was sealed for another key");
    return new Secret(content.secretAccessKey);
  }

  async #decrypted(sealed: Uint8Array): Promise<string> {
    const decrypter = new Decrypter();
    decrypter.addIdentity(this.#key.identity);
    try {
      return await decrypter.decrypt(sealed, "text");
    } catch (error) {
      // What keeps the key may have said why.
      if (error instanceof KeysweepError) throw error;
      throw cannotBeOpened("it was sealed with another identity, or is damaged", error);
    }
  }
}

interface Content {
  readonly rotation: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

function contentOf(text: string): Content | null {
  try {
    return JSON.parse(text) as Content;
  } catch {
    // The parser's own error would quote it.
    return null;
  }
}

function cannotBeOpened(problem: string, cause?: unknown): KeysweepError {
  return new KeysweepError("ledger", `a sealed secret cannot be opened: ${problem}`, {
    hint: "Put back the identity that was in use when the rotation began; keysweep rotate status says which rotation it is.",
    retry: "never",
    ...(cause === undefined ? {} : { cause }),
  });
}

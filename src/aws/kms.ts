import { DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { AwsFailure } from "../model/aws-failure.ts";
import { persist } from "./persist.ts";
import type { AwsSession } from "./session.ts";

/** What KMS binds a ciphertext to; decrypting needs the same. It is shown in CloudTrail. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** A key of KMS. */
export class Kms {
  readonly keyId: string;
  readonly #session: AwsSession;
  #client: KMSClient;

  /** @param keyId its id, ARN or alias. */
  constructor(session: AwsSession, keyId: string) {
    this.keyId = keyId;
    this.#session = session;
    this.#client = new KMSClient(session.clientSettings());
  }

  /** @throws AwsFailure. */
  async encrypt(plain: Uint8Array, context: EncryptionContext): Promise<Uint8Array> {
    const command = new EncryptCommand({ KeyId: this.keyId, Plaintext: plain, EncryptionContext: context });
    const { CiphertextBlob } = await this.#ask("kms:Encrypt", (kms) => kms.send(command));
    return given("kms:Encrypt", CiphertextBlob);
  }

  /** @throws AwsFailure. */
  async decrypt(encrypted: Uint8Array, context: EncryptionContext): Promise<Uint8Array> {
    const command = new DecryptCommand({ KeyId: this.keyId, CiphertextBlob: encrypted, EncryptionContext: context });
    const { Plaintext } = await this.#ask("kms:Decrypt", (kms) => kms.send(command));
    return given("kms:Decrypt", Plaintext);
  }

  #ask<T>(name: string, send: (kms: KMSClient) => Promise<T>): Promise<T> {
    const { waiting, signal } = this.#session.settings;
    const renew = () => {
      this.#client = new KMSClient(this.#session.clientSettings());
    };
    return persist({ name, attempt: () => send(this.#client), renew }, this.#session.pace(), waiting, signal);
  }
}

function given(call: string, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes !== undefined) return bytes;
  throw new AwsFailure(`${call}: the answer holds nothing`, { kind: "refused", code: "Empty", permission: null });
}

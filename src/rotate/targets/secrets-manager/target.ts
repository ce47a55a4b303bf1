import { createHash } from "node:crypto";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { awsFailure } from "../../../aws/failure.ts";
import type { AccessKeyId } from "../../../model/access-key-id.ts";
import { awsTargetError, type KnownErrors } from "../aws-call.ts";
import { type AwsPlaceSettings, awsPlace } from "../aws-settings.ts";
import type { TargetWorld } from "../descriptor.ts";
import { targetError } from "../failure.ts";
import { JsonFields } from "../json-fields.ts";
import type { Names } from "../settings.ts";
import type { HandedKey, Held, Target } from "../target.ts";

export interface SecretSettings extends AwsPlaceSettings {
  readonly secret: string;
  readonly fields: Names;
}

/**
 * A new version is put under AWSPENDING, where no consumer sees it, and becomes AWSCURRENT in one step that fails when another version has
 * become so meanwhile.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export async function openSecret(settings: SecretSettings, world: TargetWorld, place: string): Promise<Target> {
  const client = new SecretsManagerClient(await world.aws(awsPlace(settings)));
  const secret = new StoredSecret(place, client, settings);
  return {
    place,
    parts: ["pair"],
    check: (signal) => secret.check(signal),
    read: (signal) => secret.read(signal),
    write: (_part, key, known, signal) => secret.write(key, known, signal),
    close: async () => client.destroy(),
  };
}

/** The version that consumers get. */
interface CurrentVersion {
  readonly id: string;
  readonly value: string;
}

class StoredSecret {
  readonly #place: string;
  readonly #client: SecretsManagerClient;
  readonly #settings: SecretSettings;
  readonly #json: JsonFields;

  constructor(place: string, client: SecretsManagerClient, settings: SecretSettings) {
    this.#place = place;
    this.#client = client;
    this.#settings = settings;
    this.#json = new JsonFields(place, settings.fields);
  }

  async check(signal: AbortSignal): Promise<void> {
    const described = await this.#call("DescribeSecret", () =>
      this.#client.send(new DescribeSecretCommand({ SecretId: this.#settings.secret }), { abortSignal: signal }),
    );
    if (described.RotationEnabled === true) {
      throw targetError(this.#place, "Secrets Manager rotates it by a function of its own", {
        hint: "Turn that rotation off, or leave the secret to it: two would undo each other's work.",
        retry: "never",
      });
    }
    await this.read(signal);
  }

  async read(signal: AbortSignal): Promise<Held> {
    return this.#json.held((await this.#current(signal)).value);
  }

  async #current(signal: AbortSignal): Promise<CurrentVersion> {
    const { VersionId, SecretString } = await this.#call("GetSecretValue", () =>
      this.#client.send(new GetSecretValueCommand({ SecretId: this.#settings.secret, VersionStage: "AWSCURRENT" }), {
        abortSignal: signal,
      }),
    );
    if (VersionId === undefined || SecretString === undefined) {
      throw targetError(this.#place, "it holds bytes and not text", {
        hint: "Store a JSON object in it, as text.",
        retry: "never",
      });
    }
    return { id: VersionId, value: SecretString };
  }

  async write(key: HandedKey, known: readonly AccessKeyId[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const current = await this.#current(signal);
    const value = this.#json.withKey(current.value, key, known);
    if (value === current.value) return;
    const version = versionAfter(current.id, key.accessKeyId);
    await this.#put(version, value, signal);
    await this.#move("AWSCURRENT", { from: current.id, to: version }, signal);
    await this.#move("AWSPENDING", { from: version, to: null }, signal);
  }

  #put(version: string, value: string, signal: AbortSignal): Promise<unknown> {
    const command = new PutSecretValueCommand({
      SecretId: this.#settings.secret,
      ClientRequestToken: version,
      SecretString: value,
      VersionStages: ["AWSPENDING"],
    });
    return this.#call("PutSecretValue", () => this.#client.send(command, { abortSignal: signal }));
  }

  #move(stage: string, { from, to }: { from: string; to: string | null }, signal: AbortSignal): Promise<unknown> {
    const command = new UpdateSecretVersionStageCommand({
      SecretId: this.#settings.secret,
      VersionStage: stage,
      RemoveFromVersionId: from,
      ...(to === null ? {} : { MoveToVersionId: to }),
    });
    return this.#call("UpdateSecretVersionStage", () => this.#client.send(command, { abortSignal: signal }));
  }

  async #call<T>(action: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw awsTargetError(this.#place, awsFailure(error, `secretsmanager:${action}`), KNOWN);
    }
  }
}

/**
 * The version in which this key follows that version: the same for the same step, so that a step that is taken again, its answer being lost,
 * makes no second version.
 */
function versionAfter(version: string, key: AccessKeyId): string {
  return createHash("sha256").update(`${version} ${key}`).digest("hex");
}

/** Nobody else's secret, and nothing of ours, is in these messages. */
const KNOWN: KnownErrors = {
  ResourceNotFoundException: {
    problem: "there is no such secret, or it has no current version",
    hint: "Create it once, holding a JSON object such as {}; check account and region.",
    retry: "never",
  },
  // What AWS says when AWSCURRENT is no longer on the version that it was to be taken from.
  InvalidParameterException: {
    problem: "another version has become the current one meanwhile",
    hint: "It is read and written again by itself.",
    retry: "safe",
  },
  ResourceExistsException: {
    problem: "this version is there already, with something else in it",
    hint: "It is read and written again by itself.",
    retry: "safe",
  },
  InvalidRequestException: {
    problem: "it is about to be deleted, or does not allow this",
    hint: "Restore it, or take this target out of the configuration.",
    retry: "never",
  },
  DecryptionFailure: {
    problem: "its KMS key does not decrypt it",
    hint: "Allow kms:Decrypt and kms:GenerateDataKey on the key, and check that it is enabled.",
    retry: "never",
  },
  EncryptionFailure: {
    problem: "its KMS key does not encrypt",
    hint: "Allow kms:GenerateDataKey on the key, and check that it is enabled.",
    retry: "never",
  },
};

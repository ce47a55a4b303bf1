import {
  DescribeParametersCommand,
  GetParameterCommand,
  type ParameterMetadata,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { awsFailure } from "../../../aws/failure.ts";
import { AwsFailure } from "../../../model/aws-failure.ts";
import { awsTargetError, type KnownErrors } from "../aws-call.ts";
import { type AwsPlaceSettings, awsPlace } from "../aws-settings.ts";
import type { TargetWorld } from "../descriptor.ts";
import { targetError } from "../failure.ts";
import { heldFrom, refuseStranger } from "../held.ts";
import { JsonFields } from "../json-fields.ts";
import type { Names } from "../settings.ts";
import type { Target } from "../target.ts";

export type ParameterSettings = AwsPlaceSettings &
  ({ readonly names: Names } | { readonly parameter: string; readonly fields: Names });

export async function openParameters(settings: ParameterSettings, world: TargetWorld, place: string): Promise<Target> {
  const client = new SSMClient(await world.aws(awsPlace(settings)));
  const close = async () => client.destroy();
  return "names" in settings
    ? { ...twoParameters(client, settings.names, place), close }
    : { ...oneParameter(client, settings, place), close };
}

/** What a parameter that is not there yet is taken to hold. */
const NO_KEY = "{}";

function twoParameters(client: SSMClient, names: Names, place: string): Target {
  const id = new Parameter(client, names.accessKeyId, place);
  const secret = new Parameter(client, names.secretAccessKey, place);
  return {
    place,
    parts: ["secret", "access-key-id"],
    async check(signal) {
      await id.metadata(signal);
      refusePlainText(await secret.metadata(signal), place, names.secretAccessKey);
    },
    read: async (signal) => heldFrom(await id.value(signal), await secret.value(signal)),
    async write(part, key, known, signal) {
      signal.throwIfAborted();
      refuseStranger(place, await id.value(signal), known);
      if (part === "access-key-id") return id.put(key.accessKeyId, signal);
      refusePlainText(await secret.metadata(signal), place, names.secretAccessKey);
      return secret.put(key.secret.reveal(), signal);
    },
  };
}

function oneParameter(
  client: SSMClient,
  { parameter, fields }: { readonly parameter: string; readonly fields: Names },
  place: string,
): Target {
  const stored = new Parameter(client, parameter, place);
  const json = new JsonFields(place, fields);
  return {
    place,
    parts: ["pair"],
    async check(signal) {
      refusePlainText(await stored.metadata(signal), place, parameter);
      json.held((await stored.value(signal)) ?? NO_KEY);
    },
    read: async (signal) => json.held((await stored.value(signal)) ?? NO_KEY),
    async write(_part, key, known, signal) {
      signal.throwIfAborted();
      const text = (await stored.value(signal)) ?? NO_KEY;
      const changed = json.withKey(text, key, known);
      refusePlainText(await stored.metadata(signal), place, parameter);
      if (changed !== text) await stored.put(changed, signal);
    },
  };
}

/** Parameter Store has no compare-and-set: between a look and a write, somebody else's write is lost, and its history keeps it. */
class Parameter {
  readonly #client: SSMClient;
  readonly #name: string;
  readonly #place: string;

  constructor(client: SSMClient, name: string, place: string) {
    this.#client = client;
    this.#name = name;
    this.#place = place;
  }

  /** Null: there is no such parameter yet. */
  async value(signal: AbortSignal): Promise<string | null> {
    const command = new GetParameterCommand({ Name: this.#name, WithDecryption: true });
    const got = await this.#call("GetParameter", () => this.#client.send(command, { abortSignal: signal }), true);
    return got?.Parameter?.Value ?? null;
  }

  /** Null: there is no such parameter yet. */
  async metadata(signal: AbortSignal): Promise<ParameterMetadata | null> {
    const filter = { Key: "Name", Option: "Equals", Values: [this.#name] };
    for (let page: string | undefined; ; ) {
      const command = new DescribeParametersCommand({ ParameterFilters: [filter], NextToken: page });
      const { Parameters, NextToken } = await this.#call("DescribeParameters", () =>
        this.#client.send(command, { abortSignal: signal }),
      );
      const [found] = Parameters ?? [];
      if (found !== undefined || NextToken === undefined) return found ?? null;
      page = NextToken;
    }
  }

  /** Keeps type, key and tier: left out, the key would become the account's own and the tier the usual one. */
  async put(value: string, signal: AbortSignal): Promise<void> {
    const there = await this.metadata(signal);
    const command = new PutParameterCommand({
      Name: this.#name,
      Value: value,
      Type: there?.Type ?? "SecureString",
      Overwrite: true,
      ...(there?.Type === "SecureString" && there.KeyId !== undefined ? { KeyId: there.KeyId } : {}),
      ...(there?.Tier === undefined ? {} : { Tier: there.Tier }),
    });
    await this.#call("PutParameter", () => this.#client.send(command, { abortSignal: signal }));
  }

  async #call<T>(action: string, send: () => Promise<T>): Promise<T>;
  async #call<T>(action: string, send: () => Promise<T>, mayBeMissing: true): Promise<T | null>;
  async #call<T>(action: string, send: () => Promise<T>, mayBeMissing = false): Promise<T | null> {
    try {
      return await send();
    } catch (error) {
      const failure = awsFailure(error, `ssm:${action}`);
      if (mayBeMissing && failure instanceof AwsFailure && failure.code === "ParameterNotFound") return null;
      throw awsTargetError(this.#place, failure, KNOWN);
    }
  }
}

/** A secret in a plain parameter can be read by whoever may list it. AWS does not let the type be changed. */
function refusePlainText(metadata: ParameterMetadata | null, place: string, name: string): void {
  if (metadata === null || metadata.Type === "SecureString") return;
  throw targetError(place, `${name} is a ${metadata.Type}, which AWS keeps unencrypted`, {
    hint: "Delete it and let keysweep create it anew, as a SecureString, or name another parameter.",
    retry: "never",
  });
}

const KNOWN: KnownErrors = {
  TooManyUpdates: {
    problem: "somebody else is changing it at this moment",
    hint: "It is tried again by itself.",
    retry: "safe",
  },
  InvalidKeyId: {
    problem: "its KMS key is not there, is disabled, or may not be used",
    hint: "Enable the key, and allow kms:Decrypt and kms:Encrypt on it.",
    retry: "never",
  },
};

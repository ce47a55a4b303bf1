import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { afterAll, beforeAll } from "vitest";
import secretsManager from "../../src/rotate/targets/secrets-manager/descriptor.ts";
import ssmParameter from "../../src/rotate/targets/ssm-parameter/descriptor.ts";
import { conform, type Fault, type TestPlace, type Values } from "../contract/targets/conformance.ts";
import type { FaultKind } from "../support/aws/faults.ts";
import { type AwsWorld, clientSettings, freshAccount, makeAwsWorld } from "../support/aws/world.ts";

/** Targets that lie in AWS, against moto: what other people do there is done by clients of the test's own. */

const REGION = "eu-west-1";
const FIELDS = { accessKeyId: "id", secretAccessKey: "key" };

let aws: AwsWorld;
let settings: Awaited<ReturnType<typeof accountSettings>>;
let count = 0;
beforeAll(async () => {
  aws = await makeAwsWorld();
  settings = await accountSettings();
});
afterAll(() => aws.stop());

async function accountSettings() {
  const { credentials, ...rest } = clientSettings(aws.gateway, await aws.gateway.credentials(freshAccount()), REGION);
  return { ...rest, credentials: async () => credentials, requestHandler: {} };
}

/** As the adapter has AWS. */
const world = { aws: async () => settings };

conform({
  descriptor: secretsManager,
  tells: "pair",
  async place(held): Promise<TestPlace> {
    const client = new SecretsManagerClient(settings);
    const SecretId = `prod/deploy-${++count}`;
    const sibling = 12345678901234567890n;
    const text = (values: Values) => `{"owner": "ada", "port": ${sibling}${fieldsOf(values)}}`;
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: text(held) }));
    const current = async () => {
      const got = await client.send(new GetSecretValueCommand({ SecretId, VersionStage: "AWSCURRENT" }));
      return got.SecretString ?? "";
    };
    const put = async (SecretString: string) => {
      await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    };
    return {
      settings: { secret: SecretId, fields: FIELDS, region: REGION },
      world,
      put: (values) => put(text(values)),
      look: async () => valuesIn(await current()),
      async others() {
        const { Description, VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
        const pending = Object.values(VersionIdsToStages)
          .flat()
          .filter((stage) => stage === "AWSPENDING");
        return JSON.stringify([Description, pending, withoutKey(await current())]);
      },
      interfere() {
        aws.gateway.onceAfter("GetSecretValue", async () => put((await current()).replace('"ada"', '"grace"')));
        return { kept: async () => (await current()).includes('"grace"') };
      },
      faults: [
        ...faultsOf("GetSecretValue", ["check", "read", "write"]),
        ...faultsOf("PutSecretValue", ["write"]),
        ...faultsOf("UpdateSecretVersionStage", ["write"], { leavesPending: true }),
        {
          name: "it is no JSON",
          of: ["check", "read", "write"],
          retry: "never",
          cause: () => put("not JSON"),
          mend: () => put(text(held)),
          mayHaveWritten: true,
        },
      ],
    };
  },
});

conform({
  descriptor: ssmParameter,
  variant: "two parameters",
  tells: "pair",
  async place(held): Promise<TestPlace> {
    const names = { accessKeyId: `/deploy-${++count}/id`, secretAccessKey: `/deploy-${count}/key` };
    const parameters = new Parameters();
    const put = async ({ accessKeyId, secret }: Values) => {
      await parameters.put(names.accessKeyId, accessKeyId);
      await parameters.put(names.secretAccessKey, secret);
    };
    await put(held);
    const made = Object.values(names).filter((_, index) => [held.accessKeyId, held.secret][index] !== null);
    return {
      settings: { names, region: REGION },
      world,
      put,
      look: async () => ({
        accessKeyId: await parameters.get(names.accessKeyId),
        secret: await parameters.get(names.secretAccessKey),
      }),
      // Of those that are made by the write nothing was there before.
      others: () => parameters.others(made),
      interfere: null,
      faults: [
        ...faultsOf("GetParameter", ["read", "write"]),
        ...faultsOf("DescribeParameters", ["check", "write"]),
        ...faultsOf("PutParameter", ["write"]),
        {
          name: "the secret lies there in the clear",
          of: ["check", "write"],
          retry: "never",
          cause: () => parameters.remake(names.secretAccessKey, "String"),
          mend: () => parameters.remake(names.secretAccessKey, "SecureString"),
          mayHaveWritten: true,
        },
      ],
    };
  },
});

conform({
  descriptor: ssmParameter,
  variant: "one parameter",
  tells: "pair",
  async place(held): Promise<TestPlace> {
    const parameter = `/deploy-${++count}`;
    const parameters = new Parameters();
    const put = (values: Values) => parameters.put(parameter, `{ "owner": "ada"${fieldsOf(values)} }`);
    await put(held);
    return {
      settings: { parameter, fields: FIELDS, region: REGION },
      world,
      put,
      look: async () => valuesIn((await parameters.get(parameter)) ?? "{}"),
      others: async () =>
        `${await parameters.others([parameter])} ${withoutKey((await parameters.get(parameter)) ?? "{}")}`,
      interfere: null,
      faults: faultsOf("PutParameter", ["write"]),
    };
  },
});

/** Behind another field of the object. */
function fieldsOf({ accessKeyId, secret }: Values): string {
  const fields = [
    [FIELDS.accessKeyId, accessKeyId],
    [FIELDS.secretAccessKey, secret],
  ];
  return fields
    .map(([name, value]) => (value === null ? "" : `, ${JSON.stringify(name)}: ${JSON.stringify(value)}`))
    .join("");
}

function valuesIn(text: string): Values {
  const { id = null, key = null } = JSON.parse(text) as { id?: string; key?: string };
  return { accessKeyId: id, secret: key };
}

/** The text around the two fields; as text, since a number may be longer than JSON.parse can hold. */
function withoutKey(text: string): string {
  return text.replaceAll(/\s*,\s*"(?:id|key)"\s*:\s*"[^"]*"/g, "");
}

/** What may go wrong with a call of AWS. */
function faultsOf(action: string, of: Fault["of"], { leavesPending = false } = {}): Fault[] {
  const faults: readonly (Pick<Fault, "name" | "retry"> & { readonly is: FaultKind; readonly hasEffect?: boolean })[] =
    [
      { name: "AWS asks to slow down", retry: "safe", is: { is: "throttled" } },
      { name: "it is denied", retry: "never", is: { is: "denied", by: "" } },
      {
        name: "AWS is out of order",
        retry: "outcome-unknown",
        is: { is: "error", status: 500, code: "InternalFailure" },
      },
      { name: "no connection", retry: "outcome-unknown", is: { is: "cut" } },
      { name: "the answer is lost", retry: "outcome-unknown", is: { is: "reply-lost" }, hasEffect: true },
    ];
  return faults.map(({ name, retry, is, hasEffect }) => ({
    name: `${name} (${action})`,
    of,
    retry,
    mayHaveWritten: hasEffect === true || leavesPending,
    cause: () => aws.gateway.fault({ action, kind: is }),
    mend: () => aws.gateway.faults.clear(),
  }));
}

class Parameters {
  readonly #client = new SSMClient(settings);

  async get(Name: string): Promise<string | null> {
    const { Parameter } = await this.#client
      .send(new GetParameterCommand({ Name, WithDecryption: true }))
      .catch((error: Error) => {
        if (error.name === "ParameterNotFound") return { Parameter: null };
        throw error;
      });
    return Parameter?.Value ?? null;
  }

  /** AWS holds no empty parameter: a placeholder of one character stands for one. */
  async put(Name: string, value: string | null, Type: "SecureString" | "String" = "SecureString"): Promise<void> {
    if (value === null) return;
    const own = Type === "SecureString" ? { KeyId: "alias/deploy" } : {};
    const options = { Overwrite: true, Tier: "Advanced", ...own } as const;
    await this.#client.send(new PutParameterCommand({ Name, Value: value === "" ? " " : value, Type, ...options }));
  }

  async remake(Name: string, type: "SecureString" | "String"): Promise<void> {
    const value = await this.get(Name);
    await this.#client.send(new DeleteParameterCommand({ Name }));
    await this.put(Name, value, type);
  }

  /** What is there besides the values and versions of these. */
  async others(names: readonly string[]): Promise<string> {
    if (names.length === 0) return "";
    const filters = [{ Key: "Name", Option: "Equals", Values: [...names] }];
    const { Parameters: there = [] } = await this.#client.send(
      new DescribeParametersCommand({ ParameterFilters: filters }),
    );
    const shown = there.map(({ Name, Type, KeyId, Tier }) => JSON.stringify([Name, Type, KeyId, Tier]));
    return shown.toSorted().join("\n");
  }
}

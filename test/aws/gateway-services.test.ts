import { DeleteAccessKeyCommand, type IAMClient, ListAccessKeysCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateOrganizationCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { CreateTopicCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRootCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { userWithKey } from "../support/aws/user-key.ts";
import { type AwsWorld, clientSettings, freshAccount, iamClient, makeAwsWorld } from "../support/aws/world.ts";

let world: AwsWorld;
let account: string;
let iam: IAMClient;
beforeEach(async () => {
  world = await makeAwsWorld();
  account = freshAccount();
  iam = await world.iam(account);
});
afterEach(() => world.stop());

describe("other services are reached by the same door", () => {
  test("Secrets Manager: stages and tokens, by region", async () => {
    const { credentials } = await userWithKey(world.gateway, iam, "ada");
    const client = new SecretsManagerClient(clientSettings(world.gateway, credentials, "eu-west-1"));
    await client.send(new CreateSecretCommand({ Name: "deploy", SecretString: "one" }));
    const put = { SecretId: "deploy", SecretString: "two", ClientRequestToken: "t".repeat(32) };
    await client.send(new PutSecretValueCommand(put));
    await client.send(new PutSecretValueCommand(put));
    const read = (VersionStage: string) =>
      client.send(new GetSecretValueCommand({ SecretId: "deploy", VersionStage })).then((got) => got.SecretString);
    expect([await read("AWSCURRENT"), await read("AWSPREVIOUS")]).toEqual(["two", "one"]);
    const elsewhere = new SecretsManagerClient(clientSettings(world.gateway, credentials, "us-east-1"));
    await expect(elsewhere.send(new GetSecretValueCommand({ SecretId: "deploy" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test("SSM parameters, KMS and SNS", async () => {
    const { credentials } = await userWithKey(world.gateway, iam, "ada");
    const settings = clientSettings(world.gateway, credentials);
    const ssm = new SSMClient(settings);
    await ssm.send(new PutParameterCommand({ Name: "/deploy/id", Value: "v", Type: "SecureString" }));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: "/deploy/id", WithDecryption: true }));
    expect(Parameter?.Value).toBe("v");
    const kms = new KMSClient(settings);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const Plaintext = Buffer.from("sealed");
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: KeyMetadata?.KeyId, Plaintext }));
    expect(Buffer.from((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext ?? [])).toEqual(Plaintext);
    const sns = new SNSClient(settings);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "t" }));
    expect((await sns.send(new PublishCommand({ TopicArn, Message: "m" }))).MessageId).toBeDefined();
  });

  test("with the same faults, and to nobody who is not believed", async () => {
    const { credentials } = await userWithKey(world.gateway, iam, "ada");
    const read = new GetParameterCommand({ Name: "/none" });
    const wrong = { ...credentials, secretAccessKey: "wrong" };
    await expect(new SSMClient(clientSettings(world.gateway, wrong)).send(read)).rejects.toMatchObject({
      name: "InvalidSignatureException",
    });
    world.gateway.fault({ action: "GetParameter", times: 1, kind: { is: "throttled" } });
    const ssm = new SSMClient(clientSettings(world.gateway, credentials));
    await expect(ssm.send(read)).rejects.toMatchObject({ name: "ThrottlingException" });
    await expect(ssm.send(read)).rejects.toMatchObject({ name: "ParameterNotFound" });
  });
});

describe("a session of root", () => {
  const task = (name: string) => ({ arn: `arn:aws:iam::aws:policy/root-task/${name}` });

  test("is for the management account once it is switched on, and may do its task alone", async () => {
    const settings = clientSettings(world.gateway, await world.gateway.credentials(account, "operator"));
    const sts = new STSClient(settings);
    const member = freshAccount();
    world.gateway.state.account(member).root = { ...world.gateway.state.account(member).root, keys: 2 };
    const ask = (name: string, DurationSeconds = 900) =>
      sts.send(new AssumeRootCommand({ TargetPrincipal: member, TaskPolicyArn: task(name), DurationSeconds }));
    await expect(ask("IAMDeleteRootUserCredentials")).rejects.toThrow(/not authorized to perform: sts:AssumeRoot/);
    await new OrganizationsClient(settings).send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
    world.gateway.state.account(account).organizationFeatures = ["RootSessions"];
    await expect(ask("IAMDeleteRootUserCredentials", 901)).rejects.toThrow(/900 seconds/);
    const rootOf = async (name: string): Promise<IAMClient> => {
      const { Credentials: session } = await ask(name);
      const credentials = {
        accessKeyId: session?.AccessKeyId ?? "",
        secretAccessKey: session?.SecretAccessKey ?? "",
        sessionToken: session?.SessionToken ?? "",
      };
      const { Arn } = await new STSClient(clientSettings(world.gateway, credentials)).send(
        new GetCallerIdentityCommand({}),
      );
      expect(Arn).toBe(`arn:aws:iam::${member}:root`);
      return iamClient(world.gateway, credentials);
    };
    const auditor = await rootOf("IAMAuditRootUserCredentials");
    const { AccessKeyMetadata = [] } = await auditor.send(new ListAccessKeysCommand({}));
    expect(AccessKeyMetadata).toHaveLength(2);
    const first = new DeleteAccessKeyCommand({ AccessKeyId: AccessKeyMetadata[0]?.AccessKeyId });
    await expect(auditor.send(first)).rejects.toThrow(/no session policy allows/);
    const remover = await rootOf("IAMDeleteRootUserCredentials");
    await remover.send(first);
    expect(world.gateway.state.account(member).root.keys).toBe(1);
    await expect(remover.send(new ListUsersCommand({}))).rejects.toThrow(/no session policy allows/);
  });
});

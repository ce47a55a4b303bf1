import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  type StatusType,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetAccessKeyInfoCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Credentials } from "../support/aws/gateway.ts";
import { keyFor, type UserKey, userWithKey } from "../support/aws/user-key.ts";
import { type AwsWorld, clientSettings, freshAccount, iamClient, makeAwsWorld, onTime } from "../support/aws/world.ts";

/*
 * What a rotation meets: keys as IAM has them, a little late everywhere, and AWS's time as a test sets it.
 */

const SECOND = 1000;
const DAY = 86_400_000;

let world: AwsWorld;
let account: string;
let iam: IAMClient;
beforeEach(async () => {
  world = await makeAwsWorld();
  account = freshAccount();
  iam = await world.iam(account);
});
afterEach(() => world.stop());

const userKey = (name = "ada"): Promise<UserKey> => userWithKey(world.gateway, iam, name);

/** Who the credentials belong to, as a region says; or the name of its error. */
async function whoIs(credentials: Credentials, region = "us-east-1"): Promise<string> {
  const sts = onTime(world.gateway, new STSClient(clientSettings(world.gateway, credentials, region)));
  try {
    return (await sts.send(new GetCallerIdentityCommand({}))).Arn ?? "";
  } catch (error) {
    return (error as Error).name;
  } finally {
    sts.destroy();
  }
}

async function setStatus(UserName: string, id: string, Status: StatusType): Promise<void> {
  await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: id, Status }));
}

async function listed(): Promise<string[]> {
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: "ada" }));
  return AccessKeyMetadata.map(({ AccessKeyId, Status }) => `${AccessKeyId} ${Status}`);
}

describe("a new key", () => {
  test("is refused for its first seconds, longer in one region than in another", async () => {
    world.gateway.spreading.newKeyMs = 5 * SECOND;
    world.gateway.spreading.newKeyIn.set("eu-west-1", 12 * SECOND);
    const { credentials } = await userKey();
    expect(await whoIs(credentials)).toBe("InvalidClientTokenId");
    world.gateway.advance(6 * SECOND);
    expect(await whoIs(credentials)).toBe(`arn:aws:iam::${account}:user/ada`);
    expect(await whoIs(credentials, "eu-west-1")).toBe("InvalidClientTokenId");
    world.gateway.advance(7 * SECOND);
    expect(await whoIs(credentials, "eu-west-1")).toBe(`arn:aws:iam::${account}:user/ada`);
  });

  test("is taken now and refused then, until it has spread", async () => {
    world.gateway.spreading.unsteadyMs = 10 * SECOND;
    const { credentials } = await userKey();
    const answers = [await whoIs(credentials), await whoIs(credentials), await whoIs(credentials)];
    expect(answers.map((answer) => answer.startsWith("arn:"))).toEqual([true, false, true]);
    world.gateway.advance(11 * SECOND);
    for (let time = 0; time < 3; time++) expect(await whoIs(credentials)).toContain("user/ada");
  });

  test("is not listed at once, nor is what becomes of it, nor that it is gone", async () => {
    world.gateway.spreading.listMs = 3 * SECOND;
    const { id } = await userKey();
    expect(await listed()).toEqual([]);
    world.gateway.advance(4 * SECOND);
    expect(await listed()).toEqual([`${id} Active`]);
    await setStatus("ada", id, "Inactive");
    expect(await listed()).toEqual([`${id} Active`]);
    world.gateway.advance(4 * SECOND);
    expect(await listed()).toEqual([`${id} Inactive`]);
    await iam.send(new DeleteAccessKeyCommand({ UserName: "ada", AccessKeyId: id }));
    expect(await listed()).toEqual([`${id} Inactive`]);
    world.gateway.advance(4 * SECOND);
    expect(await listed()).toEqual([]);
  });

  test("belongs to one secret: that of another key is refused", async () => {
    const ada = await userKey();
    const second = await keyFor(world.gateway, iam, "ada");
    const mixed = { ...ada.credentials, secretAccessKey: second.credentials.secretAccessKey };
    expect(await whoIs(mixed)).toBe("SignatureDoesNotMatch");
    expect(world.gateway.state.keys.get(ada.id)?.uses).toEqual([]);
  });

  test("is the last of two", async () => {
    await userKey();
    await keyFor(world.gateway, iam, "ada");
    await expect(iam.send(new CreateAccessKeyCommand({ UserName: "ada" }))).rejects.toMatchObject({
      name: "LimitExceededException",
      $metadata: { httpStatusCode: 409 },
    });
  });
});

test("a key that is made inactive works on for a while, and one that is made active again does not yet", async () => {
  world.gateway.spreading.statusMs = 5 * SECOND;
  const { id, credentials } = await userKey();
  await setStatus("ada", id, "Inactive");
  expect(await whoIs(credentials)).toContain("user/ada");
  world.gateway.advance(6 * SECOND);
  expect(await whoIs(credentials)).toBe("InvalidClientTokenId");
  await setStatus("ada", id, "Active");
  expect(await whoIs(credentials)).toBe("InvalidClientTokenId");
  world.gateway.advance(6 * SECOND);
  expect(await whoIs(credentials)).toContain("user/ada");
});

test("a status that there is not is refused, and a caller without a user has to name one", async () => {
  const { id } = await userKey();
  await expect(setStatus("ada", id, "Asleep" as StatusType)).rejects.toThrow(/Status must be/);
  await expect(iam.send(new ListAccessKeysCommand({}))).rejects.toThrow(/Must specify userName/);
});

test("a user may rotate its own keys", async () => {
  const old = await userKey();
  const { AccessKey } = await old.client.send(new CreateAccessKeyCommand({}));
  const fresh = iamClient(world.gateway, {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    sessionToken: "",
  });
  await fresh.send(new UpdateAccessKeyCommand({ AccessKeyId: old.id, Status: "Inactive" }));
  await expect(old.client.send(new ListAccessKeysCommand({}))).rejects.toMatchObject({ name: "InvalidClientTokenId" });
  await fresh.send(new DeleteAccessKeyCommand({ AccessKeyId: old.id }));
  const { AccessKeyMetadata } = await fresh.send(new ListAccessKeysCommand({}));
  expect(AccessKeyMetadata?.map(({ AccessKeyId, UserName }) => [AccessKeyId, UserName])).toEqual([
    [AccessKey?.AccessKeyId, "ada"],
  ]);
});

test("days pass at once: last use, sessions and signatures go by AWS's time", async () => {
  const { id, client, credentials } = await userKey();
  world.gateway.state.account(account).trusts.push({ role: "admin", externalId: null, from: null });
  const sts = onTime(world.gateway, new STSClient(clientSettings(world.gateway, credentials)));
  const role = { RoleArn: `arn:aws:iam::${account}:role/admin`, RoleSessionName: "test" };
  const { Credentials: session } = await sts.send(new AssumeRoleCommand({ ...role, DurationSeconds: 900 }));
  const ofSession = {
    accessKeyId: session?.AccessKeyId ?? "",
    secretAccessKey: session?.SecretAccessKey ?? "",
    sessionToken: session?.SessionToken ?? "",
  };
  expect(session?.Expiration?.getTime()).toBeLessThanOrEqual(world.gateway.now() + 900 * SECOND);
  expect(await whoIs(ofSession)).toContain("assumed-role/admin/test");
  expect(await whoIs({ ...ofSession, sessionToken: "" })).toBe("InvalidClientTokenId");
  world.gateway.advance(3 * DAY);
  expect(await whoIs(ofSession)).toBe("ExpiredToken");
  await client.send(new ListUsersCommand({}));
  const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }));
  expect(AccessKeyLastUsed?.LastUsedDate?.getTime()).toBeGreaterThan(Date.now() + 2 * DAY);
  const late = new STSClient(clientSettings(world.gateway, credentials));
  await expect(late.send(new GetCallerIdentityCommand({}))).rejects.toThrow(/Signature expired/);
});

test("whose account an id is of, any account may ask", async () => {
  const { id } = await userKey();
  const other = await world.gateway.credentials(freshAccount());
  const sts = new STSClient(clientSettings(world.gateway, other));
  expect((await sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: id }))).Account).toBe(account);
  const ofBefore2019 = ["AK", "IA", "I".repeat(16)].join("");
  await expect(sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: ofBefore2019 }))).rejects.toThrow(/does not exist/);
});

test("users have tags", async () => {
  await userKey();
  await iam.send(new TagUserCommand({ UserName: "ada", Tags: [{ Key: "rotated-by", Value: "one" }] }));
  await iam.send(
    new TagUserCommand({
      UserName: "ada",
      Tags: [
        { Key: "rotated-by", Value: "two" },
        { Key: "a", Value: "b" },
      ],
    }),
  );
  await iam.send(new UntagUserCommand({ UserName: "ada", TagKeys: ["a"] }));
  const { Tags } = await iam.send(new ListUserTagsCommand({ UserName: "ada" }));
  expect(Tags).toEqual([{ Key: "rotated-by", Value: "two" }]);
});

describe("a fault", () => {
  test("meets the calls that it is meant for, after those that were to go well", async () => {
    const { client } = await userKey();
    const { accessKeyId } = (await client.config.credentials()) as Credentials;
    world.gateway.fault({ accessKeyId, action: "ListUsers", after: 1, times: 1, kind: { is: "throttled" } });
    const call = (): Promise<unknown> => client.send(new ListUsersCommand({}));
    await call();
    await iam.send(new ListUsersCommand({}));
    await expect(call()).rejects.toMatchObject({ name: "Throttling" });
    await call();
    world.gateway.fault({ region: "eu-west-1", kind: { is: "throttled" } });
    await call();
  });

  test("may leave a call done: a lost reply, an error, a silence", async () => {
    await userKey();
    const create = (): Promise<unknown> => iam.send(new CreateAccessKeyCommand({ UserName: "ada" }));
    world.gateway.fault({ times: 1, kind: { is: "error", status: 500, code: "ServiceFailure", done: true } });
    await expect(create()).rejects.toMatchObject({ name: "ServiceFailureException" });
    expect(await listed()).toHaveLength(2);
    const [second = ""] = (await listed()).map((line) => line.split(" ")[0] ?? "").slice(1);
    world.gateway.fault({ times: 1, kind: { is: "silent", done: true } });
    const abort = new AbortController();
    world.gateway.onceAfter("DeleteAccessKey", async () => abort.abort());
    const gone = iam.send(new DeleteAccessKeyCommand({ UserName: "ada", AccessKeyId: second }), {
      abortSignal: abort.signal,
    });
    await expect(gone).rejects.toMatchObject({ name: "AbortError" });
    expect(await listed()).toHaveLength(1);
  });
});

describe("a program of its own", () => {
  const CALLER = join(import.meta.dirname, "..", "support", "aws", "create-key.ts");

  /** Starts one that makes a key for a user. */
  async function caller() {
    const operator = await world.gateway.credentials(account, "operator");
    const { accessKeyId, secretAccessKey, sessionToken } = operator;
    return spawn(process.execPath, [CALLER, "ada"], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL: world.gateway.url,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      },
    });
  }

  test.each([
    ["before its call has any effect", "onceBefore", 1],
    ["before it hears the reply", "onceAfter", 2],
  ] as const)("is killed %s", async (_, moment, keys) => {
    await userKey();
    const child = await caller();
    const exited = once(child, "exit");
    world.gateway[moment]("CreateAccessKey", async () => {
      child.kill("SIGKILL");
      await exited;
      return moment === "onceBefore" ? "lost" : undefined;
    });
    expect((await exited)[1]).toBe("SIGKILL");
    expect(await listed()).toHaveLength(keys);
  });
});

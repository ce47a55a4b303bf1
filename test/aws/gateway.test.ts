import {
  AttachUserPolicyCommand,
  CreateUserCommand,
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  GetCredentialReportCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListOrganizationsFeaturesCommand,
  ListServiceSpecificCredentialsCommand,
  ListUsersCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type UserKey, userWithKey } from "../support/aws/user-key.ts";
import { type AwsWorld, freshAccount, makeAwsWorld } from "../support/aws/world.ts";

const MINUTE = 60_000;

let world: AwsWorld;
let account: string;
let iam: IAMClient;
beforeEach(async () => {
  world = await makeAwsWorld();
  account = freshAccount();
  iam = await world.iam(account);
});
afterEach(() => world.stop());

const keyOf = (userName: string): Promise<UserKey> => userWithKey(world.gateway, iam, userName);

test("lists come in pages, as long as asked for or shorter", async () => {
  for (const name of ["ada", "bob", "cyd"]) await iam.send(new CreateUserCommand({ UserName: name }));
  const first = await iam.send(new ListUsersCommand({ MaxItems: 2 }));
  expect(first.Users?.map(({ UserName }) => UserName)).toEqual(["ada", "bob"]);
  const second = await iam.send(new ListUsersCommand({ MaxItems: 2, Marker: first.Marker }));
  expect(second.Users?.map(({ UserName }) => UserName)).toEqual(["cyd"]);
  expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
  world.gateway.pageSize = 1;
  const details = await iam.send(new GetAccountAuthorizationDetailsCommand({ MaxItems: 1000 }));
  expect([details.UserDetailList?.length, details.IsTruncated]).toEqual([1, true]);
});

test("accounts are apart", async () => {
  await iam.send(new CreateUserCommand({ UserName: "ada" }));
  const other = await world.iam(freshAccount());
  expect((await other.send(new ListUsersCommand({}))).Users).toEqual([]);
});

test("an inactive key is refused, and an unknown one", async () => {
  const { id, client } = await keyOf("ada");
  await client.send(new ListAccessKeysCommand({ UserName: "ada" }));
  await iam.send(new UpdateAccessKeyCommand({ UserName: "ada", AccessKeyId: id, Status: "Inactive" }));
  await expect(client.send(new ListUsersCommand({}))).rejects.toThrow(/security token/);
  await iam.send(new UpdateAccessKeyCommand({ UserName: "ada", AccessKeyId: id, Status: "Active" }));
  await client.send(new ListUsersCommand({}));
});

test("the first use of a quarter of an hour is told, once the lag is over", async () => {
  const { id, client } = await keyOf("ada");
  const lastUsed = async (): Promise<number | undefined> =>
    (await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }))).AccessKeyLastUsed?.LastUsedDate?.getTime();
  const later = (minutes: number): void => {
    world.gateway.clockAheadMs = minutes * MINUTE;
  };
  world.gateway.reportingLagMs = 4 * MINUTE;
  await client.send(new ListUsersCommand({}));
  expect(await lastUsed()).toBeUndefined();
  later(4.5);
  const first = await lastUsed();
  expect(first).toBeDefined();
  await client.send(new ListUsersCommand({}));
  later(10);
  expect(await lastUsed()).toBe(first);
  await client.send(new ListUsersCommand({}));
  later(20);
  await client.send(new ListUsersCommand({}));
  later(25);
  expect(await lastUsed()).toBeGreaterThan(first ?? 0);
});

test("ids of other accounts are refused", async () => {
  const { id } = await keyOf("ada");
  const other = await world.iam(freshAccount());
  await expect(other.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }))).rejects.toThrow(
    /not authorized to perform: iam:GetAccessKeyLastUsed/,
  );
});

test("a credential report takes time, has a row for root, and grows old", async () => {
  const { id } = await keyOf("ada");
  const key = world.gateway.state.keys.get(id);
  if (key !== undefined) key.createdAt = Date.parse("2026-01-02T03:04:05Z");
  await expect(iam.send(new GetCredentialReportCommand({}))).rejects.toThrow(/No report/);
  expect((await iam.send(new GenerateCredentialReportCommand({}))).State).toBe("STARTED");
  expect((await iam.send(new GenerateCredentialReportCommand({}))).State).toBe("COMPLETE");
  const { Content } = await iam.send(new GetCredentialReportCommand({}));
  const [, root, ada] = Buffer.from(Content ?? [])
    .toString("utf8")
    .split("\n");
  expect(root).toMatch(/^<root_account>,/);
  expect(ada).toContain("true,2026-01-02T03:04:05+00:00,N/A,N/A,N/A");
  world.gateway.clockAheadMs = 4.2 * 60 * MINUTE;
  await expect(iam.send(new GetCredentialReportCommand({}))).rejects.toThrow(/expired/);
});

test("a role wants its external id and a caller it trusts", async () => {
  const target = freshAccount();
  world.gateway.state.account(target).trusts.push({ role: "audit", externalId: "e-1", from: [account] });
  const credentials = await world.gateway.credentials(account);
  const sts = new STSClient({ endpoint: world.gateway.url, region: "us-east-1", credentials, maxAttempts: 1 });
  const role = { RoleArn: `arn:aws:iam::${target}:role/audit`, RoleSessionName: "test" };
  await expect(sts.send(new AssumeRoleCommand(role))).rejects.toThrow(/not authorized to perform: sts:AssumeRole/);
  const { Credentials } = await sts.send(new AssumeRoleCommand({ ...role, ExternalId: "e-1" }));
  expect(Credentials?.AccessKeyId).toMatch(/^ASIA/);
  expect(world.gateway.count("AssumeRole", target)).toBe(2);
});

test("what moto does not know is answered", async () => {
  const state = world.gateway.state.account(account);
  state.serviceCredentials.push({
    id: "ACCA-of-the-test",
    userName: "ada",
    serviceName: "bedrock.amazonaws.com",
    status: "Active",
    createdAt: 0,
    expiresAt: null,
  });
  const { ServiceSpecificCredentials } = await iam.send(new ListServiceSpecificCredentialsCommand({ AllUsers: true }));
  expect(ServiceSpecificCredentials).toHaveLength(1);
  await expect(iam.send(new ListOrganizationsFeaturesCommand({}))).rejects.toThrow(/Trusted access/);
  state.organizationFeatures = ["RootSessions"];
  expect((await iam.send(new ListOrganizationsFeaturesCommand({}))).EnabledFeatures).toEqual(["RootSessions"]);
});

test("calls go wrong on demand, and a lost reply had its effect", async () => {
  const { gateway } = world;
  const users = (): Promise<unknown> => iam.send(new ListUsersCommand({}));
  gateway.fault({ action: "ListUsers", times: 1, kind: { is: "throttled" } });
  await expect(users()).rejects.toMatchObject({ name: "Throttling" });
  gateway.fault({ action: "ListUsers", times: 1, kind: { is: "error", status: 503, code: "ServiceUnavailable" } });
  await expect(users()).rejects.toMatchObject({ name: "ServiceUnavailable" });
  gateway.fault({ times: 1, kind: { is: "delayed", ms: 200 } });
  const asked = performance.now();
  await users();
  expect(performance.now() - asked).toBeGreaterThan(195);
  gateway.fault({ times: 1, kind: { is: "cut" } });
  await expect(users()).rejects.toThrow(/socket hang up|ECONNRESET/);
  gateway.fault({ account, times: 1, kind: { is: "denied", by: "with an explicit deny in a service control policy" } });
  await expect(users()).rejects.toThrow(/iam:ListUsers on resource: \* with an explicit deny/);
  gateway.fault({ times: 1, kind: { is: "reply-lost" } });
  await expect(iam.send(new CreateUserCommand({ UserName: "ada" }))).rejects.toThrow(/socket hang up|ECONNRESET/);
  await expect(iam.send(new CreateUserCommand({ UserName: "ada" }))).rejects.toThrow(/already exists/);
});

test("a policy that AWS manages can be attached, and is told of by its own name", async () => {
  await iam.send(new CreateUserCommand({ UserName: "ada" }));
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  await iam.send(new AttachUserPolicyCommand({ UserName: "ada", PolicyArn }));
  const { UserDetailList, Policies } = await iam.send(new GetAccountAuthorizationDetailsCommand({}));
  expect(UserDetailList?.[0]?.AttachedManagedPolicies).toEqual([{ PolicyName: "AdministratorAccess", PolicyArn }]);
  expect(Policies?.map(({ Arn }) => Arn)).toEqual([PolicyArn]);
});

import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeleteUserCommand,
  EnableMFADeviceCommand,
  type IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
  UpdateAccountPasswordPolicyCommand,
} from "@aws-sdk/client-iam";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { audited, stubAwsEnvironment } from "../support/aws/audited.ts";
import { awsCommandLine } from "../support/aws/aws-command.ts";
import { keyFor, type UserKey } from "../support/aws/user-key.ts";
import { type AwsWorld, freshAccount, makeAwsWorld } from "../support/aws/world.ts";

const DAY = 86_400_000;

let world: AwsWorld;
let account: string;
let iam: IAMClient;
beforeEach(async () => {
  world = await makeAwsWorld();
  account = freshAccount();
  iam = await world.iam(account);
  stubAwsEnvironment(world.gateway, await world.gateway.credentials(account, "auditor"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.stop();
});

async function user(name: string, tags: Record<string, string> = {}): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await iam.send(new CreateUserCommand({ UserName: name, Tags }));
}

/** A key that is so many days old. */
async function key(name: string, daysOld = 0): Promise<UserKey> {
  const made = await keyFor(world.gateway, iam, name);
  const known = world.gateway.state.keys.get(made.id);
  if (known !== undefined) known.createdAt -= daysOld * DAY;
  return made;
}

async function password(name: string): Promise<void> {
  // Assembled, so that nothing here looks like one.
  await iam.send(
    new CreateLoginProfileCommand({ UserName: name, Password: ["only", "a", "test", "Zx", 9, "!"].join("-") }),
  );
}

describe("the inventory", () => {
  test("tells of keys, their age and last use, of passwords, groups and tags", async () => {
    await user("ada", { team: "ops" });
    const { id, client } = await key("ada", 200);
    await client.send(new ListUsersCommand({}));
    await password("ada");
    world.gateway.state.account(account).passwordLastUsedAt.set("ada", Date.parse("2026-01-02T03:04:05Z"));
    const { accounts, users } = await audited();
    expect(users).toEqual([
      {
        accountId: account,
        userName: "ada",
        arn: `arn:aws:iam::${account}:user/ada`,
        createdAt: expect.stringMatching(/^20\d\d-.*Z$/),
        console: { enabled: true, lastUsedAt: "2026-01-02T03:04:05.000Z" },
        mfa: [],
        keys: [
          {
            accessKeyId: id,
            status: "Active",
            createdAt: expect.stringMatching(/Z$/),
            lastUsedAt: expect.stringMatching(/Z$/),
            lastUsedService: "iam",
            lastUsedRegion: "us-east-1",
          },
        ],
        tags: { team: "ops" },
      },
    ]);
    expect(accounts).toEqual([
      expect.objectContaining({ id: account, status: "audited", reason: null, permission: null, users: 1, keys: 1 }),
    ]);
    // All calls but those that set the account up, the use of the key and the question whose the credentials are.
    const reading = [...world.gateway.counts].filter(
      ([call]) => !/ (?:Create|ListUsers$|GetCallerIdentity$)/.test(call),
    );
    expect(accounts[0]?.calls).toBe(reading.reduce((sum, [, count]) => sum + count, 0));
  });

  test("asks only about users who have a password or a key, and says what it therefore does not know", async () => {
    for (const name of ["ada", "bob", "cyd"]) await user(name);
    await key("ada");
    await password("bob");
    const { users, accounts } = await audited();
    expect(users.map(({ userName }) => userName).sort()).toEqual(["ada", "bob", "cyd"]);
    expect(world.gateway.count("ListAccessKeys")).toBe(1);
    expect(world.gateway.count("ListMFADevices")).toBe(2);
    expect(world.gateway.count("ListUsers")).toBe(0);
    expect(accounts[0]?.notAssessed).toContainEqual(
      expect.objectContaining({
        check: "ssh-key-age",
        failure: false,
        reason: expect.stringMatching(/^1 users .*--exact/),
      }),
    );
  });

  test("knows the virtual MFA devices of everybody from one list, and asks who has another one", async () => {
    await user("ada");
    await user("bob");
    const enable = (UserName: string, SerialNumber: string) =>
      iam.send(
        new EnableMFADeviceCommand({
          UserName,
          SerialNumber,
          AuthenticationCode1: "123456",
          AuthenticationCode2: "654321",
        }),
      );
    const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "ada" }));
    await enable("ada", VirtualMFADevice?.SerialNumber ?? "");
    expect((await audited()).user("ada").mfa).toEqual([{ serial: `arn:aws:iam::${account}:mfa/ada`, kind: "virtual" }]);
    expect(world.gateway.count("ListMFADevices")).toBe(0);
    world.gateway.state.account(account).report = null;
    await enable("bob", "GAHT12345678");
    const { user: of } = await audited();
    expect(of("bob").mfa).toEqual([{ serial: "GAHT12345678", kind: "hardware" }]);
    expect(world.gateway.count("ListMFADevices")).toBe(1);
  });

  test("asks about everybody with --exact, and sees what the report does not know yet", async () => {
    await user("ada");
    await user("bob");
    // The report is made before the key is.
    world.gateway.state.account(account).reportPolls = 0;
    await audited();
    await key("bob");
    expect((await audited()).user("bob").keys).toHaveLength(0);
    const exact = await audited({ exact: true });
    expect(exact.user("bob").keys).toHaveLength(1);
    expect(exact.accounts[0]?.notAssessed.map(({ check }) => check)).toEqual([
      "root-central",
      "key-on-disk",
      "key-outside-organisation",
    ]);
  });

  test("asks about a user who is newer than the report, and leaves out one who is gone since", async () => {
    await user("ada");
    await user("bob");
    await key("ada");
    await audited();
    await user("cyd");
    await key("cyd");
    await iam.send(new DeleteUserCommand({ UserName: "bob" }));
    const { users } = await audited();
    expect(users.map(({ userName, keys }) => `${userName} ${keys.length}`).sort()).toEqual(["ada 1", "cyd 1"]);
  });

  test("reads every page of everything", async () => {
    world.gateway.pageSize = 1;
    for (const name of ["ada", "bob", "cyd"]) {
      await user(name);
      await key(name, 100);
      await key(name, 100);
    }
    const { users, said } = await audited();
    expect(users.map(({ keys }) => keys.length)).toEqual([2, 2, 2]);
    expect(said.filter((text) => text.startsWith("key-age"))).toHaveLength(6);
    const exact = await audited({ exact: true });
    expect(exact.users).toHaveLength(3);
  });

  test("waits for the report, ever longer, and says how old it is", async () => {
    await user("ada");
    world.gateway.state.account(account).reportPolls = 5;
    const { accounts, sleptMs } = await audited();
    expect(accounts[0]?.status).toBe("audited");
    expect(Date.parse(accounts[0]?.reportGeneratedAt ?? "")).toBeGreaterThan(Date.now() - DAY);
    expect(sleptMs).toBeGreaterThan(3000);
  });
});

describe("what is wrong", () => {
  test("an old key, one that nobody uses, two at once, an inactive one", async () => {
    await user("ada");
    await key("ada", 100);
    const { id } = await key("ada", 80);
    await user("bob");
    const bobs = await key("bob", 60);
    await iam.send(new UpdateAccessKeyCommand({ UserName: "bob", AccessKeyId: bobs.id, Status: "Inactive" }));
    const { said, findings } = await audited();
    expect(said).toEqual(
      expect.arrayContaining([
        "key-age ada",
        "key-never-used ada",
        "key-two-active ada",
        "mfa-missing-with-key ada",
        "key-inactive-stale bob",
      ]),
    );
    expect(findings.find((finding) => finding.check === "key-age" && finding.accessKeyId === id)?.severity).toBe("low");
  });

  test("an administrator by group with a key, and by a policy of its own", async () => {
    for (const name of ["ada", "bob", "cyd"]) {
      await user(name);
      await key(name);
    }
    await iam.send(new CreateGroupCommand({ GroupName: "admins" }));
    await iam.send(
      new AttachGroupPolicyCommand({ GroupName: "admins", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
    );
    await iam.send(new AddUserToGroupCommand({ GroupName: "admins", UserName: "ada" }));
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["iam:PassRole", "ec2:RunInstances"], Resource: "*" }],
    });
    await iam.send(new PutUserPolicyCommand({ UserName: "bob", PolicyName: "p", PolicyDocument }));
    await iam.send(
      new AttachUserPolicyCommand({
        UserName: "cyd",
        PolicyArn: "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
      }),
    );
    const { said } = await audited();
    expect(said.filter((text) => /^(?:admin|direct|quarantined)/.test(text)).sort()).toEqual([
      "admin-with-key ada",
      "admin-with-key bob",
      "direct-policy bob",
      "direct-policy cyd",
      "quarantined cyd",
    ]);
  });

  test("root: a key, an app for MFA, a certificate, a use", async () => {
    world.gateway.state.account(account).root = {
      keys: 1,
      mfa: "virtual",
      certificate: true,
      passwordLastUsedAt: Date.now() - 400 * DAY,
      keysLastUsedAt: [Date.now() - 2 * DAY, null],
    };
    const { said, users } = await audited();
    expect(said).toEqual(
      expect.arrayContaining(["root-access-key", "root-hardware-mfa", "root-certificate", "root-used"]),
    );
    expect(said).not.toContain("root-mfa");
    expect(users).toEqual([]);
  });

  test("nothing of root where nothing is wrong, and nothing of the password policy once it is right", async () => {
    const before = (await audited()).said;
    await iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 14, PasswordReusePrevention: 24 }));
    const after = (await audited()).said;
    expect(before).toEqual(["password-policy", "no-federation"]);
    expect(after).toEqual(["no-federation"]);
  });

  test("a Bedrock key that never expires", async () => {
    await user("ada");
    world.gateway.state.account(account).serviceCredentials.push({
      id: "of-the-test",
      userName: "ada",
      serviceName: "bedrock.amazonaws.com",
      status: "Active",
      createdAt: Date.now(),
      expiresAt: null,
    });
    const { findings } = await audited();
    expect(findings.filter(({ userName }) => userName === "ada")).toEqual([
      expect.objectContaining({ check: "bedrock-key", severity: "critical" }),
    ]);
  });
});

test("what the AWS command line has made is seen", async () => {
  const credentials = await world.gateway.credentials(account, "operator");
  const aws = (...rest: string[]): Promise<string> => awsCommandLine(world.gateway, credentials, ["iam", ...rest]);
  const name = ["--user-name", "zoe.ops@example"];
  const serial = `arn:aws:iam::${account}:mfa/zoe`;
  await aws("create-user", ...name, "--tags", "Key=team,Value=ops");
  const id = await aws("create-access-key", ...name, "--query", "AccessKey.AccessKeyId");
  const device = [
    "--virtual-mfa-device-name",
    "zoe",
    "--bootstrap-method",
    "Base32StringSeed",
    "--outfile",
    "/dev/null",
  ];
  await aws("create-virtual-mfa-device", ...device);
  const codes = ["--authentication-code1", "123456", "--authentication-code2", "654321"];
  await aws("enable-mfa-device", ...name, "--serial-number", serial, ...codes);
  await aws("update-access-key", ...name, "--access-key-id", id, "--status", "Inactive");
  const { users } = await audited();
  expect(users).toEqual([
    expect.objectContaining({
      userName: "zoe.ops@example",
      mfa: [{ serial, kind: "virtual" }],
      keys: [expect.objectContaining({ accessKeyId: id, status: "Inactive", lastUsedAt: null })],
      tags: { team: "ops" },
    }),
  ]);
});

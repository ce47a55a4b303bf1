import { CreateAccessKeyCommand, CreateUserCommand, DeleteUserCommand } from "@aws-sdk/client-iam";
import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { audited, stubAwsEnvironment, WHOLE_ORGANIZATION } from "../support/aws/audited.ts";
import { memberAccount } from "../support/aws/member.ts";
import { type AwsWorld, freshAccount, makeAwsWorld } from "../support/aws/world.ts";

const DAY = 86_400_000;
const ORGANIZATION = { organization: WHOLE_ORGANIZATION };

let world: AwsWorld;
let management: string;
let organizations: OrganizationsClient;

beforeEach(async () => {
  world = await makeAwsWorld();
  management = freshAccount();
  const credentials = await world.gateway.credentials(management, "operator");
  stubAwsEnvironment(world.gateway, credentials);
  organizations = new OrganizationsClient({
    endpoint: world.gateway.url,
    region: "us-east-1",
    credentials,
    maxAttempts: 1,
  });
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.stop();
});

/** A member with the audit role, and a user who has an old key. */
async function member(
  name: string,
  { externalId = "e-1" as string | null, from = null as string[] | null } = {},
): Promise<string> {
  const id = await memberAccount(world.gateway, organizations, name, { externalId, from });
  const iam = await world.iam(id);
  await iam.send(new CreateUserCommand({ UserName: `user-of-${name}` }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: `user-of-${name}` }));
  const key = world.gateway.state.keys.get(AccessKey?.AccessKeyId ?? "");
  if (key !== undefined) key.createdAt -= 100 * DAY;
  return id;
}

const only = (...include: string[]) => ({
  organization: { ...WHOLE_ORGANIZATION, selection: { units: [], include, exclude: [] } },
});

describe("an organisation", () => {
  test("is audited account by account, the management account included, without a role there", async () => {
    const one = await member("one");
    const two = await member("two");
    const { organization, accounts, users, said } = await audited(ORGANIZATION);
    expect(organization).toEqual({ id: expect.stringMatching(/^o-/), managementAccountId: management });
    expect(accounts.map(({ id, name, state, status }) => [id, name, state, status])).toEqual([
      [management, "master", "ACTIVE", "audited"],
      [one, "one", "ACTIVE", "audited"],
      [two, "two", "ACTIVE", "audited"],
    ]);
    expect(users.map(({ accountId, userName }) => [accountId, userName])).toEqual([
      [one, "user-of-one"],
      [two, "user-of-two"],
    ]);
    expect(said.filter((text) => text.startsWith("key-age"))).toEqual(["key-age user-of-one", "key-age user-of-two"]);
    expect(said.filter((text) => text === "root-central")).toHaveLength(1);
    expect(world.gateway.count("AssumeRole", management)).toBe(0);
    expect(world.gateway.count("AssumeRole", one)).toBe(1);
  });

  test("manages the root users of its members centrally, or is told that it does not", async () => {
    await member("one");
    world.gateway.state.account(management).organizationFeatures = ["RootSessions"];
    const { findings } = await audited(ORGANIZATION);
    expect(findings.filter(({ check }) => check === "root-central")).toEqual([
      expect.objectContaining({
        accountId: management,
        detail: "Not enabled in the organisation: RootCredentialsManagement.",
      }),
    ]);
    world.gateway.state.account(management).organizationFeatures = ["RootSessions", "RootCredentialsManagement"];
    expect((await audited(ORGANIZATION)).said).not.toContain("root-central");
    expect(world.gateway.count("ListOrganizationsFeatures")).toBe(2);
    expect(world.gateway.count("ListOrganizationsFeatures", management)).toBe(2);
  });

  test("is read to its last page, though the first is empty", async () => {
    for (let number = 0; number < 23; number++) {
      await organizations.send(
        new CreateAccountCommand({ AccountName: `a${number}`, Email: `a${number}@example.com` }),
      );
    }
    const { organization } = world.gateway.state;
    if (organization !== null) organization.firstPageEmpty = true;
    const { accounts } = await audited(only(management));
    expect(accounts).toHaveLength(24);
    expect(accounts.filter(({ status }) => status === "skipped")).toHaveLength(23);
    expect(world.gateway.count("ListAccounts")).toBeGreaterThan(2);
  });

  test("has accounts that are not active: they are left out, and said to be", async () => {
    const closed = await member("closed");
    const pending = await member("pending");
    await organizations.send(new CloseAccountCommand({ AccountId: closed }));
    world.gateway.state.organization?.states.set(pending, "PENDING_ACTIVATION");
    const { account } = await audited(ORGANIZATION);
    expect(account(closed)).toMatchObject({ status: "skipped", reason: "its state is SUSPENDED", state: "SUSPENDED" });
    expect(account(pending)).toMatchObject({ status: "skipped", reason: "its state is PENDING_ACTIVATION" });
    expect(world.gateway.count("AssumeRole", closed)).toBe(0);
  });

  test("is narrowed by id, by name and by unit, however deep", async () => {
    const one = await member("one");
    const two = await member("two");
    const three = await member("three");
    const status = async (selection: Partial<typeof WHOLE_ORGANIZATION.selection>) => {
      const all = { ...WHOLE_ORGANIZATION.selection, ...selection };
      const { accounts } = await audited({ organization: { ...WHOLE_ORGANIZATION, selection: all } });
      return accounts.filter((account) => account.status === "audited").map(({ id }) => id);
    };
    expect(await status({ include: [one, "two"] })).toEqual([one, two]);
    expect(await status({ exclude: [management, "two"] })).toEqual([one, three]);
    await expect(status({ include: ["nobody"] })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining('"nobody"'),
    });
    const { Roots } = await organizations.send(new ListRootsCommand({}));
    const root = Roots?.[0]?.Id ?? "";
    const outer = await organizations.send(new CreateOrganizationalUnitCommand({ ParentId: root, Name: "outer" }));
    const unit = outer.OrganizationalUnit?.Id ?? "";
    const inner = await organizations.send(new CreateOrganizationalUnitCommand({ ParentId: unit, Name: "inner" }));
    const move = (AccountId: string, DestinationParentId?: string) =>
      organizations.send(new MoveAccountCommand({ AccountId, SourceParentId: root, DestinationParentId }));
    await move(two, unit);
    await move(three, inner.OrganizationalUnit?.Id);
    expect(await status({ units: [unit] })).toEqual([two, three]);
  });

  test("is audited from a delegated administrator too", async () => {
    const one = await member("one");
    world.gateway.state.account(management).trusts.push({ role: "keysweep-audit", externalId: "e-1", from: [one] });
    world.gateway.state.organization?.readers.add(one);
    stubAwsEnvironment(world.gateway, await world.gateway.credentials(one, "operator"));
    const { accounts } = await audited(ORGANIZATION);
    expect(accounts.map(({ id, status }) => [id, status])).toEqual([
      [management, "audited"],
      [one, "audited"],
    ]);
    expect(world.gateway.count("AssumeRole", management)).toBe(1);
    expect(world.gateway.count("AssumeRole", one)).toBe(0);
  });

  test("is reached through a chain of roles", async () => {
    const one = await member("one", { from: [management] });
    const elsewhere = freshAccount();
    world.gateway.state.account(management).trusts.push({ role: "hub", externalId: null, from: [elsewhere] });
    stubAwsEnvironment(world.gateway, await world.gateway.credentials(elsewhere, "operator"));
    const { account } = await audited({ ...ORGANIZATION, via: [`arn:aws:iam::${management}:role/hub`] });
    expect(account(one).status).toBe("audited");
    expect(account(management).status).toBe("audited");
  });
});

test("roles are assumed in the partition that the credentials are of", async () => {
  const one = await member("one");
  world.gateway.partition = "aws-cn";
  world.gateway.fault({ action: "AssumeRole", account: one, kind: { is: "denied", by: "" } });
  const { account } = await audited(only(one));
  expect(account(one).permission).toBe(`sts:AssumeRole on arn:aws-cn:iam::${one}:role/keysweep-audit`);
});

describe("who cannot read an organisation is told", () => {
  test("that there is none: the account is audited alone", async () => {
    stubAwsEnvironment(world.gateway, await world.gateway.credentials(freshAccount(), "operator"));
    // Moto answers for the management account unless the gateway knows of no organisation.
    world.gateway.state.organization = null;
    const { organization, accounts } = await audited(ORGANIZATION);
    expect(organization).toBeNull();
    expect(accounts.map(({ status }) => status)).toEqual(["audited"]);
  });

  test("that it is a member, and who is not", async () => {
    const one = await member("one");
    stubAwsEnvironment(world.gateway, await world.gateway.credentials(one, "operator"));
    await expect(audited(ORGANIZATION)).rejects.toMatchObject({
      code: "aws",
      message: expect.stringMatching(
        `${one} may not list .* it is a member, and ${management} is the management account`,
      ),
      hint: expect.stringContaining(`${management} or of a delegated administrator`),
    });
  });

  test("which permission is missing", async () => {
    world.gateway.fault({
      action: "ListAccounts",
      kind: { is: "denied", by: "because no identity-based policy allows the organizations:ListAccounts action" },
    });
    await expect(audited(ORGANIZATION)).rejects.toMatchObject({
      code: "aws",
      hint: expect.stringContaining("Grant organizations:ListAccounts"),
    });
  });
});

describe("an account that cannot be audited is an error, and the others are audited all the same", () => {
  test("it does not trust the role, or wants another external id", async () => {
    const one = await member("one");
    const two = await member("two", { externalId: "another" });
    const three = await member("three");
    world.gateway.state.account(three).trusts.length = 0;
    const { account } = await audited(ORGANIZATION);
    expect(account(one).status).toBe("audited");
    for (const id of [two, three]) {
      expect(account(id)).toMatchObject({
        status: "error",
        reason: expect.stringContaining("cannot be assumed"),
        permission: `sts:AssumeRole on arn:aws:iam::${id}:role/keysweep-audit`,
      });
    }
  });

  test("one call is denied by a service control policy: the rest is told, and what is missing", async () => {
    const one = await member("one");
    world.gateway.fault({
      action: "ListMFADevices",
      account: one,
      kind: { is: "denied", by: "with an explicit deny in a service control policy" },
    });
    const { account, users, said } = await audited(only(one));
    expect(account(one)).toMatchObject({
      status: "error",
      reason: "iam:ListMFADevices: iam:ListMFADevices is denied by a service control policy",
      permission: "iam:ListMFADevices",
    });
    expect(
      account(one)
        .notAssessed.filter(({ failure }) => failure)
        .map(({ check }) => check),
    ).toEqual(["console-no-mfa", "mfa-missing-with-key", "mfa-virtual-only"]);
    expect(users).toHaveLength(1);
    expect(said).toContain("key-age user-of-one");
  });

  test("the report may not be made: IAM is asked about every user instead", async () => {
    const one = await member("one");
    world.gateway.fault({ action: "GenerateCredentialReport", account: one, kind: { is: "denied", by: "" } });
    const { account, said } = await audited(only(one));
    expect(account(one)).toMatchObject({ status: "error", permission: "iam:GenerateCredentialReport" });
    expect(
      account(one)
        .notAssessed.filter(({ failure }) => failure)
        .map(({ check }) => check),
    ).toContain("root-used");
    expect(said).toContain("key-age user-of-one");
  });

  test("the report is never ready", async () => {
    const one = await member("one");
    world.gateway.state.account(one).reportPolls = Number.POSITIVE_INFINITY;
    const { account, said, sleptMs } = await audited(only(one));
    expect(account(one)).toMatchObject({
      status: "error",
      reason: expect.stringContaining("not ready"),
      permission: null,
    });
    expect(said).toContain("key-age user-of-one");
    expect(sleptMs).toBeGreaterThan(3 * 60_000);
    expect(world.gateway.count("GetCredentialReport", one)).toBeLessThan(30);
  });
});

describe("what passes by itself is waited for", () => {
  test("throttling of a minute", async () => {
    const one = await member("one");
    world.gateway.fault({ account: one, times: 30, kind: { is: "throttled" } });
    const { account, sleptMs } = await audited(only(one));
    expect(account(one).status).toBe("audited");
    expect(sleptMs).toBeGreaterThan(30_000);
  });

  test("errors of AWS, cut connections, lost replies, and no answer", async () => {
    const one = await member("one");
    const { gateway } = world;
    gateway.fault({
      action: "AssumeRole",
      account: one,
      times: 2,
      kind: { is: "error", status: 503, code: "ServiceUnavailable" },
    });
    gateway.fault({ action: "ListAccessKeys", account: one, times: 3, kind: { is: "cut" } });
    gateway.fault({ action: "GetAccessKeyLastUsed", account: one, times: 1, kind: { is: "reply-lost" } });
    gateway.fault({ action: "ListMFADevices", account: one, times: 1, kind: { is: "silent" } });
    gateway.fault({
      action: "GetAccountAuthorizationDetails",
      account: one,
      times: 2,
      kind: { is: "error", status: 500, code: "InternalFailure" },
    });
    gateway.fault({ action: "ListAccounts", times: 1, kind: { is: "throttled" } });
    const { account } = await audited(only(one), { answerMs: 2000 });
    expect(account(one)).toMatchObject({ status: "audited", users: 1, keys: 1 });
  });

  test("a session that ends in the middle is renewed", async () => {
    const one = await member("one");
    const { state } = world.gateway;
    const expire = (account: string): void => {
      for (const identity of state.identities.values()) {
        if (identity.account === account && identity.arn.includes("keysweep-audit")) identity.state = "expired";
      }
    };
    const { account } = await audited(only(one), { onOpen: expire });
    expect(account(one)).toMatchObject({ status: "audited", users: 1 });
    expect(world.gateway.count("AssumeRole", one)).toBeGreaterThan(1);
  });

  test("a clock that is wrong is set by AWS's", async () => {
    const one = await member("one");
    world.gateway.clockAheadMs = 30 * 60_000;
    const { account } = await audited(only(one));
    expect(account(one).status).toBe("audited");
    world.gateway.clockAheadMs = -3 * 3_600_000;
    world.gateway.state.account(one).report = null;
    expect((await audited(only(one))).account(one).status).toBe("audited");
  });
});

test("a user who is deleted between two calls is no longer there, and no error", async () => {
  const one = await member("one");
  const iam = await world.iam(one);
  await iam.send(new CreateUserCommand({ UserName: "short-lived" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "short-lived" }));
  await audited(only(one));
  // The report still knows it, and the details do for one more call.
  world.gateway.onceAfter("GetAccountAuthorizationDetails", async () => {
    const { DeleteAccessKeyCommand } = await import("@aws-sdk/client-iam");
    await iam.send(new DeleteAccessKeyCommand({ UserName: "short-lived", AccessKeyId: AccessKey?.AccessKeyId }));
    await iam.send(new DeleteUserCommand({ UserName: "short-lived" }));
  });
  const { account, users } = await audited(only(one));
  expect(account(one)).toMatchObject({ status: "audited", users: 1 });
  expect(users.map(({ userName }) => userName)).toEqual(["user-of-one"]);
});

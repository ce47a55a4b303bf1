import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteAccessKeyCommand, UpdateAccessKeyCommand } from "@aws-sdk/client-iam";
import { CreateOrganizationCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CANARY_ACCOUNTS } from "../../src/generated/canaries.ts";
import { memberAccount } from "../support/aws/member.ts";
import { makeOperator, type Operator } from "../support/aws/operator.ts";
import { type UserKey, userWithKey } from "../support/aws/user-key.ts";
import { clientSettings, freshAccount, iamClient } from "../support/aws/world.ts";
import { generateKeyId, generateMaterial, LONG_TERM } from "../support/material.ts";
import { randomFrom } from "../support/random.ts";

/*
 * `keysweep scan --identify`: the program as users start it, against the emulator.
 */

let operator: Operator;
beforeEach(async () => {
  operator = await makeOperator();
});
afterEach(() => operator.stop());

function found(...keys: { readonly id: string; readonly secret: string }[]): void {
  const profiles = keys.map(
    ({ id, secret }, index) => `[p${index}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
  );
  operator.world.file("credentials", profiles.join("\n"));
}

const pairOf = ({ id, credentials }: UserKey) => ({ id, secret: credentials.secretAccessKey });

/** A key of the account, made now. */
async function keyIn(account: string, userName: string): Promise<UserKey> {
  const iam = iamClient(operator.gateway, await operator.gateway.credentials(account));
  return userWithKey(operator.gateway, iam, userName);
}

async function scan(...args: string[]) {
  const { status, stdout, stderr } = await operator.run(["scan", "credentials", "--format", "json", ...args]);
  return { status, stderr, stdout, report: JSON.parse(stdout) };
}

async function organization(): Promise<OrganizationsClient> {
  const client = new OrganizationsClient(clientSettings(operator.gateway, operator.credentials));
  await client.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  return client;
}

describe("a key of the operator's account", () => {
  test("gets its owner, its status and its last use, and is critical while it is active", async () => {
    const key = await userWithKey(operator.gateway, operator.iam, "ci");
    found(pairOf(key));
    const at = Date.parse("2026-03-04T05:06:07Z");
    operator.gateway.state.keys.get(key.id)?.uses.push({ at, service: "s3", region: "eu-west-1" });
    const active = await scan("--identify");
    expect(active.status).toBe(1);
    expect(active.report.findings).toMatchObject([
      {
        accessKeyId: key.id,
        severity: "critical",
        accountId: operator.account,
        owner: {
          accountId: operator.account,
          userName: "ci",
          status: "Active",
          lastUsedAt: "2026-03-04T05:06:07.000Z",
          asOf: active.report.identification.asOf,
        },
      },
    ]);
    expect(active.report.identification).toMatchObject({ asked: 1, unidentified: [], leftOut: 0 });
    await operator.iam.send(new UpdateAccessKeyCommand({ UserName: "ci", AccessKeyId: key.id, Status: "Inactive" }));
    const inactive = await scan("--identify");
    expect(inactive.report.findings).toMatchObject([{ severity: "high", owner: { status: "Inactive" } }]);
  });

  test("is known by its id where AWS may not be asked for the account", async () => {
    const key = await userWithKey(operator.gateway, operator.iam, "ci");
    found(pairOf(key));
    operator.gateway.fault({ action: "GetAccessKeyInfo", kind: { is: "denied", by: "" } });
    expect((await scan("--identify")).report.findings).toMatchObject([{ owner: { userName: "ci" } }]);
  });

  test("is never used, nor is its secret told", async () => {
    const key = await userWithKey(operator.gateway, operator.iam, "ci");
    found(pairOf(key));
    const { stdout, stderr } = await scan("--identify");
    expect(operator.gateway.state.keys.get(key.id)?.uses).toEqual([]);
    for (const text of [stdout, stderr]) {
      expect(text.includes(key.credentials.secretAccessKey)).toBe(false);
      expect(text.includes(operator.credentials.secretAccessKey)).toBe(false);
    }
  });

  test("that is no more has no owner, whatever an audit remembers of it", async () => {
    const key = await userWithKey(operator.gateway, operator.iam, "ci");
    found(pairOf(key));
    await operator.run(["audit"]);
    expect((await scan()).report.findings).toMatchObject([{ severity: "critical", owner: { userName: "ci" } }]);
    operator.gateway.fault({
      action: "GetAccessKeyLastUsed",
      times: 1,
      kind: { is: "error", status: 404, code: "NoSuchEntity" },
    });
    const { report } = await scan("--identify");
    expect(report.findings).toMatchObject([{ severity: "high", owner: null }]);
    expect(report.identification.unidentified).toMatchObject([
      { accessKeyId: key.id, accountId: operator.account, reason: "IAM knows no such key any more", permission: null },
    ]);
  });

  test("that IAM does not tell of is told with the permission that may be missing", async () => {
    const key = await userWithKey(operator.gateway, operator.iam, "ci");
    found(pairOf(key));
    await operator.iam.send(new DeleteAccessKeyCommand({ UserName: "ci", AccessKeyId: key.id }));
    const { status, stdout } = await operator.run(["scan", "credentials", "--identify"]);
    expect(status).toBe(1);
    const text = stdout.replace(/\s+/g, " ");
    expect(text).toContain("AWS was asked about 1 key, 1 not identified.");
    expect(text).toContain(`${key.id} of account ${operator.account}: iam:GetAccessKeyLastUsed: `);
    expect(text).toContain("or there is no such key any more (missing: iam:GetAccessKeyLastUsed)");
  });
});

describe("a key of another account", () => {
  test("of the organisation is asked about by the audit role", async () => {
    const member = await memberAccount(operator.gateway, await organization(), "one", { externalId: "e-1" });
    const key = await keyIn(member, "deploy");
    found(pairOf(key));
    writeFileSync(operator.world.operatorConfiguration, "organization: { externalId: e-1 }\n");
    const { report } = await scan("--identify");
    expect(report.findings).toMatchObject([
      { severity: "critical", owner: { accountId: member, userName: "deploy", status: "Active" } },
    ]);
  });

  test("that the role may not be assumed in is told of", async () => {
    const member = await memberAccount(operator.gateway, await organization(), "one", { externalId: "e-1" });
    found(pairOf(await keyIn(member, "deploy")));
    const { status, report } = await scan("--identify");
    expect(status).toBe(1);
    expect(report.findings).toMatchObject([{ severity: "high", owner: null }]);
    expect(report.identification.unidentified).toMatchObject([
      { accountId: member, permission: expect.stringContaining("sts:AssumeRole on arn:aws:iam::") },
    ]);
  });

  test("outside the organisation is marked, and nothing of it is entered", async () => {
    const organizations = await organization();
    await memberAccount(operator.gateway, organizations, "one");
    const foreign = freshAccount();
    operator.gateway.state.account(foreign).trusts.push({ role: "keysweep-audit", externalId: null, from: null });
    found(pairOf(await keyIn(foreign, "mallory")));
    const { report } = await scan("--identify");
    expect(report.findings).toMatchObject([
      {
        accountId: foreign,
        owner: null,
        outsideOrganization: { organizationId: expect.stringMatching(/^o-/), asOf: report.identification.asOf },
      },
    ]);
    expect(report.identification.unidentified).toMatchObject([
      { reason: expect.stringMatching(new RegExp(`account ${foreign}, which is not in o-`)), permission: null },
    ]);
    expect(operator.gateway.count("AssumeRole", foreign)).toBe(0);
  });

  test("is left alone where there is no organisation, or its accounts may not be listed", async () => {
    const foreign = freshAccount();
    found(pairOf(await keyIn(foreign, "bob")));
    const alone = await scan("--identify");
    expect(alone.report.findings[0].outsideOrganization).toBeUndefined();
    expect(alone.report.identification.unidentified[0].reason).toContain("yours is in no organisation");
    await organization();
    operator.gateway.fault({ action: "ListAccounts", kind: { is: "denied", by: "" } });
    const denied = await scan("--identify");
    expect(denied.report.findings[0].outsideOrganization).toBeUndefined();
    expect(denied.report.identification.unidentified).toMatchObject([
      { accountId: foreign, permission: "organizations:ListAccounts" },
    ]);
    expect(operator.gateway.count("AssumeRole", foreign)).toBe(0);
  });

  test("is found by AWS's word where the id tells no account", async () => {
    // Ids of before about 2019 tell none: the fifth character is an I or a J.
    const { secret } = generateMaterial(7);
    const old = `${LONG_TERM}J${generateKeyId(randomFrom(9)).slice(5)}`;
    operator.gateway.state.identities.set(old, {
      account: operator.account,
      arn: `arn:aws:iam::${operator.account}:user/old`,
      kind: "user",
      userName: "old",
      secretAccessKey: "",
      sessionToken: null,
      expiresAt: null,
      taskPolicy: null,
      state: "valid",
    });
    found({ id: old, secret });
    const { report } = await scan("--identify");
    expect(report.findings).toMatchObject([{ accessKeyId: old, accountId: operator.account }]);
  });
});

describe("decoys", () => {
  const [decoyAccount = ""] = CANARY_ACCOUNTS.keys();
  const decoyIn = (account: string) => ({
    id: generateKeyId(randomFrom(3), { account }),
    secret: generateMaterial(3).secret,
  });

  test("are not asked about", async () => {
    const decoy = decoyIn(decoyAccount);
    found(decoy);
    const { report } = await scan("--identify");
    expect(report.findings).toMatchObject([{ canary: true, severity: "info" }]);
    expect(report.identification).toMatchObject({ asked: 0, unidentified: [] });
    expect(operator.gateway.count("GetAccessKeyInfo")).toBe(0);
  });

  test("are not used, though they lie where the operator's credentials are looked for", async () => {
    const decoy = decoyIn(decoyAccount);
    const key = await userWithKey(operator.gateway, operator.iam, "ci");
    found(pairOf(key));
    const before = operator.gateway.counts.size;
    const { status, stderr, stdout } = await operator.run(["scan", "credentials", "--identify", "--format", "json"], {
      AWS_ACCESS_KEY_ID: decoy.id,
      AWS_SECRET_ACCESS_KEY: decoy.secret,
      AWS_SESSION_TOKEN: "",
    });
    expect(status).toBe(4);
    expect(stderr).toContain("are a decoy");
    expect(JSON.parse(stdout).findings).toHaveLength(1);
    expect(operator.gateway.counts.size).toBe(before);
  });
});

test("without credentials the findings are told all the same, with what is not known, and the status is 4", async () => {
  const key = await userWithKey(operator.gateway, operator.iam, "ci");
  found(pairOf(key));
  const none = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SESSION_TOKEN: "" };
  const json = await operator.run(["scan", "credentials", "--identify", "--format", "json"], none);
  expect(json.status).toBe(4);
  expect(json.stderr).toContain("the AWS credentials could not be used");
  const report = JSON.parse(json.stdout);
  expect(report.findings).toMatchObject([{ accessKeyId: key.id, severity: "high", owner: null }]);
  expect(report.identification).toMatchObject({ asked: 0, unidentified: [{ accessKeyId: key.id }] });
  const pretty = await operator.run(["scan", "credentials", "--identify"], none);
  expect(pretty.stdout).toContain("AWS could not be asked about keys, 1 not identified.");
});

test("the owner that AWS told is in the ledger's memory of the scan, and not asked for again without the flag", async () => {
  const key = await userWithKey(operator.gateway, operator.iam, "ci");
  found(pairOf(key));
  await scan("--identify");
  const before = operator.gateway.count("GetAccessKeyLastUsed");
  const { report } = await scan();
  expect(report.identification).toBeUndefined();
  expect(operator.gateway.count("GetAccessKeyLastUsed")).toBe(before);
  const ledger = readFileSync(join(operator.world.home, ".local", "state", "keysweep", "ledger.db"));
  expect(ledger.includes(key.credentials.secretAccessKey)).toBe(false);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteAccessKeyCommand, type IAMClient } from "@aws-sdk/client-iam";
import { CreateOrganizationCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { World } from "../end-to-end/world.ts";
import type { Gateway } from "../support/aws/gateway.ts";
import { memberAccount } from "../support/aws/member.ts";
import { makeOperator, type Operator } from "../support/aws/operator.ts";
import { userWithKey } from "../support/aws/user-key.ts";
import { clientSettings, freshAccount, iamClient } from "../support/aws/world.ts";

/*
 * What an audit leaves in the ledger, and what the next audit and a scan make of it: the program as users start it, against the emulator.
 */

let operator: Operator;
let gateway: Gateway;
let world: World;
let account: string;
let iam: IAMClient;
beforeEach(async () => {
  operator = await makeOperator();
  ({ gateway, world, account, iam } = operator);
});
afterEach(() => operator.stop());

async function audit() {
  const { stdout, stderr } = await operator.run(["audit", "--format", "json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

async function scan() {
  return JSON.parse((await operator.run(["scan", "credentials", "--format", "json"])).stdout);
}

test("a scan after an audit names the owner of a found key, and no longer once it is gone", async () => {
  const { id, credentials } = await userWithKey(gateway, iam, "ci");
  world.file(
    "credentials",
    `[ci]\naws_access_key_id = ${id}\naws_secret_access_key = ${credentials.secretAccessKey}\n`,
  );
  expect((await scan()).findings).toMatchObject([{ accessKeyId: id, severity: "high", owner: null }]);
  const first = await audit();
  expect(first.changes).toBeNull();
  expect((await scan()).findings).toMatchObject([
    { severity: "critical", owner: { accountId: account, userName: "ci", status: "Active", lastUsedAt: null } },
  ]);
  await iam.send(new DeleteAccessKeyCommand({ UserName: "ci", AccessKeyId: id }));
  gateway.state.account(account).reportPolls = 0;
  const second = await audit();
  expect(second.changes).toMatchObject({ since: first.finishedAt, unread: [] });
  expect((await scan()).findings).toMatchObject([{ severity: "high", owner: null }]);
});

test("an audit after a scan says which keys lie where, and no longer once they are gone from there", async () => {
  const { id, credentials } = await userWithKey(gateway, iam, "ci");
  const onDisk = async () => (await audit()).findings.filter(({ check }: { check: string }) => check === "key-on-disk");
  expect((await audit()).coverage.accounts[0].notAssessed).toContainEqual({
    check: "key-on-disk",
    reason: "no scan is remembered: keysweep scan comes first",
    permission: null,
    failure: false,
  });
  const path = world.file(
    "credentials",
    `[ci]\naws_access_key_id = ${id}\naws_secret_access_key = ${credentials.secretAccessKey}\n`,
  );
  await scan();
  expect(await onDisk()).toMatchObject([
    {
      severity: "critical",
      userName: "ci",
      accessKeyId: id,
      detail: expect.stringContaining(`${path}:2:21, last seen on`),
    },
  ]);
  world.file("credentials", `aws_access_key_id = ${id}\n`);
  await scan();
  expect(await onDisk()).toEqual([]);
});

test("an audit of the organisation names found keys of accounts that are not in it", async () => {
  const organizations = new OrganizationsClient(clientSettings(gateway, operator.credentials));
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const member = await memberAccount(gateway, organizations, "one");
  const foreign = freshAccount();
  const keys = await Promise.all(
    [member, foreign].map(async (in_) =>
      userWithKey(gateway, iamClient(gateway, await gateway.credentials(in_)), "ci"),
    ),
  );
  const profiles = keys.map(
    ({ id, credentials: { secretAccessKey } }) =>
      `[${id}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  world.file("credentials", profiles.join("\n"));
  await scan();
  const { stdout } = await operator.run(["audit", "--organization", "--format", "json"]);
  const found = JSON.parse(stdout).findings.filter(({ check }: { check: string }) => check.startsWith("key-o"));
  expect(found).toMatchObject([
    { check: "key-on-disk", accountId: member, accessKeyId: keys[0]?.id },
    {
      check: "key-outside-organisation",
      severity: "high",
      accountId: account,
      accessKeyId: keys[1]?.id,
      detail: expect.stringContaining(`A key of account ${foreign} was found`),
    },
  ]);
});

test("no secret of an audited key or of the operator comes into the ledger", async () => {
  const { id, credentials } = await userWithKey(gateway, iam, "ci");
  await audit();
  const bytes = readFileSync(join(world.home, ".local", "state", "keysweep", "ledger.db"));
  expect(bytes.includes(id)).toBe(true);
  for (const hidden of [
    credentials.secretAccessKey,
    operator.credentials.secretAccessKey,
    operator.credentials.sessionToken,
  ]) {
    expect(bytes.includes(hidden ?? "")).toBe(false);
  }
});

test("an audit says what is new and what is gone since the last one", async () => {
  await audit();
  const { id } = await userWithKey(gateway, iam, "ci");
  const { changes, findings } = await audit();
  const fresh = findings.filter((finding: { fingerprint: string }) => changes.new.includes(finding.fingerprint));
  expect(fresh.map(({ userName }: { userName: string }) => userName)).toContain("ci");
  expect(changes.gone).toEqual([]);
  await iam.send(new DeleteAccessKeyCommand({ UserName: "ci", AccessKeyId: id }));
  const { status, stdout } = await operator.run(["audit"]);
  expect(status).not.toBe(4);
  expect(stdout).toMatch(/Against the last audit: .*[1-9]\d* gone since \d{4}-\d\d-\d\d\.\n/);
});

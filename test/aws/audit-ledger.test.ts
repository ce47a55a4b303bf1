import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteAccessKeyCommand, type IAMClient } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { World } from "../end-to-end/world.ts";
import type { Gateway } from "../support/aws/gateway.ts";
import { makeOperator, type Operator } from "../support/aws/operator.ts";
import { userWithKey } from "../support/aws/user-key.ts";

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
  expect(stdout).toMatch(/Against the last audit: .*[1-9]\d* gone since \d{4}-\d\d-\d\d\.\n$/);
});

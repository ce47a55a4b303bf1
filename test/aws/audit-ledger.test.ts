import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateAccessKeyCommand, CreateUserCommand, DeleteAccessKeyCommand, type IAMClient } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ENTRY, makeWorld, type World } from "../end-to-end/world.ts";
import type { Credentials } from "../support/aws/gateway.ts";
import { type AwsWorld, freshAccount, makeAwsWorld } from "../support/aws/world.ts";

/*
 * What an audit leaves in the ledger, and what the next audit and a scan make of it: the program as users start it, against the emulator.
 */

let aws: AwsWorld;
let world: World;
let account: string;
let credentials: Credentials;
let iam: IAMClient;
beforeEach(async () => {
  aws = await makeAwsWorld();
  world = makeWorld();
  account = freshAccount();
  credentials = await aws.gateway.credentials(account, "operator");
  iam = await aws.iam(account);
  aws.gateway.state.account(account).reportPolls = 0;
});
afterEach(async () => {
  world.remove();
  await aws.stop();
});

async function run(
  ...args: string[]
): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    cwd: world.folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...world.environment,
      AWS_ENDPOINT_URL: aws.gateway.url,
      AWS_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    },
  });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (data: Buffer) => {
    text.stdout += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    text.stderr += data.toString();
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, ...text };
}

async function userWithKey(userName: string): Promise<{ readonly id: string; readonly secret: string }> {
  await iam.send(new CreateUserCommand({ UserName: userName }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: userName }));
  return { id: key?.AccessKeyId ?? "", secret: key?.SecretAccessKey ?? "" };
}

async function audit() {
  const { stdout, stderr } = await run("audit", "--format", "json");
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

async function scan() {
  return JSON.parse((await run("scan", "credentials", "--format", "json")).stdout);
}

test("a scan after an audit names the owner of a found key, and no longer once it is gone", async () => {
  const { id, secret } = await userWithKey("ci");
  world.file("credentials", `[ci]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`);
  expect((await scan()).findings).toMatchObject([{ accessKeyId: id, severity: "high", owner: null }]);
  const first = await audit();
  expect(first.changes).toBeNull();
  expect((await scan()).findings).toMatchObject([
    { severity: "critical", owner: { accountId: account, userName: "ci", status: "Active", lastUsedAt: null } },
  ]);
  await iam.send(new DeleteAccessKeyCommand({ UserName: "ci", AccessKeyId: id }));
  aws.gateway.state.account(account).reportPolls = 0;
  const second = await audit();
  expect(second.changes).toMatchObject({ since: first.finishedAt, unread: [] });
  expect((await scan()).findings).toMatchObject([{ severity: "high", owner: null }]);
});

test("no secret of an audited key or of the operator comes into the ledger", async () => {
  const { id, secret } = await userWithKey("ci");
  await audit();
  const bytes = readFileSync(join(world.home, ".local", "state", "keysweep", "ledger.db"));
  expect(bytes.includes(id)).toBe(true);
  for (const hidden of [secret, credentials.secretAccessKey, credentials.sessionToken]) {
    expect(bytes.includes(hidden ?? "")).toBe(false);
  }
});

test("an audit says what is new and what is gone since the last one", async () => {
  await audit();
  const { id } = await userWithKey("ci");
  const { changes, findings } = await audit();
  const fresh = findings.filter((finding: { fingerprint: string }) => changes.new.includes(finding.fingerprint));
  expect(fresh.map(({ userName }: { userName: string }) => userName)).toContain("ci");
  expect(changes.gone).toEqual([]);
  await iam.send(new DeleteAccessKeyCommand({ UserName: "ci", AccessKeyId: id }));
  const { status, stdout } = await run("audit");
  expect(status).not.toBe(4);
  expect(stdout).toMatch(/Against the last audit: .*[1-9]\d* gone since \d{4}-\d\d-\d\d\.\n$/);
});

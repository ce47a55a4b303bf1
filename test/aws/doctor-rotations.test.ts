import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { CreateRoleCommand, CreateUserCommand, DeleteUserCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Diagnosis } from "../../src/model/diagnosis.ts";
import { clientSettings, freshAccount } from "../support/aws/world.ts";
import { makeRotating, type Rotating } from "../support/rotate/rotating.ts";

/*
 * What `keysweep doctor` says of rotations, before one is begun and in the middle of one.
 */

let rotating: Rotating;
beforeEach(async () => {
  rotating = await makeRotating();
  // Whose session the operator has.
  await rotating.operator.iam.send(
    new CreateRoleCommand({ RoleName: "operator", Path: "/people/", AssumeRolePolicyDocument: "{}" }),
  );
});
afterEach(() => rotating.stop());

const NO_CREDENTIALS = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SESSION_TOKEN: "" };

async function doctor(environment: Record<string, string> = {}) {
  const { status, stdout } = await rotating.operator.run(["doctor", "--format", "json"], environment);
  const { checks } = JSON.parse(stdout) as { checks: Diagnosis[] };
  const of = (name: string): string[] =>
    checks.filter(({ check }) => check === name).map((one) => `${one.status}: ${one.detail}`);
  return { status, stdout, checks, of };
}

/** Where a rotation keeps what it seals for. */
function identity(): string {
  return join(rotating.operator.world.home, ".local", "state", "keysweep", "identity");
}

test("where all is well it says so, and makes nothing", async () => {
  const { gateway } = rotating.operator;
  gateway.counts.clear();
  const { status, of } = await doctor();
  expect(status).toBe(0);
  expect(of("rotation-permissions")).toEqual(["ok: deploy: a rotation may do all that it needs"]);
  expect(of("seal")).toEqual([`unused: there is no identity yet; the first rotation makes one: ${identity()}`]);
  expect(of("notifications")).toEqual(["unused: nobody is told of anything"]);
  const changing = [...gateway.counts.keys()].filter((key) => / (?:Create|Update|Delete|Tag|Put)/.test(key));
  expect([changing, existsSync(identity())]).toEqual([[], false]);
  expect((await doctor(NO_CREDENTIALS)).of("aws-identity")).toEqual([expect.stringMatching(/^problem: /)]);
});

describe("rotation-permissions", () => {
  test("names what is refused, by a simulation and in the user's own account", async () => {
    const { gateway } = rotating.operator;
    for (const action of ["CreateAccessKey", "TagUser"]) gateway.fault({ action, kind: { is: "denied", by: "" } });
    const { status, checks, of } = await doctor();
    expect([status, of("rotation-permissions")]).toEqual([
      4,
      ["problem: deploy: iam:CreateAccessKey, iam:TagUser: not allowed"],
    ]);
    expect(checks.find(({ check }) => check === "rotation-permissions")?.hint).toContain("deploy/rotate-role.yaml");
  });

  test("asks for the role of the session, whose ARN has its path", async () => {
    const { gateway, account } = rotating.operator;
    await doctor();
    expect(new Set(gateway.simulatedFor)).toEqual(new Set([`arn:aws:iam::${account}:role/people/operator`]));
    gateway.simulatedFor.length = 0;
    gateway.fault({ action: "GetRole", kind: { is: "denied", by: "" } });
    await doctor();
    expect(new Set(gateway.simulatedFor)).toEqual(new Set([`arn:aws:iam::${account}:role/operator`]));
  });

  test("says what cannot be told: a condition, a simulator that may not be asked", async () => {
    const { gateway } = rotating.operator;
    gateway.simulatorLacks.add("DeleteAccessKey");
    expect((await doctor()).of("rotation-permissions")).toEqual([
      expect.stringMatching(
        /^warning: deploy: whether it may iam:DeleteAccessKey cannot be told: a policy has a condition/,
      ),
    ]);
    gateway.fault({ action: "SimulatePrincipalPolicy", kind: { is: "denied", by: "" } });
    const { status, of } = await doctor();
    expect([status, of("rotation-permissions")]).toEqual([
      0,
      [expect.stringMatching(/^warning: deploy: the keys can be read; .*iam:SimulatePrincipalPolicy/)],
    ]);
  });

  test("says the same of many users once, and names users and roles that are not there", async () => {
    const { account, iam, world } = rotating.operator;
    await iam.send(new CreateUserCommand({ UserName: "second" }));
    const elsewhere = freshAccount();
    const rotation = (name: string, where: string, user: string): string =>
      `  ${name}: { account: "${where}", user: ${user}, targets: [{ type: dotenv, path: /srv/.env }] }\n`;
    writeFileSync(
      world.operatorConfiguration,
      `rotations:\n${rotation("deploy", account, "deploy")}${rotation("b", account, "second")}${rotation("c", account, "nobody")}${rotation("d", elsewhere, "x")}`,
    );
    expect((await doctor()).of("rotation-permissions")).toEqual([
      "ok: deploy, b: a rotation may do all that it needs",
      `problem: c: there is no user nobody in the account ${account}`,
      expect.stringMatching(new RegExp(`^problem: d: .*role/keysweep-rotate`)),
    ]);
  });
});

test("users of templates are asked about as the last audit saw them, a few of those who are alike", async () => {
  const { account, iam, world } = rotating.operator;
  const template = `rotationTemplates:\n  ci: { accounts: ["${account}"], pathPrefix: /ci/, targets: [{ type: dotenv, path: "/srv/{user}.env" }] }\n`;
  rotating.configure(undefined, template);
  const ledger = join(world.home, ".local", "state", "keysweep", "ledger.db");
  const none = "unused: ci: no user that the last audit saw is rotated by it";
  expect((await doctor()).of("rotation-permissions")).toEqual([
    "ok: deploy: a rotation may do all that it needs",
    none,
  ]);
  expect(existsSync(ledger)).toBe(false);
  for (let number = 1; number <= 7; number++)
    await iam.send(new CreateUserCommand({ UserName: `build-${number}`, Path: "/ci/" }));
  const tagged = { UserName: "lost", Tags: [{ Key: "keysweep:rotation", Value: "no-such" }] };
  await iam.send(new CreateUserCommand(tagged));
  expect((await rotating.operator.run(["audit", "--fail-on", "never"])).stderr).toBe("");
  await iam.send(new DeleteUserCommand({ UserName: "build-2" }));
  const names = [1, 3, 4, 5].map((number) => `ci/${account}/build-${number}`).join(", ");
  const { status, of } = await doctor();
  expect([status, of("rotation-permissions")]).toEqual([
    4,
    [
      `ok: deploy, ${names}: a rotation may do all that it needs`,
      `problem: ci/${account}/build-2: there is no user build-2 in the account ${account}`,
      `warning: the user lost in ${account} is not rotated: it names a template that is not there`,
      "ok: 2 more users of ci were not asked about: 5 of each template and account were",
    ],
  ]);
});

describe("seal", () => {
  test("an identity must be there while secrets are sealed for it, its owner's alone, and one", async () => {
    await rotating.run(["run", "deploy"]);
    const kept = readFileSync(identity());
    expect((await doctor()).of("seal")).toEqual([`ok: ${identity()} seals, and opens what it sealed`]);
    chmodSync(identity(), 0o644);
    const open = await doctor();
    expect([open.status, open.of("seal")]).toEqual([4, [expect.stringContaining("others may read it")]]);
    expect(statSync(identity()).mode & 0o777).toBe(0o644);
    rmSync(identity());
    expect((await doctor()).of("seal")).toEqual([
      `problem: the identity is gone (${identity()}), and with it the sealed secrets of deploy`,
    ]);
    expect(existsSync(identity())).toBe(false);
    writeFileSync(identity(), "# not one\n", { mode: 0o600 });
    expect((await doctor()).of("seal")).toEqual([`problem: ${identity()} holds no age identity`]);
    writeFileSync(identity(), kept);
    expect((await doctor()).of("seal")).toEqual([expect.stringMatching(/^ok: /)]);
  });

  test("a file that cannot be made, before a rotation finds that out", async () => {
    rotating.configure(undefined, "seal: { file: /nowhere/at/all/identity }\n");
    const { status, of } = await doctor();
    expect([status, of("seal")]).toEqual([
      4,
      ["problem: there is no identity yet, and none can be made: the folder /nowhere/at/all does not exist"],
    ]);
  });

  test("a key of KMS is tried", async () => {
    const { gateway, credentials } = rotating.operator;
    const kms = new KMSClient(clientSettings(gateway, credentials));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    rotating.configure(undefined, `seal: { kms: ${KeyMetadata?.KeyId}, region: us-east-1 }\n`);
    expect((await doctor()).of("seal")).toEqual([
      `ok: the key ${KeyMetadata?.KeyId} of KMS seals, and opens what it sealed`,
    ]);
    gateway.fault({ action: "Decrypt", kind: { is: "denied", by: "" } });
    const { status, of } = await doctor();
    expect([status, of("seal")]).toEqual([4, [expect.stringContaining("of KMS cannot be used")]]);
    kms.destroy();
  });
});

test("notifications: secrets and programs are looked for, and nobody is told anything", async () => {
  let posts = 0;
  const server = createServer((_, reply) => {
    posts++;
    reply.end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
  rotating.configure(
    undefined,
    `notify:
  - { type: webhook, url: "${url}", secret: { env: HOOK_SECRET } }
  - { type: slack, webhook: { env: SLACK } }
  - { type: email, server: { host: mail.example.com, user: u, password: { file: /nowhere/password } }, from: a@example.com, to: [b@example.com] }
  - { type: sns, topic: "arn:aws:sns:us-east-1:123456789012:keys" }
  - { type: command, run: [no-such-program-of-keysweep] }
  - { type: command, run: [sh, -c, "exit 1"] }
`,
  );
  const secret = `of-the-hook-${"x".repeat(20)}`;
  const { status, stdout, of } = await doctor({ HOOK_SECRET: secret, SLACK: "no-address" });
  expect([status, of("notifications")]).toEqual([
    4,
    [
      "ok: webhook (notify[0]): its secret is in the variable HOOK_SECRET",
      "problem: slack (notify[1]): what is in the variable SLACK is no address",
      "problem: email (notify[2]): there is no secret in the file /nowhere/password: ENOENT",
      "ok: sns (notify[3]): it needs no secret",
      "problem: command (notify[4]): there is no program no-such-program-of-keysweep",
      "ok: command (notify[5]): the program is there",
    ],
  ]);
  expect((await doctor({ SLACK: url })).of("notifications").slice(0, 2)).toEqual([
    "problem: webhook (notify[0]): there is no secret in the variable HOOK_SECRET: it is not set",
    "ok: slack (notify[1]): its secret is in the variable SLACK",
  ]);
  expect([posts, stdout.includes(secret)]).toEqual([0, false]);
  server.close();
});

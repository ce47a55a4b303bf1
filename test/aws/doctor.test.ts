import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CreateOrganizationCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Diagnosis } from "../../src/model/diagnosis.ts";
import { memberAccount } from "../support/aws/member.ts";
import { makeOperator, type Operator } from "../support/aws/operator.ts";
import { clientSettings } from "../support/aws/world.ts";

let operator: Operator;
beforeEach(async () => {
  operator = await makeOperator();
});
afterEach(() => operator.stop());

const NO_CREDENTIALS = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SESSION_TOKEN: "" };

async function doctor(environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = await operator.run(["doctor", "--format", "json"], environment);
  const report = JSON.parse(stdout) as { schema: string; checks: Diagnosis[] };
  const of = (name: string): string[] =>
    report.checks.filter(({ check }) => check === name).map((one) => `${one.status}: ${one.detail}`);
  return { status, stdout, stderr, of };
}

async function organization(): Promise<OrganizationsClient> {
  const client = new OrganizationsClient(clientSettings(operator.gateway, operator.credentials));
  await client.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  return client;
}

test("where nothing is set up nothing is wrong, and nothing is made", async () => {
  const { status, of } = await doctor(NO_CREDENTIALS);
  expect(status).toBe(0);
  expect(of("configuration")[0]).toMatch(/^unused: there is none; it would be .*config\.yaml$/);
  expect(of("ledger")[0]).toMatch(/^unused: there is none yet/);
  expect(of("git")[0]).toMatch(/^ok: git version/);
  expect(of("aws-identity")[0]).toMatch(/^unused: .*only audit, rotate and --identify need them$/);
  expect(of("organization")).toEqual([]);
  expect(existsSync(join(operator.world.home, ".local"))).toBe(false);
});

test("an account's credentials, and what an audit would lack", async () => {
  const { status, of } = await doctor();
  expect(status).toBe(0);
  expect(of("aws-identity")).toEqual([
    expect.stringMatching(/^ok: arn:aws:sts::\d{12}:assumed-role\/operator.*region us-east-1$/),
  ]);
  expect(of("audit-permissions")).toEqual([`ok: account ${operator.account} can be read`]);
  expect(of("organization")).toEqual([`unused: account ${operator.account} belongs to no organisation`]);
  operator.gateway.fault({ action: "ListVirtualMFADevices", kind: { is: "denied", by: "" } });
  expect((await doctor()).of("audit-permissions")).toEqual(["warning: an audit would lack: iam:ListVirtualMFADevices"]);
  operator.gateway.advance(2 * 3_600_000);
  expect((await doctor()).of("aws-identity")[1]).toMatch(/^warning: this machine's clock is 7\d\d\d s off AWS's$/);
});

test("credentials that AWS does not accept are a problem, and so is to have none where the configuration wants them", async () => {
  const refused = await doctor({ AWS_ACCESS_KEY_ID: "unknown" });
  expect(refused.status).toBe(4);
  expect(refused.of("aws-identity")[0]).toMatch(/^problem: the AWS credentials could not be used/);
  expect(refused.stdout).not.toContain(operator.credentials.secretAccessKey);
  writeFileSync(operator.world.operatorConfiguration, "organization: { externalId: e-1 }\n");
  const none = await doctor(NO_CREDENTIALS);
  expect([none.status, none.of("aws-identity")[0]]).toEqual([4, expect.stringMatching(/^problem: /)]);
});

test("an organisation is listed, and one of its accounts entered", async () => {
  const organizations = await organization();
  const member = await memberAccount(operator.gateway, organizations, "one", { externalId: "e-1" });
  writeFileSync(operator.world.operatorConfiguration, "organization: { externalId: e-1 }\n");
  const well = await doctor();
  expect([well.status, well.of("organization")]).toEqual([
    0,
    [
      expect.stringMatching(/^ok: o-\w+: its accounts can be listed$/),
      `ok: account ${member} can be entered as keysweep-audit and read`,
    ],
  ]);
  writeFileSync(operator.world.operatorConfiguration, "organization: { externalId: wrong }\n");
  const shut = await doctor();
  expect([shut.status, shut.of("organization")[1]]).toEqual([
    4,
    expect.stringMatching(/^problem: the role .* cannot be assumed/),
  ]);
  operator.gateway.fault({ action: "ListAccounts", kind: { is: "denied", by: "" } });
  expect((await doctor()).of("organization")).toEqual([expect.stringMatching(/^problem: organizations:ListAccounts/)]);
});

test("a configuration that cannot be read has status 2, and AWS is not asked with it", async () => {
  writeFileSync(operator.world.operatorConfiguration, "organisation: {}\n");
  const { status, of } = await doctor();
  expect(status).toBe(2);
  expect(of("configuration")[0]).toMatch(/^problem: .*config\.yaml:1:1: organisation/);
  expect(operator.gateway.counts.size).toBe(0);
});

test("what is written of rotations is read too", async () => {
  const path = operator.world.operatorConfiguration;
  const rotation = (account: string): string =>
    `rotations: { ci: { account: ${account}, user: ci, maximumAge: 60d, targets: [{ type: dotenv, path: /srv/.env }] } }\n`;
  writeFileSync(path, rotation('"123456789012"'));
  expect((await doctor()).of("configuration")).toEqual([`ok: ${path}: 0 allowed, 0 left out, 1 rotation`]);
  writeFileSync(path, rotation("12"));
  const { status, of } = await doctor();
  expect(status).toBe(2);
  expect(of("configuration")[0]).toMatch(/^problem: .*config\.yaml:1:\d+: rotations\.ci\.account/);
});

test("a ledger is looked at as it lies there: whole, damaged, newer, open to others", async () => {
  await operator.run(["audit"]);
  const path = join(operator.world.home, ".local", "state", "keysweep", "ledger.db");
  const before = readFileSync(path);
  const files = readdirSync(dirname(path));
  expect((await doctor()).of("ledger")[0]).toMatch(/^(?:ok|warning): .*ledger\.db.* whole, /);
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(dirname(path))).toEqual(files);
  chmodSync(path, 0o644);
  expect((await doctor()).of("ledger")[0]).toMatch(/^warning: .* other users may read it/);
  expect(statSync(path).mode & 0o777).toBe(0o644);
  chmodSync(dirname(path), 0o777);
  expect((await doctor()).of("ledger")[0]).toContain("others may write to the folder");
  chmodSync(dirname(path), 0o700);
  const newer = Buffer.from(before);
  newer.writeUInt32BE(9999, 60);
  writeFileSync(path, newer);
  const { status, of } = await doctor();
  expect([status, of("ledger")[0]]).toEqual([
    4,
    expect.stringContaining("was written by a newer keysweep (format 9999"),
  ]);
  writeFileSync(path, "no ledger at all, but long enough to be taken for something ".repeat(100));
  expect((await doctor()).of("ledger")[0]).toMatch(/^problem: /);
});

test("hooks that are installed are named, for a person too", async () => {
  const { world } = operator;
  mkdirSync(join(world.folder, ".git"), { recursive: true });
  const { execFileSync } = await import("node:child_process");
  execFileSync("git", ["init", "--quiet"], { cwd: world.folder, env: { ...world.environment } });
  expect((await doctor()).of("hooks")[0]).toMatch(/^unused: none in this repository/);
  expect((await operator.run(["hook", "install"])).status).toBe(0);
  expect((await doctor()).of("hooks")[0]).toMatch(/^ok: pre-commit in this repository/);
  const { stdout, status } = await operator.run(["doctor"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ok hooks: pre-commit in this repository/m);
});

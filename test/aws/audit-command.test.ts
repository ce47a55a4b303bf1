import { once } from "node:events";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  type IAMClient,
  UpdateAccountPasswordPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateOrganizationCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { World } from "../end-to-end/world.ts";
import type { Gateway } from "../support/aws/gateway.ts";
import { type CommandRun, makeOperator, type Operator } from "../support/aws/operator.ts";

/*
 * The program as users start it, against the emulator.
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

const run = (args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<CommandRun> =>
  operator.run(["audit", ...args], environment);

/** An account with nothing wrong but one key that is a hundred days old; everything else is as it should be. */
async function withOldKey(userName = "ada"): Promise<string> {
  await iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 14, PasswordReusePrevention: 24 }));
  await iam.send(new CreateUserCommand({ UserName: userName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: userName }));
  const id = AccessKey?.AccessKeyId ?? "";
  const key = gateway.state.keys.get(id);
  if (key !== undefined) {
    key.createdAt -= 100 * 86_400_000;
    key.uses.push({ at: Date.now() - 86_400_000, service: "s3", region: "eu-west-1" });
  }
  return id;
}

function configuration(text: string): void {
  mkdirSync(dirname(world.operatorConfiguration), { recursive: true });
  writeFileSync(world.operatorConfiguration, text);
}

describe("the exit status of an audit", () => {
  test("is 1 when something is wrong, and follows --fail-on", async () => {
    const id = await withOldKey();
    const { status, stdout, stderr } = await run([]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toContain(`Account ${account}: 2 medium, 1 low`);
    expect(stdout).toContain(`MEDIUM    key-age ${id}: The key is 100 days old`);
    expect(stdout).toMatch(/Audited 1 account: 1 user with 1 key, \d+ calls in .*: 2 medium, 1 low found\.\n$/);
    expect((await run(["--fail-on", "high"])).status).toBe(0);
    expect((await run(["--fail-on", "never"])).status).toBe(0);
  });

  test("is 3 when something could not be read, even with --fail-on never, and 1 when something is wrong besides", async () => {
    await withOldKey();
    gateway.fault({
      action: "ListSSHPublicKeys",
      kind: { is: "denied", by: "with an explicit deny in a service control policy" },
    });
    const { status, stdout } = await run(["--fail-on", "never"]);
    expect(status).toBe(3);
    expect(stdout).toContain("NOT EVERYTHING COULD BE AUDITED");
    expect(stdout).toContain("missing: iam:ListSSHPublicKeys");
    expect((await run([])).status).toBe(1);
  });

  test("is 4 without credentials that AWS accepts, and says what to do", async () => {
    const { status, stdout, stderr } = await run([], { AWS_ACCESS_KEY_ID: "unknown" });
    expect({ status, stdout }).toEqual({ status: 4, stdout: "" });
    expect(stderr).toMatch(
      /^keysweep: the AWS credentials could not be used: .*\n {2}Check them with: aws sts get-caller-identity/,
    );
    const none = await run([], { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SESSION_TOKEN: "" });
    expect(none.status).toBe(4);
    expect(none.stderr).toContain("there are none where AWS's tools look");
    expect((await run(["--profile", "nobody"])).stderr).toContain("of the profile nobody");
  });

  test("is 2 for what cannot be meant, before AWS is asked", async () => {
    const refused = async (...args: string[]): Promise<string> => {
      const { status, stderr } = await run(args);
      expect(status).toBe(2);
      return stderr;
    };
    expect(await refused("--ou", "ou-1")).toContain("--ou goes with --organization");
    expect(await refused("--format", "sarif2")).toContain("pretty, json, jsonl, csv, markdown");
    expect(await refused("--fail-on", "bad")).toContain("no such severity");
    configuration("audit: { keyMaximumAge: 90 }\n");
    expect(await refused()).toContain("1:10: audit.keyMaximumAge: must be");
    configuration("allow:\n  - { check: key-old, reason: r, owner: o, expires: 2999-01-01 }\n");
    expect(await refused()).toContain("check: there is none of that name");
    expect(gateway.counts.size).toBe(0);
  });

  test("is 130 when interrupted, and nothing is left behind", async () => {
    gateway.fault({ action: "GenerateCredentialReport", kind: { is: "silent" } });
    const child = operator.start(["audit", "--output", "report.json", "--format", "json"]);
    const words: Buffer[] = [];
    child.stderr?.on("data", (data: Buffer) => words.push(data));
    const closed = once(child, "close");
    await Promise.race([closed, gateway.called("GenerateCredentialReport")]);
    child.kill("SIGINT");
    const [status] = (await closed) as [number | null];
    expect(status).toBe(130);
    expect(Buffer.concat(words).toString()).toContain("interrupted");
    expect(() => statSync(join(world.folder, "report.json"))).toThrow(/ENOENT/);
  });
});

describe("formats", () => {
  test("json is what the documentation says, and no secret is in any format", async () => {
    const id = await withOldKey();
    const { stdout } = await run([
      "--format",
      "json",
      "--report",
      "jsonl=a.jsonl",
      "--report",
      "csv=a.csv",
      "--report",
      "markdown=a.md",
      "--report",
      "pretty=a.txt",
    ]);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(report)).toEqual([
      "schema",
      "tool",
      "startedAt",
      "finishedAt",
      "organization",
      "coverage",
      "changes",
      "users",
      "findings",
      "summary",
    ]);
    expect(report).toMatchObject({
      schema: "keysweep/audit@1",
      organization: null,
      coverage: {
        complete: true,
        accounts: [{ id: account, name: null, state: null, status: "audited", reason: null }],
      },
      users: [
        {
          accountId: account,
          userName: "ada",
          keys: [{ accessKeyId: id, lastUsedService: "s3", lastUsedRegion: "eu-west-1" }],
        },
      ],
      summary: { critical: 0, high: 0, medium: 2, low: 1, info: 0 },
    });
    expect(report.findings).toContainEqual({
      fingerprint: expect.stringMatching(/^ks1:[0-9a-f]{32}$/),
      check: "key-age",
      severity: "medium",
      title: "An active access key is old",
      detail: expect.stringContaining("100 days"),
      accountId: account,
      userName: "ada",
      accessKeyId: id,
      compliance: expect.objectContaining({ "cis-aws-3": ["1.14"], fsbp: ["IAM.3"] }),
      remedy: {
        title: expect.any(String),
        steps: expect.arrayContaining([expect.stringContaining(`--access-key-id ${id}`)]),
      },
      allowed: null,
    });
    const file = (name: string): string => readFileSync(join(world.folder, name), "utf8");
    const lines = file("a.jsonl")
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(lines).toEqual(["start", "account", "user", "finding", "finding", "finding", "summary"]);
    expect(file("a.csv")).toContain(`,key-age,medium,`);
    expect(file("a.md")).toContain("| `ada` | medium | key-age |");
    expect(file("a.txt")).toContain(`key-age ${id}`);
    expect(statSync(join(world.folder, "a.csv")).mode & 0o777).toBe(0o600);
    const everything = stdout + ["a.jsonl", "a.csv", "a.md", "a.txt"].map(file).join("");
    expect(everything).not.toContain(operator.credentials.secretAccessKey);
    expect(everything).not.toContain(operator.credentials.sessionToken);
  });

  test("jsonl on stdout tells of each account as it is done", async () => {
    await withOldKey();
    const { stdout } = await run(["--format", "jsonl"]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(lines).toEqual(["start", "account", "user", "finding", "finding", "finding", "summary"]);
  });
});

describe("the operator's configuration", () => {
  test("sets thresholds and allows, and says which allows ended or covered nothing", async () => {
    await withOldKey();
    configuration(`
audit: { keyMaximumAge: 365d, keyAgeWarning: 300d }
allow:
  - { check: mfa-missing-with-key, account: "${account}", user: ada, reason: a robot, owner: ops, expires: 2999-01-01 }
  - { check: no-federation, reason: over, owner: ops, expires: 2020-01-01 }
  - { check: key-unused, reason: none, owner: ops, expires: 2999-01-01 }
`);
    const { status, stdout, stderr } = await run(["--format", "json"]);
    const { findings } = JSON.parse(stdout) as { findings: { check: string; allowed: object | null }[] };
    expect(findings.map(({ check, allowed }) => [check, allowed])).toEqual([
      ["mfa-missing-with-key", { reason: "a robot", owner: "ops", expires: "2999-01-01" }],
      ["no-federation", null],
    ]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/:5: this allow expired on 2020-01-01/);
    expect(stderr).toMatch(/:6: this allow covered nothing/);
  });

  test("is not read from a repository", async () => {
    await withOldKey();
    writeFileSync(join(world.folder, "keysweep.yaml"), "allow: nonsense\n");
    expect((await run([])).status).toBe(1);
  });
});

test("an organisation with an account that does not let us in is told of on a terminal's page", async () => {
  const organizations = new OrganizationsClient({
    endpoint: gateway.url,
    region: "us-east-1",
    credentials: operator.credentials,
    maxAttempts: 1,
  });
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const { CreateAccountCommand } = await import("@aws-sdk/client-organizations");
  await organizations.send(new CreateAccountCommand({ AccountName: "evil\u001b[31m", Email: "evil@example.com" }));
  const { status, stdout } = await run(["--organization", "--fail-on", "never"]);
  expect(status).toBe(3);
  expect(stdout).toMatch(
    /NOT AUDITED {2}1 account, or parts of them:\n {4}\d{12} \(evil\\x1b\[31m\): the role .* cannot be assumed/,
  );
  expect(stdout).toMatch(/missing: sts:AssumeRole on arn:aws:iam::\d{12}:role\/keysweep-audit/);
});

test("an account outside of every organisation is audited alone, and that is said", async () => {
  const { status, stderr } = await run(["--organization", "--fail-on", "never"]);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: "keysweep: the account belongs to no organisation: it is audited alone\n",
  });
});

test("credentials come from a profile, by flag or by configuration", async () => {
  await withOldKey();
  mkdirSync(join(world.home, ".aws"));
  const { accessKeyId, secretAccessKey, sessionToken } = operator.credentials;
  const profile = `[audit]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\naws_session_token = ${sessionToken}\n`;
  writeFileSync(join(world.home, ".aws", "credentials"), profile);
  writeFileSync(join(world.home, ".aws", "config"), "[profile audit]\nregion = eu-central-1\n");
  const nothing = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SESSION_TOKEN: "", AWS_REGION: "" };
  expect((await run(["--profile", "audit"], nothing)).status).toBe(1);
  expect((await run([], { ...nothing, AWS_PROFILE: "audit" })).status).toBe(1);
  configuration("aws: { profile: audit, region: eu-central-1 }\n");
  expect((await run([], nothing)).status).toBe(1);
});

test("nothing of a credential_process that fails is told: it may hold secrets", async () => {
  mkdirSync(join(world.home, ".aws"));
  const command = "sh -c 'echo told-by-it >&2; echo told-by-it; exit 1' --token given-to-it";
  writeFileSync(
    join(world.home, ".aws", "config"),
    `[profile odd]\nregion = eu-central-1\ncredential_process = ${command}\n`,
  );
  const nothing = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SESSION_TOKEN: "" };
  const { status, stdout, stderr } = await run(["--profile", "odd", "--verbose"], nothing);
  expect({ status, stdout }).toEqual({ status: 4, stdout: "" });
  expect(stderr).toContain("the AWS credentials of the profile odd could not be used");
  expect(stderr).not.toMatch(/told-by-it|given-to-it/);
});

test("an organisation is audited as the configuration says", async () => {
  const organizations = new OrganizationsClient({
    endpoint: gateway.url,
    region: "us-east-1",
    credentials: operator.credentials,
    maxAttempts: 1,
  });
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const { CreateAccountCommand } = await import("@aws-sdk/client-organizations");
  const created = await organizations.send(new CreateAccountCommand({ AccountName: "one", Email: "one@example.com" }));
  await organizations.send(new CreateAccountCommand({ AccountName: "two", Email: "two@example.com" }));
  const id = created.CreateAccountStatus?.AccountId ?? "";
  gateway.state.account(id).trusts.push({ role: "reader", externalId: "e-2", from: [account] });
  gateway.state.account(id).reportPolls = 0;
  configuration(`
organization:
  role: security/reader
  externalId: e-2
  accounts: { exclude: [two] }
`);
  const { stdout } = await run(["--organization", "--format", "json"]);
  const report = JSON.parse(stdout) as {
    organization: object;
    coverage: { accounts: { name: string; status: string; reason: string | null }[] };
  };
  expect(report.organization).toEqual({ id: expect.stringMatching(/^o-/), managementAccountId: account });
  const accounts = report.coverage.accounts.toSorted((one, other) => one.name.localeCompare(other.name));
  expect(accounts.map(({ name, status, reason }) => [name, status, reason])).toEqual([
    ["master", "audited", null],
    ["one", "audited", null],
    ["two", "skipped", "excluded"],
  ]);
  expect((await run(["--organization", "--include", "one", "--fail-on", "never"])).stdout).toContain(
    "Audited 1 account",
  );
});

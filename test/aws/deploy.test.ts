import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GetRoleCommand, GetRolePolicyCommand, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { awsCommandLine } from "../support/aws/aws-command.ts";
import { type AwsWorld, freshAccount, makeAwsWorld } from "../support/aws/world.ts";
import { Consumer, DAY, makeRotating } from "../support/rotate/rotating.ts";

const FOLDER = join(import.meta.dirname, "..", "..");

let world: AwsWorld;
beforeEach(async () => {
  world = await makeAwsWorld();
});
afterEach(() => world.stop());

interface Policy {
  readonly Statement: readonly {
    readonly Action: string | readonly string[];
    readonly Resource: string;
    readonly Condition?: unknown;
  }[];
}

/** Has CloudFormation make the role of the template, and gives what it may do. */
async function deployed(account: string, role: string, parameters: Readonly<Record<string, string>>): Promise<Policy> {
  const stack = [
    ["--stack-name", role, "--template-body", `file://${join(FOLDER, "deploy", `${role}-role.yaml`)}`],
    ["--capabilities", "CAPABILITY_NAMED_IAM", "--parameters"],
    Object.entries(parameters).map(([name, value]) => `ParameterKey=${name},ParameterValue=${value}`),
  ].flat();
  const credentials = await world.gateway.credentials(account, "operator");
  await awsCommandLine(world.gateway, credentials, ["cloudformation", "create-stack", ...stack]);
  const iam = await world.iam(account);
  const named = { RoleName: `keysweep-${role}` };
  expect((await iam.send(new ListRolePoliciesCommand(named))).PolicyNames).toEqual([`keysweep-${role}`]);
  const { PolicyDocument = "" } = await iam.send(
    new GetRolePolicyCommand({ ...named, PolicyName: `keysweep-${role}` }),
  );
  // Moto tells it as Python writes it.
  return JSON.parse(decodeURIComponent(PolicyDocument).replaceAll("'", '"')) as Policy;
}

function actionsOf({ Statement }: Policy): string[] {
  return Statement.flatMap(({ Action }) => Action).toSorted();
}

const USERS = "/service/*";

describe.each([
  ["audit", {}],
  ["rotate", { Users: USERS }],
] as const)("CloudFormation makes the role of the template: %s", (role, parameters) => {
  test("for one principal with the external id", async () => {
    const account = freshAccount();
    const trusted = `arn:aws:iam::${freshAccount()}:role/security`;
    await deployed(account, role, { TrustedPrincipalArn: trusted, ExternalId: "chosen-by-us", ...parameters });
    const { Role } = await (await world.iam(account)).send(new GetRoleCommand({ RoleName: `keysweep-${role}` }));
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: trusted },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "sts:ExternalId": "chosen-by-us" } },
        },
      ],
    });
  });
});

describe("the role for rotations", () => {
  test("may change keys and the claim of the users that are named, and nothing of others", async () => {
    const account = freshAccount();
    const trusted = `arn:aws:iam::${freshAccount()}:role/security`;
    const policy = await deployed(account, "rotate", {
      TrustedPrincipalArn: trusted,
      ExternalId: "chosen-by-us",
      Users: USERS,
    });
    const changing = policy.Statement.filter(({ Action }) =>
      [Action].flat().some((action) => /:(?:Create|Update|Delete|Tag)/.test(action)),
    );
    expect(changing.map(({ Resource }) => Resource)).toEqual(
      changing.map(() => `arn:aws:iam::${account}:user${USERS}`),
    );
    const tagging = policy.Statement.find(({ Action }) => Action === "iam:TagUser");
    expect(tagging?.Condition).toEqual({ "ForAllValues:StringEquals": { "aws:TagKeys": ["keysweep:ledger"] } });
    // What a person reads is the same.
    const page = readFileSync(join(FOLDER, "docs", "configuration.md"), "utf8");
    const [, written = ""] = /```json\n(\{[^`]*iam:CreateAccessKey[^`]*)```/.exec(page) ?? [];
    expect(actionsOf(JSON.parse(written) as Policy)).toEqual(actionsOf(policy));
  });

  test("may do what a rotation does from its beginning to its end", async () => {
    const account = freshAccount();
    const trusted = `arn:aws:iam::${freshAccount()}:role/security`;
    const settings = { TrustedPrincipalArn: trusted, ExternalId: "chosen-by-us", Users: USERS };
    const allowed = actionsOf(await deployed(account, "rotate", settings)).map((action) => action.split(":")[1]);
    const rotating = await makeRotating();
    try {
      const { counts } = rotating.operator.gateway;
      counts.clear();
      const consumer = new Consumer(rotating);
      for (const state of ["soaking", "quarantined", "done"]) {
        expect((await rotating.report(["run", "deploy"])).state).toBe(state);
        await consumer.live(2 * DAY);
      }
      const called = new Set([...counts.keys()].map((key) => key.split(" ")[1] ?? ""));
      // It needs no permission to be asked who one is.
      called.delete("GetCallerIdentity");
      // Regions are asked for by a path, not by the name of an action.
      called.delete("");
      expect([...called].filter((action) => !allowed.includes(action))).toEqual([]);
      expect(called).toContain("TagUser");
    } finally {
      await rotating.stop();
    }
  });
});

import { join } from "node:path";
import { GetRoleCommand, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, expect, test } from "vitest";
import { awsCommandLine } from "../support/aws/aws-command.ts";
import { type AwsWorld, freshAccount, makeAwsWorld } from "../support/aws/world.ts";

const TEMPLATE = join(import.meta.dirname, "..", "..", "deploy", "audit-role.yaml");

let world: AwsWorld;
beforeEach(async () => {
  world = await makeAwsWorld();
});
afterEach(() => world.stop());

test("CloudFormation makes the audit role of the template, for one principal with the external id", async () => {
  const account = freshAccount();
  const trusted = `arn:aws:iam::${freshAccount()}:role/security`;
  const parameters = [
    `ParameterKey=TrustedPrincipalArn,ParameterValue=${trusted}`,
    "ParameterKey=ExternalId,ParameterValue=chosen-by-us",
  ];
  const stack = [
    "--stack-name",
    "audit",
    "--template-body",
    `file://${TEMPLATE}`,
    "--capabilities",
    "CAPABILITY_NAMED_IAM",
  ];
  const create = ["cloudformation", "create-stack", ...stack, "--parameters", ...parameters];
  await awsCommandLine(world.gateway, await world.gateway.credentials(account, "operator"), create);
  const iam = await world.iam(account);
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: "keysweep-audit" }));
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
  const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName: "keysweep-audit" }));
  expect(PolicyNames).toEqual(["keysweep-audit"]);
});

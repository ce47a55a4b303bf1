import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { GetRoleCommand, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, expect, test } from "vitest";
import { awsServer } from "../support/aws/server.ts";
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
  const credentials = await world.gateway.credentials(account, "operator");
  const { awsCommand } = await awsServer();
  const [program, ...arguments_] = awsCommand;
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
  await promisify(execFile)(
    program,
    [...arguments_, "cloudformation", "create-stack", ...stack, "--parameters", ...parameters],
    {
      env: {
        PATH: process.env.PATH,
        HOME: "/nowhere",
        AWS_ENDPOINT_URL: world.gateway.url,
        AWS_DEFAULT_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken,
      },
    },
  );
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

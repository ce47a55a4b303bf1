import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { IAMClient } from "@aws-sdk/client-iam";
import { ENTRY, makeWorld, type World } from "../../end-to-end/world.ts";
import type { Credentials, Gateway } from "./gateway.ts";
import { freshAccount, makeAwsWorld } from "./world.ts";

export interface CommandRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Somebody with an account, credentials that may do everything there, a folder, a home, and the program as users start it. */
export interface Operator {
  readonly gateway: Gateway;
  readonly account: string;
  readonly credentials: Credentials;
  /** A client to set the account up with. */
  readonly iam: IAMClient;
  readonly world: World;
  /** Not synchronous: the gateway that the program calls is in this very process. */
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): ChildProcess;
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<CommandRun>;
  stop(): Promise<void>;
}

export async function makeOperator(): Promise<Operator> {
  const aws = await makeAwsWorld();
  const world = makeWorld();
  const account = freshAccount();
  const credentials = await aws.gateway.credentials(account, "operator");
  aws.gateway.state.account(account).reportPolls = 0;
  const start: Operator["start"] = (args, environment = {}) =>
    spawn(process.execPath, [ENTRY, ...args], {
      cwd: world.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...world.environment, ...awsEnvironment(aws.gateway, credentials), ...environment },
    });
  return {
    gateway: aws.gateway,
    account,
    credentials,
    iam: await aws.iam(account),
    world,
    start,
    run: (args, environment) => ended(start(args, environment)),
    async stop() {
      world.remove();
      await aws.stop();
    },
  };
}

/** The variables by which the SDK finds the gateway and the credentials. */
export function awsEnvironment(gateway: Gateway, credentials: Credentials): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: gateway.url,
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
}

async function ended(child: ChildProcess): Promise<CommandRun> {
  const text = { stdout: "", stderr: "" };
  child.stdout?.on("data", (data: Buffer) => {
    text.stdout += data.toString();
  });
  child.stderr?.on("data", (data: Buffer) => {
    text.stderr += data.toString();
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, ...text };
}

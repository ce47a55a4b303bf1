import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Credentials, Gateway } from "./gateway.ts";
import { awsEnvironment } from "./operator.ts";
import { awsServer } from "./server.ts";

/**
 * Runs the AWS command line, a writer that is not ours. Not synchronously: the gateway that it calls is in this very process.
 * @returns what it printed, as text.
 */
export async function awsCommandLine(
  gateway: Gateway,
  credentials: Credentials,
  args: readonly string[],
): Promise<string> {
  const [program, ...first] = (await awsServer()).awsCommand;
  const { stdout } = await promisify(execFile)(program, [...first, "--output", "text", ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: "/nowhere",
      ...awsEnvironment(gateway, credentials),
      AWS_DEFAULT_REGION: "us-east-1",
    },
  });
  return stdout.trim();
}

import { randomInt } from "node:crypto";
import { IAMClient } from "@aws-sdk/client-iam";
import { type Credentials, Gateway } from "./gateway.ts";
import { awsServer } from "./server.ts";

/** AWS for one test: a gateway of its own, and accounts that no other test has. */
export interface AwsWorld {
  readonly gateway: Gateway;
  /** A client to set an account up with. */
  iam(account: string): Promise<IAMClient>;
  stop(): Promise<void>;
}

export async function makeAwsWorld(): Promise<AwsWorld> {
  const { url } = await awsServer();
  const gateway = await Gateway.start(url);
  return {
    gateway,
    iam: async (account) => iamClient(gateway.url, await gateway.credentials(account)),
    stop: () => gateway.stop(),
  };
}

export function iamClient(endpoint: string, credentials: Credentials): IAMClient {
  return new IAMClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
}

/** Twelve digits that no other test draws. */
export function freshAccount(): string {
  return String(randomInt(100_000_000_000, 999_999_999_999));
}

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
    iam: async (account) => iamClient(gateway, await gateway.credentials(account)),
    stop: () => gateway.stop(),
  };
}

export function iamClient(gateway: Gateway, credentials: Credentials): IAMClient {
  return onTime(gateway, new IAMClient(clientSettings(gateway, credentials)));
}

/** What any client of the SDK is made with to reach the gateway, and to do as it is told once. */
export function clientSettings(
  gateway: Gateway,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  region = "us-east-1",
) {
  return {
    endpoint: gateway.url,
    region,
    // A user's key has no token, and an empty one would be sent.
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === "" ? {} : { sessionToken }) },
    maxAttempts: 1,
  };
}

/** A client whose clock is the gateway's, however far a test has set it on. */
export function onTime<T extends { readonly config: { systemClockOffset: number } }>(gateway: Gateway, client: T): T {
  Object.defineProperty(client.config, "systemClockOffset", {
    get: () => gateway.clockAheadMs,
    // The SDK sets it by each answer, which says the same.
    set: () => {},
  });
  return client;
}

/** Twelve digits that no other test draws. */
export function freshAccount(): string {
  return String(randomInt(100_000_000_000, 999_999_999_999));
}

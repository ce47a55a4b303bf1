import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AwsSession } from "../../src/aws/session.ts";
import { KeysweepError } from "../../src/model/error.ts";
import { systemWaiting } from "../../src/runtime/waiting.ts";
import { stubAwsEnvironment } from "../support/aws/audited.ts";
import { quickWaiting } from "../support/aws/quick-waiting.ts";
import { type AwsWorld, freshAccount, makeAwsWorld } from "../support/aws/world.ts";

const HOUR = 3_600_000;

let world: AwsWorld;
beforeEach(async () => {
  world = await makeAwsWorld();
  stubAwsEnvironment(world.gateway, await world.gateway.credentials(freshAccount()));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.stop();
});

/** How far ahead a session takes AWS's clock to be. */
async function clockAhead(): Promise<number> {
  const { signal } = new AbortController();
  const session = await AwsSession.open({ profile: null, region: null, waiting: systemWaiting, signal });
  await session.identity();
  session.close();
  return session.clockAheadMs;
}

describe("AWS's clock", () => {
  test("is this machine's when they agree, though AWS says its time in whole seconds", async () => {
    expect(await clockAhead()).toBe(0);
  });

  test.each([2 * HOUR, -3 * HOUR])("is told by AWS when it is %d ms ahead", async (ahead) => {
    world.gateway.advance(ahead);
    const told = await clockAhead();
    expect(Math.abs(told - ahead)).toBeLessThan(60_000);
  });
});

describe("whose credentials they are cannot be told", () => {
  test("where AWS cannot be reached, and the credentials are not blamed", async () => {
    // Nobody may listen there.
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    const error = await refused(null);
    expect(error.message).toBe("sts:GetCallerIdentity: AWS could not be reached (ECONNREFUSED)");
    expect(error.hint).toContain("AWS_ENDPOINT_URL");
  });

  test("of a profile that is not there; keys in the environment are no reason to warn of one that was named", async () => {
    const warn = vi.spyOn(console, "warn");
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    const error = await refused("nobody");
    expect(error.message).toBe(
      "the AWS credentials of the profile nobody could not be used: there is no such profile, or it names none",
    );
    expect(error.hint).toContain("aws sso login --profile nobody");
    expect(warn).not.toHaveBeenCalled();
  });
});

async function refused(profile: string | null): Promise<KeysweepError> {
  const { signal } = new AbortController();
  const session = await AwsSession.open({ profile, region: "us-east-1", waiting: quickWaiting(), signal });
  try {
    const told: unknown = await session.identity().catch((error: unknown) => error);
    if (told instanceof KeysweepError) return told;
    throw new Error("it was not refused");
  } finally {
    session.close();
  }
}

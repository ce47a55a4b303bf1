import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AwsSession } from "../../src/aws/session.ts";
import { systemWaiting } from "../../src/runtime/waiting.ts";
import { stubAwsEnvironment } from "../support/aws/audited.ts";
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

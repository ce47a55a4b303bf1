import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateUserCommand } from "@aws-sdk/client-iam";
import { CreateOrganizationCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { onTerminal, type Session } from "../end-to-end/terminal.ts";
import { memberAccount } from "../support/aws/member.ts";
import { iamClient } from "../support/aws/world.ts";
import { makeRotating, type Rotating } from "../support/rotate/rotating.ts";

/*
 * The dashboard while something goes on beside it, in real pseudo-terminals, against the emulator: an audit of its own, another dashboard on the same
 * ledger.
 */

let rotating: Rotating;
const screens: Session[] = [];
beforeEach(async () => {
  rotating = await makeRotating();
});
afterEach(async () => {
  for (const screen of screens) screen.type("\x03");
  await Promise.all(screens.splice(0).map(({ ended }) => ended));
  await rotating.stop();
});

async function dashboard(flags = "--no-refresh ."): Promise<Session> {
  const screen = onTerminal(rotating.operator.world, `keysweep dashboard ${flags}`, {
    columns: 200,
    environment: { ...rotating.environment, LANG: "C.UTF-8" },
  });
  screens.push(screen);
  await screen.shows(/1 Overview\][^]*nothing runs[^]*quit/);
  return screen;
}

/** Holds the next call of an action until it is let go. */
function held(action: string): { readonly called: Promise<void>; go(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  rotating.operator.gateway.onceBefore(action, () => {
    resolve();
    return released.promise;
  });
  return { called: promise, go: released.resolve };
}

test("an audit of several accounts says how many it has seen and how many there are, and then what it found", async () => {
  const { gateway, credentials } = rotating.operator;
  const organizations = new OrganizationsClient({
    endpoint: gateway.url,
    region: "us-east-1",
    credentials,
    maxAttempts: 1,
  });
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  for (const name of ["one", "two"]) {
    const id = await memberAccount(gateway, organizations, name, { externalId: "e-1", from: null });
    await iamClient(gateway, await gateway.credentials(id)).send(
      new CreateUserCommand({ UserName: `user-of-${name}` }),
    );
  }
  rotating.configure(undefined, "organization: { role: keysweep-audit, externalId: e-1 }\n");
  const screen = await dashboard();
  const holding = held("GetAccountAuthorizationDetails");
  screen.type("A");
  await holding.called;
  await screen.shows(/auditing 2 of 3 accounts, \d users? . about \d+ s left/);
  // Keys are answered meanwhile.
  screen.type("3");
  await screen.shows(/\[3 Users\][^]*The account is being audited[^]*auditing 2 of 3/);
  holding.go();
  await screen.shows(/user-of-two[^]*audited/);
  screen.type("1");
  expect(await screen.shows(/Audit +just now/)).toContain("3 accounts");
});

describe("two dashboards on one ledger", () => {
  test("scan at once, and both end with what was found", async () => {
    const both = await Promise.all([dashboard(), dashboard()]);
    for (const screen of both) screen.type("r");
    await Promise.all(both.map((screen) => screen.shows(/Keys on disk with their secret +1/)));
    for (const screen of both) {
      screen.type("5");
      expect(await screen.shows(/scanned/)).not.toMatch(/another|cannot|failed/);
    }
  });

  test("of which one rotates tell the other, which asked, that it is under way, and show it", async () => {
    const [one, other] = await Promise.all([dashboard(), dashboard()]);
    for (const screen of [one, other]) {
      screen.type("4");
      await screen.shows(/idle +deploy[^]*n rotate *$/m);
    }
    // Both ask, and one is answered.
    for (const screen of [one, other]) {
      screen.type("n");
      await screen.shows(/Rotate deploy[^]*Type AKIA/);
    }
    const creating = held("CreateAccessKey");
    one.type(`${rotating.old.id}\r`);
    await creating.called;
    other.type(`${rotating.old.id}\r`);
    await other.shows(/creating +deploy[^]*deploy is creating: process \d+ on .+ rotates this user now/);
    creating.go();
    await one.shows(/soaking +deploy/);
    // It has begun nothing, and sees what the other one did.
    await other.shows(/soaking +deploy[^]*verified: it was read back/);
    expect(rotating.operator.gateway.count("CreateAccessKey")).toBe(2);
  });

  test("of which one identifies while the other writes a report do both", async () => {
    const [one, other] = await Promise.all([dashboard(), dashboard()]);
    one.type("r");
    await one.shows(/scanned/);
    one.type("2");
    await one.shows(/i identify owner *$/m);
    const asking = held("GetAccessKeyLastUsed");
    one.type("i");
    await asking.called;
    // It sees what the other one has found.
    other.type("2");
    await other.shows(/AKIA\w{16}[^]*1 of 1, by severity/);
    other.type("w");
    await other.shows(/Write a report/);
    other.type("\x15json\t\x15found.json\r");
    await other.shows(/written: found.json/);
    asking.go();
    await one.shows(/is deploy's in/);
    expect(readFileSync(join(rotating.operator.world.folder, "found.json"), "utf8")).toContain(rotating.old.id);
  });
});

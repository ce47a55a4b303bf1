import { cpSync, existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteAccessKeyCommand } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Consumer, DAY, makeRotating, type Rotating } from "../support/rotate/rotating.ts";

/*
 * Giving a rotation up deletes the new key where nobody has it. Whether somebody has it is more than what the journal says of the targets
 * that are configured now.
 */

let rotating: Rotating;
let consumer: Consumer;
beforeEach(async () => {
  rotating = await makeRotating();
  consumer = new Consumer(rotating);
});
afterEach(() => rotating.stop());

/** Configures the rotation with other targets. */
function retarget(targets: string): void {
  const { account, world } = rotating.operator;
  const gate = "usedEvery: 1h, soak: 2h, quarantine: 1d";
  writeFileSync(
    world.operatorConfiguration,
    `rotations:\n  deploy: { account: "${account}", user: deploy, ${gate}, targets: [ ${targets} ] }\n`,
  );
}

/** Gives the rotation up, and uses the key that is in its place. */
async function giveUp() {
  const { state } = await rotating.report(["abandon", "deploy", "--yes"]);
  await consumer.call();
  return { state, failures: consumer.failures, keys: rotating.keys().map((key) => key.split(" ")[1]) };
}

const KEPT = { state: "abandoned", failures: [], keys: ["active", "active"] };

describe("giving up keeps the new key", () => {
  test("when the target that has it has got another name", async () => {
    await rotating.run(["run", "deploy"]);
    retarget(`{ type: dotenv, name: app, path: ${rotating.place} }`);
    await rotating.run(["run", "deploy"]);
    expect(await giveUp()).toEqual(KEPT);
  });

  test("when the target that has it is configured no longer", async () => {
    await rotating.run(["run", "deploy"]);
    retarget(`{ type: dotenv, path: ${join(rotating.operator.world.folder, "none.env")} }`);
    await rotating.run(["run", "deploy"]);
    expect(await giveUp()).toEqual(KEPT);
  });

  // 4: the key is about to be made; 5: it is made; 7: it was tried.
  test.each([4, 5, 7])(
    "when the ledger was put back as it was after %s events, before a target had it",
    async (events) => {
      const state = join(rotating.operator.world.home, ".local", "state", "keysweep");
      await rotating.run(["run", "deploy"], { at: events, when: "after" });
      expect(rotating.events()).toBe(events);
      cpSync(state, `${state}-backup`, { recursive: true });
      if (events === 4) {
        // What asked for the key died; it asks once more.
        rotating.operator.gateway.advance(DAY);
      }
      await rotating.run(["run", "deploy"]);
      await consumer.live(2 * DAY);
      expect((await rotating.report(["run", "deploy"])).state).toBe("quarantined");
      rmSync(state, { recursive: true });
      cpSync(`${state}-backup`, state, { recursive: true });
      expect(await giveUp()).toEqual(KEPT);
    },
  );
});

test("a target that is taken out once the old key is inactive is put back, or the rotation is given up", async () => {
  await rotating.run(["run", "deploy"]);
  await consumer.live(2 * DAY);
  await rotating.run(["run", "deploy"]);
  retarget(`{ type: dotenv, path: ${join(rotating.operator.world.folder, "none.env")} }`);
  await consumer.live(2 * DAY);
  const stuck = await rotating.report(["run", "deploy"]);
  expect(stuck).toMatchObject({
    state: "stuck",
    reason: expect.stringMatching(/no longer in the configuration.*put it back/),
  });
  rotating.configure();
  expect((await rotating.report(["run", "deploy"])).state).toBe("done");
  expect(consumer.failures).toEqual([]);
});

describe("a lost identity", () => {
  const identity = (): string => join(rotating.operator.world.home, ".local", "state", "keysweep", "identity");

  test("is not replaced while secrets are sealed for it: what is lost is said, and that rotation can be given up", async () => {
    const { newKeyId } = await rotating.report(["run", "deploy"]);
    rmSync(identity());
    const { status, stderr } = await rotating.run(["run", "deploy"]);
    expect([status, stderr]).toEqual([
      4,
      expect.stringMatching(
        /the identity is gone \(.*identity\), and with it the sealed secrets of deploy\n.*rotate abandon deploy/s,
      ),
    ]);
    expect(existsSync(identity())).toBe(false);
    expect(rotating.keys()).toEqual([`${rotating.old.id} active`, `${newKeyId} active`]);
    expect(await giveUp()).toEqual(KEPT);
    // Nothing is sealed for it any more: the next rotation makes another.
    await rotating.operator.iam.send(new DeleteAccessKeyCommand({ UserName: "deploy", AccessKeyId: rotating.old.id }));
    expect((await rotating.report(["run", "deploy"])).state).toBe("soaking");
    expect(existsSync(identity())).toBe(true);
    expect(consumer.failures).toEqual([]);
  });

  test("goes on when it is put back", async () => {
    await rotating.run(["run", "deploy"]);
    renameSync(identity(), `${identity()}-away`);
    expect((await rotating.run(["run", "--due"])).status).toBe(4);
    renameSync(`${identity()}-away`, identity());
    expect((await rotating.report(["run", "--due"])).state).toBe("soaking");
  });

  test("does not keep the old key from being made active again", async () => {
    await rotating.run(["run", "deploy"]);
    await consumer.live(2 * DAY);
    expect((await rotating.report(["run", "deploy"])).state).toBe("quarantined");
    rmSync(identity());
    await rotating.run(["reactivate", "deploy", "--yes"]);
    expect(rotating.keys()[0]).toBe(`${rotating.old.id} active`);
    expect(await giveUp()).toEqual(KEPT);
  });
});

describe("a rotation that is configured no longer", () => {
  test.each([
    ["is gone", "rotations: {}\n"],
    ["is another user's", null],
  ])("is told of by each run, and can be given up, when its name %s", async (_, configuration) => {
    await rotating.run(["run", "deploy"]);
    const { operator, place } = rotating;
    const other = `rotations:\n  deploy: { account: "${operator.account}", user: other, targets: [ { type: dotenv, path: ${place} } ] }\n`;
    writeFileSync(operator.world.operatorConfiguration, configuration ?? other);
    const { status, stderr } = await rotating.run(["run", "--due"]);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/the rotation deploy of deploy in \d+ is under way/)]);
    expect(await giveUp()).toEqual(KEPT);
    expect((await rotating.run(["run", "--due"])).stderr).not.toContain("under way");
  });

  test("gets its old key back, with its targets left alone; nobody can confirm it", async () => {
    const { newKeyId } = await rotating.report(["run", "deploy"]);
    await consumer.live(2 * DAY);
    expect((await rotating.report(["run", "deploy"])).state).toBe("quarantined");
    writeFileSync(rotating.operator.world.operatorConfiguration, "rotations: {}\n");
    const { status, stderr, stdout } = await rotating.run(["reactivate", "deploy", "--yes", "--format", "json"]);
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(
        /Targets stay as they are.*\n.*\n.*\.env: the configuration does not have it any more, so it keeps the new key\n$/,
      ),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ rotations: [{ state: "reactivated" }] });
    expect(rotating.keys()).toEqual([`${rotating.old.id} active`, `${newKeyId} active`]);
    expect(consumer.holds).toBe(newKeyId);
    const confirmed = await rotating.run(["confirm", "deploy"]);
    expect([confirmed.status, confirmed.stderr]).toEqual([2, expect.stringMatching(/put it back, or `abandon`/)]);
    // Put back, it can be confirmed, and goes on.
    rotating.configure();
    expect((await rotating.report(["confirm", "deploy"])).state).toBe("soaking");
    expect(consumer.failures).toEqual([]);
  });
});

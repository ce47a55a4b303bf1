import { once } from "node:events";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CreateAccessKeyCommand, UpdateAccessKeyCommand } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RotationPlansReport } from "../../src/model/rotation-plan.ts";
import { Consumer, DAY, HOUR, makeRotating, type Rotating } from "../support/rotate/rotating.ts";

/*
 * The program as users start it, against the emulator: a whole rotation, and what may come between.
 */

let rotating: Rotating;
let consumer: Consumer;
beforeEach(async () => {
  rotating = await makeRotating();
  consumer = new Consumer(rotating);
});
afterEach(() => rotating.stop());

/** Where the ledger is, below the home. */
const FOLDER = [".local", "state", "keysweep"] as const;

/** Runs until the rotation is at its end, living in between; gives the states that it was in. */
async function untilDone(args: readonly string[] = ["run", "--due"], most = 8): Promise<string[]> {
  const states: string[] = [];
  for (let runs = 0; runs < most; runs++) {
    const { state } = await consumer.during(rotating.report(args));
    states.push(state);
    if (state === "done" || state === "stuck") break;
    await consumer.live(12 * HOUR);
  }
  return states;
}

describe("a rotation", () => {
  test("goes from key to key, and a program that uses the key all the time sees not one failed call", async () => {
    const { gateway } = rotating.operator;
    gateway.spreading.newKeyMs = 20_000;
    gateway.spreading.unsteadyMs = 5000;
    gateway.spreading.listMs = 3000;
    gateway.reportingLagMs = 2 * HOUR;
    gateway.trailLagMs = HOUR / 4;
    await consumer.live(3 * HOUR);
    const begun = await consumer.during(rotating.report(["run", "deploy"]));
    expect(begun).toMatchObject({ state: "soaking", oldKeyId: rotating.old.id, targets: [{ state: "verified" }] });
    expect(consumer.holds).toBe(begun.newKeyId);
    expect(rotating.keys()).toEqual([`${rotating.old.id} active`, `${begun.newKeyId} active`]);
    const states = await untilDone();
    expect(new Set(states)).toEqual(new Set(["soaking", "quarantined", "done"]));
    expect(rotating.keys()).toEqual([`${begun.newKeyId} active`]);
    expect(consumer.failures).toEqual([]);
    expect(consumer.calls).toBeGreaterThan(40);
    expect(gateway.count("CreateAccessKey")).toBe(2);
    expect(readFileSync(rotating.place, "utf8")).toMatch(
      /^# of the app\nAWS_ACCESS_KEY_ID=.*\nAWS_SECRET_ACCESS_KEY=.*\nPORT=8080\n$/,
    );
    // Nothing more is due, once lists show that the old key is gone.
    await consumer.live(HOUR);
    expect((await rotating.run(["run", "--due"])).status).toBe(0);
    expect(gateway.count("CreateAccessKey")).toBe(2);
  });

  test("leaves no secret anywhere, and its identity to its owner alone", async () => {
    const text = await rotating.run(["run", "deploy", "--format", "pretty", "--verbose"]);
    const secret = /^AWS_SECRET_ACCESS_KEY=(.*)$/m.exec(readFileSync(rotating.place, "utf8"))?.[1] ?? "none";
    await untilDone();
    const folder = join(rotating.operator.world.home, ...FOLDER);
    expect(readdirSync(folder).toSorted()).toEqual(["identity", "ledger.db"]);
    expect(statSync(join(folder, "identity")).mode & 0o777).toBe(0o600);
    const holders = readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(secret));
    const said = [text.stdout, text.stderr].some((output) => output.includes(secret));
    expect([secret.length, holders, said]).toEqual([40, [], false]);
    const db = new DatabaseSync(join(folder, "ledger.db"), { readOnly: true });
    expect(db.prepare("SELECT count(*) AS sealed FROM sealed_secret").get()).toEqual({ sealed: 0 });
    db.close();
  });

  test("is stuck while somebody still uses the old key, and goes on by itself once nobody does", async () => {
    await rotating.run(["run", "deploy"]);
    for (let hours = 0; hours < 30; hours++) {
      await consumer.live(HOUR);
      await rotating.old.client.config.credentials();
      rotating.operator.gateway.state.keys.get(rotating.old.id)?.noteUse({
        at: rotating.operator.gateway.now(),
        service: "s3",
        region: "us-east-1",
      });
    }
    const still = await rotating.report(["run", "--due"]);
    expect(["soaking", "stuck"]).toContain(still.state);
    expect(still.reason).toMatch(/old key/);
    expect(rotating.keys()).toHaveLength(2);
    expect(rotating.keys().every((key) => key.endsWith(" active"))).toBe(true);
    await consumer.live(2 * DAY);
    expect((await untilDone()).at(-1)).toBe("done");
    expect(consumer.failures).toEqual([]);
  });

  test("is begun by --due when it is due, and by nothing before", async () => {
    rotating.configure("maximumAge: 30d, usedEvery: 1h, soak: 2h, quarantine: 1d");
    const early = await rotating.run(["run", "--due", "--format", "json"]);
    expect([early.status, rotating.keys().length]).toEqual([0, 1]);
    const key = rotating.operator.gateway.state.keys.get(rotating.old.id);
    if (key !== undefined) key.createdAt -= 31 * DAY;
    expect((await rotating.report(["run", "--due"])).state).toBe("soaking");
  });

  test("is begun with --wait once AWS lets it, and begun once", async () => {
    rotating.configure("soak: 0s, acceptUnprovenUse: true, quarantine: 0s, usedEvery: 1s");
    const by = "with an explicit deny in a service control policy";
    rotating.operator.gateway.fault({ action: "ListAccessKeys", times: 1, kind: { is: "denied", by } });
    const { status, stderr } = await consumer.during(rotating.run(["run", "deploy", "--wait"]));
    expect(status).toBe(0);
    expect(stderr).toContain("iam:ListAccessKeys is denied");
    expect(rotating.keys()).toHaveLength(1);
    expect(rotating.keys()).not.toContain(`${rotating.old.id} active`);
    expect(rotating.operator.gateway.count("CreateAccessKey")).toBe(2);
    expect(consumer.failures).toEqual([]);
  });

  test("waits with --wait until it is done", async () => {
    rotating.configure("soak: 0s, acceptUnprovenUse: true, quarantine: 0s, usedEvery: 1s");
    const run = rotating.run(["run", "deploy", "--wait", "--format", "jsonl"]);
    const { status, stdout } = await consumer.during(run);
    const types = stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string; state?: string }).state);
    expect([status, types.at(-2)]).toEqual([0, "done"]);
    expect(rotating.keys()).toHaveLength(1);
    expect(consumer.failures).toEqual([]);
  });
});

describe("two at once", () => {
  test("make one key", async () => {
    const runs = await consumer.during(
      Promise.all([rotating.run(["run", "deploy"]), rotating.run(["run", "deploy"]), rotating.run(["run", "deploy"])]),
    );
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(rotating.keys()).toHaveLength(2);
    expect(rotating.operator.gateway.count("CreateAccessKey")).toBe(2);
    expect((await untilDone()).at(-1)).toBe("done");
    expect(consumer.failures).toEqual([]);
  });

  test("with ledgers of their own are held apart by the user's tag", async () => {
    await rotating.run(["run", "deploy"]);
    const other = join(rotating.operator.world.folder, "other", "ledger.db");
    const { mkdirSync } = await import("node:fs");
    mkdirSync(join(rotating.operator.world.folder, "other"), { mode: 0o700 });
    const { status, stdout } = await rotating.run(["run", "deploy", "--ledger", other, "--format", "json"]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/rotated from the ledger/);
    expect(rotating.keys()).toHaveLength(2);
  });
});

describe("what failed and was mended", () => {
  test("is tried at once when a person names the rotation; the schedule waits its time", async () => {
    const mended = join(rotating.operator.world.folder, "mended");
    const { account, world } = rotating.operator;
    const target = `{ type: dotenv, path: ${rotating.place}, after: [ test, -e, ${mended} ] }`;
    writeFileSync(
      world.operatorConfiguration,
      `rotations: { deploy: { account: "${account}", user: deploy, usedEvery: 1h, soak: 2h, quarantine: 1d, targets: [ ${target} ] } }\n`,
    );
    // Often enough, so that the next time is far.
    for (let runs = 0; runs < 5; runs++) {
      await rotating.run(["run", "deploy"]);
      rotating.operator.gateway.advance(HOUR);
    }
    const waiting = await rotating.report(["run", "deploy"]);
    expect(waiting).toMatchObject({ state: "writing", reason: expect.stringContaining("ended with status 1") });
    expect(waiting.reason?.split(rotating.place)).toHaveLength(2);
    writeFileSync(mended, "");
    expect((await rotating.report(["run", "--due"])).state).toBe("writing");
    expect((await rotating.report(["run", "deploy"])).state).toBe("soaking");
  });
});

describe("a lost reply", () => {
  test("to the making of a key ends in no key that nobody knows of", async () => {
    const { gateway } = rotating.operator;
    gateway.fault({ action: "CreateAccessKey", times: 1, kind: { is: "reply-lost" } });
    const lost = await consumer.during(rotating.report(["run", "deploy"]));
    expect(rotating.keys()).toHaveLength(2);
    expect(consumer.holds).toBe(rotating.old.id);
    // CloudTrail tells of it a quarter of an hour later at most.
    await consumer.live(HOUR);
    const found = lost.state === "stuck" ? lost : await rotating.report(["run", "--due"]);
    expect(found).toMatchObject({
      state: "stuck",
      reason: expect.stringMatching(/nobody has its secret|secret is lost/),
    });
    const { status, stderr } = await rotating.run(["abandon", "deploy"]);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/is made inactive and deleted.*no terminal to ask on/s),
    ]);
    expect((await rotating.report(["abandon", "deploy", "--yes"])).state).toBe("abandoned");
    expect(rotating.keys()).toEqual([`${rotating.old.id} active`]);
    await rotating.run(["run", "deploy"]);
    expect((await untilDone()).at(-1)).toBe("done");
    expect(consumer.failures).toEqual([]);
  });

  test("to what is done to the old key does no harm", async () => {
    const { gateway } = rotating.operator;
    gateway.fault({ action: "UpdateAccessKey", times: 1, kind: { is: "reply-lost" } });
    gateway.fault({ action: "DeleteAccessKey", times: 1, kind: { is: "reply-lost" } });
    await rotating.run(["run", "deploy"]);
    expect((await untilDone()).at(-1)).toBe("done");
    expect(rotating.keys()).toHaveLength(1);
    expect(consumer.failures).toEqual([]);
  });
});

describe("Ctrl-C", () => {
  /** A run that is in the middle of making a key, until it is let go; `told` is what it says. */
  async function making() {
    const { gateway } = rotating.operator;
    const { promise: released, resolve: go } = Promise.withResolvers<void>();
    gateway.onceBefore("CreateAccessKey", () => released);
    const called = gateway.called("CreateAccessKey");
    const child = rotating.operator.start(["rotate", "run", "deploy", "--format", "json"], rotating.environment);
    const told = new Promise<string>((resolve) => child.stderr?.once("data", (data: Buffer) => resolve(String(data))));
    const ended = once(child, "exit") as Promise<[number | null]>;
    await called;
    return { child, go, told, ended };
  }

  test("waits for the step in hand, so that the new key's secret is kept", async () => {
    const { child, go, told, ended } = await making();
    // What ends its programs may say so once more, and the system keeps no order.
    for (const signal of ["SIGTERM", "SIGINT"] as const) child.kill(signal);
    expect(await told).toContain("the step in hand is finished first");
    go();
    expect((await ended)[0]).toBe(130);
    expect((await rotating.report(["run", "deploy"])).state).toBe("soaking");
    expect(rotating.operator.gateway.count("CreateAccessKey")).toBe(2);
  });

  test("once more does not", async () => {
    const { child, go, told, ended } = await making();
    child.kill("SIGINT");
    await told;
    child.kill("SIGINT");
    expect((await ended)[0]).toBe(130);
    go();
  });
});

describe("a person", () => {
  test("brings the old key back, and goes on or gives up from there", async () => {
    const { newKeyId } = await rotating.report(["run", "deploy"]);
    await consumer.live(2 * DAY);
    const { state } = await rotating.report(["run", "--due"]);
    expect([state, rotating.keys()[0]]).toEqual(["quarantined", `${rotating.old.id} inactive`]);
    const back = await consumer.during(rotating.report(["reactivate", "deploy", "--yes"]));
    expect(back.state).toBe("reactivated");
    expect(rotating.keys()).toEqual([`${rotating.old.id} active`, `${newKeyId} active`]);
    expect(consumer.holds).toBe(rotating.old.id);
    expect((await rotating.run(["status", "deploy"])).status).toBe(1);
    expect((await rotating.run(["run", "--due"])).status).toBe(1);
    expect((await rotating.report(["confirm", "deploy"])).state).toBe("soaking");
    expect(consumer.holds).toBe(newKeyId);
    expect((await untilDone()).at(-1)).toBe("done");
    expect(consumer.failures).toEqual([]);
  });

  test("is told what a command means nothing to", async () => {
    const { status, stderr } = await rotating.run(["confirm", "deploy"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("rotate confirm deploy: no rotation is under way")]);
    const unknown = await rotating.run(["run", "deplyo"]);
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining("There are deploy.")]);
  });

  test("who made a second key is not deprived of it", async () => {
    await rotating.operator.iam.send(new CreateAccessKeyCommand({ UserName: "deploy" }));
    const { status, stdout } = await rotating.run(["run", "deploy", "--format", "json"]);
    expect([status, stdout]).toEqual([1, expect.stringContaining("keysweep deletes neither")]);
    const second = rotating.keys()[1]?.split(" ")[0];
    await rotating.operator.iam.send(
      new UpdateAccessKeyCommand({ UserName: "deploy", AccessKeyId: second, Status: "Inactive" }),
    );
    expect((await rotating.run(["run", "deploy"])).status).toBe(1);
    expect(rotating.keys()).toHaveLength(2);
  });
});

describe("a plan", () => {
  test("says what is and what would happen, and changes nothing", async () => {
    const { gateway, world } = rotating.operator;
    await consumer.call();
    const before = readFileSync(rotating.place);
    const { status, stdout } = await rotating.run(["plan", "--format", "json"]);
    const { plans } = JSON.parse(stdout) as RotationPlansReport;
    expect(status).toBe(0);
    expect(plans).toMatchObject([
      {
        name: "deploy",
        isDue: false,
        oldKeyId: rotating.old.id,
        targets: [{ holds: "key", error: null }],
        obstacles: [],
      },
    ]);
    expect(plans[0]?.timetable).toHaveLength(3);
    const pretty = await rotating.run(["plan"]);
    expect(pretty.stdout).toContain(`holds ${rotating.old.id}`);
    expect(readFileSync(rotating.place).equals(before)).toBe(true);
    for (const action of ["TagUser", "UpdateAccessKey", "DeleteAccessKey"]) expect(gateway.count(action)).toBe(0);
    expect(gateway.count("CreateAccessKey")).toBe(1);
    expect(existsSync(join(world.home, ...FOLDER, "identity"))).toBe(false);
  });

  test("refuses a target that holds another key", async () => {
    const text = readFileSync(rotating.place, "utf8");
    writeFileSync(rotating.place, text.replace(rotating.old.id, `AKIA${"Q".repeat(16)}`));
    const { status, stdout } = await rotating.run(["plan", "--format", "json"]);
    expect([status, stdout]).toEqual([1, expect.stringContaining("target-holds-unknown-key")]);
    expect((await rotating.run(["run", "deploy"])).status).toBe(1);
    expect(rotating.keys()).toHaveLength(1);
  });
});

describe("where no rotation is configured", () => {
  test("a person is told where one would stand, and how it is written", async () => {
    const { operatorConfiguration } = rotating.operator.world;
    rmSync(operatorConfiguration);
    const told = `no rotation is configured in ${operatorConfiguration}, which is not there; docs/configuration.md`;
    for (const args of [["plan"], ["status"], ["run", "--due"]]) {
      const { status, stderr } = await rotating.run(args);
      expect([args, status, stderr]).toEqual([args, 0, expect.stringContaining(told)]);
    }
    writeFileSync(operatorConfiguration, "rotations: {}\n");
    const { status, stderr } = await rotating.run(["plan", "deploy"]);
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining(`deploy: no rotation is configured in ${operatorConfiguration}; docs`),
    ]);
    expect((await rotating.run(["plan", "--quiet"])).stderr).toBe("");
  });
});

describe("what a rotation is refused for", () => {
  test("a ledger that others may read is made private; none at all is refused", async () => {
    const { status, stderr } = await rotating.run(["run", "deploy", "--ledger", "none"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("could lose the new key")]);
  });

  test("credentials that AWS does not accept", async () => {
    rotating.operator.gateway.fault({
      action: "GetCallerIdentity",
      kind: { is: "error", status: 403, code: "InvalidClientTokenId" },
    });
    const { status, stderr } = await rotating.run(["run", "deploy"]);
    expect([status, stderr]).toEqual([4, expect.stringContaining("the AWS credentials could not be used")]);
  });

  test("a folder that may not be written to, before any key is made", async () => {
    chmodSync(rotating.place, 0o400);
    await rotating.run(["status"]);
    const db = new DatabaseSync(join(rotating.operator.world.home, ...FOLDER, "ledger.db"));
    db.exec("PRAGMA user_version = 99");
    db.close();
    const { status, stderr } = await rotating.run(["run", "deploy"]);
    expect([status, stderr]).toEqual([4, expect.stringContaining("written by a newer keysweep")]);
    expect(rotating.keys()).toHaveLength(1);
  });
});

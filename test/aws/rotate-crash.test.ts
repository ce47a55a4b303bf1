import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RotationReport } from "../../src/model/rotation.ts";
import { Consumer, DAY, type Death, HOUR, makeRotating, type Rotating } from "../support/rotate/rotating.ts";

/*
 * The real program, killed at every step of its journal, and run again: whatever came between, both keys work until nobody needs the old one,
 * no key is there that nobody knows of, and it comes to its end.
 */

let rotating: Rotating;
let consumer: Consumer;
beforeEach(async () => {
  rotating = await makeRotating();
  consumer = new Consumer(rotating);
});
afterEach(() => rotating.stop());

/** More events than a rotation journals: the deaths after its last one happen to nobody. */
const MOST_EVENTS = 30;

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

/** What must hold at any moment. */
function checkInvariants(): void {
  expect(consumer.failures).toEqual([]);
  const keys = rotating.keys();
  expect(keys.length).toBeLessThanOrEqual(2);
  // What the program holds works.
  expect(keys).toContain(`${consumer.holds} active`);
}

/** Runs until it is at its end, or needs a person. */
async function untilEnd(): Promise<RotationReport> {
  for (let runs = 0; runs < 10; runs++) {
    const report = await rotating.report(["run", "deploy"]);
    checkInvariants();
    if (["done", "stuck"].includes(report.state)) return report;
    await consumer.live(6 * HOUR);
    checkInvariants();
  }
  throw new Error("it did not come to its end");
}

/** A person does what the reason says: gives the rotation up, and rotates again. */
async function startedAnew(stuck: RotationReport): Promise<RotationReport> {
  expect(stuck.reason).toMatch(/secret/);
  const { state } = await rotating.report(["abandon", "deploy", "--yes"]);
  expect(state).toBe("abandoned");
  expect(rotating.keys()).toEqual([`${rotating.old.id} active`]);
  return untilEnd();
}

/** Runs that die once, each at the given step of what is left to be done, until one does not. */
async function dieAtEvery(when: Death["when"], only: (at: number) => boolean): Promise<number> {
  let deaths = 0;
  for (let at = 1; at <= MOST_EVENTS; at++) {
    if (!only(at)) continue;
    const { status } = await consumer.during(rotating.run(["run", "deploy"], { at: 1, when }));
    checkInvariants();
    if (status === null) deaths++;
    await consumer.live(2 * HOUR);
    checkInvariants();
  }
  return deaths;
}

describe("killed right after each commit to its journal", () => {
  test("a rotation goes on where it was, each time a step further, and loses no key", async () => {
    const deaths = await dieAtEvery("after", () => true);
    expect(deaths).toBeGreaterThan(12);
    const end = await untilEnd();
    // One death was between the making of a key and the sealing of its secret, or none.
    expect((end.state === "stuck" ? await startedAnew(end) : end).state).toBe("done");
    expect(rotating.keys()).toHaveLength(1);
  });
});

/** What the first run commits, and what the runs after it do: one that makes the old key inactive, one that deletes it. */
const COMMITS = { soaking: 11, quarantined: 3, done: 5 } as const;

test("the runs of a rotation commit as often as they are killed below", async () => {
  let before = 0;
  for (const [state, commits] of Object.entries(COMMITS)) {
    expect((await consumer.during(rotating.report(["run", "deploy"]))).state).toBe(state);
    expect(rotating.events() - before).toBe(commits);
    before = rotating.events();
    await consumer.live(2 * DAY);
  }
});

describe("killed right before the commit", () => {
  test.each(upTo(COMMITS.soaking))("number %i of the first run", async (at) => {
    const { status } = await consumer.during(rotating.run(["run", "deploy"], { at, when: "before" }));
    expect(status).toBeNull();
    checkInvariants();
    await consumer.live(HOUR);
    const end = await untilEnd();
    expect((end.state === "stuck" ? await startedAnew(end) : end).state).toBe("done");
    expect(rotating.keys()).toHaveLength(1);
    checkInvariants();
  });

  test.each([
    ...upTo(COMMITS.quarantined).map((at) => ["makes the old key inactive", 1, at] as const),
    ...upTo(COMMITS.done).map((at) => ["deletes it", 2, at] as const),
  ])("of the run that %s: after %i, number %i", async (_, runs, at) => {
    for (let run = 0; run < runs; run++) {
      await consumer.during(rotating.run(["run", "deploy"]));
      await consumer.live(2 * DAY);
    }
    const { status } = await consumer.during(rotating.run(["run", "deploy"], { at, when: "before" }));
    expect(status).toBeNull();
    checkInvariants();
    await consumer.live(HOUR);
    expect((await untilEnd()).state).toBe("done");
    expect(rotating.keys()).toHaveLength(1);
    checkInvariants();
  });
});

describe("killed by chance while it deactivates and deletes", () => {
  test.each([
    ["before", 1],
    ["before", 2],
    ["after", 2],
  ] as const)("right %s commit %i of each of these runs", async (when, at) => {
    await rotating.run(["run", "deploy"]);
    for (let runs = 0; runs < 6; runs++) {
      await consumer.live(12 * HOUR);
      await consumer.during(rotating.run(["run", "--due"], { at, when }));
      checkInvariants();
    }
    expect((await untilEnd()).state).toBe("done");
    expect(rotating.keys()).toHaveLength(1);
  });
});

describe("a full disk", () => {
  test.each([1, 2])("from the commit %i on stops before a key is made", async (at) => {
    const { status, stderr } = await rotating.run(["run", "deploy"], { at, when: "full" });
    expect([status, stderr]).toEqual([4, expect.stringContaining("the disk is full")]);
    expect(rotating.operator.gateway.count("CreateAccessKey")).toBe(1);
    checkInvariants();
    expect((await untilEnd()).state).toBe("done");
  });

  test.each([4, 5, 6])("from the commit %i on costs no key its secret: there is room for it", async (at) => {
    await rotating.run(["run", "deploy"], { at, when: "tight" });
    checkInvariants();
    expect((await untilEnd()).state).toBe("done");
    expect(rotating.operator.gateway.count("CreateAccessKey")).toBe(2);
  });

  test("that is full indeed stops before what cannot be journalled", async () => {
    const { status, stderr } = await rotating.run(["run", "deploy"], { at: 6, when: "full" });
    expect([status, stderr]).toEqual([4, expect.stringContaining("the disk is full")]);
    checkInvariants();
    expect((await untilEnd()).state).toBe("done");
  });
});

import { describe, expect, test } from "vitest";
import { REMOVALS } from "./guards.ts";
import { noticedAt, removalNamed, simulateSeed } from "./try.ts";

const RUNS = 2000;

/** Seeds at which the simulation notices that a guard is gone, as `npm run simulate -- --guards` finds them. */
const NOTICED_AT: Readonly<Record<string, number>> = {
  halvesComeFirst: 165,
  userIsThere: 9,
  claimIsOurs: 4,
  userMayAct: 462,
  secondSlotIsFree: 90,
  creationIsUnderstood: 8,
  "creationIsUnderstood: evidence": 1331,
  secretIsKept: 8,
  newKeyIsThere: 4,
  newKeyIsProved: 44,
  targetIsKnown: 226,
  soaked: 34,
  oldKeyIsAsWeLeftIt: 13,
  oldKeyIsSilent: 3,
  "oldKeyIsSilent: reporting lag": 22,
  newKeyIsUsed: 44,
  "newKeyIsUsed: own uses": 44,
  targetsAreProved: 146,
  targetsHoldTheNewKey: 193,
  quarantineIsOver: 1,
  oldKeyStayedInactive: 816,
  newKeyIsNobodys: 4,
  surprisesLast: 0,
  "driver: intent first": 17_451,
  "driver: seal first": 1,
  "driver: lease": 26_334,
  "driver: journal": 27_195,
  "driver: lease and journal": 265,
  "driver: fresh grounds": 473,
};

describe("2,000 lives of a key in a world where everything goes wrong", () => {
  test("break no law, and each ends done or with a reason that a person can act on", async () => {
    const broken: string[] = [];
    const ends = new Map<string, number>();
    for (let seed = 0; seed < RUNS; seed += 1) {
      const { violations, end } = await simulateSeed(seed);
      ends.set(end, (ends.get(end) ?? 0) + 1);
      for (const violation of violations) broken.push(`seed ${seed}: ${violation}`);
    }
    expect(broken, "npm run simulate -- --seed N tells the whole story").toEqual([]);
    expect(ends.get("done"), "a simulation in which little succeeds shows little").toBeGreaterThan(RUNS / 3);
  });

  test("are the same each time", async () => {
    expect(await simulateSeed(7)).toEqual(await simulateSeed(7));
  });
});

describe("without one of its guards", () => {
  test("each guard is tried", () => {
    expect(Object.keys(NOTICED_AT).sort()).toEqual(REMOVALS.map(({ name }) => name).sort());
  });

  test.each(Object.entries(NOTICED_AT))("%s, the machine breaks a law", async (name, seed) => {
    expect(await noticedAt(removalNamed(name), seed, 1)).not.toBeNull();
  });
});

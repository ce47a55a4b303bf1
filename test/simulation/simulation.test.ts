import { describe, expect, test } from "vitest";
import { REMOVALS } from "./guards.ts";
import { noticedAt, removalNamed, simulateSeed } from "./try.ts";

const RUNS = 2000;

/** The first seeds at which the simulation notices that a guard is gone, as `npm run simulate -- --guards` finds them. */
const NOTICED_AT: Readonly<Record<string, number>> = {};

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

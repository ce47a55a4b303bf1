import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deltaTrees } from "../support/git/delta-trees.ts";
import { expectedIn, searchPackBytes } from "../support/git/pack-searching.ts";
import { type PackedObject, type WrittenPack, writePack } from "../support/git/packs.ts";
import { anySeed } from "../support/material.ts";
import { type Random, randomFrom } from "../support/random.ts";

/** How many damaged packs are tried: so many packs, each damaged so many times. */
const PACKS = 100;
const DAMAGES = 6;

/** Changes a pack in one of the ways in which disks and people do. The bytes from which on, and up to which, it is another. */
function damage(
  pack: Buffer,
  random: Random,
): { readonly from: number; readonly to: number; readonly damaged: Buffer } {
  const from = 12 + random.below(pack.length - 12);
  const damaged = Buffer.from(pack);
  switch (random.below(5)) {
    case 0:
      damaged[from] = (damaged[from] ?? 0) ^ (1 << random.below(8));
      return { from, to: from + 1, damaged };
    case 1:
      damaged[from] = random.below(256);
      return { from, to: from + 1, damaged };
    case 2: {
      const to = Math.min(pack.length, from + 1 + random.below(40));
      damaged.set(random.bytes(to - from), from);
      return { from, to, damaged };
    }
    case 3: {
      const to = Math.min(pack.length, from + 1 + random.below(200));
      return { from, to, damaged: damaged.fill(random.pick([0, 0xff]), from, to) };
    }
    default:
      return { from, to: pack.length, damaged: damaged.subarray(0, from) };
  }
}

/** The ids of what neither lies in the damaged part nor is built on what does. */
function untouched({ objects, pack }: WrittenPack, from: number, to: number): ReadonlySet<string> {
  const isHit = ({ offset }: PackedObject, number: number): boolean =>
    offset < to && (objects[number + 1]?.offset ?? pack.length - 20) > from;
  const isGood = objects.reduce<boolean[]>((good, object, number) => {
    good.push(!isHit(object, number) && (object.base === null || good[object.base] === true));
    return good;
  }, []);
  return new Set(objects.filter((_, number) => isGood[number]).map(({ id }) => id));
}

describe("a damaged pack", () => {
  test(`is searched as far as it goes (${PACKS * DAMAGES} of them)`, async () => {
    let lost = 0;
    await fc.assert(
      fc.asyncProperty(anySeed(), async (seed) => {
        const random = randomFrom(seed);
        const written = writePack(deltaTrees(random), { level: () => random.below(10) });
        // An object twice in a pack has one place in its index.
        fc.pre(new Set(written.objects.map(({ id }) => id)).size === written.objects.length);
        for (let i = 0; i < DAMAGES; i++) if (await losesObjects(written, random)) lost++;
      }),
      { numRuns: PACKS },
    );
    expect(lost).toBeGreaterThan((PACKS * DAMAGES) / 2);
  });
});

/** Whether something was to be lost by the damage. */
async function losesObjects(written: WrittenPack, random: Random): Promise<boolean> {
  const { from, to, damaged } = damage(written.pack, random);
  const largestInMemory = random.oneIn(3) ? 0 : 2 ** 30;
  const { found, skipped } = await searchPackBytes({ pack: damaged, index: written.index }, { largestInMemory });
  // What is cut off takes the trailer with it, so what came last ends where a trailer should begin.
  const good = untouched(written, damaged.length < written.pack.length ? from - 20 : from, to);
  const expected = expectedIn(written.objects.filter(({ id }) => good.has(id)));
  expect([...expected].filter(([id, all]) => `${found.get(id)}` !== `${all}`).map(([id]) => id)).toEqual([]);
  const named = skipped.map(({ place }) => place.replace(/.* object /, "").replace(/!.*/, ""));
  expect(named.filter((id) => good.has(id))).toEqual([]);
  return good.size < written.objects.length;
}

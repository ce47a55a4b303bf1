import fc from "fast-check";
import { expect, test } from "vitest";
import { IdTable } from "../../src/scan/sources/git/origin/id-table.ts";
import { anySeed } from "../support/material.ts";
import { randomFrom } from "../support/random.ts";

test("a table numbers each id once, in the order in which they come, however alike they are", () => {
  fc.assert(
    fc.property(anySeed(), fc.constantFrom(20, 32), (seed, idLength) => {
      const random = randomFrom(seed);
      const table = new IdTable(idLength);
      const numbers = new Map<string, number>();
      // Of few bytes, that are anywhere in the id: some come again, and the table grows.
      const spread = 1 + random.below(4);
      const bytes = Buffer.alloc(3 + idLength);
      for (let step = 0; step < 3000; step++) {
        for (let i = 0; i < 2; i++) bytes[3 + random.below(idLength)] = random.below(4 ** spread);
        const id = bytes.toString("hex", 3);
        expect(table.numberOf(bytes, 3)).toBe(numbers.get(id) ?? -1);
        expect(table.add(bytes, 3)).toBe(!numbers.has(id));
        if (!numbers.has(id)) numbers.set(id, numbers.size);
      }
      expect(table.count).toBe(numbers.size);
      for (const [id, number] of numbers) {
        expect(table.numberOf(Buffer.from(id, "hex"))).toBe(number);
        expect(table.idAt(number).toString("hex")).toBe(id);
      }
    }),
    { numRuns: 20 },
  );
});

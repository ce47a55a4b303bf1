import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Spool } from "../../src/runtime/spool.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keysweep-spool-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("records come back by section, in the order of their indexes, as often as they are asked for", () => {
  const written = fc.uniqueArray(
    fc.record({
      index: fc.nat(20),
      section: fc.constantFrom("a", "b"),
      records: fc.array(fc.jsonValue(), { maxLength: 3 }),
    }),
    { selector: ({ index, section }) => `${section}${index}` },
  );
  fc.assert(
    fc.property(written, (writes) => {
      using spool = new Spool<"a" | "b">(folder);
      for (const { section, index, records } of writes) spool.write(section, index, records);
      for (const section of ["a", "b"] as const) {
        const own = writes.filter((write) => write.section === section).toSorted((x, y) => x.index - y.index);
        const expected = JSON.parse(JSON.stringify(own.flatMap(({ records }) => records))) as unknown[];
        expect([...spool.read(section)]).toEqual(expected);
        expect([...spool.read(section)]).toEqual(expected);
        for (const { index, records } of own) {
          expect([...spool.read(section, index)]).toEqual(JSON.parse(JSON.stringify(records)));
        }
      }
    }),
  );
});

test("nothing of it has a name on disk", () => {
  {
    using spool = new Spool<"a">(folder);
    spool.write("a", 0, ["x"]);
    expect(readdirSync(folder)).toEqual([]);
  }
  expect(readdirSync(folder)).toEqual([]);
});

test("what is read while more is written is what was there", () => {
  using spool = new Spool<"a">(folder);
  spool.write("a", 0, [1, 2]);
  const reading = spool.read<number>("a");
  expect(reading.next().value).toBe(1);
  spool.write("a", 1, [3]);
  expect([...reading]).toEqual([2]);
});

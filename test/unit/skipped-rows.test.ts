import { expect, test } from "vitest";
import { skipped } from "../../src/model/coverage.ts";
import { SkippedRows } from "../../src/scan/skipped-rows.ts";

test("what was not read is listed, failures first, and past the bound counted", () => {
  const rows = new SkippedRows(2);
  for (const name of ["d", "c", "b", "a"]) rows.add(skipped(name, "special-file", "a FIFO"));
  rows.add(skipped("z", "read-error", "EIO"));
  expect(rows.rows.map(({ place, reason, failure }) => [place, reason, failure])).toEqual([
    ["z", "read-error", true],
    ["c", "special-file", false],
    ["d", "special-file", false],
    ["2 more", "special-file", false],
  ]);
});

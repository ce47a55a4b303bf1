import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scanBaseline } from "../../src/cli/report/baseline.ts";

test.each([
  ["it does not exist", join(import.meta.dirname, "no-such-report.json")],
  ["it is a folder", tmpdir()],
])("a baseline that cannot be read is refused in words: %s", (reason, path) => {
  expect(() => scanBaseline(path)).toThrow(`--baseline ${path}: ${reason}`);
});

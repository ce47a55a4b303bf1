import { expect, test } from "vitest";
import { commandText } from "../../src/dashboard/command-text.ts";

test("a command is written as a shell takes it", () => {
  expect(commandText(["report", "scan", "--format=json", "--output=/tmp/r.json", "--reason=it's ok"])).toBe(
    "keysweep report scan --format=json --output=/tmp/r.json '--reason=it'\\''s ok'",
  );
});

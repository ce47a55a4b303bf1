import { expect, test } from "vitest";
import { followed } from "../../src/cli/dashboard/followed.ts";

const PROGRESS = { type: "audit", accounts: 1, of: 3, users: 2 };

test("a line of a job is read", () => {
  expect(followed(JSON.stringify(PROGRESS))).toMatchObject({ kind: "progress", progress: { kind: "audit", of: 3 } });
  expect(followed('{"type":"failed","code":"ledger"}')).toEqual({ kind: "failed", code: "ledger" });
});

test.each([
  JSON.stringify(PROGRESS).slice(0, -5),
  "",
  "null",
  "7",
  "[]",
  "{}",
  '{"type":"audit"}',
  '{"type":"scan","files":"many"}',
  '{"type":"seen"}',
  '{"type":"seen","fingerprint":"ks1:aa","rule":"no-such-rule"}',
  '{"type":"else"}',
])("one that is cut off or odd is nothing: %s", (line) => {
  expect(followed(line)).toBeNull();
});

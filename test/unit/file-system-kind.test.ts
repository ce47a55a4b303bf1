import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { fileSystemKind, fileSystemKindOf } from "../../src/runtime/file-system-kind.ts";

it.each([
  [0xef53, "local"],
  [0x6969, "network"],
  [0xff534d42, "network"],
  [0xff534d42 | 0, "network"],
  [0x01021994, "throw-away"],
  [0x794c7630, "throw-away"],
  [0x65735546, "unknown"],
  [0, "unknown"],
])("%i is %s", (type, kind) => {
  expect(fileSystemKind(type)).toBe(kind);
});

it.runIf(existsSync("/dev/shm"))("asks the system where a path lies", () => {
  expect(fileSystemKindOf("/dev/shm", "linux")).toBe("throw-away");
});

it("believes no number of another system", () => {
  expect(fileSystemKindOf("/", "darwin")).toBe("unknown");
});

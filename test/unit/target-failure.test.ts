import { expect, test } from "vitest";
import { KeysweepError } from "../../src/model/error.ts";
import { failureText } from "../../src/rotate/target-failure.ts";
import { targetError } from "../../src/rotate/targets/failure.ts";

const LOCKED = targetError("/srv/.env", "it is locked", { hint: "Unlock it.", retry: "safe" });

test("what went wrong stands behind the target's name, and says its place once", () => {
  expect(failureText("/srv/.env", LOCKED)).toBe("it is locked. Unlock it.");
  expect(failureText("app", LOCKED)).toBe("/srv/.env: it is locked. Unlock it.");
  expect(failureText("app", new KeysweepError("target", "app: it is locked"))).toBe("it is locked");
});

test("what a library says is not told: it may hold what it was given", () => {
  expect(failureText("app", new TypeError("a secret"))).toBe("an unexpected error (TypeError)");
  expect(failureText("app", "a secret")).toBe("an unexpected error (unknown)");
});

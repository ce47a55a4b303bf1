import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KeysweepError } from "../../src/model/error.ts";
import { failureText } from "../../src/rotate/target-failure.ts";
import dotenv from "../../src/rotate/targets/dotenv/descriptor.ts";
import { targetError } from "../../src/rotate/targets/failure.ts";
import { USUAL_NAMES } from "../../src/rotate/targets/settings.ts";
import { testWorld } from "../support/targets/world.ts";

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

test("what went wrong with a file names its path once, however it is called", async () => {
  const folder = mkdtempSync(join(tmpdir(), "keysweep-target-"));
  const failing = async (name: string | null, path: string): Promise<string> => {
    const target = await dotenv.open({ path, names: USUAL_NAMES }, testWorld());
    const error: unknown = await target.check(new AbortController().signal).catch((reason: unknown) => reason);
    const called = name ?? target.place;
    return `${called}: ${failureText(called, error)}`;
  };
  const absent = join(folder, "absent");
  const place = `AWS_ACCESS_KEY_ID in ${absent}`;
  expect(await failing(null, absent)).toMatch(`${place}: the file cannot be changed (ENOENT). Check the path`);
  expect(await failing("app", absent)).toMatch(`app: ${place}: the file cannot be changed (ENOENT). Check the path`);
  expect(await failing(null, folder)).toMatch(`AWS_ACCESS_KEY_ID in ${folder}: the file is no regular file.`);
  // What is in it is told as it is.
  const made = join(folder, "made");
  writeFileSync(made, "AWS_ACCESS_KEY_ID=$(x)\n");
  expect(await failing(null, made)).toMatch(/^AWS_ACCESS_KEY_ID in \S+made: AWS_ACCESS_KEY_ID is made of another/);
  rmSync(folder, { recursive: true });
});

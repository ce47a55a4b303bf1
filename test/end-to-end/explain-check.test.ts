import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CHECKS } from "../../src/audit/checks/all.ts";
import { makeWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

test("a check of audits is explained, with the thresholds that are set", () => {
  const { status, stdout, stderr } = world.run(["explain", "key-age"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^An active access key is old \(key-age, medium\)\n\nA finding when .* older than 90 days/);
  expect(stdout).toContain("--user-name USER_NAME --access-key-id ACCESS_KEY_ID");
  expect(stdout).toContain("  cis-aws-3: 1.14\n");
  mkdirSync(dirname(world.operatorConfiguration), { recursive: true });
  writeFileSync(world.operatorConfiguration, "audit: { keyMaximumAge: 30d }\n");
  expect(world.run(["explain", "key-age"]).stdout).toContain("older than 30 days");
});

test("no check is called as a rule is", () => {
  const { status, stderr } = world.run(["explain", "key-old"]);
  expect(status).toBe(2);
  expect(stderr).toContain('there is no rule and no check "key-old"');
  for (const { name } of CHECKS) expect(name).not.toMatch(/^(?:aws|bedrock-api|ses|codecommit|presigned)-/);
});

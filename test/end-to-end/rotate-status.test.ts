import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

test("the targets of a rotation that was never begun are named, and nobody is asked", () => {
  const account = "123456789012";
  writeFileSync(
    world.operatorConfiguration,
    `rotations:
  deploy:
    account: "${account}"
    user: deploy
    targets:
      - { type: dotenv, path: app/.env }
      - { type: aws-profile, profile: ci, name: the build server }
      - { type: secrets-manager, secret: prod/deploy, account: "${account}", role: rotate, region: eu-west-1 }
`,
  );
  // Where AWS would be asked, there is nobody.
  const environment = { ...world.environment, AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
  const { status, stdout, stderr } = world.run(["rotate", "status", "--format", "json"], { environment });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const state = { state: "pending", proof: "none", attempts: 0, error: null };
  expect(JSON.parse(stdout).rotations).toMatchObject([
    {
      state: "idle",
      targets: [
        { name: `AWS_ACCESS_KEY_ID in ${world.home}/.config/keysweep/app/.env`, type: "dotenv", ...state },
        { name: "the build server", type: "aws-profile", ...state },
        {
          name: `Secrets Manager secret prod/deploy (account ${account}, eu-west-1)`,
          type: "secrets-manager",
          ...state,
        },
      ],
    },
  ]);
  const { stdout: pretty } = world.run(["rotate", "status"], { environment });
  expect(pretty).toContain("  - the build server: pending\n");
});

import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type AccessKeyId, accessKeyId } from "../../src/model/access-key-id.ts";
import { KeysweepError } from "../../src/model/error.ts";
import { Secret } from "../../src/model/secret.ts";
import { TARGET_TYPES, targetDescriptors, targetTypes } from "../../src/rotate/targets/registry.ts";
import { type ConfiguredTarget, rotationTargets } from "../../src/rotate/targets/rotation-targets.ts";
import type { Command, CommandResult } from "../../src/runtime/program.ts";
import { generateMaterial, smtpPasswordOf } from "../support/material.ts";
import { testWorld } from "../support/targets/world.ts";

const NEVER = new AbortController().signal;

function configured(fields: Partial<ConfiguredTarget> = {}): ConfiguredTarget {
  const names = { accessKeyId: "ID", secretAccessKey: "SECRET" };
  return {
    type: "dotenv",
    settings: { path: "/srv/.env", names },
    name: null,
    after: null,
    smtpRegion: null,
    ...fields,
  };
}

/** The world, with programs that end as is said. */
function worldWith(result: Partial<CommandResult>) {
  const commands: Command[] = [];
  const world = testWorld({
    async run(command) {
      commands.push(command);
      return { status: 0, timedOut: false, stdout: "", ...result };
    },
  });
  return { world, commands };
}

async function failureOf(action: Promise<unknown> | undefined): Promise<unknown> {
  return action?.then(
    () => "it succeeded",
    (error: unknown) => error,
  );
}

describe("the registry", () => {
  test("knows a type for every folder, by its name", async () => {
    const folders = readdirSync("src/rotate/targets", { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(TARGET_TYPES).toEqual(folders.map(({ name }) => name).toSorted());
    expect((await targetDescriptors()).map(({ type }) => type)).toEqual(TARGET_TYPES);
  });

  test("has settings for the types there are, and none for others", async () => {
    expect(await targetTypes.settingsOf("dotenv")).not.toBeNull();
    expect(await targetTypes.settingsOf("constructor")).toBeNull();
  });
});

describe("a rotation's targets", () => {
  test("are called by their name, or else by their place", async () => {
    const targets = await rotationTargets([configured(), configured({ name: "site" })], testWorld());
    expect(targets.map(({ name, type, readBack }) => ({ name, type, readBack }))).toEqual([
      { name: "ID in /srv/.env", type: "dotenv", readBack: "value" },
      { name: "site", type: "dotenv", readBack: "value" },
    ]);
  });

  test("are not the same place twice", async () => {
    const error = await failureOf(rotationTargets([configured(), configured()], testWorld()));
    expect(error).toBeInstanceOf(KeysweepError);
    expect(error).toMatchObject({
      code: "configuration",
      message: "two targets of a rotation are called ID in /srv/.env",
    });
  });

  test("get what their consumer needs: the secret, or a password for SMTP", async () => {
    const { id, secret } = generateMaterial(1);
    const pair = { accessKeyId: accessKeyId(id) as AccessKeyId, secret: new Secret(secret) };
    const [plain, mail] = await rotationTargets(
      [configured(), configured({ name: "mail", smtpRegion: "eu-west-1" })],
      testWorld(),
    );
    expect(plain?.hand(pair).secret.reveal() === secret).toBe(true);
    expect(mail?.hand(pair).secret.reveal() === smtpPasswordOf(secret, "eu-west-1")).toBe(true);
    expect(mail?.smtpRegion).toBe("eu-west-1");
  });

  test("run what is to run after, with nothing on its standard input", async () => {
    const { world, commands } = worldWith({});
    const [none, some] = await rotationTargets(
      [configured(), configured({ name: "b", after: ["reload", "app"] })],
      world,
    );
    expect(none?.after).toBeNull();
    await some?.after?.(NEVER);
    expect(commands).toMatchObject([{ argv: ["reload", "app"], stdin: "", environment: {} }]);
  });

  test.each([
    [{ status: 3, stdout: "secret things" }, "ended with status 3"],
    [{ status: null }, "was killed"],
    [{ status: null, timedOut: true }, "did not end within 5 minutes"],
  ])("say that it failed: %o", async (result, told) => {
    const { world } = worldWith(result);
    const [target] = await rotationTargets([configured({ after: ["reload"] })], world);
    const error = await failureOf(target?.after?.(NEVER));
    expect(error).toMatchObject({ code: "target", retry: "safe", hint: expect.any(String) });
    expect(String(error)).toContain(`reload, which is to run after it holds the new key, ${told}`);
    expect(String(error)).not.toContain("secret things");
  });
});

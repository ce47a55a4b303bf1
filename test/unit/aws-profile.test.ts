import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromIni } from "@aws-sdk/credential-providers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { type AccessKeyId, accessKeyId } from "../../src/model/access-key-id.ts";
import { Secret } from "../../src/model/secret.ts";
import descriptor from "../../src/rotate/targets/aws-profile/descriptor.ts";
import type { HandedKey, Target } from "../../src/rotate/targets/target.ts";
import { type AccessKey, generateAccessKey } from "../support/material.ts";
import { randomFrom } from "../support/random.ts";
import { testWorld } from "../support/targets/world.ts";

const NEVER = new AbortController().signal;
const random = randomFrom(7);
const [OLD, NEW, OTHER] = [generateAccessKey(random), generateAccessKey(random), generateAccessKey(random)];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keysweep-profile-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function opened(profile: string, name: string): Promise<Target> {
  const settings = z.parse(descriptor.settings, { profile, path: join(folder, name) });
  return descriptor.open(settings, testWorld());
}

function handed({ id, secret }: AccessKey): HandedKey {
  return { accessKeyId: accessKeyId(id) as AccessKeyId, secret: new Secret(secret) };
}

/** Which key AWS's SDK takes from a profile, by its name here: no failure shows a secret. */
async function keyBySdk(profile: string): Promise<string> {
  const files = { filepath: join(folder, "credentials"), configFilepath: join(folder, "config") };
  const { accessKeyId: id, secretAccessKey } = await fromIni({ ...files, profile, ignoreCache: true })();
  const named = { OLD, NEW, OTHER };
  const [name = "some other key"] =
    Object.entries(named).find(([, key]) => key.id === id && key.secret === secretAccessKey) ?? [];
  return name;
}

function keyLines({ id, secret }: AccessKey): string {
  return `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
}

describe("AWS's SDK takes the new key, and other profiles' as before", () => {
  const other = `[other]\n${keyLines(OTHER)}`;
  test.each<readonly [string, string, string, string]>([
    ["in credentials", "deploy", "credentials", `${other}\n[deploy]\n${keyLines(OLD)}`],
    ["in front of others", "deploy", "credentials", `[deploy]\n${keyLines(OLD)}\n${other}`],
    [
      "in the default profile",
      "default",
      "credentials",
      `# mine\n[default]\n${keyLines(OLD)}region=eu-west-1\n${other}`,
    ],
    ["in a profile that is not there yet", "deploy", "credentials", other.trimEnd()],
    ["in a profile without a key", "deploy", "credentials", `[deploy]\nregion = eu-west-1\n\n${other}`],
    [
      "with line ends of Windows",
      "deploy",
      "credentials",
      `[deploy]\n${keyLines(OLD)}${other}`.replaceAll("\n", "\r\n"),
    ],
    [
      "in config",
      "deploy",
      "config",
      `[sso-session deploy]\nregion = x\n[profile deploy]\n${keyLines(OLD)}${other.replace("other", "profile other")}`,
    ],
    [
      "in config, its name in quotes",
      "deploy",
      "config",
      `[profile "deploy"]\n${keyLines(OLD)}${other.replace("other", "profile other")}`,
    ],
    ["in config, as a new profile", "deploy", "config", other.replace("other", "profile other")],
    [
      "in config, the default profile",
      "default",
      "config",
      `[default]\n${keyLines(OLD)}${other.replace("other", "profile other")}`,
    ],
    [
      "beside settings in settings",
      "deploy",
      "config",
      `[profile deploy]\ns3 =\n  max_queue_size = 1\n${keyLines(OLD)}${other.replace("other", "profile other")}`,
    ],
  ])("%s", async (_, profile, name, text) => {
    // The SDK minds when a file is not there.
    for (const file of ["credentials", "config"]) writeFileSync(join(folder, file), "");
    writeFileSync(join(folder, name), text);
    const target = await opened(profile, name);
    await target.write("pair", handed(NEW), [handed(OLD).accessKeyId], NEVER);
    expect(await keyBySdk(profile)).toBe("NEW");
    expect(await keyBySdk("other")).toBe("OTHER");
    const left = readFileSync(join(folder, name), "utf8");
    expect({ left: left.includes(OLD.secret), crlf: left.includes("\r\n") }).toEqual({
      left: false,
      crlf: text.includes("\r\n"),
    });
  });
});

test("a file that is called config is read as one, whatever another is called", async () => {
  expect((await opened("deploy", "config")).place).toBe(`the profile deploy in ${join(folder, "config")}`);
  writeFileSync(join(folder, "aws.ini"), `[profile deploy]\n${keyLines(OLD)}`);
  expect(await (await opened("deploy", "aws.ini")).read(NEVER)).toEqual({ kind: "nothing" });
  const settings = z.parse(descriptor.settings, { profile: "deploy", path: join(folder, "aws.ini"), kind: "config" });
  expect(await (await descriptor.open(settings, testWorld())).read(NEVER)).toMatchObject({ kind: "key" });
});

test("what the CLI reads and this SDK does not is found too: keys in capitals, names with a space", async () => {
  const keys = keyLines(OLD).replace("aws_access_key_id", "AWS_Access_Key_ID");
  writeFileSync(join(folder, "config"), `[profile 'my deploy']\n${keys}`);
  const target = await opened("my deploy", "config");
  await target.write("pair", handed(NEW), [handed(OLD).accessKeyId], NEVER);
  const text = readFileSync(join(folder, "config"), "utf8");
  const expected = `[profile 'my deploy']\n${keys.replace(OLD.id, NEW.id).replace(OLD.secret, NEW.secret)}`;
  expect(text === expected).toBe(true);
  await (await opened("new one", "config")).write("pair", handed(NEW), [], NEVER);
  const isKept = readFileSync(join(folder, "config"), "utf8").startsWith(`${text}\n[profile "new one"]\n`);
  expect(isKept).toBe(true);
});

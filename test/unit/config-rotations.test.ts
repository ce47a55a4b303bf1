import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { loadOperatorConfiguration } from "../../src/config/load.ts";
import { loadRotationConfiguration, type RotationConfiguration, type TargetTypes } from "../../src/config/rotations.ts";
import type { AccountId } from "../../src/model/access-key-id.ts";
import { KeysweepError } from "../../src/model/error.ts";
import { temporaryFolder } from "../support/ledger/folder.ts";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const ACCOUNT = "123456789012" as AccountId;
const HOUR = 3_600_000;

const TYPES: TargetTypes = {
  names: ["dotenv", "vault-kv"],
  async settingsOf(type) {
    if (type === "dotenv")
      return z.strictObject({ path: z.string(), names: z.optional(z.strictObject({ accessKeyId: z.string() })) });
    return null;
  },
};

async function load(text: string): Promise<RotationConfiguration> {
  const path = join(temporaryFolder(), "config.yaml");
  writeFileSync(path, text);
  // The rest of the program reads the same file.
  expect(loadOperatorConfiguration(path)).toBeDefined();
  return loadRotationConfiguration(path, TYPES, NOW);
}

async function problem(text: string): Promise<string> {
  const error: unknown = await load(text).catch((thrown: unknown) => thrown);
  if (error instanceof KeysweepError && error.code === "configuration")
    return error.message.replace(/^.*config\.yaml:/, "");
  throw error instanceof Error ? error : new Error("it was accepted");
}

/** A rotation with these lines changed or added. */
function rotation(lines: Readonly<Record<string, string>> = {}): string {
  const all = {
    account: `"${ACCOUNT}"`,
    user: "deploy-travis",
    targets: "[ { type: dotenv, path: /srv/app/.env, after: [ systemctl, restart, app ] } ]",
    ...lines,
  };
  const written = Object.entries(all).map(([key, value]) => `    ${key}: ${value}\n`);
  return `rotations:\n  travis-deploy:\n${written.join("")}`;
}

describe("a rotation's configuration", () => {
  test("is read whole", async () => {
    const { rotations, folder, seal, notify } = await load(
      `${rotation({
        schedule: '"0 3 1 * *"',
        timezone: "Europe/Berlin",
        maximumAge: "60d",
        usedEvery: "1d",
        soak: "24h",
        quarantine: "7d",
        regions: "[us-east-1, eu-central-1]",
        role: "keysweep-rotate",
      })}seal: { keychain: rotation }\nnotify: [ { type: slack, webhook: { env: SLACK_WEBHOOK }, on: [stuck, finding, done] } ]\n`,
    );
    expect(rotations).toMatchObject([
      {
        settings: {
          name: "travis-deploy",
          accountId: ACCOUNT,
          userName: "deploy-travis",
          schedule: "0 3 1 * *",
          timezone: "Europe/Berlin",
          maximumAgeMs: 60 * 24 * HOUR,
          regions: ["us-east-1", "eu-central-1"],
          gate: {
            usedEveryMs: 24 * HOUR,
            soakMs: 24 * HOUR,
            quarantineMs: 7 * 24 * HOUR,
            presignedMs: 0,
            acceptUnprovenUse: false,
          },
        },
        role: "keysweep-rotate",
        externalId: null,
        targets: [
          {
            type: "dotenv",
            settings: { path: "/srv/app/.env" },
            name: null,
            after: ["systemctl", "restart", "app"],
            smtpRegion: null,
          },
        ],
        at: `${folder}/config.yaml:2`,
      },
    ]);
    expect([seal, notify.map(({ type }) => type)]).toEqual([{ keychain: "rotation" }, ["slack"]]);
  });

  test("may say little: a day of use, a day of proof, a week of quarantine", async () => {
    const [first] = (await load(rotation())).rotations;
    expect(first?.settings).toMatchObject({
      schedule: null,
      maximumAgeMs: null,
      regions: ["us-east-1"],
      gate: { usedEveryMs: 24 * HOUR, soakMs: 24 * HOUR, quarantineMs: 7 * 24 * HOUR },
    });
    expect((await load("aws: { region: eu-west-1 }\n" + rotation())).rotations[0]?.settings.regions).toEqual([
      "eu-west-1",
    ]);
    expect((await load("allow: []\n")).rotations).toEqual([]);
    expect((await loadRotationConfiguration(null, TYPES, NOW)).rotations).toEqual([]);
  });

  test.each([
    [
      { account: "123456789012" },
      "3:5: rotations.travis-deploy.account: must be an account id, twelve digits in quotes",
    ],
    [{ user: "a/b" }, "4:5: rotations.travis-deploy.user: must be the name of an IAM user"],
    [{ user: "[]" }, "4:5: rotations.travis-deploy.user: must be text"],
    [{ targets: "[]" }, "5:5: rotations.travis-deploy.targets: must have a target at least"],
    [
      { shedule: '"0 3 1 * *"' },
      "6:5: rotations.travis-deploy.shedule: is not a key that is known here; did you mean schedule?",
    ],
    [
      { schedule: '"0 25 1 * *"' },
      "6:5: rotations.travis-deploy.schedule: is no schedule: Field value (25) is out of range",
    ],
    [{ schedule: '"@daily"' }, "must have five fields, or six with seconds first"],
    [{ schedule: '"0 0 31 2 *"' }, "never comes: there is no such date"],
    [{ timezone: "Europe/Berlim" }, "6:5: rotations.travis-deploy.timezone: must be a time zone"],
    [{ soak: "1 day" }, "6:5: rotations.travis-deploy.soak: must be a duration, e.g. 90s, 15m, 24h or 7d"],
    [{ soak: "24" }, "must be a duration"],
    [{ soak: "0s" }, "6:5: rotations.travis-deploy.soak: 0s takes the old key away with no proof"],
    [{ usedEvery: "0s" }, "must be a time, e.g. 1d"],
    [{ regions: "[]" }, "must name a region at least"],
    [{ regions: "[useast]" }, "6:15: rotations.travis-deploy.regions[0]: must be a region, e.g. us-east-1"],
    [
      { schedule: '"0 3 * * 1"' },
      "schedule: is too tight: there are 7 days between two of its times, and soak (1 day) and quarantine (7 days) take 8 days",
    ],
    [{ schedule: '"0 3 1 * *"', usedEvery: "31d" }, "soak (31 days) and quarantine (7 days) take 38 days"],
    [{ maximumAge: "8d" }, "maximumAge: is too tight: that is 8 days"],
    [
      { targets: "[ { type: dotenw, path: x } ]" },
      "5:18: rotations.travis-deploy.targets[0].type: there is no such target; there are dotenv, vault-kv",
    ],
    [{ targets: "[ { type: dotenv } ]" }, "5:16: rotations.travis-deploy.targets[0].path: is missing"],
    [
      { targets: "[ { type: dotenv, path: x, nmes: {} } ]" },
      "targets[0].nmes: is not a key that is known here; did you mean names?",
    ],
    [
      { targets: "[ { type: dotenv, path: x, names: { id: x } } ]" },
      "targets[0].names.id: is not a key that is known here; there are accessKeyId",
    ],
    [{ targets: "[ { type: dotenv, path: x, after: restart } ]" }, "targets[0].after: must be a list"],
    [{ targets: "[ { type: dotenv, path: x, after: [] } ]" }, "targets[0].after[0]: is missing"],
    [{ targets: "[ { type: dotenv, path: x, ses: { region: x } } ]" }, "targets[0].ses.region: must be a region"],
  ])("names the place of what is wrong: %j", async (lines, message) => {
    expect(await problem(rotation(lines))).toContain(message);
  });

  test("does without proof only where that is said", async () => {
    const [first] = (await load(rotation({ soak: "0s", acceptUnprovenUse: "true" }))).rotations;
    expect(first?.settings.gate).toMatchObject({ soakMs: 0, acceptUnprovenUse: true });
  });

  test("names each user once", async () => {
    const second = rotation().replace("rotations:\n", "").replace("travis-deploy", "again");
    expect(await problem(rotation() + second)).toMatch(
      /^8:5: rotations\.again\.user: is rotated by travis-deploy already/,
    );
    expect((await load(rotation() + second.replace("deploy-travis", "other"))).rotations).toHaveLength(2);
  });

  test.each([
    ["seal: { kms: }", "seal.kms: must be text"],
    ["seal: { files: x }", "seal.files: is not a key that is known here; did you mean file?"],
    ["notify: [ { type: slak } ]", "notify[0].type"],
    ["notify: [ { type: slack, webhook: https://example.com/x } ]", "notify[0].webhook: must be a mapping"],
    [
      "notify: [ { type: slack, webhook: { env: X }, on: [dome] } ]",
      "notify[0].on[0]: must be one of begun, done, stuck",
    ],
    ["notify: [ { type: webhook, url: 'file:///x', secret: { env: X } } ]", "notify[0].url: must be the address"],
    ["notify: [ { type: sns, topic: x } ]", "notify[0].topic: must be the ARN of a topic"],
    [
      "notify: [ { type: email, server: { host: x }, from: x, to: [a@example.com] } ]",
      "notify[0].from: must be an e-mail",
    ],
  ])("says what is wrong of %s", async (text, message) => {
    expect(await problem(`${text}\n`)).toContain(message);
  });
});

describe("a template", () => {
  const TEMPLATE = `rotationTemplates:
  ci:
    accounts: ["${ACCOUNT}"]
    pathPrefix: /service/ci/
    targets: [ { type: dotenv, path: "/srv/{account}/{user}/.env", after: [ restart, "{user}" ] } ]
`;

  test("becomes the rotation of a user who names it", async () => {
    const [template] = (await load(TEMPLATE)).templates;
    expect(template).toMatchObject({ name: "ci", accounts: [ACCOUNT], pathPrefix: "/service/ci/" });
    expect(template?.rotationOf(ACCOUNT, "build")).toMatchObject({
      settings: { name: `ci/${ACCOUNT}/build`, accountId: ACCOUNT, userName: "build" },
      targets: [{ settings: { path: `/srv/${ACCOUNT}/build/.env` }, after: ["restart", "build"] }],
    });
  });

  test.each(["..", "a..b", "-rf", ".ssh", "=x", ",", "@home"])("is not filled in with the name %s", async (name) => {
    const [template] = (await load(TEMPLATE)).templates;
    expect(() => template?.rotationOf(ACCOUNT, name)).toThrow(/cannot be filled in/);
  });

  test("gives no two users the same place", async () => {
    expect(await problem(TEMPLATE.replace("/{user}/", "/").replace('"{user}"', "app"))).toBe(
      "5:16: rotationTemplates.ci.targets[0]: must hold {user}: all users of the template would share the place",
    );
  });

  test("is checked before anybody names it", async () => {
    expect(await problem(TEMPLATE.replace("path:", "pth:"))).toContain("rotationTemplates.ci.targets[0].pth");
    expect(await problem(TEMPLATE.replace("/service/ci/", "/"))).toContain("must be a path of IAM other than /");
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadRotationConfiguration } from "../../src/config/rotations.ts";
import type { TargetEntry } from "../../src/model/target-catalogue.ts";
import { COMMON_SETTINGS, targetCatalogue } from "../../src/rotate/targets/catalogue.ts";
import { TARGET_TYPES, targetTypes } from "../../src/rotate/targets/registry.ts";

const entries: readonly TargetEntry[] = await targetCatalogue();

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keysweep-catalogue-"));
  path = join(folder, "config.yaml");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What is wrong with a rotation that has these lines for a target; empty: nothing. */
async function problemWith(target: string): Promise<string> {
  const lines = target.split("\n").map((line) => `      ${line}\n`);
  writeFileSync(
    path,
    `rotations:\n  deploy:\n    account: "123456789012"\n    user: deploy\n    targets:\n${lines.join("")}`,
  );
  return loadRotationConfiguration(path, targetTypes, 0).then(
    () => "",
    (error: unknown) => (error as Error).message.replace(path, "config.yaml"),
  );
}

describe("the catalogue of targets", () => {
  test("tells of every type", () => {
    expect(entries.map(({ type }) => type)).toEqual(TARGET_TYPES);
  });

  test.each(entries)("has an example of $type that a configuration takes, common settings and all", async (entry) => {
    expect(await problemWith(entry.exampleText.trimEnd())).toBe("");
    const common = `  name: site\n  after: [systemctl, reload, app]\n  ses: { region: eu-west-1 }`;
    expect(await problemWith(`${entry.exampleText.trimEnd()}\n${common}`)).toBe("");
    expect(COMMON_SETTINGS.map(({ name }) => name)).toEqual(["type", "name", "after", "ses"]);
  });

  test.each(entries)("says what a setting of $type is, what it is without it, and what is needed", (entry) => {
    for (const { name, description } of entry.settings)
      expect({ name, description }).toEqual({ name, description: expect.stringMatching(/[.`)]$/) });
    const needed = entry.settings.filter(({ required }) => required).map(({ name }) => name);
    const ways = entry.alternatives.length === 0 ? [needed] : entry.alternatives;
    expect(ways.some((way) => way.every((name) => name in entry.example))).toBe(true);
  });
});

describe("what is wrong with a target in the configuration", () => {
  test("is told with its line, its column, its key, and what was meant", async () => {
    expect(await problemWith("- type: dotenv\n  pth: /x")).toBe(
      "config.yaml:7:9: rotations.deploy.targets[0].pth: is not a key that is known here; did you mean path?",
    );
    expect(await problemWith("- type: dotenv\n  path: /x\n  names: { accessKeyId: A, secretAccessKey: A }")).toBe(
      "config.yaml:8:9: rotations.deploy.targets[0].names: must be two different names",
    );
    expect(await problemWith("- type: dotenv")).toContain("targets[0].path: is missing");
    expect(await problemWith("- type: command\n  write: push-key")).toContain("targets[0].write: must be a list");
    expect(await problemWith("- type: dotnev\n  path: /x")).toMatch(
      /targets\[0\]\.type: there is no such target; there are .*dotenv/,
    );
  });
});

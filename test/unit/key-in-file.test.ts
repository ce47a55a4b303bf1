import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import descriptor from "../../src/rotate/targets/file/descriptor.ts";
import { testWorld } from "../support/targets/world.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keysweep-key-in-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a plan says of a file that holds a key. */
async function check(name: string, text: string): Promise<unknown> {
  const path = join(folder, name);
  writeFileSync(path, text);
  const settings = descriptor.settings.parse({ path, names: { accessKeyId: "s.id", secretAccessKey: "s.key" } });
  const target = await descriptor.open(settings, testWorld());
  const problem = await target.check(new AbortController().signal).then(
    () => null,
    (error: unknown) => error,
  );
  expect(readFileSync(path, "utf8")).toBe(text);
  return problem;
}

describe("what can be read and not be changed is told by a check, before there is a new key", () => {
  const id = `AKIA${"Q".repeat(16)}`;

  test.each([
    ["a.toml", `[s]\nid = "${id}"\nkey = '''value'''\n`, /several lines/],
    ["a.yaml", `s:\n  id: &id ${id}\n  key: value\nelsewhere: *id\n`, /without changing something else/],
    ["b.yaml", `base: &base\n  id: ${id}\n  key: value\ns:\n  <<: *base\n`, /may be merged in/],
    ["c.toml", `s = { id = "${id}" }\n`, /inline table/],
  ])("%s: %j", async (name, text, problem) => {
    expect(await check(name, text)).toMatchObject({
      code: "target",
      message: expect.stringMatching(problem),
      retry: "never",
    });
  });

  test("what can be changed is left as it is", async () => {
    expect(await check("d.yaml", `s:\n  id: ${id}\n  key: value # why\n`)).toBeNull();
  });
});

import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

/** What doctor says of the trail, and its exit status. */
function trail(setting: string, environment = world.environment): unknown[] {
  writeFileSync(world.operatorConfiguration, setting);
  const { status, stdout } = world.run(["doctor", "--format", "json"], { environment });
  const { checks } = JSON.parse(stdout) as { checks: { check: string; status: string; detail: string }[] };
  return [status, ...checks.filter(({ check }) => check === "trail").map((one) => `${one.status}: ${one.detail}`)];
}

test("a file of the trail that can be written is well, and is not made", () => {
  const file = join(world.folder, "trail.jsonl");
  expect(trail(`trail: { file: "${file}" }\n`)).toEqual([0, `ok: ${file} can be written`]);
  expect(existsSync(file)).toBe(false);
  expect(trail("{}\n")).toEqual([0, "unused: it goes nowhere but to the ledger"]);
});

test("a file of the trail that cannot be written is warned of: its folder is not there, is none, or it is a folder", () => {
  const gone = join(world.folder, "gone", "trail.jsonl");
  world.file("file", "");
  const below = join(world.folder, "file", "trail.jsonl");
  const folder = join(world.folder, "folder");
  mkdirSync(folder);
  expect([gone, below, folder].flatMap((file) => trail(`trail: { file: "${file}" }\n`))).toEqual([
    0,
    `warning: it cannot go to ${gone}: the folder ${join(world.folder, "gone")} does not exist`,
    0,
    expect.stringMatching(/^warning: it cannot go to .*(?:is no folder|ENOTDIR)/),
    0,
    `warning: it cannot go to ${folder}: it is no ordinary file`,
  ]);
});

test.skipIf(process.getuid?.() === 0)(
  "nor may it be one that this user may not write (skipped for root, who may)",
  () => {
    const file = world.file("trail.jsonl", "");
    chmodSync(file, 0o400);
    expect(trail(`trail: { file: "${file}" }\n`)).toEqual([
      0,
      `warning: it cannot go to ${file}: it may not be written there (EACCES)`,
    ]);
  },
);

test("without logger nothing goes to syslog", () => {
  const environment = { ...world.environment, PATH: world.folder };
  expect(trail("trail: { syslog: true }\n", environment)).toEqual([
    0,
    "warning: it cannot go to syslog: there is no program logger",
  ]);
});

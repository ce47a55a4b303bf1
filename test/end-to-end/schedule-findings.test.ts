import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { generateMaterial } from "../support/material.ts";
import { makeWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

interface Told {
  readonly on: string;
  readonly title: string;
  readonly lines: readonly string[];
}

const { id, secret } = generateMaterial(8080);
const other = generateMaterial(8081);

function toldFile(): string {
  return join(world.home, "told.jsonl");
}

/** What the channel was told, the last last. */
function told(): Told[] {
  const path = toldFile();
  const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  return lines.map((line) => JSON.parse(line) as Told);
}

/** @param status of the program that is told. */
function configure(status = 0): void {
  const program = ["/bin/sh", "-c", `cat >> '${toldFile()}'; exit ${status}`];
  writeFileSync(
    world.operatorConfiguration,
    `schedule:
  scan: { at: "* * * * * *", paths: [${JSON.stringify(join(world.folder, "app"))}] }
notify: [ { type: command, run: ${JSON.stringify(program)}, on: [finding] } ]
`,
  );
}

/** Runs what is due, as soon as something is; gives what it said. */
function scheduled(): string {
  for (;;) {
    const { stdout } = world.run(["schedule", "run", "--once"]);
    if (stdout.includes("job.ended")) return stdout;
  }
}

test("tells what a scheduled scan found, once, whoever scanned in between, and never with a secret", () => {
  configure();
  const path = world.file("app/.env", `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`);
  scheduled();
  expect(told().map(({ title }) => title.replace(/ by .*/, ""))).toEqual(["keysweep: 1 new finding of the scan"]);
  expect(told()[0]?.lines[0]).toContain(path);
  scheduled();
  expect(told()).toHaveLength(1);
  // Somebody looks meanwhile: that tells nobody, and takes no news away.
  world.file("app/new\n`<!channel>`.env", `AWS_ACCESS_KEY_ID=${other.id}\nAWS_SECRET_ACCESS_KEY=${other.secret}\n`);
  expect(world.run(["scan", join(world.folder, "app")]).status).toBe(1);
  expect(told()).toHaveLength(1);
  scheduled();
  expect(told()).toHaveLength(2);
  expect(told()[1]?.lines).toEqual([expect.stringContaining("new\\n`<!channel>`.env")]);
  const said = readFileSync(toldFile(), "utf8");
  expect([secret, other.secret].some((one) => said.includes(one))).toBe(false);
  // What is gone and comes back is news.
  rmSync(path);
  scheduled();
  world.file("app/.env", `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`);
  scheduled();
  expect(told()).toHaveLength(3);
});

test("tells it after the next scan where the channel fails, and the scan comes to its end all the same", () => {
  configure(1);
  world.file("app/.env", `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`);
  const log = scheduled();
  expect(log).toMatch(/"event":"job.message".*nobody was told by command that keysweep: 1 new finding/);
  expect(log).toMatch(/"event":"job.ended","job":"scan","status":1/);
  configure();
  scheduled();
  expect(told()).toHaveLength(2);
  scheduled();
  expect(told()).toHaveLength(2);
});

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createReadStream, createWriteStream, existsSync, readdirSync, readFileSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generateMaterial } from "../support/material.ts";
import { type Ended, onTerminal, type Session } from "./terminal.ts";
import { makeWorld, profile, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

describe("colours", () => {
  const SGR = /\x1b\[\d+m/;
  const rawOf = async (script: string, environment = {}): Promise<string> =>
    (await onTerminal(world, script, { environment }).ended).raw;

  beforeEach(() => void world.file("credentials", profile(1)));

  test("are for a terminal", async () => {
    expect(await rawOf("keysweep scan .")).toContain("\x1b[31mHIGH\x1b[0m");
  });

  test("are for a terminal, when NO_COLOR is there and says nothing", async () => {
    expect(await rawOf("keysweep scan .", { NO_COLOR: "" })).toMatch(SGR);
  });

  test.each<[string, string, Record<string, string>]>([
    ["NO_COLOR is set", "keysweep scan .", { NO_COLOR: "1" }],
    ["--no-color is given", "keysweep scan --no-color .", {}],
    ["the terminal is dumb", "keysweep scan .", { TERM: "dumb" }],
    ["stdout is a pipe", "keysweep scan . | cat", {}],
    ["it goes to a file", "keysweep scan . --output r.txt; cat r.txt", {}],
    ["it is help", "keysweep scan --help; keysweep scan . | head -1", {}],
  ])("are not there when %s", async (_, script, environment) => {
    const raw = await rawOf(script, environment);
    expect(raw).toContain(script.includes("--help") ? "EXIT STATUS" : "HIGH");
    expect(raw).not.toContain("\x1b");
  });
});

describe("a report on a terminal", () => {
  test.each([80, 48])("of %i columns fits, but for names and commands, which stay whole", async (columns) => {
    world.file("deep/down/in/a/folder/with/a/long/name/.github/workflows/deploy.yml", profile(1));
    world.file("lone.env", `AWS_SECRET_ACCESS_KEY=${generateMaterial(2).secret}\n`);
    world.file("bad.gz", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2]));
    const { status, raw } = await onTerminal(world, "keysweep scan .", { columns }).ended;
    expect(status).toBe(1);
    const lines = raw.replace(/\x1b\[\d+m/g, "").split("\r\n");
    const tooLong = lines.filter((line) => Array.from(Buffer.from(line, "latin1").toString("utf8")).length > columns);
    expect(tooLong.filter((line) => !/^ {4}(?:\/|keysweep explain )/.test(line))).toEqual([]);
    expect(lines.length).toBeGreaterThan(10);
  });

  test("is the one of the README", async () => {
    const { id, secret, accountId } = generateMaterial(1);
    const indent = " ".repeat(10);
    const workflow = `${"#\n".repeat(20)}${indent}AWS_ACCESS_KEY_ID: ${id}\n${indent}AWS_SECRET_ACCESS_KEY: ${secret}\n`;
    world.file("shop/.github/workflows/deploy.yml", workflow);
    world.file("shop/.env", `A=1\nB=2\nAWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`);
    execFileSync("tar", ["-czf", "shop/backup.tar.gz", "--remove-files", "shop/.env"], { cwd: world.folder });
    const { screen } = await onTerminal(world, "keysweep scan --no-history shop").ended;
    const told = (text: string): string =>
      text
        .replaceAll(id, "AKIA…")
        .replaceAll(accountId, "123456789012")
        .replace(/ks1:[0-9a-f]+/g, "ks1:…")
        .replaceAll(world.folder, "/home/ada/work")
        .replace(/Read .* s:/, "Read …:");
    const readme = readFileSync(join(import.meta.dirname, "..", "..", "README.md"), "utf8");
    const example = /```console\n\$ .* scan .*\n([^]*?)```/.exec(readme)?.[1] ?? "";
    expect(told(`${screen.join("\n")}\n`)).toBe(told(example));
  });
});

/** A pipe that the test writes into, as the standard input of a scan. */
function feeding(name: string): WriteStream {
  execFileSync("mkfifo", [join(world.folder, name)]);
  return createWriteStream(join(world.folder, name));
}

/** Writes until the condition holds; what is read meanwhile is what makes time pass. */
async function feed(pipe: WriteStream, enough: () => boolean): Promise<void> {
  const chunk = Buffer.alloc(1 << 16, "nothing to see here\n");
  while (!enough()) {
    if (!pipe.write(chunk)) await once(pipe, "drain");
    await new Promise(setImmediate);
  }
}

describe("progress", () => {
  test("is shown when a scan takes long, and wiped before the report", async () => {
    const pipe = feeding("in");
    const session = onTerminal(world, "keysweep scan --stdin < in");
    await feed(pipe, () => session.raw.includes("scanning: 1 file"));
    pipe.end(profile(1));
    const { status, raw, screen } = await session.ended;
    expect(status).toBe(1);
    expect(screen[0]).toMatch(/^HIGH {2}AWS access key/);
    expect(screen.join("\n")).not.toContain("scanning");
    const lines = raw.split(/\r\x1b\[K/);
    expect(lines.slice(1, -1).every((line) => line === "" || /^scanning: [^\n]{1,70}$/.test(line))).toBe(true);
  });

  test.each([
    ["--quiet is given", "keysweep scan --quiet --stdin < in"],
    ["stderr is no terminal", "keysweep scan --stdin < in 2> err; cat err"],
  ])("is not shown when %s", async (_, script) => {
    const [quiet, shown] = [feeding("in"), feeding("other")];
    // Another scan, begun later, says when the first one would have shown it.
    const session = onTerminal(world, script);
    const both = async (clock: Session): Promise<void> => {
      let fed = 0;
      await feed(quiet, () => ++fed > 16);
      await feed(shown, () => clock.raw.includes("scanning"));
      fed = 0;
      await feed(quiet, () => ++fed > 16);
    };
    const clock = onTerminal(world, "keysweep scan --stdin < other");
    await both(clock);
    quiet.end();
    shown.end();
    expect((await session.ended).raw).not.toContain("scanning");
    expect((await clock.ended).raw).toContain("scanning");
  });
});

describe("Ctrl-C", () => {
  /** Runs with the terminal's settings before and behind, and the status as a shell tells it. */
  const between = (command: string): string => `stty -g; ${command}; echo "status=$?"; stty -g`;

  function expectLeftAsFound({ raw }: Ended): void {
    const settings = raw.match(/[0-9a-f]+(?::[0-9a-f]+){20,}/g) ?? [];
    expect(settings).toHaveLength(2);
    expect(settings[0]).toBe(settings[1]);
    // Neither was the cursor hidden, nor the mouse asked for, nor the screen changed.
    expect(raw).not.toMatch(/\x1b\[\?/);
  }

  test("before the first byte", async () => {
    const pipe = feeding("in");
    const session = onTerminal(world, between("keysweep scan --stdin --format jsonl < in"));
    await session.until(/"type":"start"/);
    session.type("\x03");
    const ended = await session.ended;
    expect(ended.raw).toContain("status=130");
    expect(ended.raw).toMatch(/keysweep: interrupted after .*; 0 findings until then, no report was written\r\n/);
    expectLeftAsFound(ended);
    pipe.destroy();
  });

  test("in the middle says what was found until then, and wipes the progress", async () => {
    const pipe = feeding("in");
    const session = onTerminal(world, between("keysweep scan --stdin --output r.json < in"));
    pipe.write(profile(1));
    await feed(pipe, () => session.raw.includes("scanning"));
    session.type("\x03");
    const ended = await session.ended;
    expect(ended.raw).toContain("status=130");
    expect(ended.screen.join("\n")).toMatch(/keysweep: interrupted after 1 file \(.*\); 1 finding until then/);
    expect(ended.screen.join("\n")).not.toContain("scanning");
    expect(readdirSync(world.folder)).toEqual(["in"]);
    expectLeftAsFound(ended);
    pipe.destroy();
  });

  test("while a report is written leaves what is whole, and nothing that is half", async () => {
    world.file("credentials", profile(1));
    execFileSync("mkfifo", [join(world.folder, "nobody-reads")]);
    const session = onTerminal(
      world,
      between("keysweep scan credentials --format json --output r.json --report csv=nobody-reads"),
    );
    await until(() => existsSync(join(world.folder, "r.json")));
    session.type("\x03");
    const ended = await session.ended;
    expect(ended.raw).toContain("status=130");
    expect(ended.screen.join(" ")).toMatch(/1 finding until then, nobody-reads\s+was\s+not written/);
    expect(JSON.parse(readFileSync(join(world.folder, "r.json"), "utf8"))).toMatchObject({ summary: { high: 1 } });
    expect(readdirSync(world.folder).sort()).toEqual(["credentials", "nobody-reads", "r.json"]);
    expectLeftAsFound(ended);
  });

  test("while a reader of the report is slow ends it at once", async () => {
    for (let seed = 1; seed <= 100; seed++) world.file(`c${seed}`, profile(seed));
    execFileSync("mkfifo", [join(world.folder, "out")]);
    const session = onTerminal(world, between("keysweep scan . --format json > out"));
    // The report is longer than what a pipe holds, so that the write waits for a reader that takes no more.
    const reader = createReadStream(join(world.folder, "out"));
    await once(reader, "readable");
    session.type("\x03");
    const ended = await session.ended;
    expect(ended.raw).toContain("status=130");
    expectLeftAsFound(ended);
    reader.destroy();
  });
});

/** Waits for something that the file system is about to show. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

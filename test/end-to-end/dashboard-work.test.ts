import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findings } from "../support/dashboard/seed.ts";
import {
  expectLeftAsFound,
  expectModesOff,
  isRead,
  ledgerOf,
  pidOf,
  rememberingScan,
  startDashboard,
} from "../support/dashboard/session.ts";
import { generateMaterial } from "../support/material.ts";
import type { Session } from "./terminal.ts";
import { makeWorld, profile, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

/** No instance, no account and no network. */
const NO_AWS = { AWS_EC2_METADATA_DISABLED: "true" };

/** The scans that a dashboard has started and that are still there. */
function scansOf(session: Session): number[] {
  const pid = pidOf(session);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
  return children.filter((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").split("\0").includes("scan"));
}

/** Nothing of it lies on the disk, and all of it is read. */
function hole(name: string, bytes: number): void {
  const path = world.file(name, "");
  truncateSync(path, bytes);
  expect(statSync(path).blocks).toBe(0);
}

test("what was allowed since the scan that is remembered is shown so, and not counted", async () => {
  world.file("credentials", profile(1));
  mkdirSync(dirname(ledgerOf(world)), { recursive: true, mode: 0o700 });
  const scan = world.run(["scan", "credentials", "--format", "json", "--ledger", ledgerOf(world)]);
  const [{ fingerprint, rule, severity }] = JSON.parse(scan.stdout).findings;
  const why = ["--reason", "mine", "--owner", "ada", "--expires", "2099-01-01"];
  const allow = ["allow", fingerprint, "--rule", rule, "--severity", severity, ...why, "--operator"];
  expect(world.run(allow)).toMatchObject({ status: 0 });
  const session = startDashboard(world, { words: "credentials --no-refresh" });
  await session.shows(/Keys on disk with their secret +0\D[^]*and 1 allowed/);
  session.type("q");
  expect((await session.ended).raw).toContain("status=0");
});

describe("what others write to the ledger", () => {
  test("is shown without being asked for, and ends nothing that goes on here", async () => {
    world.file("credentials", profile(1));
    const session = startDashboard(world, { words: "credentials --no-refresh" });
    await session.shows(/nothing was scanned yet[^]*nothing runs/);
    const scan = ["scan", "credentials", "--ledger", ledgerOf(world), "--fail-on", "never"];
    expect(world.run(scan).status).toBe(0);
    await session.shows(/Scan +just now[^]*Keys on disk with their secret +1\D/);
    session.type("2");
    await session.shows(/1 of 1, by severity/);
    session.type("a");
    await session.shows(/Allow this finding/);
    world.file("credentials", `${profile(1)}${profile(2).replace("default", "other")}`);
    expect(world.run(scan).status).toBe(0);
    session.type("mine");
    await session.shows(/Why it is accepted: mine_/);
    session.type("\x1b");
    await session.shows(/1 of 2, by severity/);
    session.type("q");
    expect((await session.ended).raw).toContain("status=0");
  });
});

describe("a scan beside the dashboard", () => {
  test("finds what is new, which is remembered and written as a report", async () => {
    world.file("credentials", profile(1));
    const session = startDashboard(world, { words: "credentials", environment: NO_AWS });
    await session.shows(/Scan +just now[^]*Keys on disk with their secret +1\D/);
    session.type("5");
    await session.shows(/scanned/);
    world.file("credentials", `${profile(1)}${profile(2).replace("default", "other")}`);
    session.type("r2");
    await session.shows(/1 of 2, by severity/);
    await session.shows(/high +new: access-key/);
    session.type("w");
    await session.shows(/Write a report/);
    world.file("there.json", "mine");
    session.type("\x15json\t\x15there.json\r");
    await session.shows(/Write a report[^]*there\.json_[^]*there\.json exists already/);
    expect(readFileSync(join(world.folder, "there.json"), "utf8")).toBe("mine");
    session.type("\x15found.json\r");
    await session.shows(/written: found\.json/);
    expect(statSync(join(world.folder, "found.json")).mode & 0o777).toBe(0o600);
    const report = JSON.parse(readFileSync(join(world.folder, "found.json"), "utf8"));
    expect(report.findings).toHaveLength(2);
    session.type("q");
    const { raw } = await session.ended;
    expect(raw).toContain("status=0");
    for (const seed of [1, 2]) expect(raw).not.toContain(generateMaterial(seed).secret);
  });

  test("says how much, how fast, how long still and what it has found; cancelled, it is gone and what was seen stays", async () => {
    world.file("a/credentials", profile(1));
    hole("z", 200_000_000_000);
    // What was read the last time is the best guess at what there is to read.
    rememberingScan(world, ["z", "a"], findings(3), 100_000_000_000);
    const session = startDashboard(world, { words: "z a", environment: NO_AWS });
    await session.shows(/Keys on disk with their secret +3\D/);
    await session.shows(/audit: the AWS credentials could not be used/);
    // Over whatever was told, until the next key.
    session.type("2");
    await session.shows(/scanning 1 file, [\d.]+ .?B \([\d.]+ .?B\/s\), 1 found . about \d+ (?:s|min|h) left/);
    await session.shows(/high +new: access-key[^]*1 of 4/);
    const scans = scansOf(session);
    expect(scans).toHaveLength(1);
    session.type("x");
    await session.shows(/1 of 4[^]*scan: cancelled/);
    session.type("x");
    await session.shows(/nothing runs that could be cancelled/);
    session.type("1");
    await session.shows(/Keys on disk with their secret +3\D/);
    session.type("q");
    expect((await session.ended).raw).toContain("status=0");
    for (const scan of scans) expect(existsSync(`/proc/${scan}`)).toBe(false);
  });

  test("ends with the dashboard", async () => {
    hole("z", 200_000_000_000);
    const session = startDashboard(world, { words: "z", environment: NO_AWS });
    await session.shows(/scanning 0 files, [\d.,]+ .?B/);
    const scans = scansOf(session);
    expect(scans).toHaveLength(1);
    session.type("q");
    await session.ended;
    for (const scan of scans) expect(existsSync(`/proc/${scan}`)).toBe(false);
  });
});

describe("at a place that was found", () => {
  /** One finding, remembered and selected. */
  async function selected(environment: Readonly<Record<string, string>>): Promise<Session> {
    world.file("credentials", profile(1));
    mkdirSync(dirname(ledgerOf(world)), { recursive: true, mode: 0o700 });
    expect(world.run(["scan", "credentials", "--ledger", ledgerOf(world)]).status).toBe(1);
    const session = startDashboard(world, { words: "credentials --no-refresh", environment });
    await session.shows(isRead);
    session.type("2");
    await session.shows(/▸ high[^]*q quit/);
    return session;
  }

  test("an editor has the terminal for itself, opens its line, and what was shown comes back", async () => {
    const vi = world.file(
      "vi",
      '#!/bin/sh\nprintf "%s " "$@" > opened\nstty -a | grep -o -- "-*icanon" >> opened\necho EDITING\nread line\n',
    );
    chmodSync(vi, 0o755);
    const session = await selected({ EDITOR: `${vi} -X` });
    const before = (await session.frame()).join("\n");
    session.type("e");
    // Nothing of the dashboard is on the screen that the editor has.
    await session.shows((text) => text.includes("EDITING") && !text.includes("Findings"));
    expectModesOff(session.raw);
    session.type("2\r");
    await session.shows((text) => text === before);
    session.type("q");
    expectLeftAsFound(await session.ended);
    const place = join(world.folder, "credentials");
    expect(readFileSync(join(world.folder, "opened"), "utf8")).toBe(`-X +2 ${place} icanon\n`);
  });

  test("Ctrl-C in an editor that does not take it for a key is for the editor, and the dashboard comes back", async () => {
    const editor = world.file(
      "ed",
      "#!/bin/sh\ntrap 'echo GOT-INT; exit 3' INT\necho EDITING\nwhile :; do read line; done\n",
    );
    chmodSync(editor, 0o755);
    const session = await selected({ EDITOR: editor });
    session.type("e");
    await session.shows((text) => text.includes("EDITING") && !text.includes("Findings"));
    session.type("\x03");
    await session.until(/GOT-INT/);
    expect(await session.shows(/ed: it ended with 3[^]*q quit/)).toContain("[2 Findings]");
    session.type("\x03");
    const ended = await session.ended;
    expect(ended.raw).toContain("status=0");
    expectLeftAsFound(ended);
  });

  test.each(["SIGTERM", "SIGHUP"] as const)(
    "%s that comes while an editor has the terminal ends the editor, which saves what was typed, and leaves the terminal as it was found",
    async (signal) => {
      const editor = world.file(
        "ed",
        "#!/bin/sh\nstty raw -echo\ntrap 'sleep 3; echo text > saved; exit 1' HUP\nprintf '\\033[?1049h\\033[?25lEDITING'\necho $$ > editor\nwhile :; do sleep 0.1; done\n",
      );
      chmodSync(editor, 0o755);
      const session = await selected({ EDITOR: editor });
      session.type("e");
      await session.shows((text) => text.includes("EDITING") && !text.includes("Findings"));
      process.kill(pidOf(session), signal);
      // Whoever asks twice does not end it sooner. It takes longer than an end that is interrupted may take otherwise.
      process.kill(pidOf(session), signal);
      const ended = await session.ended;
      expect(readFileSync(join(world.folder, "saved"), "utf8")).toBe("text\n");
      expect(existsSync(`/proc/${readFileSync(join(world.folder, "editor"), "utf8").trim()}`)).toBe(false);
      expect(ended.raw).toContain("status=130");
      expectLeftAsFound(ended);
    },
  );

  test("an editor that is killed leaves the dashboard a terminal in order, and so does that", async () => {
    const editor = world.file("ed", "#!/bin/sh\nstty raw -echo\nprintf '\\033[?1049hEDITING'\nkill -KILL $$\n");
    chmodSync(editor, 0o755);
    const session = await selected({ EDITOR: editor });
    session.type("e");
    await session.shows(/ed: it ended with a signal[^]*q quit/);
    session.type("q");
    const ended = await session.ended;
    expect(ended.raw).toContain("status=0");
    expectLeftAsFound(ended);
  });

  test.each([
    ["no-such-editor -w", /no-such-editor: there is no such program/],
    ["false", /false: it ended with 1/],
  ])("an editor that is %s is told of, and nothing else happens", async (VISUAL, told) => {
    const session = await selected({ VISUAL });
    session.type("e");
    expect(await session.shows(told)).toContain("[2 Findings]");
    session.type("q");
    expectLeftAsFound(await session.ended);
  });

  test("without an editor the act is greyed, and says what is missing", async () => {
    const session = await selected({});
    expect((await session.frame()).join("\n")).not.toContain("open in editor");
    session.type("e");
    await session.shows(/open in editor: set VISUAL or EDITOR/);
    session.type("\r");
    const detail = await session.shows(/^ *e open in editor: set VISUAL or EDITOR/m);
    const { active } = session.terminal.buffer;
    const isGrey = (act: string): boolean => {
      const row = detail.split("\n").findIndex((line) => line.includes(act));
      const line = active.getLine(active.baseY + row);
      return line?.getCell(line.translateToString().indexOf(act))?.isDim() !== 0;
    };
    expect(["open in editor", "plan rotation", "copy key id", "allow"].map(isGrey)).toEqual([true, true, false, false]);
    session.type("q");
    expectLeftAsFound(await session.ended);
  });

  test("copying writes the id to the terminal's clipboard, and nothing else", async () => {
    const { id, secret } = generateMaterial(1);
    const session = await selected({});
    session.type("c");
    await session.shows(new RegExp(`copied: ${id}`));
    session.type("q");
    const { raw } = await session.ended;
    // What the terminal is told besides what it shows.
    expect(raw.match(/\x1b[\]PX^_][^]*?(?:\x07|\x1b\\)/g)).toEqual([
      `\x1b]52;c;${Buffer.from(id).toString("base64")}\x07`,
    ]);
    expect(raw).not.toContain(secret);
  });
});

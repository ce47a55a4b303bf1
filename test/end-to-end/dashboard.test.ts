import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openLedger } from "../../src/ledger/sqlite/open-ledger.ts";
import { seed } from "../support/dashboard/seed.ts";
import { type Ended, onTerminal, type Session } from "./terminal.ts";
import { makeWorld, profile, type World } from "./world.ts";

let world: World;
let ledger: string;
beforeEach(() => {
  world = makeWorld();
  const folder = join(world.home, "state");
  mkdirSync(folder, { mode: 0o700 });
  ledger = join(folder, "ledger.db");
});
afterEach(() => world.remove());

function remembering(findings: number): void {
  const opened = openLedger(ledger, { uid: process.getuid?.() ?? null });
  seed(opened, findings, 2);
  opened.close();
}

/** The terminal's settings before and behind, the process by its number, and the status as a shell tells it. */
function started(flags = "--no-refresh", environment: Record<string, string> = {}): Session {
  const script = `stty -g; sh -c 'echo pid=$$; exec "$NODE" "$ENTRY" dashboard --ledger "$LEDGER" ${flags}'; echo "status=$?"; stty -g; echo over`;
  return onTerminal(world, script, { environment: { LEDGER: ledger, LANG: "C.UTF-8", ...environment } });
}

function pidOf({ raw }: Session): number {
  return Number(/pid=(\d+)/.exec(raw)?.[1]);
}

/** Alternate screen, cursor, bracketed paste: what was switched on is off, and the terminal's settings are those from before. */
function expectLeftAsFound({ raw, screen }: Pick<Ended, "raw" | "screen">): void {
  const settings = raw.match(/[0-9a-f]+(?::[0-9a-f]+){20,}/g) ?? [];
  expect(settings).toHaveLength(2);
  expect(settings[0]).toBe(settings[1]);
  for (const [on, off] of [
    ["\x1b[?1049h", "\x1b[?1049l"],
    ["\x1b[?25l", "\x1b[?25h"],
    ["\x1b[?2004h", "\x1b[?2004l"],
  ] as const) {
    // Neither was switched on, or it was switched off after that.
    expect(raw.lastIndexOf(off)).toBeGreaterThanOrEqual(raw.lastIndexOf(on));
  }
  expect(raw).toContain("\x1b[?1049h");
  expect(screen.join("\n")).not.toContain("How exposed are we");
}

describe("the terminal is left as it was found", () => {
  test.each([
    ["q", (session: Session) => session.type("q"), 0],
    ["Ctrl-C", (session: Session) => session.type("\x03"), 0],
    ["SIGTERM", (session: Session) => void process.kill(pidOf(session), "SIGTERM"), 130],
    ["SIGHUP", (session: Session) => void process.kill(pidOf(session), "SIGHUP"), 130],
  ])("after %s", async (_, leave, status) => {
    const session = started();
    await session.shows(/How exposed are we[^]*quit/);
    leave(session);
    const ended = await session.ended;
    expect(ended.raw).toContain(`status=${status}`);
    expectLeftAsFound(ended);
  });

  test("while it is suspended, and it comes back", async () => {
    const session = started();
    await session.shows(/How exposed are we[^]*quit/);
    process.kill(pidOf(session), "SIGTSTP");
    // Without a shell that controls jobs nothing stops; the terminal is given back and taken again all the same.
    session.type("\x1a");
    await session.until(/\x1b\[\?1049l[^]*\x1b\[\?1049h/);
    await session.shows(/How exposed are we[^]*quit/);
    session.type("q");
    const ended = await session.ended;
    expect(ended.raw).toContain("status=0");
    expectLeftAsFound(ended);
  });
});

test("without a terminal there is help for who typed nothing, and a refusal for who asked", () => {
  expect(world.run([])).toMatchObject({ status: 2, stdout: "" });
  const { status, stderr } = world.run(["dashboard"]);
  expect(status).toBe(2);
  expect(stderr).toContain("the dashboard needs a terminal");
});

test("an editor has the terminal for itself, at the line of the place", async () => {
  world.file("credentials", profile(1));
  world.file("vi", '#!/bin/sh\nprintf "%s " "$@" > opened\nstty -a | grep -o -- "-*icanon" >> opened\n');
  execFileSync("chmod", ["+x", join(world.folder, "vi")]);
  expect(world.run(["scan", "credentials", "--ledger", ledger]).status).toBe(1);
  const session = started("credentials --no-refresh", { EDITOR: join(world.folder, "vi") });
  await session.shows(/Keys on disk with their secret +1/);
  session.type("2");
  await session.shows(/high/);
  session.type("e");
  await session.until(/\x1b\[\?1049l[^]*\x1b\[\?1049h/);
  await session.shows(/high/);
  session.type("q");
  expectLeftAsFound(await session.ended);
  expect(existsSync(join(world.folder, "opened"))).toBe(true);
  expect(readFileSync(join(world.folder, "opened"), "utf8")).toMatch(/^\+2 .*credentials icanon/);
});

test("no colours, and nothing but ASCII, where they are not wanted", async () => {
  remembering(12);
  const session = started("--no-refresh", { TERM: "linux", NO_COLOR: "1" });
  await session.shows(/Keys on disk/);
  session.type("2");
  await session.shows(/> critical/);
  session.type("q");
  const { raw } = await session.ended;
  const drawn = raw.slice(raw.indexOf("\x1b[?1049h"), raw.lastIndexOf("\x1b[?1049l"));
  expect(drawn).not.toMatch(/[\x80-\xff]/);
  expect(drawn).not.toMatch(/\x1b\[(?:3[0-7]|9[0-7])m/);
});

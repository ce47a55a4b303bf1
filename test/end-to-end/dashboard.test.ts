import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  expectLeftAsFound,
  expectModesOff,
  ledgerOf,
  pidOf,
  remembering,
  startDashboard,
} from "../support/dashboard/session.ts";
import { onTerminal, type Session } from "./terminal.ts";
import { makeWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

const OVERVIEW = /How exposed are we[^]*quit/;

describe("the terminal is left as it was found", () => {
  test.each([
    ["q", (session: Session) => session.type("q"), 0],
    ["Ctrl-C", (session: Session) => session.type("\x03"), 0],
    ["SIGTERM", (session: Session) => void process.kill(pidOf(session), "SIGTERM"), 130],
    ["SIGHUP", (session: Session) => void process.kill(pidOf(session), "SIGHUP"), 130],
  ])("after %s", async (_, leave, status) => {
    const session = startDashboard(world);
    await session.shows(OVERVIEW);
    leave(session);
    const ended = await session.ended;
    expect(ended.raw).toContain(`status=${status}`);
    expectLeftAsFound(ended);
  });

  test("where no shell controls jobs, nothing stops, and the dashboard goes on", async () => {
    const session = startDashboard(world);
    await session.shows(OVERVIEW);
    session.type("\x1a");
    await session.until(/\x1b\[\?1049l[^]*\x1b\[\?1049h/);
    await session.shows(OVERVIEW);
    session.type("q");
    const ended = await session.ended;
    expect(ended.raw).toContain("status=0");
    expectLeftAsFound(ended);
  });
});

describe("a program that fails while it is shown", () => {
  /** Breaks the real program from within at a signal. */
  const failing = (how: string): Session => {
    const file = world.file(
      "fail.cjs",
      `process.on("SIGUSR2", () => { process.stdout.write("\\x1b]0;broken\\x07"); ${how} });\n`,
    );
    return startDashboard(world, { environment: { NODE_OPTIONS: `--require=${file}` } });
  };

  test.each([
    ["outside of any key", 'setImmediate(() => { throw new TypeError("boom"); });', ""],
    ["in a promise that nobody waits for", 'Promise.reject(new TypeError("boom"));', ""],
    ["in what it draws", 'String.prototype.padEnd = () => { throw new TypeError("boom"); };', "?"],
    ["in what a key does", 'Array.prototype.findLast = () => { throw new TypeError("boom"); };', "x"],
  ])("%s says so, on a terminal that is as it was found, and ends with 4", async (_, how, key) => {
    const session = failing(how);
    await session.shows(OVERVIEW);
    process.kill(pidOf(session), "SIGUSR2");
    await session.until(/broken/);
    session.type(key);
    const ended = await session.ended;
    expect(ended.raw).toContain("status=4");
    expectLeftAsFound(ended);
    expect(ended.screen.join("\n")).toContain("keysweep: internal error (TypeError)");
    expect(ended.screen.join("\n")).not.toContain("boom");
  });
});

// bash puts the terminal back by itself when a job stops; sh leaves it as the job did.
describe.each([
  ["bash", ["/bin/bash", "--noprofile", "--norc", "-ic"]],
  ["sh", ["/bin/sh", "-mc"]],
] as const)("under %s, which controls jobs,", (_, shell) => {
  const started = (): Session => {
    remembering(world, 3);
    const script = `stty -g; sh -c 'echo pid=$$; exec "$NODE" "$ENTRY" dashboard --no-refresh --ledger "$LEDGER"'; echo "stopped=$?"; stty -g; read line; fg; echo "status=$?"; stty -g`;
    return onTerminal(world, script, { shell, environment: { LEDGER: ledgerOf(world), LANG: "C.UTF-8" } });
  };

  test.each([
    ["Ctrl-Z", (session: Session) => session.type("\x1a")],
    ["SIGTSTP", (session: Session) => void process.kill(pidOf(session), "SIGTSTP")],
  ])("%s gives the terminal back as it was found, and fg takes it again", async (_key, stop) => {
    const session = started();
    await session.shows(OVERVIEW);
    session.type("?");
    await session.shows(/Ctrl-Z/);
    stop(session);
    await session.shows(/stopped=1\d\d\n[^]*[0-9a-f:]{40}/);
    expectModesOff(session.raw);
    const before = session.raw.length;
    session.type("\r");
    const back = await session.shows(/Ctrl-Z[^]*any key/);
    expect(back).not.toContain("stopped=");
    expect(session.raw.slice(before)).toContain("\x1b[?1049h");
    // Without Enter, so it reads keys one by one again.
    session.type("1");
    await session.shows(OVERVIEW);
    session.type("q");
    const ended = await session.ended;
    expect(ended.raw).toContain("status=0");
    expectLeftAsFound(ended);
  });

  test("after SIGSTOP, which nobody can answer, fg draws it and reads its keys again", async () => {
    const session = started();
    await session.shows(/Rotations that need a person +\d/);
    process.kill(pidOf(session), "SIGSTOP");
    await session.until(/stopped=1\d\d/);
    session.type("\n");
    await session.until(/\x1b\[\?1049h[^]*stopped[^]*\x1b\[\?1049h/);
    await session.shows(OVERVIEW);
    session.type("2");
    await session.shows(/\[2 Findings\]/);
    session.type("q");
    const ended = await session.ended;
    expect(ended.raw).toContain("status=0");
    expectModesOff(ended.raw);
  });
});

test("without a terminal there is help for who typed nothing, and a refusal for who asked", () => {
  expect(world.run([])).toMatchObject({ status: 2, stdout: "" });
  const { status, stderr } = world.run(["dashboard"]);
  expect(status).toBe(2);
  expect(stderr).toContain("the dashboard needs a terminal");
});

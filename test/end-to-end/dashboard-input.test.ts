import { afterEach, beforeEach, expect, test } from "vitest";
import { expectLeftAsFound, isRead, remembering, startDashboard } from "../support/dashboard/session.ts";
import { makeWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

test("what the terminal itself answers presses no key", async () => {
  remembering(world, 4);
  const session = startDashboard(world);
  await session.shows(isRead);
  session.type("\x1b]11;rgb:rrrr/qqqq/rrrr\x07\x1b[?62;4c\x1b[12;40R");
  session.type("5");
  const log = await session.shows(/\[5 Log\]/);
  expect(log).not.toContain("keysweep scan");
  session.type("q");
  expectLeftAsFound(await session.ended);
});

test("a paste whose end never comes does not keep Ctrl-C from leaving", async () => {
  remembering(world, 4);
  const session = startDashboard(world);
  await session.shows(isRead);
  session.type("2/");
  await session.shows(/\/_/);
  session.type("\x1b[200~credentials");
  session.type("\x03");
  const ended = await session.ended;
  expect(ended.raw).toContain("status=0");
  expectLeftAsFound(ended);
});

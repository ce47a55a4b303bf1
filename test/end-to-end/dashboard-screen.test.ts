import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isRead, remembering, startDashboard } from "../support/dashboard/session.ts";
import { HOSTILE } from "../support/reports.ts";
import type { Session } from "./terminal.ts";
import { makeWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

test("every view is shown by its key, with what is remembered", async () => {
  remembering(world, 60);
  const session = startDashboard(world);
  await session.shows(/Keys on disk with their secret +60/);
  session.type("2");
  await session.shows(/\[2 Findings\][^]*1 of 64, by severity/);
  session.type("/.aws/credentials\r");
  await session.shows(/\/\.aws\/credentials +1 of 64 rows/);
  session.type("\r");
  await session.shows(/CRITICAL[^]*Places \(1\)[^]*Instead/);
  session.type("\x1b[B");
  await session.shows((text) => /^ +↑ 2 more lines\n +Rule /m.test(text) && !/CRITICAL/.test(text));
  // The end and the top of the detail, and not of the table behind it.
  session.type("\x1b[F");
  await session.shows((text) => /↑ \d+ more lines/.test(text) && !/↓ \d/.test(text));
  session.type("\x1b[H");
  await session.shows(/CRITICAL/);
  session.type("3");
  await session.shows(/\[3 Users\][^]*service-0 [^]*1 of 12, by oldest/);
  session.type("\t");
  await session.shows(/\[4 Rotations\][^]*▸ stuck +nightly-backup .*not configured/);
  session.type("\r");
  await session.shows(/cannot be written \(EACCES\)[^]*History \(UTC\), the last first/);
  session.type("5");
  await session.shows(/\[5 Log\][^]*keysweep rotate status/);
  session.type("?");
  await session.shows(/In log|Everywhere[^]*leave/);
  session.type("xq");
  expect((await session.ended).raw).toContain("status=0");
});

describe("in another size", () => {
  const SIZES = [
    [200, 60],
    [40, 10],
    [80, 24],
    [120, 40],
    [79, 23],
    [80, 24],
  ] as const;

  /** The screen as a person sees it who began in this size. */
  async function begun(keys: string, seen: RegExp, [columns, rows]: readonly [number, number]): Promise<string> {
    const session = startDashboard(world, { columns, rows });
    await session.until(/reading rotations/);
    await session.shows(isRead);
    for (const key of keys) session.type(key);
    await session.shows(seen);
    // Drawn anew as after another size: of a line with a character that a terminal takes for narrower than we do, a part is shown elsewhere.
    session.type("\x0c");
    await session.until(/\x1b\[H\x1b\[J/);
    const text = await session.shows(seen);
    session.type("\x03");
    await session.ended;
    return text;
  }

  test.each([
    ["the overview", "", /How exposed are we[^]*q quit/],
    ["a table", "2", /1 of 43[^]*q quit/],
    ["a detail", "2\r", /CRITICAL[^]*Esc back[^]*q quit/],
    ["a question", "2a", /Allow this finding[^]*Esc leave/],
  ])("%s is what it would have been from the start, and nothing is left over", async (_, keys, seen) => {
    remembering(world, 40);
    const session = startDashboard(world, { columns: 80, rows: 24 });
    await session.until(/reading rotations/);
    await session.shows(isRead);
    for (const key of keys) session.type(key);
    await session.shows(seen);
    for (const [columns, rows] of SIZES) {
      const expected = await begun(keys, seen, [columns, rows]);
      session.resize(columns, rows);
      // Waited for, then compared, so that a difference is shown.
      const seenAtLast = await session
        .shows((text) => text === expected)
        .catch(async () => (await session.frame()).join("\n"));
      expect(seenAtLast).toBe(expected);
    }
    session.type("\x03");
    await session.ended;
  });
});

test("Ctrl-L draws what another program has written over", async () => {
  remembering(world, 12);
  const session = startDashboard(world);
  const whole = await session.shows(isRead);
  session.disturb("\x1b[5;10HBroadcast message\r\n\n\n\nfrom root");
  await session.shows(/Broadcast message/);
  session.type("\x0c");
  await session.shows((text) => text === whole);
  session.type("q");
  expect((await session.ended).raw).toContain("status=0");
});

describe("names made to attack the terminal", () => {
  test("are text, wherever they are shown", async () => {
    remembering(world, 40);
    const session = startDashboard(world, { columns: 160 });
    await session.shows(isRead);
    session.type("2/img\r");
    await session.shows(/Places \(1\)\n[^]*\\x1b\[31m\\x00\\u202e\\u2028/);
    session.type("3/img\r");
    await session.shows(/\[3 Users\][^]*\\x1b\[31m\\x00\\u202e/);
    session.type("q");
    const { raw } = await session.ended;
    const text = Buffer.from(raw, "latin1").toString("utf8");
    expect(HOSTILE).toContain("\x1b[31m\x00\u202e");
    expect(text).not.toContain("\x1b[31m\x00");
    expect(text).not.toMatch(/[\u202e\u2028\u200b\u200f]/);
    expect(text).not.toContain("\n::error");
    // Of what moves a cursor or sets a title there is nothing but what the dashboard itself writes.
    expect(text).not.toMatch(/\x1b\](?!52;)/);
  });

  test("that are wide keep their columns, and no line is longer than the screen", async () => {
    remembering(world, 40);
    const session = startDashboard(world, { columns: 150, rows: 60 });
    await session.shows(/Keys on disk with their secret +40/);
    session.type("2");
    await session.shows(/本番環境/);
    const { active } = session.terminal.buffer;
    await session.frame();
    // The divider stands in one column from top to bottom, whatever is before it.
    const at = (row: number): number => {
      const line = active.getLine(active.baseY + row);
      for (let column = 0; column < 150; column++) if (line?.getCell(column)?.getChars() === "│") return column;
      return -1;
    };
    const columns = Array.from({ length: 25 }, (_, row) => at(row + 2));
    expect(new Set(columns).size).toBe(1);
    expect(columns[0]).toBeGreaterThan(60);
    session.type("q");
    await session.ended;
  });
});

describe("of colours and marks there is no more than is wanted", () => {
  async function drawn(environment: Record<string, string>, words = "--no-refresh"): Promise<string> {
    remembering(world, 40);
    const session = startDashboard(world, { environment, words });
    await session.shows(/Keys on disk with their secret +40/);
    for (const [key, seen] of [
      // What is selected is seen without any colour.
      ["2", /^[▸>] critical/m],
      ["\r", /Places \(1\)/],
      ["3", /service-0/],
      ["4", /nightly-backup/],
      ["\r", /EACCES/],
      ["5", /rotate status/],
      ["?", /Everywhere/],
      ["?1w", /Write a report/],
    ] as const) {
      for (const one of key) session.type(one);
      await session.shows(seen);
    }
    session.type("\x1b");
    await session.shows(/How exposed/);
    session.type("q");
    const { raw } = await session.ended;
    return raw.slice(raw.indexOf("\x1b[?1049h"), raw.lastIndexOf("\x1b[?1049l"));
  }
  const COLOUR = /\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m/;

  test.each([
    ["the Linux console", { TERM: "linux" }],
    ["a locale that is not UTF-8", { LANG: "C" }],
  ])("%s gets ASCII alone", async (_, environment) => {
    const text = await drawn(environment);
    expect(text).not.toMatch(/[\x80-\xff]/);
    expect(text).toMatch(COLOUR);
  });

  test.each([
    ["NO_COLOR", { NO_COLOR: "1" }, "--no-refresh"],
    ["--no-color", {}, "--no-refresh --no-color"],
  ])("%s leaves no colour", async (_, environment, words) => {
    const text = await drawn(environment, words);
    expect(text).not.toMatch(COLOUR);
  });

  test("there are the sixteen colours of the theme and no others, however many the terminal has", async () => {
    const text = await drawn({ COLORTERM: "truecolor" });
    expect(text).toMatch(/\x1b\[3[1-6]m/);
    expect(text).not.toMatch(/\x1b\[(?:\d+;)*[34]8[;:]/);
  });
});

test("read aloud, nothing is drawn, and nothing is taken over", async () => {
  remembering(world, 12);
  const session: Session = startDashboard(world, { words: "--no-refresh --screen-reader" });
  await session.shows(/Keys on disk with their secret +12/);
  session.type("2");
  await session.shows(/Severity critical, What AWS access key with its secret, Key\s+AKIA/);
  session.type("j");
  await session.shows(/2 of 13/);
  session.type("q");
  const { raw } = await session.ended;
  expect(raw).toContain("status=0");
  expect(raw).not.toContain("\x1b[?1049h");
  expect(Buffer.from(raw, "latin1").toString("utf8")).not.toMatch(/[─│█▸]/);
});

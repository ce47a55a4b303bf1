import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isRead, pidOf, remembering, startDashboard } from "../support/dashboard/session.ts";
import type { Session } from "./terminal.ts";
import { makeWorld, type World } from "./world.ts";

let world: World;
beforeAll(() => {
  world = makeWorld();
  remembering(world, 50_000);
}, 300_000);
afterAll(() => world.remove());

/** Writes down what was loaded, and what that took of a processor, when the first frame is written. */
const AT_FIRST_FRAME = `const { registerHooks } = require("node:module");
const { WriteStream } = require("node:tty");
const files = [];
registerHooks({ load(url, context, next) { if (url.startsWith("file:")) files.push(require("node:url").fileURLToPath(url)); return next(url, context); } });
const { write } = WriteStream.prototype;
WriteStream.prototype.write = function (chunk, ...rest) {
  if (String(chunk).includes("How exposed")) {
    WriteStream.prototype.write = write;
    const { user, system } = process.cpuUsage();
    require("node:fs").writeFileSync(process.env.LOADED, JSON.stringify({ files, ms: (user + system) / 1000 }));
  }
  return write.call(this, chunk, ...rest);
};`;

/** Of our own files, in bytes of source: what is read and compiled before anybody sees anything. A tenth more than there was when this was written. */
const MOST_LOADED = 1_620_000;

test("the first frame waits for no more than it needs, however much is remembered", async () => {
  const hook = world.file("first-frame.cjs", AT_FIRST_FRAME);
  const LOADED = world.file("loaded.json", "");
  const session = startDashboard(world, { environment: { LOADED, NODE_OPTIONS: `--require=${hook}` } });
  await session.shows(/How exposed are we/);
  session.type("q");
  await session.ended;
  const { files, ms } = JSON.parse(readFileSync(LOADED, "utf8")) as { readonly files: string[]; readonly ms: number };
  const bare = execFileSync(process.execPath, ["-p", "const { user, system } = process.cpuUsage(); user + system"]);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  console.log(
    `first frame: ${ms.toFixed(0)} ms of a processor, node alone ${(Number(bare) / 1000).toFixed(0)} ms, ${files.length} files, ${bytes} bytes`,
  );
  const texts = files.map((file) => readFileSync(file, "utf8")).join("\n");
  // Neither what reads configurations nor what speaks with AWS.
  expect(["ZodError", "YAMLParseError", "AwsQueryProtocol"].filter((dear) => texts.includes(dear))).toEqual([]);
  expect(bytes).toBeLessThan(MOST_LOADED);
});

/** More than a frame of this size has in characters, with all that colours and moves them. */
const FRAME_BYTES = 20_000;

/** What the dashboard has taken of a processor until now, its threads with it. */
function workedMs(session: Session): number {
  const fields =
    readFileSync(`/proc/${pidOf(session)}/stat`, "utf8")
      .split(") ")[1]
      ?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Types a key, waits for its frame, and prints how long that took. What is written is no more than a screenful, however many rows there are. */
async function measured(session: Session, key: string, expected: RegExp): Promise<string> {
  const written = session.raw.length;
  const [began, worked] = [performance.now(), workedMs(session)];
  session.type(key);
  const text = await session.shows(expected);
  const took = performance.now() - began;
  const bytes = session.raw.length - written;
  console.log(
    `${JSON.stringify(key)}: ${took.toFixed(0)} ms, ${workedMs(session) - worked} ms of a processor, ${bytes} bytes`,
  );
  expect(bytes).toBeLessThan(FRAME_BYTES);
  return text;
}

test("50,000 findings are moved through, sorted, filtered and grouped, key by key", { timeout: 300_000 }, async () => {
  const session = startDashboard(world, { columns: 120, rows: 40 });
  // Keys are answered while all that is read.
  await session.shows(/How exposed are we/);
  session.type("?");
  await session.shows(/Ctrl-Z/);
  session.type("?");
  await session.shows(/Keys on disk with their secret +50,000/);
  await session.shows(isRead);
  const key = async (text: string, expected: RegExp): Promise<string> => measured(session, text, expected);
  const seen = await key("2", /1 of 5\d,\d{3}, by severity/);
  const total = / of (5\d,\d{3}),/.exec(seen)?.[1] ?? "";
  await key("j", new RegExp(` 2 of ${total}`));
  await key("\x1b[6~", new RegExp(` 35 of ${total}`));
  await key("\x1b[F", new RegExp(` ${total} of ${total}`));
  const last = Number(total.replace(",", "")) - 1;
  await key("k", new RegExp(` ${last.toLocaleString("en")} of ${total}`));
  await key("\x1b[H", new RegExp(` 1 of ${total}`));
  await key("s", /What↑[^]*by what/);
  await key("s", /Key↑[^]*by key/);
  await key("S", /Key↓[^]*by key/);
  await key("s", /Where↑[^]*by where/);
  await key("/", /\/_/);
  let typed = "";
  for (const letter of "proj 4999") {
    typed += letter;
    await key(letter, new RegExp(`/${typed}_`));
  }
  // Five numbers end with it, ten begin with it.
  await session.shows(new RegExp(` {2}15 of ${total} rows`));
  await key("\x15", /\/_/);
  await key("\r", /by where/);
  await key("g", /groups by severity/);
  await key("\r", /^▸ ▸ \w+ \([\d,]+\) /m);
  for (const by of ["rule", "account", "owner", "folder"]) await key("g", new RegExp(`groups? by ${by}`));
  await key("g", new RegExp(` 1 of ${total}, by where`));
  await key("3", /1 of 10,000, by oldest/);
  session.type("q");
  expect((await session.ended).raw).toContain("status=0");
});

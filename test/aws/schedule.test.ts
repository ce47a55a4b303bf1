import { type ChildProcess } from "node:child_process";
import { once as event } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Consumer, DAY, HOUR, makeRotating, type Rotating } from "../support/rotate/rotating.ts";

let rotating: Rotating;
const services: ChildProcess[] = [];
beforeEach(async () => {
  rotating = await makeRotating();
  rotating.configure(
    "usedEvery: 1h, soak: 2h, quarantine: 1d, maximumAge: 30d",
    'schedule: { rotate: { at: "* * * * * *" } }\n',
  );
  rotating.operator.gateway.advance(31 * DAY);
});
afterEach(async () => {
  for (const service of services.splice(0)) service.kill("SIGKILL");
  await rotating.stop();
});

interface LogLine {
  readonly event: string;
  readonly job?: string;
  readonly [detail: string]: unknown;
}

/** What `schedule run --once` logs, as soon as something is due again. */
async function once(environment: Readonly<Record<string, string>> = {}): Promise<LogLine[]> {
  for (;;) {
    const { stdout } = await rotating.operator.run(["schedule", "run", "--once"], environment);
    if (stdout !== "")
      return stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as LogLine);
  }
}

/** The program dies right after it has committed so many events to the journal. */
function dyingAfter(commits: number): Record<string, string> {
  const loaded = pathToFileURL(join(import.meta.dirname, "..", "support", "rotate", "die-at.mjs"));
  return { NODE_OPTIONS: `--import=${loaded}`, KEYSWEEP_TEST_AT: String(commits), KEYSWEEP_TEST_WHEN: "after" };
}

test("a rotation that a killed schedule was at is gone on with by the next, and no key is made twice", async () => {
  const { gateway } = rotating.operator;
  const created = gateway.count("CreateAccessKey");
  const killed = await once(dyingAfter(3));
  expect(killed.map(({ event }) => event)).toEqual(["job.started"]);
  const resumed = await once();
  expect(resumed[0]).toMatchObject({ event: "job.started", job: "rotate", again: true });
  expect(resumed.find(({ event }) => event === "rotation")).toMatchObject({ name: "deploy", state: "soaking" });
  expect(resumed.at(-1)).toMatchObject({ event: "job.ended", status: 0 });
  expect([gateway.count("CreateAccessKey") - created, rotating.keys().length]).toEqual([1, 2]);
});

test("killed again and again, one to three commits further each time, it brings a rotation to its end, and no program is without a key", async () => {
  const consumer = new Consumer(rotating);
  let deaths = 0;
  let state: unknown = null;
  for (let runs = 0; runs < 40 && state !== "done" && state !== "idle"; runs++) {
    const lines = await consumer.during(once(dyingAfter(1 + (runs % 3))));
    if (lines.at(-1)?.event !== "job.ended") deaths += 1;
    state = lines.find((line) => line.event === "rotation")?.state ?? state;
    expect(state).not.toBe("stuck");
    await consumer.live(6 * HOUR);
    expect([consumer.failures, rotating.keys().includes(`${consumer.holds} active`)]).toEqual([[], true]);
  }
  expect(["done", "idle"]).toContain(state);
  expect(rotating.keys()).toEqual([`${consumer.holds} active`]);
  expect(consumer.holds).not.toBe(rotating.old.id);
  expect(deaths).toBeGreaterThan(9);
});

/** `schedule run`, as a service of its own. */
function serve(environment: Readonly<Record<string, string>> = {}) {
  const service = rotating.operator.start(["schedule", "run"], environment);
  services.push(service);
  const lines: LogLine[] = [];
  const waiting = new Map<string, (line: LogLine) => void>();
  if (service.stdout === null) throw new Error("no output");
  createInterface({ input: service.stdout }).on("line", (text) => {
    const line = JSON.parse(text) as LogLine;
    lines.push(line);
    waiting.get(line.event)?.(line);
  });
  return {
    process: service,
    lines,
    ended: event(service, "exit").then(([status]) => status as number | null),
    /** The next line of this event. */
    next: (name: string) => new Promise<LogLine>((found) => waiting.set(name, found)),
  };
}

test("told to stop while a key is made, it finishes that step alone, and the next service goes on from there", async () => {
  const { gateway } = rotating.operator;
  const created = gateway.count("CreateAccessKey");
  const first = serve();
  while (gateway.count("CreateAccessKey") === created) await wait(1);
  first.process.kill("SIGTERM");
  expect(await first.ended).toBe(0);
  expect(first.lines.map((line) => line.event)).toContain("job.interrupted");
  expect(first.lines.at(-1)).toMatchObject({ event: "service.stopped" });
  // The old key is where it was: no step came after.
  expect(new Consumer(rotating).holds).toBe(rotating.old.id);
  const second = serve();
  expect(await second.next("job.started")).toMatchObject({ job: "rotate", again: true });
  expect(await second.next("rotation")).toMatchObject({ state: "soaking" });
  expect([gateway.count("CreateAccessKey") - created, rotating.keys().length]).toEqual([1, 2]);
  second.process.kill("SIGTERM");
  expect(await second.ended).toBe(0);
});

test("of two services one rotates, and when it is killed in the middle the other goes on", async () => {
  const { gateway } = rotating.operator;
  const created = gateway.count("CreateAccessKey");
  const [dying, other] = [serve(dyingAfter(4)), serve()];
  // Whichever leads: only one of them dies in its first rotation.
  const leader = await Promise.race([
    dying.next("job.started").then(() => dying),
    other.next("job.started").then(() => other),
  ]);
  // At first it is not known whether the key was made.
  while ((await other.next("rotation")).state !== "soaking") gateway.advance(HOUR);
  expect(leader === dying ? await dying.ended : null).toBeNull();
  expect([gateway.count("CreateAccessKey") - created, rotating.keys().length]).toEqual([1, 2]);
});

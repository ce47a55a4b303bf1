import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DAY, makeRotating, type Rotating } from "../support/rotate/rotating.ts";

let rotating: Rotating;
beforeEach(async () => {
  rotating = await makeRotating();
});
afterEach(() => rotating.stop());

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
  rotating.configure(
    "usedEvery: 1h, soak: 2h, quarantine: 1d, maximumAge: 2d",
    'schedule: { rotate: { at: "* * * * * *" } }\n',
  );
  gateway.advance(3 * DAY);
  const created = gateway.count("CreateAccessKey");
  const killed = await once(dyingAfter(3));
  expect(killed.map(({ event }) => event)).toEqual(["job.started"]);
  const resumed = await once();
  expect(resumed[0]).toMatchObject({ event: "job.started", job: "rotate", again: true });
  expect(resumed.find(({ event }) => event === "rotation")).toMatchObject({ name: "deploy", state: "soaking" });
  expect(resumed.at(-1)).toMatchObject({ event: "job.ended", status: 0 });
  expect([gateway.count("CreateAccessKey") - created, rotating.keys().length]).toEqual([1, 2]);
});

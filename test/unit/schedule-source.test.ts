import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { ScheduleSource } from "../../src/cli/schedule/schedule-source.ts";
import { loadOperatorConfiguration } from "../../src/config/load.ts";
import { temporaryFolder } from "../support/ledger/folder.ts";

const GOOD = 'schedule: { scan: { at: "0 2 * * *" } }\n';
const OTHER = "schedule: { rotate: { every: 15m }, jitter: 5m }\nscan: { exclude: [ '**/other' ] }\n";

let path: string;
let told: string[];
beforeEach(() => {
  path = join(temporaryFolder(), "config.yaml");
  told = [];
  writeFileSync(path, GOOD);
});

const opened = (): Promise<ScheduleSource> =>
  ScheduleSource.open(path, {
    clock: { now: () => Date.parse("2027-01-05T00:00Z") },
    home: "/home/ada",
    log: (level, event) => told.push(`${level} ${event}`),
  });

/** The jobs in force. */
async function jobsOf(source: ScheduleSource): Promise<string[]> {
  return (await source.current()).entries.map(({ job }) => job);
}

describe("the configuration of a service", () => {
  it("is told to be good again when it is what it was before", async () => {
    const source = await opened();
    writeFileSync(path, "schedule: [\n");
    await source.current();
    writeFileSync(path, GOOD);
    for (let looks = 0; looks < 3; looks++) await source.current();
    expect(told).toEqual(["error configuration.refused", "info configuration.read"]);
  });

  it("is read anew when its file has changed, with nobody telling so, and only then", async () => {
    const source = await opened();
    const before = await source.current();
    expect((await source.current()).entries).toBe(before.entries);
    writeFileSync(path, OTHER);
    expect([await jobsOf(source), (await source.current()).jitterMs]).toEqual([["rotate"], 300_000]);
    expect(told).toEqual(["info configuration.read"]);
  });

  it.each([
    ["no YAML", "schedule: [\n"],
    ["times that are none", "schedule: { scan: { at: 0 99 * * * } }\n"],
    ["another part that is wrong", `${GOOD}rotations: { one: 5 }\n`],
    ["bytes that are no text", "\0\u0001"],
    ["many aliases", `a: &a [${"x,".repeat(99)}]\nb: &b [${"*a,".repeat(99)}]\nc: [${"*b,".repeat(99)}]\n`],
  ])("stays what it was while there is %s, all of it, and that is told once", async (_, bad) => {
    const source = await opened();
    writeFileSync(path, bad);
    for (let looks = 0; looks < 3; looks++) expect(await jobsOf(source)).toEqual(["scan"]);
    expect(source.problem).not.toBeNull();
    // What a job reads of it is that of before, too.
    expect(loadOperatorConfiguration(path).exclude).toEqual([]);
    expect(told).toEqual(["error configuration.refused"]);
    writeFileSync(path, OTHER);
    expect([await jobsOf(source), source.problem]).toEqual([["rotate"], null]);
    expect(loadOperatorConfiguration(path).exclude).toHaveLength(1);
    expect(told).toEqual(["error configuration.refused", "info configuration.read"]);
  });

  it("says when nothing is scheduled any more", async () => {
    const source = await opened();
    writeFileSync(path, "");
    expect([await jobsOf(source), told]).toEqual([[], ["warning configuration.read"]]);
  });

  it("stays what it was while its file is away, or open to others, and the same file is as good as before", async () => {
    const source = await opened();
    chmodSync(path, 0o666);
    expect(await jobsOf(source)).toEqual(["scan"]);
    rmSync(path);
    expect(await jobsOf(source)).toEqual(["scan"]);
    expect(source.problem).not.toBeNull();
    writeFileSync(path, GOOD);
    chmodSync(path, 0o600);
    expect([await jobsOf(source), source.problem]).toEqual([["scan"], null]);
  });
});

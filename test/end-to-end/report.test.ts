import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLedger } from "../../src/ledger/sqlite/open-ledger.ts";
import type { AccountId } from "../../src/model/access-key-id.ts";
import type { RotationsReport } from "../../src/model/rotation.ts";
import type { ScanReport } from "../../src/model/scan-report.ts";
import { auditFinding, heading, NOTHING, record, user } from "../support/ledger/audits.ts";
import { UID } from "../support/ledger/folder.ts";
import { ACCOUNT, begun, event, rotationId } from "../support/ledger/rotations.ts";
import { hour } from "../support/ledger/scans.ts";
import { generateMaterial } from "../support/material.ts";
import { makeWorld, profile, type World } from "./world.ts";

let world: World;

beforeEach(() => {
  world = makeWorld();
});

afterEach(() => world.remove());

const SCAN_FORMATS = ["pretty", "json", "jsonl", "csv", "markdown", "html", "sarif", "junit", "gitlab", "github"];
const ROTATION_FORMATS = ["pretty", "json", "jsonl", "csv", "markdown", "html"];
const AUDIT_FORMATS = ["pretty", "json", "jsonl", "csv", "markdown", "html", "sarif", "junit", "ocsf", "asff"];

describe("report", () => {
  it("writes what a scan wrote, byte for byte", () => {
    world.file("a/credentials", profile(1));
    world.file("a/damaged.gz", Buffer.from("H4sIAAAAAAAAA0vLz08AAA==", "base64").subarray(0, 14));
    world.run(["scan", "a"]);
    rmSync(join(world.folder, "a", "credentials"));
    world.file("a/other", profile(2));
    const told = world.run(["scan", "a", "--format", "json"]);
    expect(told.status).toBe(1);
    expect(world.run(["report", "--format", "json"])).toEqual(told);
    expect(world.run(["report", "scan", "--run", "2", "--format", "json"])).toEqual(told);
    const first = JSON.parse(world.run(["report", "--run", "1", "--format", "json"]).stdout) as ScanReport;
    expect(first).toMatchObject({ changes: null, findings: [{ accessKeyId: generateMaterial(1).id }] });
  });

  it("tells a scan in every format, and an audit too", () => {
    world.file("credentials", profile(1));
    world.run(["scan", "."]);
    const ledger = openLedger(join(world.home, ".local", "state", "keysweep", "ledger.db"), { uid: UID });
    const account = "111122223333" as AccountId;
    const recorder = ledger.audits.begin(heading(hour(0)));
    const one = record(account, { users: [user(account, "ci")], findings: [auditFinding(1, account)] });
    const summary = { ...NOTHING, medium: 1 };
    recorder.account({ ...one, account: { ...one.account, summary } }, hour(0));
    recorder.finish({ finishedAt: hour(0), complete: true, summary });
    ledger.close();
    for (const format of SCAN_FORMATS) {
      const { status, stdout, stderr } = world.run(["report", "--format", format]);
      expect([format, status, stderr]).toEqual([format, 1, ""]);
      expect(stdout).toContain(generateMaterial(1).id);
    }
    for (const format of AUDIT_FORMATS) {
      const { status, stdout, stderr } = world.run(["report", "audit", "--format", format]);
      expect([format, status, stderr]).toEqual([format, 1, ""]);
      expect(stdout).toContain(account);
    }
    expect(world.run(["report", "audit", "--format", "gitlab"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`It has ${AUDIT_FORMATS.join(", ")}.`),
    });
    expect(world.run(["report", "--format", "ocsf"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`It has ${SCAN_FORMATS.join(", ")}.`),
    });
  });

  it("names the runs there are, and refuses what is none", () => {
    expect(world.run(["report"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("nothing is remembered"),
    });
    world.file("credentials", profile(1));
    world.run(["scan", "."]);
    expect(world.run(["report", "--list"]).stdout).toMatch(/^ {4}1 {2}\d{4}-.*Z {2}1 high found: .*work\n$/);
    expect(world.run(["report", "audit", "--list"])).toMatchObject({ status: 0, stdout: "" });
    for (const args of [
      ["--run", "7"],
      ["--until", "2020-01-01"],
      ["--since", "soon"],
      ["--run", "1", "--since", "2020-01-01"],
      ["rotation"],
      ["rotations", "--run", "7"],
      ["rotations", "--baseline", "base.json"],
      ["rotations", "--format", "sarif"],
    ]) {
      expect(world.run(["report", ...args])).toMatchObject({ status: 2, stdout: "" });
    }
  });
});

describe("report of rotations", () => {
  const WRITER = { fence: 1, who: "ada" };
  const DAY = 86_400;

  /** Two of one user, one after the other, and one of another. */
  beforeEach(() => {
    world.file("credentials", profile(1));
    world.run(["scan", "."]);
    const { rotations, close } = openedLedger();
    rotations.append(rotationId(1), 0, begun(0), WRITER);
    rotations.append(rotationId(1), 1, event(3600, { kind: "done" }), WRITER);
    rotations.append(rotationId(2), 0, begun(DAY), WRITER);
    rotations.append(rotationId(3), 0, begun(2 * DAY, { name: "old", userName: "other" }), WRITER);
    close();
  });

  function openedLedger() {
    const ledger = openLedger(join(world.home, ".local", "state", "keysweep", "ledger.db"), { uid: UID });
    return { rotations: ledger.rotations, close: () => ledger.close() };
  }

  function told(...args: string[]): string[] {
    const { stdout, stderr } = world.run(["report", "rotations", ...args, "--format", "json"]);
    expect(stderr).toBe("");
    const { rotations } = JSON.parse(stdout) as RotationsReport;
    return rotations.map(({ id, state }) => `${id} ${state}`);
  }

  it("tells each user's latest, whatever the configuration has, in every format", () => {
    expect(told()).toEqual(["r-2 planned", "r-3 planned"]);
    for (const format of ROTATION_FORMATS) {
      const { status, stdout, stderr } = world.run(["report", "rotations", "--format", format]);
      expect([format, status, stderr]).toEqual([format, 0, ""]);
      expect(stdout).toContain("other");
    }
    const lines = world.run(["report", "rotations", "--format", "jsonl"]).stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).type)).toEqual(["start", "rotation", "rotation", "summary"]);
    expect(world.run(["report", "rotations", "--format", "junit"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`It has ${ROTATION_FORMATS.join(", ")}.`),
    });
  });

  it("tells one of them, and those of a time", () => {
    expect(told("--run", "r-1")).toEqual(["r-1 done"]);
    expect(told("--until", "2026-11-21")).toEqual(["r-1 done"]);
    expect(told("--since", "2026-11-22")).toEqual(["r-2 planned", "r-3 planned"]);
    expect(told("--since", "2026-11-21", "--until", "2026-11-22")).toEqual(["r-1 done", "r-2 planned"]);
    expect(told("--until", "2020-01-01")).toEqual([]);
    expect(world.run(["report", "rotations", "--list"]).stdout).toBe(
      `r-3  2026-11-23T10:00:00Z  planned: old, other in ${ACCOUNT}
r-2  2026-11-22T10:00:00Z  planned: deploy, deploy in ${ACCOUNT}
r-1  2026-11-21T10:00:00Z  done: deploy, deploy in ${ACCOUNT}
`,
    );
  });

  it("fails where one needs a person", () => {
    const { rotations, close } = openedLedger();
    rotations.append(rotationId(3), 1, event(3 * DAY, { kind: "reactivated" }), WRITER);
    close();
    expect(world.run(["report", "rotations"])).toMatchObject({ status: 1, stdout: expect.stringContaining("1 needs") });
    expect(world.run(["report", "rotations", "--fail-on", "never"]).status).toBe(0);
  });
});

describe("--baseline", () => {
  it("fails a scan for what is new, and marks the rest", () => {
    world.file("credentials", profile(1));
    expect(world.run(["scan", ".", "--report", "json=../base.json"]).status).toBe(1);
    const scan = ["scan", ".", "--ledger", "none", "--baseline", "../base.json"];
    const same = world.run(scan);
    expect(same.status).toBe(0);
    expect(same.stdout).toContain("Against the baseline ../base.json: nothing new since");
    world.file("more", profile(2));
    const { status, stdout } = world.run([...scan, "--format", "json"]);
    expect(status).toBe(1);
    const { changes, findings } = JSON.parse(stdout) as ScanReport;
    const added = findings.filter(({ accessKeyId }) => accessKeyId === generateMaterial(2).id);
    expect(changes).toMatchObject({ baseline: "../base.json", new: added.map(({ fingerprint }) => fingerprint) });
    expect(findings).toHaveLength(2);
    const junit = world.run([...scan, "--format", "junit"]).stdout;
    expect(junit).toContain('tests="2" failures="1" errors="0"');
    expect(junit).toContain('<skipped message="known from before"');
  });

  it("is for changes and streams too", () => {
    const key = profile(1);
    const report = world.run(["scan", "--stdin", "--format", "json"], { input: key }).stdout;
    writeFileSync(join(world.folder, "base.json"), report);
    expect(world.run(["scan", "--stdin", "--baseline", "base.json"], { input: key }).status).toBe(0);
    expect(world.run(["scan", "--stdin", "--baseline", "base.json"], { input: key + profile(2) }).status).toBe(1);
  });

  it("that cannot be read, or is something else, is refused before anything is done", () => {
    world.file("credentials", profile(1));
    const { secret } = generateMaterial(1);
    const good = world.run(["scan", ".", "--format", "json"]).stdout;
    const wrong: Readonly<Record<string, string>> = {
      "empty.json": "",
      "list.json": "[]",
      "other.json": JSON.stringify({ schema: secret, findings: [] }),
      "audit.json": JSON.stringify({ schema: "keysweep/audit@1", finishedAt: "2026-01-01T00:00:00Z", findings: [] }),
      "later.json": good.replace("scan@1", "scan@2"),
      "changed.json": good.replace('"severity": "high"', '"severity": "harmless"'),
      "cut.json": good.slice(0, -30),
    };
    for (const [name, content] of Object.entries(wrong)) {
      writeFileSync(join(world.home, name), content);
      const { status, stdout, stderr } = world.run(["scan", ".", "--baseline", join(world.home, name)]);
      expect([name, status, stdout]).toEqual([name, 2, ""]);
      expect(stderr).toContain("--baseline");
      expect(stderr).not.toContain(secret);
    }
    expect(world.run(["scan", ".", "--baseline", "nowhere.json"]).status).toBe(2);
    expect(world.run(["scan", ".", "--baseline", "."]).status).toBe(2);
    expect(world.run(["scan", ".", "--baseline", join(world.home, "later.json"), "--since-last"]).status).toBe(2);
  });
});

it("a report in a file has the layout of the one on the screen", () => {
  world.file("credentials", profile(1));
  const { stdout } = world.run(["scan", ".", "--report", "pretty=../report.txt"]);
  expect(readFileSync(join(world.folder, "..", "report.txt"), "utf8")).toBe(stdout);
});

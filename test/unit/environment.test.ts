import { chmodSync, symlinkSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { type EnvironmentOptions, searchEnvironments } from "../../src/scan/sources/environment.ts";
import { recordingSink, sharedDocuments, temporaryTree } from "../support/disk/searching.ts";
import { generateMaterial } from "../support/material.ts";

const { id, secret } = generateMaterial(1);
const variables = { HOME: "/root", AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, LAST: "" };
const block = Object.entries(variables)
  .map(([name, value]) => `${name}=${value}\0`)
  .join("");

const SELF = 1;
/** What /proc shows of a process at least: this one. */
const ALONE = { [`${SELF}/environ`]: "", [`${SELF}/cmdline`]: "" };

function own(values: Readonly<Record<string, string>> = {}): EnvironmentOptions["own"] {
  return { pid: SELF, variables: values, isRoot: true };
}

async function searched(options: Partial<EnvironmentOptions>) {
  const sink = recordingSink();
  const count = await searchEnvironments({
    documents: sharedDocuments(),
    sink,
    platform: "linux",
    own: own(),
    signal: new AbortController().signal,
    ...options,
  });
  return { count, places: sink.places, skipped: sink.skipped };
}

describe("environments", () => {
  test("this process's own names the variable", async () => {
    const { places, count } = await searched({ own: own(variables), processes: temporaryTree(ALONE) });
    expect(places).toEqual([{ kind: "environment", variable: "AWS_ACCESS_KEY_ID" }]);
    expect(count).toBe(0);
  });

  test("the first variable, and one with equal signs in its value, are named", async () => {
    const url = `https://example.com/?a=b&AWSAccessKeyId=${id}`;
    const first = await searched({ own: own({ FIRST: id }), processes: temporaryTree(ALONE) });
    const second = await searched({ own: own({ A: "1", URL: url }), processes: temporaryTree(ALONE) });
    expect(first.places).toEqual([{ kind: "environment", variable: "FIRST" }]);
    expect(second.places).toEqual([{ kind: "environment", variable: "URL" }]);
  });

  test("processes are named by their program, never by its arguments", async () => {
    const processes = temporaryTree({
      "42/environ": block,
      "42/cmdline": "server\0--verbose\0",
      "42/comm": "server\n",
      "43/environ": "",
      "43/cmdline": `aws\0configure\0set\0aws_access_key_id\0${id}\0`,
      "43/comm": "aws\n",
      "44/environ": "",
      "44/cmdline": "",
      "44/comm": "kthreadd\n",
      "self/environ": block,
    });
    const { places, count } = await searched({ processes });
    expect(count).toBe(2);
    expect(places).toEqual([
      { kind: "process", pid: 42, command: "server", variable: "AWS_ACCESS_KEY_ID" },
      { kind: "process", pid: 43, command: "aws", variable: null },
    ]);
  });

  test("this process is not told again as a process", async () => {
    const processes = temporaryTree({ [`${SELF}/environ`]: block, [`${SELF}/cmdline`]: "" });
    const { places, count } = await searched({ processes, own: own(variables) });
    expect(count).toBe(0);
    expect(places).toMatchObject([{ kind: "environment" }]);
  });

  describe("that this user may not read", () => {
    function asNobody(): void {
      const isRoot = process.getuid?.() === 0;
      if (isRoot) process.seteuid?.(65534);
      onTestFinished(() => void (isRoot && process.seteuid?.(0)));
    }

    test("are one row, and one that has ended is none; their command lines anybody reads", async () => {
      const processes = temporaryTree({
        "2/environ": block,
        "3/environ": block,
        "3/cmdline": `curl\0--user\0${id}:${secret}\0`,
        "3/comm": "curl\n",
        "4/comm": "gone\n",
      });
      for (const pid of ["2", "3"]) chmodSync(`${processes}/${pid}/environ`, 0);
      chmodSync(processes, 0o755);
      asNobody();
      const { count, places, skipped } = await searched({ processes });
      expect(count).toBe(0);
      expect(places).toEqual([{ kind: "process", pid: 3, command: "curl", variable: null }]);
      expect(skipped).toMatchObject([{ place: "2 other processes", reason: "other-user", failure: false }]);
    });

    test.each([
      [false, "hidepid=2", ["other-user"]],
      [false, "hidepid=invisible", ["other-user"]],
      [false, "gid=5", []],
      [true, "hidepid=2", []],
    ])("are a row where they are not even shown: root %s, %s", async (isRoot, option, rows) => {
      const mounts = [
        "22 28 0:20 / /sys rw,relatime shared:7 - sysfs sysfs rw",
        `23 28 0:21 / /proc rw,relatime shared:14 - proc proc rw,${option}`,
      ];
      const processes = temporaryTree({ ...ALONE, "self/mountinfo": mounts.join("\n") });
      const { skipped } = await searched({ processes, own: { ...own(), isRoot } });
      expect(skipped.map(({ reason }) => reason)).toEqual(rows);
    });
  });

  test.each([
    ["not there", "/nowhere/at/all"],
    ["not mounted", null],
  ])("are not taken for searched where /proc is %s", async (_, processes) => {
    const { count, places, skipped } = await searched({
      own: own(variables),
      processes: processes ?? temporaryTree({}),
    });
    expect([count, places.length]).toEqual([0, 1]);
    expect(skipped).toMatchObject([{ reason: "read-error", failure: true }]);
  });

  test("one that the system does not show for another reason is a failure", async () => {
    const processes = temporaryTree({ ...ALONE, "3/cmdline": "" });
    symlinkSync("environ".repeat(50), `${processes}/3/environ`);
    const { skipped } = await searched({ processes });
    expect(skipped).toMatchObject([{ place: "process 3", reason: "read-error", failure: true }]);
  });

  test("a long block is searched to its end", async () => {
    const padding = "x".repeat(3_000_000);
    const { places } = await searched({
      own: own({ PADDING: padding, KEY: id }),
      processes: temporaryTree(ALONE),
    });
    expect(places).toEqual([{ kind: "environment", variable: "KEY" }]);
  });

  test.each(["darwin", "win32"] as const)("%s shows this process alone, and that is said", async (platform) => {
    const { places, skipped } = await searched({ platform, own: own(variables), processes: "/nowhere" });
    expect(places).toEqual([{ kind: "environment", variable: "AWS_ACCESS_KEY_ID" }]);
    expect(skipped).toMatchObject([{ reason: "other-user", failure: false }]);
  });

  test.runIf(process.platform === "linux")("the system's own /proc can be read", async () => {
    const { count } = await searched({ own: { ...own(), pid: process.pid } });
    expect(count).toBeGreaterThan(0);
  });

  test("an aborted search ends early", async () => {
    const processes = temporaryTree({ "42/environ": block, "42/cmdline": "", "42/comm": "" });
    expect((await searched({ processes, signal: AbortSignal.abort() })).count).toBe(0);
  });
});

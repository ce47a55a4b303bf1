import { chmodSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { type EnvironmentOptions, searchEnvironments } from "../../src/scan/sources/environment.ts";
import { recordingSink, sharedDocuments, temporaryTree } from "../support/disk/searching.ts";
import { generateMaterial } from "../support/material.ts";

const { id, secret } = generateMaterial(1);
const variables = { HOME: "/root", AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, LAST: "" };
const block = Object.entries(variables)
  .map(([name, value]) => `${name}=${value}\0`)
  .join("");

async function searched(options: Partial<EnvironmentOptions>) {
  const sink = recordingSink();
  const count = await searchEnvironments({
    documents: sharedDocuments(),
    sink,
    platform: "linux",
    own: { pid: 1, variables: {} },
    signal: new AbortController().signal,
    ...options,
  });
  return { count, places: sink.places, skipped: sink.skipped };
}

describe("environments", () => {
  test("this process's own names the variable", async () => {
    const { places, count } = await searched({ own: { pid: 1, variables }, processes: temporaryTree({}) });
    expect(places).toEqual([{ kind: "environment", variable: "AWS_ACCESS_KEY_ID" }]);
    expect(count).toBe(0);
  });

  test("the first variable, and one with equal signs in its value, are named", async () => {
    const url = `https://example.com/?a=b&AWSAccessKeyId=${id}`;
    const first = await searched({ own: { pid: 1, variables: { FIRST: id } }, processes: temporaryTree({}) });
    const second = await searched({ own: { pid: 1, variables: { A: "1", URL: url } }, processes: temporaryTree({}) });
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
    const processes = temporaryTree({ "7/environ": block, "7/cmdline": "", "7/comm": "node\n" });
    const { places, count } = await searched({ processes, own: { pid: 7, variables } });
    expect(count).toBe(0);
    expect(places).toMatchObject([{ kind: "environment" }]);
  });

  test("processes of others are one row, and one that has ended is none", async () => {
    const processes = temporaryTree({ "1/environ": block, "2/environ": block, "2/cmdline": "", "3/comm": "gone\n" });
    const isRoot = process.getuid?.() === 0;
    for (const pid of ["1", "2"]) chmodSync(`${processes}/${pid}/environ`, 0);
    chmodSync(processes, 0o755);
    if (isRoot) process.seteuid?.(65534);
    onTestFinished(() => void (isRoot && process.seteuid?.(0)));
    const { count, places, skipped } = await searched({ processes, own: { pid: 9, variables: {} } });
    expect([count, places]).toEqual([0, []]);
    expect(skipped).toMatchObject([{ place: "2 other processes", reason: "other-user", failure: false }]);
  });

  test("a long block is searched to its end", async () => {
    const padding = "x".repeat(3_000_000);
    const { places } = await searched({
      own: { pid: 1, variables: { PADDING: padding, KEY: id } },
      processes: temporaryTree({}),
    });
    expect(places).toEqual([{ kind: "environment", variable: "KEY" }]);
  });

  test.each(["darwin", "win32"] as const)("%s shows this process alone, and that is said", async (platform) => {
    const { places, skipped } = await searched({ platform, own: { pid: 1, variables }, processes: "/nowhere" });
    expect(places).toEqual([{ kind: "environment", variable: "AWS_ACCESS_KEY_ID" }]);
    expect(skipped).toMatchObject([{ reason: "other-user", failure: false }]);
  });

  test.runIf(process.platform === "linux")("the system's own /proc can be read", async () => {
    const { count } = await searched({ own: { pid: 0, variables: {} } });
    expect(count).toBeGreaterThan(0);
  });

  test("an aborted search ends early", async () => {
    const processes = temporaryTree({ "42/environ": block, "42/cmdline": "", "42/comm": "" });
    expect((await searched({ processes, signal: AbortSignal.abort() })).count).toBe(0);
  });
});

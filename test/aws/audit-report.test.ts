import { afterEach, beforeEach, expect, test } from "vitest";
import type { AuditReport } from "../../src/model/audit-report.ts";
import { makeOperator, type Operator } from "../support/aws/operator.ts";
import { userWithKey } from "../support/aws/user-key.ts";

/*
 * Audits that are compared, and told again: the program as users start it, against the emulator.
 */

let operator: Operator;
beforeEach(async () => {
  operator = await makeOperator();
  await userWithKey(operator.gateway, operator.iam, "zoe");
  await userWithKey(operator.gateway, operator.iam, "ci");
});
afterEach(() => operator.stop());

async function audit(...args: string[]) {
  operator.gateway.state.account(operator.account).reportPolls = 0;
  return operator.run(["audit", "--fail-on", "info", "--format", "json", ...args]);
}

test("an audit is told again byte for byte", async () => {
  const first = await audit();
  expect((JSON.parse(first.stdout) as { findings: unknown[] }).findings.length).toBeGreaterThan(3);
  expect(await operator.run(["report", "audit", "--fail-on", "info", "--format", "json"])).toEqual(first);
  await userWithKey(operator.gateway, operator.iam, "ada");
  const second = await audit();
  expect(await operator.run(["report", "audit", "--fail-on", "info", "--format", "json"])).toEqual(second);
});

test("only what is new fails with --since-last or --baseline, and the rest is in the report", async () => {
  const { stdout } = await audit("--since-last", "--report", "json=base.json");
  expect((await audit("--since-last")).status).toBe(0);
  expect((await audit("--baseline", "base.json")).status).toBe(0);
  await userWithKey(operator.gateway, operator.iam, "ada");
  const { status, stdout: text } = await audit("--baseline", "base.json");
  expect(status).toBe(1);
  const [before, after] = [stdout, text].map((each) => JSON.parse(each) as AuditReport & { findings: unknown[] });
  expect(after?.changes).toMatchObject({ baseline: "base.json", since: before?.finishedAt, gone: [], worse: [] });
  expect(after?.findings.length).toBeGreaterThan(before?.findings.length ?? 0);
  expect(after?.changes?.new).toHaveLength((after?.findings.length ?? 0) - (before?.findings.length ?? 0));
  expect((await audit("--baseline", "missing.json")).status).toBe(2);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { todaysAllows } from "../../src/cli/dashboard/todays-allows.ts";
import type { Finding } from "../../src/model/finding.ts";
import { findings } from "../support/dashboard/seed.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");
const [one, other] = findings(2);
if (one === undefined || other === undefined) throw new Error("nothing was found");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keysweep-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function configuration(finding: Finding, expires: string): string {
  const path = join(folder, "config.yaml");
  const { fingerprint, rule, severity } = finding;
  const entry = { fingerprint, rule, severity, reason: "a test account", owner: "ada", expires };
  writeFileSync(path, JSON.stringify({ allow: [entry] }));
  return path;
}

test("what was allowed since it was remembered is allowed", async () => {
  const allowed = await todaysAllows(configuration(one, "2026-06-01"), NOW);
  expect(allowed(one)).toEqual({ reason: "a test account", owner: "ada", expires: "2026-06-01" });
  expect(allowed(other)).toBeNull();
});

test("what was allowed until yesterday is not, whoever said so", async () => {
  const past = { reason: "r", owner: "o", expires: "2026-05-31" };
  for (const path of [configuration(one, "2026-05-31"), null]) {
    const allowed = await todaysAllows(path, NOW);
    expect(allowed({ ...one, allowed: past })).toBeNull();
    expect(allowed({ ...one, allowed: { ...past, expires: "2026-06-01" } })).not.toBeNull();
  }
});

import { describe, expect, test } from "vitest";
import type { AccessKeyId, AccountId } from "../../src/model/access-key-id.ts";
import type { RotationId } from "../../src/model/rotation.ts";
import type { RotationPlan, RotationPlansReport } from "../../src/model/rotation-plan.ts";
import { planFormats } from "../../src/report/plans/plan-formats.ts";

const OLD = "OLD" as AccessKeyId;

const PLAN: RotationPlan = {
  name: "travis-deploy",
  accountId: "123456789012" as AccountId,
  userName: "deploy",
  generatedAt: "2026-11-21T12:00:00.000Z",
  isDue: true,
  dueAt: "2026-11-01T03:00:00.000Z",
  keys: [
    {
      accessKeyId: OLD,
      status: "Active",
      createdAt: "2026-01-01T00:00:00.000Z",
      ageDays: 324,
      lastUsedAt: null,
      lastUsedService: null,
      lastUsedRegion: null,
    },
  ],
  oldKeyId: OLD,
  targets: [
    {
      name: "/srv/app/.env",
      type: "dotenv",
      place: "/srv/app/.env",
      holds: "key",
      accessKeyId: OLD,
      error: null,
      avoidableBy: null,
    },
    {
      name: "GitHub",
      type: "github-actions",
      place: "GitHub",
      holds: "unreadable",
      accessKeyId: null,
      error: "it does not answer",
      avoidableBy: null,
    },
  ],
  obstacles: [
    {
      code: "target-unusable",
      evidence: "GitHub: it does not answer",
      remedy: "Mend that, and plan again.",
    },
  ],
  warnings: [
    "a consumer that reads it in that moment fails once, and then reads it again as it does after any such failure",
  ],
  timetable: [
    { at: "2026-11-21T12:00:00.000Z", what: "a new key is made, tried and handed to every target that is configured" },
  ],
};

const REPORT: RotationPlansReport = {
  schema: "keysweep/rotation-plans@1",
  tool: { name: "keysweep", version: "1.2.3" },
  generatedAt: "2026-11-21T12:00:00.000Z",
  plans: [PLAN],
  underWay: [{ name: "other", id: "r1" as RotationId, state: "soaking" }],
};

async function written(name: (typeof planFormats.names)[number], report = REPORT): Promise<string> {
  const format = await planFormats.load(name);
  const appearance = { color: false, hyperlinks: false, width: 60, verbose: false };
  return [...format.write(report, appearance, { fails: () => false, folder: "/" })].join("");
}

describe("a plan", () => {
  test("is as it is in json", async () => {
    expect(JSON.parse(await written("json"))).toEqual(REPORT);
  });

  test("tells keys, targets, what is in the way and what would happen when", async () => {
    const text = await written("pretty");
    expect(text).toContain("  due: 2026-11-01 03:00 UTC\n");
    expect(text).toContain("  key     OLD  Active, 324 days old, never used\n");
    expect(text).toContain("  target  /srv/app/.env (dotenv): holds OLD\n");
    expect(text).toContain("IN THE WAY GitHub: it does not answer. Mend");
    expect(text.match(/it does not answer/g)).toHaveLength(1);
    expect(text).toContain("  begun now, at the earliest:\n    2026-11-21 12:00 UTC  a new key is made");
    expect(text).toContain("other  is under way (soaking): keysweep rotate status other\n");
    expect(text).toMatch(/2 rotations: 0 due, 1 under way, 1 with something in the way\.\n$/);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(61);
  });

  test("lets no name be anything but text", async () => {
    const hostile = "\u001b[31m\u202e\n<img>";
    const plan = { ...PLAN, name: hostile, userName: hostile, warnings: [hostile] };
    for (const name of planFormats.names)
      expect(await written(name, { ...REPORT, plans: [plan] })).not.toMatch(/[\u001b\u202e]/);
  });
});

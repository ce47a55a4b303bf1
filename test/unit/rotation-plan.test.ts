import { describe, expect, test } from "vitest";
import type { AccessKeyId, AccountId } from "../../src/model/access-key-id.ts";
import { awsTime } from "../../src/model/aws-answer.ts";
import type { KeySeen, UserSeen } from "../../src/model/key-service.ts";
import { cronSchedule } from "../../src/rotate/cron-schedule.ts";
import { dueAt, tightestGapMs } from "../../src/rotate/due.ts";
import { type PlanReading, planRotation, type TargetReading } from "../../src/rotate/plan.ts";
import type { Held } from "../../src/rotate/targets/target.ts";
import { LONG_TERM } from "../support/material.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = awsTime(Date.UTC(2026, 10, 21));
const OLD = id("A");
const OTHER = id("B");

describe("a plan", () => {
  test("of one active key that its targets hold has nothing in the way, and a timetable", () => {
    const plan = planRotation(reading({}));
    expect(plan).toMatchObject({ oldKeyId: OLD, obstacles: [], isDue: false });
    expect(plan.timetable.map(({ at }) => at)).toEqual([
      "2026-11-21T00:00:00.000Z",
      "2026-11-22T04:15:00.000Z",
      "2026-11-29T04:15:00.000Z",
    ]);
  });

  test("names a target that cannot be used", () => {
    const error = "it is locked. Unlock it.";
    const { obstacles } = planRotation(reading({ targets: [{ ...target(null), error }] }));
    expect(obstacles[0]).toMatchObject({ evidence: "place: it is locked. Unlock it" });
  });

  test.each([
    ["user-missing", { user: null }],
    ["root", { user: user({ arn: "arn:aws:iam::123412341234:root" }) }],
    ["no-active-key", { user: user({ keys: [] }) }],
    ["no-active-key", { user: user({ keys: [key(OLD, "Inactive")] }) }],
    ["two-active-keys", { user: user({ keys: [key(OLD), key(OTHER)] }) }],
    ["second-slot-taken", { user: user({ keys: [key(OLD), key(OTHER, "Inactive")] }) }],
    ["claimed-elsewhere", { user: user({ claimedBy: "another" }) }],
    ["user-quarantined", { actor: "self", user: user({ quarantinePolicies: ["AWSCompromisedKeyQuarantineV3"] }) }],
    ["target-holds-unknown-key", { targets: [target({ kind: "key", accessKeyId: OTHER, secret: null })] }],
    ["target-holds-unknown-key", { targets: [target({ kind: "part", accessKeyId: OTHER, secret: null })] }],
    ["target-unusable", { targets: [{ ...target(null), error: "the token may not write" }] }],
    ["schedule-too-tight", { schedule: cronSchedule("0 3 * * *", "UTC") }],
    ["no-targets", { targets: [] }],
  ] as const)("refuses: %s", (code, different) => {
    const { obstacles, timetable } = planRotation(reading(different as Partial<PlanReading>));
    expect(obstacles.map((obstacle) => obstacle.code)).toEqual([code]);
    expect(obstacles[0]?.remedy).not.toBe("");
    expect(timetable).toEqual([]);
  });

  test("tells of two active keys which target holds which, and which was used when: also after a ledger was lost", () => {
    const { obstacles } = planRotation(
      reading({
        user: user({ keys: [key(OLD), key(OTHER)] }),
        uses: new Map([[OTHER, { at: NOW, service: "s3", region: "eu-west-1" }]]),
      }),
    );
    expect(obstacles[0]?.evidence).toContain(`${OLD}: Active, made at 2026-10-01T00:00:00.000Z, never used, in place`);
    expect(obstacles[0]?.evidence).toContain("last used at 2026-11-21T00:00:00.000Z (s3 in eu-west-1), in no target");
  });

  test("says what makes the key needless", () => {
    const { warnings } = planRotation(
      reading({ targets: [{ ...target(), avoidableBy: "GitHub's OIDC needs no key." }] }),
    );
    expect(warnings).toEqual(["place: GitHub's OIDC needs no key."]);
  });

  test("says once what holds of several targets", () => {
    const targets = ["a", "b", "c", "d", "e"].map((name) => ({
      ...target(),
      planned: { ...target().planned, name },
      avoidableBy: name === "e" ? "A role does." : "OIDC does.",
    }));
    expect(planRotation(reading({ targets })).warnings).toEqual(["a, b, c and 1 more: OIDC does.", "e: A role does."]);
  });

  test("an administrator may rotate a user in quarantine: that is what it takes", () => {
    expect(planRotation(reading({ user: user({ quarantinePolicies: ["X"] }) })).obstacles).toEqual([]);
  });
});

describe("a key is due", () => {
  const schedule = cronSchedule("0 3 1 * *", "Europe/Berlin");

  test("at the first scheduled time after it was made, however long ago that was", () => {
    const made = Date.UTC(2026, 2, 15);
    expect(dueAt(made, { maximumAgeMs: null }, schedule)).toBe(Date.UTC(2026, 3, 1, 1));
  });

  test("when it is too old, if that is earlier", () => {
    const made = Date.UTC(2026, 2, 15);
    expect(dueAt(made, { maximumAgeMs: 3 * DAY }, schedule)).toBe(made + 3 * DAY);
    expect(dueAt(made, { maximumAgeMs: 90 * DAY }, schedule)).toBe(Date.UTC(2026, 3, 1, 1));
    expect(dueAt(made, { maximumAgeMs: 90 * DAY }, null)).toBe(made + 90 * DAY);
  });

  test("never, by settings that say nothing, or a date that never comes", () => {
    expect(dueAt(0, { maximumAgeMs: null }, null)).toBeNull();
  });

  test("the tightest gap of a schedule is found where months are short", () => {
    expect(tightestGapMs(schedule, NOW)).toBe(28 * DAY);
  });
});

function id(letter: string): AccessKeyId {
  return (LONG_TERM + letter.repeat(16)) as AccessKeyId;
}

function key(accessKeyId: AccessKeyId, status: KeySeen["status"] = "Active"): KeySeen {
  return { accessKeyId, status, createdAt: awsTime(Date.UTC(2026, 9, 1)) };
}

function user(different: Partial<UserSeen>): UserSeen {
  return {
    arn: "arn:aws:iam::123412341234:user/deploy",
    path: "/",
    tags: {},
    claimedBy: null,
    quarantinePolicies: [],
    keys: [key(OLD)],
    ...different,
  };
}

function target(held: Held | null = { kind: "key", accessKeyId: OLD, secret: null }): TargetReading {
  return {
    planned: {
      name: "place",
      type: "file",
      place: "place",
      parts: ["pair"],
      readBack: "value",
      smtpRegion: null,
      hasAfter: false,
    },
    avoidableBy: null,
    held,
    error: null,
  };
}

function reading(different: Partial<PlanReading>): PlanReading {
  return {
    settings: {
      name: "deploy",
      accountId: "123412341234" as AccountId,
      userName: "deploy",
      schedule: null,
      timezone: "UTC",
      maximumAgeMs: null,
      regions: ["us-east-1"],
      gate: { soakMs: DAY, usedEveryMs: HOUR, quarantineMs: 7 * DAY, presignedMs: 0, acceptUnprovenUse: false },
    },
    schedule: null,
    ledger: "ledger",
    actor: "administrator",
    now: NOW,
    user: user({}),
    uses: new Map(),
    targets: [target()],
    ...different,
  };
}

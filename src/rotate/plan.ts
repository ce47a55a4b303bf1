import type { AccessKeyId } from "../model/access-key-id.ts";
import { type AwsTime, awsTimeText } from "../model/aws-answer.ts";
import type { KeySeen, KeyUse, UserSeen } from "../model/key-service.ts";
import type { GateSettings, PlannedTarget } from "../model/rotation-event.ts";
import type { Obstacle, PlannedKey, PlanTarget, RotationPlan } from "../model/rotation-plan.ts";
import type { RotationSettings } from "../model/rotation-settings.ts";
import { dueAt, tightestGapMs } from "./due.ts";
import { quietMs } from "./gate.ts";
import { USE_GRAIN_MS, USE_LAG_MS } from "./pace.ts";
import type { Schedule } from "./ports/schedule.ts";
import type { Held } from "./targets/target.ts";

/** All that was read for a plan. */
export interface PlanReading {
  readonly settings: RotationSettings;
  readonly schedule: Schedule | null;
  readonly ledger: string;
  readonly actor: "administrator" | "self";
  readonly now: AwsTime;
  readonly user: UserSeen | null;
  /** The last uses of the user's keys. */
  readonly uses: ReadonlyMap<AccessKeyId, KeyUse | null>;
  readonly targets: readonly TargetReading[];
}

export interface TargetReading {
  readonly planned: PlannedTarget;
  readonly avoidableBy: string | null;
  /** Null: it cannot be used; `error` says why. */
  readonly held: Held | null;
  readonly error: string | null;
}

/** What a rotation would do, or why it does not begin. Changes nothing, and asks nobody. */
export function planRotation(reading: PlanReading): RotationPlan {
  const { settings, user, now, schedule } = reading;
  const keys = (user?.keys ?? []).map((key) => plannedKey(key, reading));
  const active = (user?.keys ?? []).filter(({ status }) => status === "Active");
  const [only] = active.length === 1 ? active : [];
  const due = only === undefined ? null : dueAt(only.createdAt, settings, schedule);
  const obstacles = user === null ? [noUser(settings)] : findObstacles(reading, user, active);
  return {
    name: settings.name,
    accountId: settings.accountId,
    userName: settings.userName,
    generatedAt: awsTimeText(now),
    isDue: due !== null && due <= now,
    dueAt: due === null ? null : new Date(due).toISOString(),
    keys,
    oldKeyId: only?.accessKeyId ?? null,
    targets: reading.targets.map(planTarget),
    obstacles,
    warnings: warnings(reading, only?.accessKeyId ?? null),
    timetable: obstacles.length === 0 ? timetable(settings.gate, now) : [],
  };
}

function findObstacles(reading: PlanReading, user: UserSeen, active: readonly KeySeen[]): Obstacle[] {
  const { settings } = reading;
  if (user.arn.endsWith(":root")) return [root()];
  return [
    ...keyObstacles(reading, user, active),
    ...(active.length === 1
      ? reading.targets.flatMap((target) => targetObstacle(target, active[0]?.accessKeyId ?? null))
      : []),
    ...(user.quarantinePolicies.length > 0 && reading.actor === "self" ? [quarantined(user)] : []),
    ...(user.claimedBy !== null && user.claimedBy !== reading.ledger ? [claimed(user.claimedBy)] : []),
    ...tooTight(settings.gate, reading.schedule, reading.now),
    ...(reading.targets.length === 0 ? [noTargets()] : []),
  ];
}

function keyObstacles(reading: PlanReading, user: UserSeen, active: readonly KeySeen[]): Obstacle[] {
  const evidence = user.keys.map((key) => keyEvidence(key, reading)).join("; ");
  if (active.length === 0)
    return [
      {
        code: "no-active-key",
        evidence: evidence === "" ? "the user has no key" : evidence,
        remedy:
          "A rotation replaces the key that consumers use. Where there is none, take the rotation out of the configuration, and delete the user if it is for nothing else.",
      },
    ];
  if (active.length === 2)
    return [
      {
        code: "two-active-keys",
        evidence,
        remedy:
          "keysweep deletes neither. Find out by the evidence which one is used, hand that one to every target, make the other one inactive, wait, delete it, and run again.",
      },
    ];
  return user.keys.length < 2
    ? []
    : [
        {
          code: "second-slot-taken",
          evidence,
          remedy:
            "The inactive key fills the place that the new key needs, and this ledger knows nothing of it. When nobody wants it back, delete it yourself and run again.",
        },
      ];
}

/** Everything that helps to tell which key is which: also where a ledger was lost in the middle of a rotation. */
function keyEvidence(key: KeySeen, { uses, targets }: PlanReading): string {
  const use = uses.get(key.accessKeyId) ?? null;
  const used = use === null ? "never used" : `last used at ${awsTimeText(use.at)} (${use.service} in ${use.region})`;
  const holders = targets.filter(({ held }) => heldId(held) === key.accessKeyId).map(({ planned }) => planned.name);
  const held = holders.length === 0 ? "in no target that can be read" : `in ${holders.join(", ")}`;
  return `${key.accessKeyId}: ${key.status}, made at ${awsTimeText(key.createdAt)}, ${used}, ${held}`;
}

function targetObstacle({ planned, held, error }: TargetReading, old: AccessKeyId | null): Obstacle[] {
  if (error !== null)
    return [
      {
        code: "target-unusable",
        // An error is a sentence, evidence a part of one.
        evidence: `${planned.name}: ${error.replace(/\.$/, "")}`,
        remedy: "Mend that, and plan again.",
      },
    ];
  const id = heldId(held);
  return id === null || id === old
    ? []
    : [
        {
          code: "target-holds-unknown-key",
          evidence: `${planned.name} holds ${id}, not ${old}`,
          remedy:
            "Either the place is not this user's, or somebody put another key there. Put the user's key there, or take the target out of the configuration.",
        },
      ];
}

function heldId(held: Held | null): AccessKeyId | null {
  return held?.kind === "key" || held?.kind === "part" ? held.accessKeyId : null;
}

function noUser({ userName, accountId }: RotationSettings): Obstacle {
  return {
    code: "user-missing",
    evidence: `there is no user ${userName} in account ${accountId}`,
    remedy: "See whether `account` and `user` are right.",
  };
}

function root(): Obstacle {
  return {
    code: "root",
    evidence: "it is the account's root user",
    remedy: "A root user must have no key at all: delete it in the console, signed in as root, once nothing uses it.",
  };
}

function quarantined({ quarantinePolicies }: UserSeen): Obstacle {
  return {
    code: "user-quarantined",
    evidence: `${quarantinePolicies.join(", ")} is attached: AWS found a key of the user in public`,
    remedy:
      "The user may not change its own keys now. Configure an administrator's role for the rotation, or replace the key by hand.",
  };
}

function claimed(ledger: string): Obstacle {
  return {
    code: "claimed-elsewhere",
    evidence: `its tag says that it is rotated from the ledger ${ledger}`,
    remedy: "Run keysweep where that ledger lies. If it is lost for good, delete the tag `keysweep:ledger`.",
  };
}

function noTargets(): Obstacle {
  return {
    code: "no-targets",
    evidence: "no target is configured",
    remedy: "A new key that nobody is given is of no use: add `targets`.",
  };
}

function tooTight(gate: GateSettings, schedule: Schedule | null, now: AwsTime): Obstacle[] {
  const gap = schedule === null ? null : tightestGapMs(schedule, now);
  const needed = untilQuarantineMs(gate) + gate.quarantineMs;
  return gap === null || gap > needed
    ? []
    : [
        {
          code: "schedule-too-tight",
          evidence: `two scheduled times are ${hours(gap)} apart, and a rotation takes ${hours(needed)}`,
          remedy: "Schedule it less often, or shorten `soak`, `usedEvery` or `quarantine`.",
        },
      ];
}

/** A duration, for people. */
export function hours(ms: number): string {
  return `${Math.round(ms / 360_000) / 10} hours`;
}

/** From when every target has the new key until the old one is made inactive, at the earliest. */
export function untilQuarantineMs(gate: GateSettings): number {
  return gate.acceptUnprovenUse ? Math.max(gate.soakMs, gate.presignedMs) : quietMs(gate) + USE_GRAIN_MS + USE_LAG_MS;
}

function warnings({ targets, settings, uses }: PlanReading, old: AccessKeyId | null): string[] {
  const service = old === null ? null : (uses.get(old)?.service ?? null);
  return [
    ...notes(targets),
    ...(service === "s3" && settings.gate.presignedMs === 0
      ? [
          "the key was last used for S3: if it signs URLs in advance, say for how long (`presigned`), for they end with the key",
        ]
      : []),
    ...(settings.gate.acceptUnprovenUse
      ? ["`acceptUnprovenUse`: the old key is made inactive though nothing proves that nobody uses it"]
      : []),
  ];
}

/** What is to be minded of targets: what holds of several is told once. */
function notes(targets: readonly TargetReading[]): string[] {
  const namesBy = new Map<string, string[]>();
  const note = (text: string, { planned }: TargetReading): void => {
    namesBy.set(text, [...(namesBy.get(text) ?? []), planned.name]);
  };
  for (const target of targets) if (target.avoidableBy !== null) note(target.avoidableBy, target);
  for (const target of targets) if (target.planned.parts.length > 1) note(IN_PARTS, target);
  for (const target of targets) if (["none", "metadata"].includes(target.planned.readBack)) note(UNREADABLE, target);
  return [...namesBy].map(([text, names]) => `${someOf(names)}: ${text}`);
}

const IN_PARTS = "id and secret are written one after the other; a consumer that reads it in that moment fails once";
const UNREADABLE = "what it holds cannot be read back; only use, time or `keysweep rotate confirm` proves it";

const MOST_NAMED = 3;

/** The first of them, and how many more there are. */
export function someOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return more <= 0 ? names.join(", ") : `${names.slice(0, MOST_NAMED).join(", ")} and ${more} more`;
}

function timetable(gate: GateSettings, now: AwsTime): RotationPlan["timetable"] {
  const inactive = now + untilQuarantineMs(gate);
  const deleted = inactive + gate.quarantineMs;
  return [
    { at: awsTimeText(now), what: "a new key is made, tried and handed to every target" },
    {
      at: new Date(inactive).toISOString(),
      what: "the old key is made inactive, if it has been silent and the new one is used",
    },
    { at: new Date(deleted).toISOString(), what: "the old key is deleted" },
  ];
}

function plannedKey({ accessKeyId, status, createdAt }: KeySeen, { uses, now }: PlanReading): PlannedKey {
  const use = uses.get(accessKeyId) ?? null;
  return {
    accessKeyId,
    status,
    createdAt: awsTimeText(createdAt),
    ageDays: Math.floor((now - createdAt) / 86_400_000),
    lastUsedAt: use === null ? null : awsTimeText(use.at),
    lastUsedService: use?.service ?? null,
    lastUsedRegion: use?.region ?? null,
  };
}

function planTarget({ planned, held, error, avoidableBy }: TargetReading): PlanTarget {
  const { name, type, place } = planned;
  return { name, type, place, holds: held?.kind ?? "unreadable", accessKeyId: heldId(held), error, avoidableBy };
}

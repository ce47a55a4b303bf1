import { dirname, resolve } from "node:path";
import * as z from "zod/mini";
import { type AccountId, accountId } from "../model/access-key-id.ts";
import { KeysweepError } from "../model/error.ts";
import type { RotationSettings } from "../model/rotation-settings.ts";
import { cronTimes } from "../runtime/cron-times.ts";
import type { ConfigurationDocument, KeyPath } from "./document.ts";
import { durationMs } from "./duration.ts";
import { loadOperatorDocument } from "./load.ts";
import { problemIn } from "./problem.ts";
import {
  commonTargetShape,
  type NotifySetting,
  rotationsSchema,
  type SealSetting,
  type TrailSetting,
  type WrittenRotation,
  type WrittenTarget,
  type WrittenTemplate,
} from "./rotation-schema.ts";
import { type OperatorSettings, operatorSchema } from "./schema.ts";

/** The types of targets there are, and what the settings of each may be. */
export interface TargetTypes {
  readonly names: readonly string[];
  /** Null: there is no such type. */
  settingsOf(type: string): Promise<z.core.$ZodType | null>;
}

/** What the operator says of rotations. */
export interface RotationConfiguration extends Pick<OperatorSettings, "aws" | "organization"> {
  /** Null: there is none. */
  readonly path: string | null;
  /** Where relative paths of it start. */
  readonly folder: string;
  readonly rotations: readonly ConfiguredRotation[];
  readonly templates: readonly RotationTemplate[];
  readonly seal: SealSetting | null;
  readonly trail: TrailSetting;
  readonly notify: readonly NotifySetting[];
}

export interface ConfiguredRotation {
  readonly settings: RotationSettings;
  /** Who acts in the user's account; null: the operator's own credentials where they are the account's, and else the usual role. */
  readonly role: string | null;
  readonly externalId: string | null;
  readonly targets: readonly ConfiguredTarget[];
  /** Where it stands, as `file:line`. */
  readonly at: string;
}

export interface ConfiguredTarget {
  readonly type: string;
  /** As the type's descriptor takes them: it has checked them. */
  readonly settings: unknown;
  /** For people; null: the place tells. */
  readonly name: string | null;
  /** Run once the target holds the new key. */
  readonly after: readonly string[] | null;
  /** The consumer speaks SMTP to SES in this region. */
  readonly smtpRegion: string | null;
}

/** What users of these accounts may be rotated as who name it, by a tag or by their path. */
export interface RotationTemplate {
  readonly name: string;
  readonly accounts: readonly AccountId[];
  /** Users below it name the template; and nobody else may. Null: users name it by a tag. */
  readonly pathPrefix: string | null;
  readonly at: string;
  /** The rotation of a user. @throws KeysweepError `configuration` when the user's name cannot be filled in. */
  rotationOf(account: AccountId, userName: string): ConfiguredRotation;
}

const DAY_MS = 86_400_000;
/** A key that is used daily, a day of proof, a week to change one's mind. */
const USUAL = { timezone: "UTC", usedEvery: "1d", soak: "24h", quarantine: "7d", presigned: "0s" } as const;
const USUAL_REGION = "us-east-1";

/**
 * @param path null: there is no configuration.
 * @param nowMs from when on schedules are looked at.
 * @throws KeysweepError `configuration` that names file, line, column and key, and says what would be right.
 */
export async function loadRotationConfiguration(
  path: string | null,
  types: TargetTypes,
  nowMs: number,
): Promise<RotationConfiguration> {
  if (path === null)
    return { path, folder: process.cwd(), rotations: [], templates: [], seal: null, trail: {}, notify: [] };
  const { document, settings } = loadOperatorDocument(path, operatorSchema);
  const result = z.safeParse(rotationsSchema, document.value ?? {}, { reportInput: true });
  if (!result.success) throw problemIn({ document, schema: rotationsSchema, base: [] }, result.error.issues);
  const { rotations = {}, rotationTemplates = {}, seal = null, trail = {}, notify = [] } = result.data;
  const reading: Reading = {
    document,
    nowMs,
    usualRegion: settings.aws?.region ?? USUAL_REGION,
    schemas: await schemasOf(document, types, { rotations, rotationTemplates }),
    gaps: new Map(),
  };
  const configured = Object.entries(rotations).map(([name, written]) => {
    const keys = ["rotations", name];
    return rotationFrom(reading, keys, name, written, written.account, written.user);
  });
  checkDistinct(reading, configured);
  return {
    path,
    aws: settings.aws,
    organization: settings.organization,
    folder: dirname(resolve(path)),
    rotations: configured,
    templates: Object.entries(rotationTemplates).map(([name, written]) => templateFrom(reading, name, written)),
    seal,
    trail,
    notify,
  };
}

interface Reading {
  readonly document: ConfigurationDocument;
  readonly nowMs: number;
  readonly usualRegion: string;
  /** The settings of each type of target that the configuration names. */
  readonly schemas: ReadonlyMap<string, z.core.$ZodType>;
  /** The shortest gap of each schedule: many users share one, and it takes 20 ms to work out. */
  readonly gaps: Map<string, number | null>;
}

/** What a rotation and a template have in common. */
type Written = Omit<WrittenRotation, "account" | "user">;

async function schemasOf(
  document: ConfigurationDocument,
  types: TargetTypes,
  sections: Readonly<Record<"rotations" | "rotationTemplates", Readonly<Record<string, Written>>>>,
): Promise<Map<string, z.core.$ZodType>> {
  const schemas = new Map<string, z.core.$ZodType>();
  for (const [section, entries] of Object.entries(sections)) {
    for (const [name, { targets }] of Object.entries(entries)) {
      for (const [index, { type }] of targets.entries()) {
        const schema = schemas.get(type) ?? (await types.settingsOf(type));
        if (schema === null)
          throw document.error(
            [section, name, "targets", index, "type"],
            `there is no such target; there are ${types.names.join(", ")}`,
          );
        schemas.set(type, schema);
      }
    }
  }
  return schemas;
}

function rotationFrom(
  reading: Reading,
  keys: KeyPath,
  name: string,
  written: Written,
  account: string,
  userName: string,
): ConfiguredRotation {
  const { document, usualRegion } = reading;
  const { schedule = null, timezone = USUAL.timezone, role = null, externalId = null } = written;
  return {
    settings: {
      name,
      accountId: accountOf(account),
      userName,
      schedule: schedule === null ? null : schedule.trim(),
      timezone,
      maximumAgeMs: written.maximumAge === undefined ? null : ms(written.maximumAge),
      regions: written.regions ?? [usualRegion],
      gate: gateOf(reading, keys, written),
    },
    role,
    externalId,
    targets: written.targets.map((target, index) => targetFrom(reading, [...keys, "targets", index], target)),
    at: `${document.path}:${document.lineOf(keys)}`,
  };
}

function gateOf(reading: Reading, keys: KeyPath, written: Written): RotationSettings["gate"] {
  const gate = {
    usedEveryMs: ms(written.usedEvery ?? USUAL.usedEvery),
    soakMs: ms(written.soak ?? USUAL.soak),
    quarantineMs: ms(written.quarantine ?? USUAL.quarantine),
    presignedMs: ms(written.presigned ?? USUAL.presigned),
    acceptUnprovenUse: written.acceptUnprovenUse ?? false,
  };
  const { document } = reading;
  if (gate.soakMs === 0 && !gate.acceptUnprovenUse) {
    throw document.error(
      [...keys, "soak"],
      "0s takes the old key away with no proof that nobody uses it; write a time such as 24h, or acceptUnprovenUse: true beside it",
    );
  }
  if (gate.usedEveryMs === 0) throw document.error([...keys, "usedEvery"], "must be a time, e.g. 1d");
  checkFits(reading, keys, written, gate);
  return gate;
}

/** A rotation has to end before the next one is due. */
function checkFits(
  reading: Reading,
  keys: KeyPath,
  { schedule, timezone, maximumAge }: Written,
  { soakMs, usedEveryMs, quarantineMs, presignedMs }: RotationSettings["gate"],
): void {
  const { document } = reading;
  const soak = soakMs === 0 ? 0 : Math.max(soakMs, usedEveryMs, presignedMs);
  const takesMs = soak + quarantineMs;
  const why = `soak (${days(soak)}) and quarantine (${days(quarantineMs)}) take ${days(takesMs)}`;
  const [gapMs, key] =
    schedule === undefined
      ? [maximumAge === undefined ? null : ms(maximumAge), "maximumAge"]
      : [shortestGap(reading, schedule, timezone ?? USUAL.timezone), "schedule"];
  if (gapMs === null) return;
  if (gapMs === 0) throw document.error([...keys, "schedule"], "never comes: there is no such date");
  if (takesMs < gapMs) return;
  const between = key === "schedule" ? `there are ${days(gapMs)} between two of its times` : `that is ${days(gapMs)}`;
  throw document.error([...keys, key], `is too tight: ${between}, and ${why}`);
}

/** How many times of a schedule are looked at: the months of two years. */
const TIMES = 24;

/** The least time between two of the next times; null where there is but one; 0 where there is none. */
function shortestGap({ gaps, nowMs }: Reading, schedule: string, timezone: string): number | null {
  const key = JSON.stringify([schedule, timezone]);
  const known = gaps.get(key);
  if (known !== undefined) return known;
  const gap = gapOf(schedule, timezone, nowMs);
  gaps.set(key, gap);
  return gap;
}

function gapOf(schedule: string, timezone: string, nowMs: number): number | null {
  const times = cronTimes(schedule, timezone);
  let before = times.next(nowMs);
  if (before === null) return 0;
  let shortest: number | null = null;
  for (let count = 1; count < TIMES; count++) {
    const next = times.next(before);
    if (next === null) break;
    shortest = Math.min(shortest ?? Number.POSITIVE_INFINITY, next - before);
    before = next;
  }
  return shortest;
}

function targetFrom(reading: Reading, keys: KeyPath, written: WrittenTarget): ConfiguredTarget {
  const { document, schemas } = reading;
  const schema = schemas.get(written.type);
  if (schema === undefined) throw document.error([...keys, "type"], "there is no such target");
  const own = Object.fromEntries(Object.entries(written).filter(([key]) => !(key in commonTargetShape)));
  const result = z.core.safeParse(schema, own, { reportInput: true });
  if (!result.success) throw problemIn({ document, schema, base: keys }, result.error.issues);
  const { type, name = null, after = null, ses } = written;
  return { type, settings: result.data, name, after, smtpRegion: ses?.region ?? null };
}

/** (account, user) is unique: two rotations of one user would take each other's keys away. */
function checkDistinct({ document }: Reading, rotations: readonly ConfiguredRotation[]): void {
  const seen = new Map<string, string>();
  for (const { settings } of rotations) {
    const user = `${settings.accountId}/${settings.userName}`;
    const first = seen.get(user);
    if (first !== undefined) {
      throw document.error(
        ["rotations", settings.name, "user"],
        `is rotated by ${first} already; list all its targets there`,
      );
    }
    seen.set(user, settings.name);
  }
}

/** Stands for the user's name in a template's targets, and for its account. */
const USER = "{user}";
const ACCOUNT = "{account}";

function templateFrom(reading: Reading, name: string, written: WrittenTemplate): RotationTemplate {
  const { document } = reading;
  const keys = ["rotationTemplates", name];
  for (const [index, target] of written.targets.entries()) {
    if (!JSON.stringify(target).includes(USER)) {
      throw document.error(
        [...keys, "targets", index],
        `must hold ${USER}: all users of the template would share the place`,
      );
    }
  }
  const rotationOf = (account: string, userName: string): ConfiguredRotation => {
    checkFillable(userName);
    const targets = filled(written.targets, account, userName);
    return rotationFrom(reading, keys, `${name}/${account}/${userName}`, { ...written, targets }, account, userName);
  };
  // What is wrong with it is wrong for any user.
  rotationOf(written.accounts[0] ?? "", "example-user");
  return {
    name,
    accounts: written.accounts.map(accountOf),
    pathPrefix: written.pathPrefix ?? null,
    at: `${document.path}:${document.lineOf(keys)}`,
    rotationOf,
  };
}

/** Whoever may make users would else choose where in a path, or as what option of a program, its name ends up. */
function checkFillable(userName: string): void {
  if (/^[A-Za-z0-9_][\w+=,.@-]*$/.test(userName) && !userName.includes("..")) return;
  throw new KeysweepError("configuration", `a template cannot be filled in with the user name ${userName}`, {
    hint: "Give the user a rotation of its own.",
    retry: "never",
  });
}

/** The value with the user's name and account in each of its texts. */
function filled<Value>(value: Value, account: string, userName: string): Value {
  const fill = (part: unknown): unknown => {
    if (typeof part === "string") return part.replaceAll(USER, userName).replaceAll(ACCOUNT, account);
    if (Array.isArray(part)) return part.map(fill);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, fill(inner)]));
  };
  return fill(value) as Value;
}

function accountOf(text: string): AccountId {
  const account = accountId(text);
  if (account === null) throw new Error("the schema let an account id through that is none");
  return account;
}

function ms(text: string): number {
  const value = durationMs(text);
  if (value === null) throw new Error("the schema let a duration through that is none");
  return value;
}

/** `8 days`, `1.5 days` */
function days(durationInMs: number): string {
  const count = Math.round((durationInMs / DAY_MS) * 100) / 100;
  return `${count} ${count === 1 ? "day" : "days"}`;
}

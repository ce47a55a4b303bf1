import type { Finding } from "../model/finding.ts";
import type { RotationReport } from "../model/rotation.ts";
import { ROTATION_STATES } from "../model/rotation.ts";
import type { RotationPlan } from "../model/rotation-plan.ts";

/*
 * What jobs print, read as what comes from outside: it may be cut off, or be of another keysweep than this one. What is not as it should be is
 * null, and never a part of what is shown.
 */

export interface PrintedPlans {
  readonly plans: readonly RotationPlan[];
  readonly underWay: readonly { readonly name: string; readonly state: string }[];
}

export interface PrintedOwners {
  readonly findings: readonly Pick<Finding, "accessKeyId" | "owner">[];
  readonly identification?: {
    readonly unidentified: readonly { readonly accessKeyId: string; readonly reason: string }[];
  };
}

export function printedRotations(text: string): readonly RotationReport[] | null {
  return (
    read<{ readonly rotations: readonly RotationReport[] }>(text, shape({ rotations: list(ROTATION) }))?.rotations ??
    null
  );
}

export function printedPlans(text: string): PrintedPlans | null {
  return read(text, shape({ plans: list(PLAN), underWay: list(shape({ name: string, state: string })) }));
}

export function printedOwners(text: string): PrintedOwners | null {
  return read(
    text,
    shape({ findings: list(OWNED), identification: optional(shape({ unidentified: list(UNIDENTIFIED) })) }),
  );
}

type Check = (value: unknown) => boolean;

function read<Printed>(text: string, check: Check): Printed | null {
  try {
    const value: unknown = JSON.parse(text);
    return check(value) ? (value as Printed) : null;
  } catch {
    return null;
  }
}

const string: Check = (value) => typeof value === "string";
const number: Check = (value) => typeof value === "number";

function orNull(check: Check): Check {
  return (value) => value === null || check(value);
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

function list(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

function shape(fields: Readonly<Record<string, Check>>): Check {
  return (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(fields).every(([name, check]) => check((value as Readonly<Record<string, unknown>>)[name]));
}

const STATES: readonly unknown[] = ROTATION_STATES;

const ROTATION = shape({
  name: string,
  id: orNull(string),
  state: (value) => STATES.includes(value),
  accountId: string,
  userName: string,
  oldKeyId: orNull(string),
  newKeyId: orNull(string),
  nextStepAt: orNull(string),
  reason: orNull(string),
  targets: list(
    shape({ name: string, type: string, state: string, proof: string, attempts: number, error: orNull(string) }),
  ),
  history: list(shape({ at: string, event: string })),
});

const PLAN = shape({
  name: string,
  accountId: string,
  userName: string,
  oldKeyId: orNull(string),
  keys: list(shape({ accessKeyId: string, status: string, ageDays: number, lastUsedAt: orNull(string) })),
  targets: list(shape({ name: string, type: string, error: orNull(string) })),
  obstacles: list(shape({ evidence: string, remedy: string })),
  warnings: list(string),
  timetable: list(shape({ at: string, what: string })),
});

const OWNED = shape({
  accessKeyId: orNull(string),
  owner: optional(orNull(shape({ accountId: string, userName: string, status: string }))),
});

const UNIDENTIFIED = shape({ accessKeyId: string, reason: string });

import { expect, it } from "vitest";
import type { AccessKey } from "../../src/model/iam-user.ts";
import type { RotationFact } from "../../src/model/rotation-event.ts";
import type { RotationSettings } from "../../src/model/rotation-settings.ts";
import { fold } from "../../src/rotate/apply.ts";
import { knownDue } from "../../src/rotate/known-due.ts";
import type { Rotation } from "../../src/rotate/rotation.ts";
import { key } from "../support/audit/inventory.ts";
import { begun, event, keyId, rotationId } from "../support/ledger/rotations.ts";

const DAY = 86_400_000;
const SETTINGS = { maximumAgeMs: 30 * DAY, schedule: null, timezone: "UTC" } as RotationSettings;
const OLD = key("old", { accessKeyId: keyId(1), createdAt: "2026-01-01T00:00:00Z" });
const NEW = key("new", { accessKeyId: keyId(2), createdAt: "2026-11-21T10:00:05Z" });
const CREATED: RotationFact = { kind: "created", key: keyId(2), createdAt: event(5, { kind: "done" }).at };

/** @param facts what has happened in the last rotation; none: there was none. */
function due(keys: readonly AccessKey[], ...facts: readonly RotationFact[]): string | null {
  const events = [begun(), ...facts.map((fact, index) => event(10 + index, fact))];
  const latest: Rotation | null = facts.length === 0 ? null : fold(rotationId(1), events);
  const ms = knownDue({ keys }, SETTINGS, latest);
  return ms === null ? null : new Date(ms).toISOString();
}

it("is known of the one active key that the audit saw", () => {
  expect(due([OLD])).toBe("2026-01-31T00:00:00.000Z");
  expect(due([{ ...NEW, status: "Inactive" }, OLD])).toBe("2026-01-31T00:00:00.000Z");
  expect([due([]), due([OLD, NEW])]).toEqual([null, null]);
});

it("is that of the new key as soon as a rotation is done, whenever the audit looked", () => {
  const after = "2026-12-21T10:00:05.000Z";
  for (const seen of [[OLD], [OLD, NEW], [{ ...OLD, status: "Inactive" as const }, NEW], [NEW]])
    expect(due(seen, CREATED, { kind: "done" })).toBe(after);
  // An audit that saw more than the rotation did is right.
  expect(due([{ ...NEW, status: "Inactive" }], CREATED, { kind: "done" })).toBeNull();
});

it("is none while a key is replaced, and that of the old one when that was given up", () => {
  expect([due([OLD], CREATED), due([OLD], { kind: "stuck", code: "refused", detail: "of the test" })]).toEqual([
    null,
    null,
  ]);
  for (const kind of ["abandoned", "reactivated"] as const)
    expect(due([OLD], CREATED, { kind })).toBe("2026-01-31T00:00:00.000Z");
});

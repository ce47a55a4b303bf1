import { describe, expect, it } from "vitest";
import { knowledgeOf } from "../../src/cli/audit/audit-knowledge.ts";
import type { AccountId } from "../../src/model/access-key-id.ts";
import type { RotationFact } from "../../src/model/rotation-event.ts";
import { user } from "../support/audit/inventory.ts";
import { temporaryLedger } from "../support/ledger/folder.ts";
import { ACCOUNT, begun, event, rotationId } from "../support/ledger/rotations.ts";
import { finding, hour, run } from "../support/ledger/scans.ts";

const WRITER = { fence: 1, who: "test" };

/** Whether a user is being rotated, after what has happened in its rotation. */
function isRotating(...facts: readonly RotationFact[]): boolean {
  const ledger = temporaryLedger();
  for (const [index, fact] of [begun(), ...facts.map((fact, after) => event(after + 1, fact))].entries())
    ledger.rotations.append(rotationId(1), index, fact, WRITER);
  const knowledge = knowledgeOf(ledger, null);
  expect(knowledge.isRotating({ ...user("somebody"), accountId: ACCOUNT })).toBe(false);
  return knowledge.isRotating({ ...user("deploy"), accountId: ACCOUNT });
}

describe("what an audit knows of rotations", () => {
  it("is that one is in progress, until it ends or is stuck", () => {
    expect(isRotating()).toBe(true);
    expect(isRotating({ kind: "done" })).toBe(false);
    expect(isRotating({ kind: "abandoned" })).toBe(false);
    expect(isRotating({ kind: "stuck", code: "refused", detail: "of the test" })).toBe(false);
    expect(isRotating({ kind: "stuck", code: "refused", detail: "of the test" }, { kind: "resumed" })).toBe(true);
  });
});

describe("what an audit knows of scans", () => {
  it("is nothing before the first", () => {
    expect(knowledgeOf(temporaryLedger(), null).scans.unknown).toContain("no scan is remembered");
  });

  it("is where keys lie, and which are of no account of the organisation", () => {
    const ledger = temporaryLedger();
    const [ours, foreign] = [finding(1), finding(2)];
    ledger.scans.remember(run(hour(0), [ours, foreign]));
    const { scans } = knowledgeOf(ledger, [ours.accountId as AccountId]);
    expect(scans.unknown).toBeNull();
    expect(scans.whereFound(ours.accessKeyId ?? "")).toEqual({
      place: "/home/ada/1:1:1",
      morePlaces: 0,
      seenAt: hour(0),
    });
    expect(scans.whereFound("another")).toBeNull();
    expect(scans.outside).toMatchObject([{ accessKeyId: foreign.accessKeyId, accountId: foreign.accountId }]);
    expect(knowledgeOf(ledger, null).scans.outside).toBeNull();
  });
});

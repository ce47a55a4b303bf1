import type { AccessKeyId, AccountId } from "../../src/model/access-key-id.ts";
import type { RotationId, RotationReport, RotationsReport } from "../../src/model/rotation.ts";

export function rotationOf(fields: Partial<RotationReport> = {}): RotationReport {
  return {
    name: "travis-deploy",
    id: "r1" as RotationId,
    state: "soaking",
    accountId: "123456789012" as AccountId,
    userName: "deploy-travis",
    oldKeyId: "OLD" as AccessKeyId,
    newKeyId: "NEW" as AccessKeyId,
    startedAt: "2026-11-21T10:00:00.000Z",
    nextStepAt: "2026-11-22T10:00:00.000Z",
    reason: "the old key was used 2 hours ago",
    targets: [
      { name: "/srv/app/.env", type: "dotenv", state: "verified", proof: "value", attempts: 1, error: null },
      {
        name: "GitHub Actions secrets of acme/site",
        type: "github-actions",
        state: "writing",
        proof: "none",
        attempts: 2,
        error: "it did not answer. It is tried again",
      },
    ],
    history: [{ at: "2026-11-21T10:00:00.000Z", event: "begun" }],
    ...fields,
  };
}

export function rotationsReport(rotations: readonly RotationReport[]): RotationsReport {
  return {
    schema: "keysweep/rotations@1",
    tool: { name: "keysweep", version: "1.2.3" },
    generatedAt: "2026-11-21T12:00:00.000Z",
    rotations,
  };
}

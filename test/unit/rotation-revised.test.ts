import { describe, expect, test } from "vitest";
import type { AccessKeyId, AccountId } from "../../src/model/access-key-id.ts";
import { awsTime } from "../../src/model/aws-answer.ts";
import type { RotationId } from "../../src/model/rotation.ts";
import type { PlannedTarget, RotationFact, RotationOutline } from "../../src/model/rotation-event.ts";
import { apply, begin } from "../../src/rotate/apply.ts";
import type { Rotation } from "../../src/rotate/rotation.ts";

/* What becomes of a rotation whose configuration is changed while both keys are active. */

const TARGET: PlannedTarget = {
  name: "site",
  type: "github-actions",
  place: "the repository acme/site",
  parts: ["pair"],
  readBack: "metadata",
  smtpRegion: null,
  hasAfter: false,
};
const OUTLINE: RotationOutline = {
  name: "deploy",
  accountId: "123456789012" as AccountId,
  userName: "deploy",
  userArn: "arn:aws:iam::123456789012:user/deploy",
  ledger: "ledger",
  actor: "administrator",
  oldKeyId: "old" as AccessKeyId,
  oldKeyCreatedAt: awsTime(0),
  regions: ["us-east-1"],
  gate: { usedEveryMs: 1, soakMs: 1, quarantineMs: 1, presignedMs: 0, acceptUnprovenUse: false },
  targets: [TARGET],
};
const FACTS: readonly RotationFact[] = [
  { kind: "create-intended", mark: "mark" },
  { kind: "created", key: "new" as AccessKeyId, createdAt: awsTime(1) },
  { kind: "proved", region: "us-east-1" },
  { kind: "write-intended", target: "site", part: "pair", key: "new" },
  { kind: "written", target: "site", part: "pair", key: "new" },
  { kind: "held", target: "site", proof: "metadata" },
  { kind: "handed-over" },
];

function after(rotation: Rotation, ...facts: readonly RotationFact[]): Rotation {
  return facts.reduce((each, fact) => apply(each, { ...fact, at: awsTime(each.at + 1) }), rotation);
}

const SOAKING = after(begin("r1" as RotationId, OUTLINE, awsTime(0)), ...FACTS);

function revised(change: Partial<Pick<RotationOutline, "regions" | "targets">>): Rotation {
  const { gate, regions, targets } = OUTLINE;
  return after(SOAKING, { kind: "revised", gate, regions, targets, ...change });
}

describe("a changed configuration", () => {
  test("leaves what it does not concern", () => {
    expect(revised({})).toMatchObject({ stage: "soaking", handedOut: true, targets: [{ state: "accepted" }] });
  });

  test("has the key proved in a region that is new before the old key may go", () => {
    expect(revised({ regions: ["us-east-1", "eu-west-1"] })).toMatchObject({ stage: "writing", handedOverAt: null });
  });

  test("has a target written again whose consumer is to get an SMTP password now", () => {
    const { stage, targets } = revised({ targets: [{ ...TARGET, smtpRegion: "eu-west-1" }] });
    expect(stage).toBe("writing");
    expect(targets).toMatchObject([{ state: "pending", attempted: true }]);
  });

  test("remembers that a place has the new key when it is called otherwise", () => {
    const { targets } = revised({ targets: [{ ...TARGET, name: "the site" }] });
    expect(targets).toMatchObject([{ state: "pending", attempted: true }]);
    const back = after(
      SOAKING,
      { kind: "old-secret-sealed" },
      { kind: "revised", ...OUTLINE, targets: [{ ...TARGET, name: "the site" }] },
    );
    expect(after(back, { kind: "commanded", command: "reactivate" }).targets).toMatchObject([{ wants: "old" }]);
  });

  test("does not forget a target that is taken out", () => {
    expect(revised({ targets: [{ ...TARGET, name: "other", place: "elsewhere" }] })).toMatchObject({
      handedOut: true,
      targets: [{ attempted: false }],
    });
  });
});

import { expect, test } from "vitest";
import { AllowList } from "../../src/scan/allow.ts";
import { inlineAllowIn } from "../../src/scan/detect/inline-allow.ts";
import { redacted } from "../../src/scan/redact.ts";
import { generateMaterial } from "../support/material.ts";

const { secret } = generateMaterial(31);

test("words stay, whatever is as long as a key goes", () => {
  expect(redacted(`the test account of ada, see ${secret}; without permissions`)).toBe(
    "the test account of ada, see …; without permissions",
  );
});

test("no allow shows a secret that somebody wrote into its reason or its owner", () => {
  const inline = inlineAllowIn([`keysweep:allow owner="${secret}" because of ${secret}`]);
  const list = new AllowList(
    [
      {
        target: { kind: "fingerprint", fingerprint: `ks1:${"0".repeat(32)}`, severity: null, rule: null },
        reason: `because of ${secret}`,
        owner: secret,
        expires: "2027-01-31",
        at: "keysweep.yaml:1",
        repository: null,
      },
    ],
    "2026-01-01",
    true,
  );
  const listed = list.allowing({
    fingerprint: `ks1:${"0".repeat(32)}`,
    rule: "aws-access-key-pair",
    severity: "high",
    accessKeyId: null,
    places: [],
    placesLeftOut: 0,
    inlineAllows: [],
  });
  expect([inline, listed]).not.toContain(null);
  expect(JSON.stringify([inline, listed]).includes(secret.slice(0, 12))).toBe(false);
});

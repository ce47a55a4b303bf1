import { expect, test } from "vitest";
import { CANARY_ACCOUNTS } from "../../src/generated/canaries.ts";
import { accessKeyId, accountOf } from "../../src/model/access-key-id.ts";
import { canaryVendor, isCanaryAccount } from "../../src/scan/canary.ts";
import { generateKeyId, generateMaterial } from "../support/material.ts";
import { randomFrom } from "../support/random.ts";

test.each([...CANARY_ACCOUNTS])("a key of account %s is a decoy of %s", (account, vendor) => {
  const id = accessKeyId(generateKeyId(randomFrom(1), { account }));
  const decoded = id === null ? null : accountOf(id);
  expect(decoded).toBe(account);
  expect(isCanaryAccount(decoded)).toBe(true);
  expect(canaryVendor(decoded)).toBe(vendor);
});

test("a key of another account, or of none that is known, is no decoy", () => {
  for (const account of [generateMaterial(1).accountId, null]) {
    expect(isCanaryAccount(account)).toBe(false);
    expect(canaryVendor(account)).toBeNull();
  }
});

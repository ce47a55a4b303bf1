import { expect, test } from "vitest";
import { rotationLeases } from "../../src/cli/rotate/rotation-leases.ts";
import type { AccountId } from "../../src/model/access-key-id.ts";
import type { UserLease } from "../../src/rotate/ports/user-lease.ts";
import { temporaryLedger } from "../support/ledger/folder.ts";

const ACCOUNT = "123456789012" as AccountId;

function granted(answer: UserLease | { readonly heldBy: string }): UserLease {
  if ("heldBy" in answer) throw new Error(answer.heldBy);
  return answer;
}

test("one process at a time has the right to rotate a user, until it has run out or is given back", () => {
  let now = 0;
  const leases = rotationLeases(temporaryLedger().leases, { now: () => now });
  const first = granted(leases.acquire(ACCOUNT, "deploy"));
  expect(leases.acquire(ACCOUNT, "deploy")).toEqual({ heldBy: expect.stringMatching(/^process \d+ on ./) });
  granted(leases.acquire(ACCOUNT, "other"));
  now += 14 * 60_000;
  expect(first.hold()).toBe(true);
  now += 14 * 60_000;
  expect(first.hold()).toBe(true);
  first.release();
  const second = granted(leases.acquire(ACCOUNT, "deploy"));
  expect(second.fence).toBeGreaterThan(first.fence);
  expect(first.hold()).toBe(false);
  now += 16 * 60_000;
  expect(second.hold()).toBe(false);
  granted(leases.acquire(ACCOUNT, "deploy"));
});

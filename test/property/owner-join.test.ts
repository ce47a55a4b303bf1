import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CANARY_ACCOUNTS } from "../../src/generated/canaries.ts";
import type { AccountId } from "../../src/model/access-key-id.ts";
import { accessKeyId, accountOf } from "../../src/model/access-key-id.ts";
import type { Finding, Owner } from "../../src/model/finding.ts";
import { type KeyInventory, NO_INVENTORY } from "../../src/model/key-inventory.ts";
import type { Place } from "../../src/model/place.ts";
import { SEVERITIES, severityRank } from "../../src/model/severity.ts";
import { type AllowEntry, AllowList } from "../../src/scan/allow.ts";
import type { Detection } from "../../src/scan/detect/detection.ts";
import { fingerprintOf, pairFingerprint, secretDigestOf } from "../../src/scan/detect/fingerprint.ts";
import { FindingCollector } from "../../src/scan/findings.ts";
import { generateKeyId, generateMaterial } from "../support/material.ts";
import { randomFrom } from "../support/random.ts";

const KEYS = [1, 2, 3, 4].map((seed) => generateMaterial(seed));
const AS_OF = "2026-01-01T00:00:00.000Z";

function owner(accountId: AccountId, status: Owner["status"]): Owner {
  return { accountId, userName: "ci", status, createdAt: AS_OF, lastUsedAt: null, asOf: AS_OF };
}

/** A detection of the key of a number: with its secret, or the id alone. */
function detection(number: number, hasSecret: boolean, severity: Detection["severity"]): Detection {
  const { id, secret } = KEYS[number] ?? generateMaterial(1);
  return {
    rule: hasSecret ? "aws-access-key-pair" : "aws-access-key-id",
    severity,
    fingerprint: hasSecret ? pairFingerprint(id, secret) : fingerprintOf("access-key", id, ""),
    accessKeyId: accessKeyId(id),
    secretDigest: hasSecret ? secretDigestOf(secret) : null,
    placeholder: false,
    inlineAllow: null,
    useCase: null,
    offset: 0,
    line: 1,
    column: 1,
  };
}

function place(path: string): Place {
  return { kind: "file", path, within: [], line: 1, column: 1 };
}

/** An inventory in which the key of each number has a status, or nobody. */
function inventoryOf(statuses: readonly (Owner["status"] | null)[], outside: readonly number[]): KeyInventory {
  return {
    accountOf: () => null,
    ownerOf(id) {
      const number = KEYS.findIndex((key) => key.id === id);
      const status = statuses[number] ?? null;
      const account = accountOf(id);
      return status === null || account === null ? null : owner(account, status);
    },
    outsideOrganization(account) {
      return outside.some((number) => KEYS[number]?.accountId === account)
        ? { organizationId: "o-1", asOf: AS_OF }
        : null;
    },
  };
}

function findings(seen: readonly Detection[], entries: readonly AllowEntry[], inventory: KeyInventory): Finding[] {
  const collector = new FindingCollector();
  for (const [index, one] of seen.entries()) collector.add(one, place(`/a/${index}`));
  return collector.findings(new AllowList(entries, "2026-01-01", true), inventory);
}

function allowing(one: Detection, severity: Detection["severity"] | null): AllowEntry {
  return {
    target: { kind: "fingerprint", fingerprint: one.fingerprint, rule: null, severity },
    reason: "known",
    owner: "ada",
    expires: "2027-01-01",
    at: "keysweep.yaml:1",
    repository: null,
  };
}

const severity = fc.constantFrom(...SEVERITIES);
const seen = fc.array(fc.tuple(fc.nat(3), fc.boolean(), severity), { maxLength: 8 });
const statuses = fc.array(fc.constantFrom("Active", "Inactive", "Expired", null), { minLength: 4, maxLength: 4 });

describe("what an audit knows of found keys", () => {
  it("hides no finding, makes none less severe, and lets no allow cover more", () => {
    fc.assert(
      fc.property(seen, statuses, fc.subarray([0, 1, 2, 3]), fc.option(severity), (shapes, known, outside, bound) => {
        const detections = shapes.map((shape) => detection(...shape));
        const entries = detections.filter((_, index) => index % 2 === 0).map((one) => allowing(one, bound));
        const plain = findings(detections, entries, NO_INVENTORY);
        const joined = new Map(
          findings(detections, entries, inventoryOf(known, outside)).map((one) => [one.fingerprint, one]),
        );
        expect(joined.size).toBe(plain.length);
        for (const { fingerprint, severity: before, allowed } of plain) {
          const after = joined.get(fingerprint);
          expect(severityRank(after?.severity ?? "info")).toBeLessThanOrEqual(severityRank(before));
          expect(after?.allowed === null || allowed !== null).toBe(true);
        }
      }),
    );
  });

  it("makes a key critical that is active and was found with its secret, and nothing else", () => {
    fc.assert(
      fc.property(fc.nat(3), fc.boolean(), severity, statuses, (number, hasSecret, before, known) => {
        const [found] = findings([detection(number, hasSecret, before)], [], inventoryOf(known, []));
        const status = known[number] ?? null;
        expect(found?.owner?.status ?? null).toBe(status);
        expect(found?.severity).toBe(status === "Active" && hasSecret ? "critical" : before);
      }),
    );
  });

  it("tells of accounts outside the organisation", () => {
    const all = [detection(0, true, "high"), detection(1, true, "high")];
    const told = findings(all, [], inventoryOf([], [1])).map((one) => [
      one.accessKeyId,
      one.outsideOrganization?.organizationId,
    ]);
    expect(new Map(told as [string, string][])).toEqual(
      new Map([
        [KEYS[0]?.id, undefined],
        [KEYS[1]?.id, "o-1"],
      ]),
    );
  });

  it("tells nothing of the accounts of decoys", () => {
    const [vendor] = CANARY_ACCOUNTS.keys();
    const id = accessKeyId(generateKeyId(randomFrom(1), { account: vendor ?? "" }));
    const everybody = { ...NO_INVENTORY, outsideOrganization: () => ({ organizationId: "o-1", asOf: AS_OF }) };
    const [found] = findings([{ ...detection(0, true, "high"), accessKeyId: id }], [], everybody);
    expect(found).toMatchObject({ canary: true, severity: "info" });
    expect(found).not.toHaveProperty("outsideOrganization");
  });

  it("does not let an allow of what was less severe cover it", () => {
    const one = detection(0, true, "high");
    const inventory = inventoryOf(["Active", null, null, null], []);
    expect(findings([one], [allowing(one, null)], NO_INVENTORY)[0]?.allowed).not.toBeNull();
    expect(findings([one], [allowing(one, null)], inventory)[0]?.allowed).toBeNull();
    expect(findings([one], [allowing(one, "critical")], inventory)[0]?.allowed).not.toBeNull();
  });
});

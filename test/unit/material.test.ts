import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accessKeyId, accountOf } from "../../src/model/access-key-id.ts";
import { anyAccessKey, anyMaterial, anySeed, generateMaterial } from "../support/material.ts";

describe("generated key material", () => {
  test("depends on the seed alone", () => {
    const written = (seed: number): string => JSON.stringify(generateMaterial(seed));
    fc.assert(
      fc.property(anySeed(), (seed) => {
        expect(written(seed) === written(seed) && written(seed) !== written(seed + 1)).toBe(true);
      }),
    );
  });

  test("has the shapes that AWS issues", () => {
    fc.assert(
      fc.property(anyMaterial(), (material) => {
        const shapes: readonly (readonly [string, RegExp])[] = [
          [material.id, /^AKIA[A-Z2-7]{16}$/],
          [material.temporaryId, /^ASIA[A-Z2-7]{16}$/],
          [material.secret, /^[A-Za-z0-9/+]{40}$/],
          [material.sessionToken, /^[A-Za-z0-9/+]{340,810}={0,2}$/],
          [material.smtpPassword, /^B[A-P][A-Za-z0-9/+]{42}$/],
          [material.bedrockKey, /^ABSK[A-Za-z0-9+/]{109,269}={0,2}$/],
          [material.bedrockShortKey, /^bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/]{40,}={0,2}$/],
          [material.codecommitPassword, /^[A-Za-z0-9/+]{43}=$/],
          [material.uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/],
          [material.appsyncKey, /^da2-[a-z0-9]{26}$/],
          [material.hex40, /^[0-9a-f]{40}$/],
        ];
        for (const [text, shape] of shapes) expect(shape.test(text) ? "" : `not ${shape.source}`).toBe("");
      }),
    );
  });

  test("names its account in its ids", () => {
    fc.assert(
      fc.property(anyMaterial(), ({ id, temporaryId, accountId }) => {
        for (const text of [id, temporaryId]) {
          const key = accessKeyId(text);
          expect(key === null ? null : accountOf(key)).toBe(accountId);
        }
      }),
    );
  });

  test("covers old ids and every edge of a secret", () => {
    const keys = fc.sample(anyAccessKey(), { numRuns: 400, seed: 1 });
    for (const shape of [/^\+/, /^\//, /\+$/, /\/$/]) expect(keys.some(({ secret }) => shape.test(secret))).toBe(true);
    for (const shape of [/^.{4}[IJ]/, /^.{4}[^IJ]/]) expect(keys.some(({ id }) => shape.test(id))).toBe(true);
  });

  test("never shows in a failing property", () => {
    const [key] = fc.sample(anyAccessKey(), 1);
    expect(fc.stringify(key)).toMatch(/^\[seed \d+\]$/);
  });
});

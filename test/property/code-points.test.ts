import * as fc from "fast-check";
import { expect, test } from "vitest";
import { codePoints } from "../../src/scan/detect/code-points.ts";

test("counts as Unicode does, in text at any place of any buffer", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.nat(9), fc.nat(9), (raw, before, behind) => {
      const text = raw.toWellFormed();
      const encoded = Buffer.from(text);
      const bytes = Buffer.concat([Buffer.alloc(before, 0xbf), encoded, Buffer.alloc(behind, 0xbf)]);
      expect(codePoints(bytes, before, before + encoded.length)).toBe(Array.from(text).length);
    }),
    { numRuns: 2000 },
  );
});

test("counts every byte that continues nothing, in bytes of any kind", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(8), (bytes, from) => {
      const start = Math.min(from, bytes.length);
      const expected = bytes.slice(start).filter((byte) => byte < 0x80 || byte > 0xbf).length;
      expect(codePoints(bytes, start, bytes.length)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mayBePacked, mayBeText } from "../../src/scan/detect/base64-start.ts";
import { isPacked } from "../../src/scan/detect/unpack.ts";
import { randomFrom } from "../support/random.ts";

const ENCODINGS = ["base64", "base64url"] as const;
const bytes = fc.uint8Array({ minLength: 40, maxLength: 40 }).map((array) => Buffer.from(array));
const plain = fc.constantFrom("\t", "\n", "\r", ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)));
const text = fc.string({ unit: plain, minLength: 12, maxLength: 40 });

describe.each(ENCODINGS)("in %s", (encoding) => {
  test("all text of ASCII or UTF-16 is told", () => {
    fc.assert(
      fc.property(text, fc.constantFrom("latin1" as const, "utf16le" as const), (text, bits) => {
        expect(mayBeText(Buffer.from(text, bits).toString(encoding))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("what is random hardly ever passes for text", () => {
    const random = randomFrom(1);
    const passed = Array.from({ length: 20_000 }, () => mayBeText(Buffer.from(random.bytes(12)).toString(encoding)));
    expect(passed.filter(Boolean).length).toBeLessThan(10);
  });

  test("all that is packed is told, at any alignment", () => {
    const starts = fc.constantFrom("", "\x1f\x8b", "\x1f\x8b\x08", "\x1f\x8b\x08\0", "PK", "PK\x03\x04", "PK\x03\x05");
    fc.assert(
      fc.property(
        bytes,
        starts,
        fc.string({ unit: fc.constantFrom("H", "4", "U", "E", "/", "_"), maxLength: 3 }),
        (bytes, start, prefix) => {
          bytes.write(start, "latin1");
          const characters = prefix + bytes.toString(encoding);
          const packed = [0, 1, 2, 3].some((phase) => isPacked(Buffer.from(characters.slice(phase), "base64")));
          expect(mayBePacked(characters)).toBe(packed);
        },
      ),
      { numRuns: 5000 },
    );
    expect(mayBePacked(gzipSync("text").toString(encoding))).toBe(true);
  });
});

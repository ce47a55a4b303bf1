import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAnchors } from "../../scripts/generate/kernel.ts";
import type { Anchor } from "../../src/scan/kernel/anchor-forms.ts";
import { compileKernel, instantiateKernel } from "../../src/scan/kernel/load.ts";
import { referenceSearch } from "./kernel-reference.ts";

const anchors = await readAnchors();
const reference = referenceSearch(anchors);
const kernel = instantiateKernel(compileKernel());

/** Puts the document at `from`, with bytes before and behind it that would complete any anchor, and searches it. */
function search(document: Uint8Array, from: number): number[] {
  const to = from + document.length;
  kernel.input.fill(0x41, 0, to + 256);
  kernel.input.set(document, from);
  const count = kernel.search(from, to);
  return [...kernel.hits.subarray(0, count)];
}

function expected(document: Uint8Array, from: number): number[] {
  return reference(document, 0, document.length).map((offset) => offset + from);
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BLANKS = ["\n", "\r\n", "\\n", "\\r\\n", "\n    ", "\r\n\t", "\n ", "\r", "\\", "\\r", "\n\n"];

const text = (characters: string, length: { minLength?: number; maxLength: number }): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...characters.split("")), length).map((all) => all.join(""));

/** An anchor with its context, or one that lacks a little of it. */
const anchored = fc
  .constantFrom(...anchors)
  .chain((anchor) => fc.tuple(cased(anchor), context(anchor)).map((parts) => parts.join("")));

function cased({ literal, foldCase }: Anchor): fc.Arbitrary<string> {
  return foldCase ? fc.mixedCase(fc.constant(literal)) : fc.constant(literal);
}

function context({ context }: Anchor): fc.Arbitrary<string> {
  if (context === "secret") return nearSecret;
  const characters = {
    base32: BASE32,
    base64: `${SECRET}-_`,
    digit: "0123456789",
    hex: "0123456789abcdefABCDEF",
    lower: "abcdefghijklmnopqrstuvwxyz0123456789",
  };
  const { count } = context;
  const long = text(characters[context.follow], { minLength: count, maxLength: count });
  const behind = fc.oneof(fc.constantFrom("", "", " ", '"', "A", "8", "a", "=", "é"), run);
  const softBreak = fc.constantFrom("", "", "=\n", "=\r\n", "=\r", "=");
  return fc
    .tuple(long, fc.nat(count), softBreak, behind)
    .map(([value, at, soft, rest]) => value.slice(0, at) + soft + value.slice(at) + rest);
}

const run = fc.oneof(
  text(SECRET, { minLength: 40, maxLength: 40 }),
  text(SECRET, { minLength: 39, maxLength: 41 }),
  text("0123456789abcdef", { minLength: 40, maxLength: 40 }),
  text(SECRET, { minLength: 54, maxLength: 54 }).map((base64) => `${base64}==`),
  text(SECRET, { minLength: 53, maxLength: 55 }).map((base64) => `${base64}=`),
  fc
    .tuple(
      text(SECRET, { maxLength: 60 }),
      fc.constantFrom("%2F", "\\/", "\\u002b", "%3D", "%C3", "\\x8f"),
      text(SECRET, { maxLength: 62 }),
    )
    .map((parts) => parts.join("")),
);
const nearSecret = fc
  .tuple(
    fc.constantFrom("", "=", "_access_key = ", "AccessKey: ", '": "', "%3D", '\\": \\"'),
    fc.oneof(fc.constant(""), text(" .-\n", { maxLength: 260 }), text(`${SECRET}  .,`, { maxLength: 240 })),
    run,
    fc.constantFrom("", " ", '"', "=", "%", "\0", "é", "%3", "%3D", "%3d%3D"),
  )
  .map((parts) => parts.join(""));

const latin1 = (value: string): Buffer => Buffer.from(value, "latin1");

function escape(style: (code: number) => string): (value: string) => string {
  return (value) =>
    Array.from(value)
      .map((character) => style(character.charCodeAt(0)))
      .join("");
}
const hex = (code: number): string => code.toString(16).padStart(2, "0");

/** Some written form of the bytes, as a Latin-1 string. */
const encoders: fc.Arbitrary<(value: string) => string> = fc.oneof(
  fc.constant((value: string) => value),
  fc.constantFrom("utf16le", "base64", "base64url", "hex").map((encoding) => (value: string) => {
    const bytes = latin1(value);
    return encoding === "utf16le"
      ? Buffer.from(value, "utf16le").toString("latin1")
      : bytes.toString(encoding as BufferEncoding);
  }),
  fc.constant((value: string) => Buffer.from(value, "utf16le").swap16().toString("latin1")),
  fc.constant((value: string) => latin1(value).toString("hex").toUpperCase()),
  fc.constant((value: string) => Buffer.from(value, "utf16le").toString("base64")),
  fc.constantFrom(
    escape((code) => `\\x${hex(code)}`),
    escape((code) => `\\u00${hex(code).toUpperCase()}`),
    escape((code) => `%${hex(code).toUpperCase()}`),
    escape((code) => `&#${code};`),
    escape((code) => `&#x${hex(code)};`),
  ),
  fc
    .tuple(fc.constantFrom(...BLANKS), fc.integer({ min: 1, max: 80 }), fc.integer({ min: 0, max: 80 }))
    .map(([blank, width, first]) => (value: string) => {
      const base64 = latin1(value).toString("base64");
      const lines = [
        base64.slice(0, first % width),
        ...(base64.slice(first % width).match(new RegExp(`.{1,${width}}`, "g")) ?? []),
      ];
      return lines.filter((line) => line !== "").join(blank);
    }),
);

const encodedAnchor = fc
  .tuple(
    encoders,
    fc.string({ maxLength: 3 }),
    anchored,
    fc.string({ maxLength: 3 }),
    fc.constantFrom(null, null, "base64", "hex"),
  )
  .map(([encode, before, anchor, after, twice]) => {
    const once = encode(before.replace(/[^\0-\xff]/g, "?") + anchor + after.replace(/[^\0-\xff]/g, "?"));
    return twice !== null && once.length < 400 ? latin1(once).toString(twice) : once;
  });

const gzipBytes = fc
  .uint8Array({ minLength: 10, maxLength: 40 })
  .map((bytes) => Buffer.from([0x1f, 0x8b, 8, ...bytes]));
const gzip = gzipBytes.map((bytes) => bytes.toString("base64"));
const gzipInHexadecimal = fc
  .tuple(gzipBytes, fc.boolean())
  .map(([bytes, upper]) => (upper ? bytes.toString("hex").toUpperCase() : bytes.toString("hex")));
const gzipTwice = gzip.map((base64) => latin1(base64).toString("base64"));

/** Pieces of anchors: most of what has to be told from one. */
const fragment = fc.oneof(
  fc.tuple(anchored, fc.nat(60)).map(([anchor, length]) => anchor.slice(0, length)),
  fc.tuple(encodedAnchor, fc.nat(60), fc.nat(8)).map(([anchor, length, start]) => anchor.slice(start, start + length)),
  fc.constantFrom(...BLANKS),
  fc.constantFrom("secret", "SECRET", "Secret", "AKIA", "H4sI", "-at-"),
);

const filler = fc.oneof(
  fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  text(SECRET, { maxLength: 80 }),
  text(" .,\n;=\"'", { maxLength: 80 }),
  fc.constant("\0").map((zero) => zero.repeat(70)),
);

const documents = fc
  .array(
    fc.oneof(
      { arbitrary: encodedAnchor, weight: 4 },
      { arbitrary: fragment, weight: 3 },
      { arbitrary: filler, weight: 3 },
      gzip,
      gzipInHexadecimal,
      gzipTwice,
    ),
    { maxLength: 8 },
  )
  .map((parts) => latin1(parts.join("")));

describe("search", () => {
  it("finds what the restatement finds, in any document at any alignment", () => {
    fc.assert(
      fc.property(documents, fc.nat(200), (document, from) => {
        expect(search(document, from)).toEqual(expected(document, from));
      }),
      { numRuns: 3000 },
    );
  });

  it("finds an anchor that is the whole document, and judges every beginning of it by that beginning alone", () => {
    fc.assert(
      fc.property(encodedAnchor, fc.nat(70), (anchor, from) => {
        const document = latin1(anchor);
        for (let length = document.length; length > Math.max(0, document.length - 30); length--) {
          expect(search(document.subarray(0, length), from)).toEqual(expected(document.subarray(0, length), from));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("goes on after any hit as if it had not stopped", () => {
    fc.assert(
      fc.property(documents, fc.nat(70), (document, from) => {
        const all = search(document, from);
        for (const [index, hit] of all.entries()) {
          const count = kernel.search(hit + 1, from + document.length);
          expect([...kernel.hits.subarray(0, count)]).toEqual(all.slice(index + 1));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("countLines", () => {
  it("counts line feeds between any two offsets", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(10, 10, 13, 65), { maxLength: 9000 }),
        fc.nat(70),
        fc.nat(70),
        (bytes, from, cut) => {
          kernel.input.fill(10, 0, from + bytes.length + 200);
          kernel.input.set(bytes, from);
          const to = Math.max(from, from + bytes.length - cut);
          expect(kernel.countLines(from, to)).toBe(bytes.slice(0, to - from).filter((byte) => byte === 10).length);
        },
      ),
      { numRuns: 200 },
    );
  });
});

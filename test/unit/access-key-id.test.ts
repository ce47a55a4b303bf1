import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AccessKeyId,
  accessKeyId,
  accountId,
  accountOf,
  CREDENTIAL_PREFIXES,
  isTemporary,
} from "../../src/model/access-key-id.ts";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const base32 = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(BASE32)), minLength: length, maxLength: length });

/** Sixteen characters that hold an account: one bit, the account in 40, the rest in 39. */
function issuedIn(account: bigint, highest: bigint, rest: bigint): string {
  let bits = (highest << 79n) | (account << 39n) | rest;
  let text = "";
  for (let index = 0; index < 16; index++) {
    text = (BASE32[Number(bits & 31n)] ?? "") + text;
    bits >>= 5n;
  }
  return text;
}

describe("an access key id", () => {
  test("is a prefix of a credential and sixteen characters of base32", () => {
    fc.assert(
      fc.property(fc.constantFrom("AKIA", "ASIA", "ABIA", "ACCA"), base32(16), (prefix, rest) => {
        expect(accessKeyId(prefix + rest)).toBe(prefix + rest);
      }),
    );
  });

  test.each(["0", "1", "8", "9", "a", "-", "É", "\n"])("has no %j in it", (character) => {
    for (const at of [0, 7, 15]) {
      const rest = `${"A".repeat(at)}${character}${"A".repeat(15 - at)}`;
      expect(accessKeyId(`AKIA${rest}`)).toBeNull();
    }
  });

  test("is not longer, not shorter, not surrounded, and not the id of an IAM object", () => {
    const rest = "A".repeat(16);
    expect(accessKeyId(`AKIA${rest}`)).not.toBeNull();
    for (const text of [`AKIA${rest}A`, `AKIA${rest.slice(1)}`, ` AKIA${rest}`, `AKIA${rest}\n`, `XAKIA${rest}`, ""])
      expect(accessKeyId(text)).toBeNull();
    for (const prefix of ["AROA", "AIDA", "AGPA", "ANPA", "APKA", "AKIB"])
      expect(accessKeyId(prefix + rest)).toBeNull();
  });

  test("begins with what the list of prefixes names, and only with that", () => {
    expect(CREDENTIAL_PREFIXES).toEqual(["AKIA", "ASIA", "ABIA", "ACCA"]);
  });

  test("is temporary when it begins with ASIA", () => {
    expect(isTemporary(`ASIA${"A".repeat(16)}` as AccessKeyId)).toBe(true);
    for (const prefix of ["AKIA", "ABIA", "ACCA"])
      expect(isTemporary(`${prefix}${"A".repeat(16)}` as AccessKeyId)).toBe(false);
  });
});

describe("an account id", () => {
  test("is twelve digits", () => {
    expect(accountId("012345678901")).toBe("012345678901");
    for (const text of ["01234567890", "0123456789012", "01234567890a", "012345678901\n", "٠١٢٣٤٥٦٧٨٩٠١"])
      expect(accountId(text)).toBeNull();
  });
});

describe("the account of an access key id", () => {
  test("is read from it, whatever else it holds", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CREDENTIAL_PREFIXES),
        fc.bigInt({ min: 0n, max: 999_999_999_999n }),
        fc.bigInt({ min: 0n, max: 1n }),
        fc.bigInt({ min: 0n, max: (1n << 39n) - 1n }),
        (prefix, account, highest, rest) => {
          const text = issuedIn(account, highest, rest);
          fc.pre(!/^[IJ]/.test(text));
          expect(accountOf(`${prefix}${text}` as AccessKeyId)).toBe(account.toString().padStart(12, "0"));
        },
      ),
    );
  });

  test("is that of an id that was published with its account", () => {
    // https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489
    expect(accountOf(["ASIA", "QNZGKIQY", "56JQ7WML"].join("") as AccessKeyId)).toBe("029608264753");
  });

  test("is not in an id of the older kind", () => {
    for (const fifth of ["I", "J"]) expect(accountOf(`AKIA${fifth}${"A".repeat(15)}` as AccessKeyId)).toBeNull();
    expect(accountOf(`AKIAK${"A".repeat(15)}` as AccessKeyId)).not.toBeNull();
  });

  test("is not a number that no account can have", () => {
    expect(accountOf(`AKIA${issuedIn(999_999_999_999n, 0n, 0n)}` as AccessKeyId)).toBe("999999999999");
    expect(accountOf(`AKIA${issuedIn(1_000_000_000_000n, 0n, 0n)}` as AccessKeyId)).toBeNull();
  });
});

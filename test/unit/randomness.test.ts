import { describe, expect, test } from "vitest";
import { looksLikeSecret, looksRandom, notASecret } from "../../src/scan/detect/randomness.ts";
import { BASE64, randomFrom } from "../support/random.ts";

/** Forty letters that change their case so many times, in runs that are as long as each other, or nearly. */
function letters(changes: number): string {
  const random = randomFrom(changes);
  return Array.from({ length: 40 }, (_, i) => {
    const letter = random.text("bcdfghjkmnpqrtvwxz", 1);
    return Math.floor((i * (changes + 1)) / 40) % 2 === 0 ? letter : letter.toUpperCase();
  }).join("");
}

test("letters alone are no words as long as neither case is the rule", () => {
  expect([10, 12, 14].map(letters).map(notASecret)).toEqual([false, false, false]);
});

test("random secrets that change case seldom look random, and fewer than three in a million do not", () => {
  const random = randomFrom(11);
  const refused = Array.from({ length: 1_000_000 }, () => random.text(BASE64, 40)).filter(
    (value) => notASecret(value) || !looksRandom(value),
  );
  expect(refused.length).toBeLessThan(3);
});

test.each([
  "org/apache/commons/lang3/StringUtilsImpl",
  "usr/share/Documentation/Examples/indexNew",
  "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKlmn",
])("paths and alphabets do not look random: %s", (text) => {
  expect(looksRandom(text)).toBe(false);
});

test.each(["configServiceHandlerModuleFactoryBuilder", "AbstractSingletonProxyFactoryBeanHandler"])(
  "words are no secret: %s",
  (words) => {
    expect(words).toHaveLength(40);
    expect(notASecret(words)).toBe(true);
  },
);

describe("a part of a name", () => {
  const secret = randomFrom(7).text(BASE64.replace("/", ""), 40);
  test.each([
    [secret, true],
    [`${secret.slice(0, 9)}/${secret.slice(10, 19)}/${secret.slice(20)}`, true],
    [secret.replace(/(.{6})./g, "$1/"), false],
    ["configServiceHandlerModuleFactoryBuilder", false],
    ["usr/share/Documentation/Examples/indexNew", false],
    [`${"z".repeat(12)}${secret.slice(12)}`, true],
    [`${"z".repeat(30)}${secret.slice(30)}`, false],
  ])("%# looks like a secret, or does not", (part, expected) => {
    expect(looksLikeSecret(part)).toBe(expected);
  });
});

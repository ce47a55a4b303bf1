import { expect, test } from "vitest";
import { looksRandom, notASecret } from "../../src/scan/detect/randomness.ts";
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

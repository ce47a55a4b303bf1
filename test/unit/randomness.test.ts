import { expect, test } from "vitest";
import { notASecret } from "../../src/scan/detect/randomness.ts";
import { randomFrom } from "../support/random.ts";

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

test.each(["configServiceHandlerModuleFactoryBuilder", "AbstractSingletonProxyFactoryBeanHandler"])(
  "words are no secret: %s",
  (words) => {
    expect(words).toHaveLength(40);
    expect(notASecret(words)).toBe(true);
  },
);

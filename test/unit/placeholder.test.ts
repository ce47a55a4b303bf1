import { describe, expect, test } from "vitest";
import { readAll } from "../../scripts/generate/rules.ts";
import { isPlaceholderId, isPlaceholderSecret } from "../../src/scan/placeholder.ts";
import { generateMaterial, generateSecret, LONG_TERM } from "../support/material.ts";
import { BASE32, BASE64, randomFrom } from "../support/random.ts";

const { placeholders } = await readAll();

/** An example of rules/placeholders.yaml, put together. */
const whole = (example: string): string => example.replace("{prefix}", LONG_TERM).replace("{cut}", "");

describe.each(placeholders.content.ids)("ids: $name", ({ examples }) => {
  test.each(examples)("%s", (example) => {
    expect(whole(example)).toHaveLength(20);
    expect(isPlaceholderId(whole(example))).toBe(true);
  });
});

describe.each(placeholders.content.secrets)("secrets: $name", ({ examples }) => {
  test.each(examples)("%s", (example) => {
    expect(whole(example)).toHaveLength(40);
    expect(isPlaceholderSecret(whole(example))).toBe(true);
  });
});

// What chance makes must pass: see the odds in rules/placeholders.yaml. The seed is fixed, so these never fail by bad luck.
const DRAWS = 200_000;

test("random ids are no placeholders", () => {
  const random = randomFrom(1);
  const taken = Array.from({ length: DRAWS }, () => isPlaceholderId(LONG_TERM + random.text(BASE32, 16)));
  expect(taken.indexOf(true)).toBe(-1);
});

test("random secrets are no placeholders", () => {
  const random = randomFrom(2);
  const taken = Array.from({ length: DRAWS }, () => isPlaceholderSecret(random.text(BASE64, 40)));
  expect(taken.indexOf(true)).toBe(-1);
});

test("tokens of other shapes are no placeholders", () => {
  const seeds = Array.from({ length: 2000 }, (_, seed) => seed);
  const taken = seeds.filter((seed) => {
    const { uuid, appsyncKey, bedrockKey, codecommitPassword, smtpPassword } = generateMaterial(seed);
    return [`amzn.mws.${uuid}`, appsyncKey, bedrockKey, codecommitPassword, smtpPassword].some(isPlaceholderSecret);
  });
  expect(taken).toEqual([]);
});

test("one short word makes no placeholder: chance writes it in one id of eighty thousand", () => {
  expect(isPlaceholderId(`${LONG_TERM}Q3PDFAKEZ5KMR7TY`)).toBe(false);
  expect(isPlaceholderId(`${LONG_TERM}TESTQ3PDZ5KMR7WY`)).toBe(false);
  const secret = generateSecret(randomFrom(3));
  expect(isPlaceholderSecret(`test${secret.slice(4)}`)).toBe(false);
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAll } from "../../scripts/generate/rules.ts";
import { detect } from "../../src/scan/detect/detect.ts";
import type { DocumentHint } from "../../src/scan/detect/detection.ts";
import { isRule, ruleNamed, rules, tokenPatterns } from "../../src/scan/rules.ts";
import { generateMaterial } from "../support/material.ts";

const HINT: DocumentHint = { path: null, kind: "file", ageMs: () => 0 };
const SEEDS = [1, 2, 3];

/** The text with the key material of one seed in place of the names in braces. */
function filled(text: string, seed: number): string {
  const material = new Map<string, unknown>(Object.entries(generateMaterial(seed)));
  return text.replace(/\{([a-zA-Z]+\d*)\}/g, (_, name: string) => {
    const value = material.get(name);
    if (typeof value !== "string") throw new Error(`rules/credentials.yaml: no material is named {${name}}`);
    return value;
  });
}

function rulesFoundIn(text: string): string[] {
  return detect(Buffer.from(text), HINT).map(({ rule }) => rule);
}

const { credentials } = await readAll();

describe.each(credentials.content)("rule $name", ({ name, examples, counterexamples }) => {
  test.each(examples.map((text, i) => ({ i, text })))("finds example $i", ({ text }) => {
    expect(SEEDS.filter((seed) => !rulesFoundIn(filled(text, seed)).includes(name))).toEqual([]);
  });
  test.each(counterexamples.map((text, i) => ({ i, text })))("leaves counterexample $i", ({ text }) => {
    expect(SEEDS.filter((seed) => rulesFoundIn(filled(text, seed)).includes(name))).toEqual([]);
  });
});

/** A pattern without what it asks of the characters beside a match, which fast-check cannot make. */
function withoutLookAround(pattern: RegExp): RegExp {
  return new RegExp(pattern.source.replace(/\(\?<?!\[[^\]]*\]\)/g, ""));
}

describe.each(tokenPatterns)("whatever the pattern of $rule matches holds one of its literals", (token) => {
  const { rule, literals, pattern } = token;
  const holdsOne = (text: string): boolean => literals.some((literal) => text.includes(literal));

  test("made ones", () => {
    fc.assert(
      fc.property(fc.stringMatching(withoutLookAround(pattern)), (text) => {
        expect(holdsOne(text)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
  test("the rule's examples", () => {
    const { examples = [] } = credentials.content.find(({ name }) => name === rule) ?? {};
    const matches = examples.flatMap((text) => SEEDS.flatMap((seed) => filled(text, seed).match(pattern) ?? []));
    expect(matches.length).toBeGreaterThan(0);
    expect(matches.every(holdsOne)).toBe(true);
  });
});

test("the rules at run time are those of rules/credentials.yaml", () => {
  expect(rules.map(({ name }) => name)).toEqual(credentials.content.map(({ name }) => name));
});

test("a rule is found by its name", () => {
  for (const rule of rules) expect(ruleNamed(rule.name)).toBe(rule);
  expect(isRule("aws-access-key-pair")).toBe(true);
  expect(isRule("aws-access-key")).toBe(false);
});

test("a name that is no rule is refused with those that are", () => {
  expect(() => ruleNamed("aws-access-key")).toThrow(
    expect.objectContaining({ code: "usage", hint: expect.stringContaining("aws-access-key-pair") }),
  );
});

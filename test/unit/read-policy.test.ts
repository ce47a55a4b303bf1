import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { policyFrom } from "../../src/cli/read-policy.ts";
import { generateMaterial } from "../support/material.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keysweep-policy-"));
  path = join(folder, "keysweep.yaml");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function lines(patterns: readonly string[]): string {
  return patterns.map((pattern) => `  - "${pattern}"\n`).join("");
}

describe("a repository's patterns", () => {
  const wide = `**/${"a".repeat(100)}{${"bcdefghijklmnopqrstuvwxyz".split("").join(",")}}`;

  test("may not be many and wide: they would make the scan slow", () => {
    writeFileSync(path, `exclude:\n${lines([wide, wide, wide, wide])}`);
    expect(() => policyFrom(null, [path])).toThrow(`${path}:5: its patterns are longer than 8192 characters together`);
    writeFileSync(path, `exclude:\n${lines([wide, wide, wide])}`);
    expect(policyFrom(null, [path]).exclude).toHaveLength(3);
  });

  test("count with those of what it allows", () => {
    const allow = `allow:\n  - { path: "${wide}", rule: aws-access-key-id, reason: r, owner: o, expires: 2027-01-31 }\n`;
    writeFileSync(path, `exclude:\n${lines([wide, wide, wide])}${allow}`);
    expect(() => policyFrom(null, [path])).toThrow(`${path}:6: its patterns`);
  });

  test("are the operator's own business in the operator's configuration", () => {
    const operator = join(folder, "config.yaml");
    writeFileSync(operator, `scan:\n  exclude:\n${lines([wide, wide, wide, wide]).replaceAll("  -", "    -")}`);
    expect(policyFrom(operator, []).exclude).toHaveLength(4);
  });
});

test("a pattern that is too long is told by where it stands, without a word of it", () => {
  const { secret } = generateMaterial(1);
  writeFileSync(path, `exclude:\n${lines(["a", secret + "*".repeat(1200)])}`);
  let told = "";
  try {
    policyFrom(null, [path]);
  } catch (error) {
    told = String(error);
  }
  expect(told).toContain(`${path}:3: the pattern is longer than 1024 characters`);
  expect(told.includes(secret.slice(0, 8))).toBe(false);
});

test("what is allowed by path is relative to the folder of the configuration, each by its own pattern", () => {
  const entry = (pattern: string): string =>
    `  - { path: "${pattern}", rule: aws-access-key-id, reason: r, owner: o, expires: 2027-01-31 }\n`;
  writeFileSync(path, `allow:\n${entry("docs/{a,b}*")}${entry("**")}${entry("docs/b")}`);
  const { entries } = policyFrom(null, [path]);
  const matching = (name: string): boolean[] =>
    entries.map(({ target }) => target.kind === "path" && target.matches(join(realpathSync(folder), name)));
  expect(matching("docs/a")).toEqual([true, true, false]);
  expect(matching("docs/b")).toEqual([true, true, true]);
  expect(matching("docs/b")).toEqual([true, true, true]);
  expect(matching("../docs/b")).toEqual([false, false, false]);
});

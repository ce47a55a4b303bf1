import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import picomatch from "picomatch";
import { describe, expect, test } from "vitest";
import { generate, readAll } from "../../scripts/generate/rules.ts";
import { checkRules } from "../../scripts/rules/check.ts";
import { anywhere, pathPattern } from "../../scripts/rules/glob.ts";
import { parseRules } from "../../scripts/rules/read.ts";
import * as schema from "../../scripts/rules/schema.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const rules = await readAll();

test("what is generated from rules/ is fresh", async () => {
  const stale: string[] = [];
  for (const [path, content] of await generate()) {
    if ((await readFile(ROOT + path, "utf8")) !== content) stale.push(path);
  }
  expect(stale).toEqual([]);
});

describe("a fault names file, line and what is right", () => {
  const faults: readonly (readonly [
    what: string,
    text: string,
    schema: Parameters<typeof parseRules>[2],
    message: RegExp,
  ])[] = [
    ["YAML that is none", "- a: [\n", schema.canaries, /^x\.yaml:\d+: /],
    [
      "an unknown key",
      '- accountId: "123456789012"\n  vendor: v\n  source: s\n  vender: v\n',
      schema.canaries,
      /^x\.yaml:1: 0: .*vender/,
    ],
    [
      "a wrong value",
      '- accountId: "123456789012"\n  vendor: v\n  source: s\n- accountId: 12\n  vendor: v\n  source: s\n',
      schema.canaries,
      /^x\.yaml:4: 3?1?\.?accountId: .*string/,
    ],
    ["a key given twice", "- vendor: v\n  vendor: w\n", schema.canaries, /^x\.yaml:2: /],
    [
      "an expression that does not compile",
      "first:\n  - useCase: a\n    text: ['(']\n    examples: [{}]\notherwise: []\n",
      schema.useCases,
      /^x\.yaml:3: first\.0\.text\.0: not a regular expression/,
    ],
    [
      "a rule without a condition",
      "first:\n  - useCase: a\n    examples: [{}]\notherwise: []\n",
      schema.useCases,
      /^x\.yaml:2: first\.0: at least one of rule/m,
    ],
    [
      "missing examples",
      "- name: a\n  title: t\n  severity: low\n  kind: id\n  description: d\n  references: [https://example.org/]\n  anchors: []\n  examples: []\n  counterexamples: [x]\n",
      schema.credentials,
      /^x\.yaml:8: 0\.examples: at least one/,
    ],
    [
      "odds that are too great",
      "fragments: [FAKE]\nids:\n  - { name: a, pattern: b, odds: 0.1, examples: [x] }\nsecrets: []\n",
      schema.placeholders,
      /too often by chance/,
    ],
  ];
  test.each(faults)("%s", (_, text, shape, message) => {
    expect(() => parseRules(text, "x.yaml", shape)).toThrow(message);
  });
});

describe("what the files say of each other is checked", () => {
  test("as they are", () => expect(() => checkRules(rules)).not.toThrow());

  test("a token that cannot be told by an anchor as it is written", () => {
    const token = (anchors: string) =>
      parseRules(
        `- name: a\n  title: t\n  severity: low\n  kind: token\n  description: d\n  references: [https://example.org/]\n  anchors: [${anchors}]\n  pattern: da2\n  entropy: 1\n  examples: [x]\n  counterexamples: [y]\n`,
        "x.yaml",
        schema.credentials,
      );
    const folded = "{ literal: da2, follow: hex, count: 1, foldCase: true }";
    expect(() => checkRules({ ...rules, credentials: token("") })).toThrow(/^x\.yaml:7: 0\.anchors: .*at least one/);
    expect(() => checkRules({ ...rules, credentials: token(folded) })).toThrow(/^x\.yaml:7: .*foldCase: .*its case/);
  });

  test("an unknown use", () => {
    const text = "- id: a\n  systems: all\n  globs: [x]\n  what: w\n  useCase: persons\n";
    const locations = parseRules(text, "x.yaml", schema.locations);
    expect(() => checkRules({ ...rules, locations })).toThrow(
      /^x\.yaml:5: 0\.useCase: unknown use case persons; there are .*person/,
    );
  });

  test("a name that stands twice", () => {
    const entry = "- { id: a, systems: all, globs: [x], what: w, useCase: person }\n";
    const locations = parseRules(entry + entry, "x.yaml", schema.locations);
    expect(() => checkRules({ ...rules, locations })).toThrow(/^x\.yaml:2: 1\.id: a stands here twice/);
  });

  test("a pattern that does not compile", () => {
    const locations = parseRules(
      '- { id: a, systems: all, globs: ["~/{x"], what: w, useCase: person }\n',
      "x.yaml",
      schema.locations,
    );
    expect(() => checkRules({ ...rules, locations })).toThrow(/^x\.yaml:1: 0\.globs\.0: \{ without \}/);
  });

  test("a step with a parameter that nobody fills in", () => {
    const text =
      "shared: {}\nunidentified: u\nremedies:\n  - useCase: person\n    title: t\n    steps: ['see {path}']\n    references: []\n";
    const remedies = parseRules(text, "x.yaml", schema.remedies);
    expect(() => checkRules({ ...rules, remedies })).toThrow(
      /^x\.yaml:6: .*unknown parameter path; there are accountId/,
    );
  });
});

// picomatch's expressions cannot be joined into one, so ours are made by a translator of our own: it must agree.
test("patterns mean what picomatch says they mean", () => {
  const globs = rules.locations.content
    .flatMap((location) => location.globs)
    .map(anywhere)
    .filter((glob) => glob !== null);
  const paths = globs.map((glob) =>
    glob
      .replace(/\{([^{},]*)[^{}]*\}/g, "$1")
      .replace(/\{[^,]*,|\}/g, "")
      .replaceAll("**", "a/b")
      .replaceAll("*", "c")
      .replaceAll("?", "d"),
  );
  const others = [
    "/a",
    "/etc/x",
    "/home/ada/.aws/credentials",
    "/a/b/.github/workflows/x.yml",
    "/a/.env",
    "/a/b.env/c",
    "/A/DOCKERFILE",
    "/a/b/c/d/e",
  ];
  for (const glob of globs) {
    const ours = pathPattern([glob]);
    // To picomatch a folder's contents are the folder too; what we look for are files.
    const theirs = picomatch(glob.replace(/\/\*\*(?=$|[},])/g, "/**/*"), {
      dot: true,
      nocase: true,
      noextglob: true,
      nobracket: true,
    });
    for (const path of [...paths, ...others]) expect([glob, path, ours.test(path)]).toEqual([glob, path, theirs(path)]);
  }
});

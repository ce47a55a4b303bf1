import { fileURLToPath } from "node:url";
import { checkRules } from "../rules/check.ts";
import { readRules } from "../rules/read.ts";
import * as schema from "../rules/schema.ts";
import * as write from "../rules/write.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What rules/ says, as code that loads without reading YAML, and as a page for people. */
export async function generate(): Promise<Map<string, string>> {
  const rules = await readAll();
  checkRules(rules);
  const { credentials, remedies, locations, useCases, canaries, placeholders } = rules;
  return new Map([
    ["src/generated/rules.ts", write.rules(credentials.content)],
    ["src/generated/remedies.ts", write.remedies(remedies.content)],
    ["src/generated/locations.ts", write.locations(locations.content)],
    ["src/generated/use-cases.ts", write.useCases(useCases.content, locations.content, remedies.content)],
    ["src/generated/canaries.ts", write.canaries(canaries.content)],
    ["src/generated/placeholders.ts", write.placeholders(placeholders.content)],
    ["docs/rules.md", write.rulesPage(credentials.content)],
    ["docs/remedies.md", write.remediesPage(remedies.content)],
  ]);
}

/** The rules files, each found to be well-formed by itself. */
export async function readAll() {
  return {
    credentials: await readRules(ROOT, "rules/credentials.yaml", schema.credentials),
    remedies: await readRules(ROOT, "rules/remedies.yaml", schema.remedies),
    locations: await readRules(ROOT, "rules/locations.yaml", schema.locations),
    useCases: await readRules(ROOT, "rules/use-cases.yaml", schema.useCases),
    canaries: await readRules(ROOT, "rules/canaries.yaml", schema.canaries),
    placeholders: await readRules(ROOT, "rules/placeholders.yaml", schema.placeholders),
  };
}

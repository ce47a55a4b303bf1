import type { UseCase } from "../model/finding.ts";
import { remedyFor, remedyReferences } from "../scan/remedy.ts";
import { ruleNamed } from "../scan/rules.ts";

/** What a rule finds, why it matters and what to do. @throws KeysweepError `usage` when there is no such rule. */
export function explanation(name: string): string {
  const rule = ruleNamed(name);
  const useCase = "unknown" as UseCase;
  const remedy = remedyFor(useCase, {
    accountId: null,
    accessKeyId: null,
    rule: rule.name,
    temporary: rule.name === "aws-session-credentials",
  });
  const lines = [
    `${rule.title} (${rule.name}, ${rule.severity})`,
    "",
    rule.description,
    "",
    `Way off: ${remedy.title}`,
    ...remedy.steps.map((step, index) => `  ${index + 1}. ${step}`),
    "",
    "The steps depend on what the key is used for; a scan tells them for each finding.",
    "",
    ...[...new Set([...rule.references, ...remedyReferences(useCase)])].map((reference) => `  ${reference}`),
  ];
  return `${lines.join("\n")}\n`;
}

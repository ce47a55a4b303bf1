import { REMEDIES } from "../generated/remedies.ts";
import { KeysweepError } from "../model/error.ts";
import type { UseCase } from "../model/finding.ts";
import { remedyFor, remedyReferences } from "../scan/remedy.ts";
import { ruleNamed } from "../scan/rules.ts";

/**
 * What a rule finds, why it matters and what to do, for one use of the key or, with null, where its use is not known.
 * @throws KeysweepError `usage` when there is no such rule, or no such use.
 */
export function explanation(name: string, use: string | null): string {
  const rule = ruleNamed(name);
  const useCase = useCaseNamed(use ?? "unknown");
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
    ...(use === null ? [`The steps depend on what the key is used for: --use ${USES.join(", ")}.`, ""] : []),
    ...[...new Set([...rule.references, ...remedyReferences(useCase)])].map((reference) => `  ${reference}`),
  ];
  return `${lines.join("\n")}\n`;
}

const USES = Object.keys(REMEDIES).sort();

function useCaseNamed(name: string): UseCase {
  if (USES.includes(name)) return name as UseCase;
  throw new KeysweepError("usage", `there is no use ${JSON.stringify(name)}`, {
    hint: `The uses are ${USES.join(", ")}.`,
  });
}

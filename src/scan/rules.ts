import { RULES, type Rule, TOKEN_PATTERNS } from "../generated/rules.ts";
import { KeysweepError } from "../model/error.ts";

export type { Rule, TokenPattern } from "../generated/rules.ts";

/** Every rule, in the order of rules/credentials.yaml. */
export const rules: readonly Rule[] = RULES;

/** What regular expressions find by themselves. */
export const tokenPatterns = TOKEN_PATTERNS;

/** Whether there is a rule of this name. */
export function isRule(name: string): boolean {
  return RULES.some((rule) => rule.name === name);
}

/**
 * The rule of this name.
 * @throws KeysweepError `usage` when there is none; its hint names those that there are.
 */
export function ruleNamed(name: string): Rule {
  const rule = RULES.find((candidate) => candidate.name === name);
  if (rule !== undefined) return rule;
  throw new KeysweepError("usage", `there is no rule ${JSON.stringify(name)}`, {
    hint: `The rules are ${RULES.map((candidate) => candidate.name).join(", ")}.`,
  });
}

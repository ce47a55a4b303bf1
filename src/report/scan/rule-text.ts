import { RULES, type Rule } from "../../generated/rules.ts";

/** What a rule finds, for readers who do not know it; null for one of another version of keysweep. */
export function ruleText(name: string): Pick<Rule, "title" | "description" | "references"> | null {
  return RULES.find((rule) => rule.name === name) ?? null;
}

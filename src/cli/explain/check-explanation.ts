import { CHECKS } from "../../audit/checks/all.ts";
import { configuredSettings } from "../audit/audit-plan.ts";
import type { Context } from "../context.ts";

/**
 * What a check of audits finds, with the thresholds that the operator has set, and what to do; null when there is none of that name.
 * @throws KeysweepError `configuration`.
 */
export function checkExplanation(context: Context, flags: { readonly config?: string }, name: string): string | null {
  const check = CHECKS.find((candidate) => candidate.name === name);
  if (check === undefined) return null;
  const lines = [
    `${check.title} (${check.name}, ${check.severity})`,
    "",
    `A finding when ${check.condition(configuredSettings(context, flags))}.`,
    "",
    `What to do: ${check.remedy.title}`,
    ...check.remedy.steps.map((step, index) => `  ${index + 1}. ${placeholders(step)}`),
    "",
    ...Object.entries(check.compliance).map(([benchmark, ids]) => `  ${benchmark}: ${ids.join(", ")}`),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

/** `USER_NAME` in place of `{userName}`: to be replaced by a person. */
function placeholders(step: string): string {
  const words: Readonly<Record<string, string>> = {
    "{userName}": "USER_NAME",
    "{accessKeyId}": "ACCESS_KEY_ID",
    "{accountId}": "ACCOUNT_ID",
  };
  return step.replace(/\{\w+\}/g, (name) => words[name] ?? name);
}

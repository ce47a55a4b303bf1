import type { Finding } from "../model/finding.ts";

/** The rules whose finding is an access key: its id alone says what the steps need to know. */
const ACCESS_KEY_RULES: ReadonlySet<string> = new Set([
  "aws-access-key-pair",
  "aws-access-key-id",
  "aws-session-credentials",
]);

/** The command that says in full what to do about a finding. */
export function explainCommand({ rule, accessKeyId, useCase }: Finding): string {
  const subject = accessKeyId !== null && ACCESS_KEY_RULES.has(rule) ? accessKeyId : rule;
  return `keysweep explain ${subject}${useCase === null || useCase === "unknown" ? "" : ` --use ${useCase}`}`;
}

/** The command that accepts a finding, with what its writer is to fill in. */
export function allowCommand({ fingerprint, rule, severity }: Finding): string {
  return `keysweep allow ${fingerprint} --rule ${rule} --severity ${severity} --reason "…" --owner "…" --expires YYYY-MM-DD`;
}

/** A way off, with the findings that are to go it. */
export interface WayOff {
  readonly title: string;
  readonly findings: readonly [Finding, ...Finding[]];
}

/** The ways off of all findings: those whose steps differ in nothing but the key's id and account are one. In the order of their first finding. */
export function waysOff(findings: readonly Finding[]): WayOff[] {
  const ways = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = generalSteps(finding).join("\n");
    const known = ways.get(key);
    if (known === undefined) ways.set(key, [finding]);
    else known.push(finding);
  }
  return [...ways.values()].map((concerned) => ({ title: concerned[0].remedy.title, findings: concerned }));
}

/** The steps of one way off: with the id and the account where it is for one key, else with ACCESS_KEY_ID and ACCOUNT_ID in their place. */
export function stepsOf(findings: WayOff["findings"]): readonly string[] {
  return findings.length === 1 ? findings[0].remedy.steps : generalSteps(findings[0]);
}

function generalSteps({ remedy, accessKeyId, accountId }: Finding): string[] {
  return remedy.steps.map((step) => {
    const withoutId = accessKeyId === null ? step : step.replaceAll(accessKeyId, "ACCESS_KEY_ID");
    return accountId === null ? withoutId : withoutId.replaceAll(accountId, "ACCOUNT_ID");
  });
}

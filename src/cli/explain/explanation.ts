import { REMEDIES } from "../../generated/remedies.ts";
import { type AccessKeyId, accountOf, isTemporary } from "../../model/access-key-id.ts";
import { KeysweepError } from "../../model/error.ts";
import type { Finding, Remedy, UseCase } from "../../model/finding.ts";
import { remedyFor, remedyReferences } from "../../scan/remedy.ts";
import { type Rule, ruleNamed } from "../../scan/rules.ts";

/*
 * What is said stands on one line each, however long; on a terminal it is wrapped (wrapped-explanation.ts).
 */

const UNKNOWN = "unknown" as UseCase;

/**
 * What a rule finds, why it matters and what to do, for one use of the key or, with null, where its use is not known.
 * @throws KeysweepError `usage` when there is no such rule, or no such use.
 */
export function ruleExplanation(name: string, use: string | null): string {
  const rule = ruleNamed(name);
  const useCase = useCaseNamed(use);
  const temporary = rule.name === "aws-session-credentials";
  const remedy = remedyFor(useCase, { accountId: null, accessKeyId: null, rule: rule.name, temporary });
  return text([`${rule.title} (${rule.name}, ${rule.severity})`], rule, remedy, useCase, use === null);
}

/**
 * The same for one access key, with its id and its account filled in.
 * @throws KeysweepError `usage` when there is no such use.
 */
export function keyExplanation(id: AccessKeyId, use: string | null): string {
  const temporary = isTemporary(id);
  const rule = ruleNamed(temporary ? "aws-session-credentials" : "aws-access-key-pair");
  const useCase = useCaseNamed(use);
  const accountId = accountOf(id);
  const remedy = remedyFor(useCase, { accountId, accessKeyId: id, rule: rule.name, temporary });
  const account = accountId === null ? "" : ` of account ${accountId}`;
  const heading = [`${temporary ? "Temporary access key" : "Access key"} ${id}${account}`];
  // Whether its secret was found too the id does not say.
  return text(
    heading,
    temporary ? rule : eitherOf(rule, ruleNamed("aws-access-key-id")),
    remedy,
    useCase,
    use === null,
  );
}

/** What is to be said where either rule may have found it. */
function eitherOf(...either: readonly [Rule, Rule]): Pick<Rule, "description" | "references"> {
  return {
    description: either.map(({ name, severity, description }) => `${name} (${severity}): ${description}`).join("\n"),
    references: either.flatMap(({ references }) => references),
  };
}

/** The same for a finding, for the use that it was found with. */
export function findingExplanation({
  title,
  fingerprint,
  rule,
  severity,
  accessKeyId,
  accountId,
  ...finding
}: Finding): string {
  const heading = [
    `${title} (${rule}, ${severity})`,
    [accessKeyId ?? "no id seen", ...(accountId === null ? [] : [`account ${accountId}`]), fingerprint].join(" · "),
  ];
  return text(heading, ruleNamed(rule), finding.remedy, finding.useCase ?? UNKNOWN, false);
}

function text(
  heading: readonly string[],
  rule: Pick<Rule, "description" | "references">,
  remedy: Remedy,
  useCase: UseCase,
  asksForUse: boolean,
): string {
  const lines = [
    ...heading,
    "",
    rule.description,
    "",
    `Way off: ${remedy.title}`,
    ...remedy.steps.map((step, index) => `  ${index + 1}. ${step}`),
    "",
    ...(asksForUse ? [`The steps depend on what the key is used for: --use ${USES.join(", ")}.`, ""] : []),
    ...[...new Set([...rule.references, ...remedyReferences(useCase)])].map((reference) => `  ${reference}`),
  ];
  return `${lines.join("\n")}\n`;
}

const USES = Object.keys(REMEDIES).sort();

function useCaseNamed(name: string | null): UseCase {
  if (name === null) return UNKNOWN;
  if (USES.includes(name)) return name as UseCase;
  throw new KeysweepError("usage", `there is no use ${JSON.stringify(name)}`, {
    hint: `The uses are ${USES.join(", ")}.`,
  });
}

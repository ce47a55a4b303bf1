import type { Finding } from "../model/finding.ts";
import type { KeyIdentification, UnidentifiedKey } from "../model/key-identification.ts";
import { plural } from "./summary-text.ts";

/** What came of asking AWS whose the keys are, in one sentence; empty where there was nothing to ask. */
export function identificationText({ asked, unidentified, leftOut }: KeyIdentification): string {
  const unknown = unidentified.length;
  if (asked + unknown + leftOut === 0) return "";
  const parts = [
    asked === 0 ? "AWS could not be asked about keys" : `AWS was asked about ${plural(asked, "key")}`,
    ...(unknown > 0 ? [`${unknown} not identified`] : []),
    ...(leftOut > 0 ? [`${plural(leftOut, "more key")} not asked about`] : []),
  ];
  return `${parts.join(", ")}.`;
}

/** The same where it is a gap that a machine's reader is to be told of: empty where AWS answered for every key, or was not to be asked. */
export function unansweredText(identification: KeyIdentification | undefined): string {
  if (identification === undefined) return "";
  const { unidentified, leftOut } = identification;
  return unidentified.length + leftOut === 0 ? "" : identificationText(identification);
}

/** Why AWS did not say whose a finding's key is, e.g. `why (missing: iam:GetAccessKeyLastUsed)`; null where it did, or was not asked. Not escaped. */
export type WhyUnidentified = (finding: Pick<Finding, "accessKeyId">) => string | null;

export function whyUnidentifiedIn(identification: KeyIdentification | undefined): WhyUnidentified {
  const reasons = new Map<string, string>();
  for (const key of identification?.unidentified ?? []) reasons.set(key.accessKeyId, reasonText(key));
  return ({ accessKeyId }) => reasons.get(accessKeyId ?? "") ?? null;
}

/** `AKIA… of account 123456789012: why (missing: iam:GetAccessKeyLastUsed)`; not escaped. */
export function unidentifiedText({ accessKeyId, accountId, reason, permission }: UnidentifiedKey): string {
  const account = accountId === null ? "" : ` of account ${accountId}`;
  return `${accessKeyId}${account}: ${reasonText({ reason, permission })}`;
}

function reasonText({ reason, permission }: Pick<UnidentifiedKey, "reason" | "permission">): string {
  return `${reason}${permission === null ? "" : ` (missing: ${permission})`}`;
}

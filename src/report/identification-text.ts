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

/** `AKIA… of account 123456789012: why (missing: iam:GetAccessKeyLastUsed)`; not escaped. */
export function unidentifiedText({ accessKeyId, accountId, reason, permission }: UnidentifiedKey): string {
  const account = accountId === null ? "" : ` of account ${accountId}`;
  return `${accessKeyId}${account}: ${reason}${permission === null ? "" : ` (missing: ${permission})`}`;
}

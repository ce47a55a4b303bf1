import type { Finding, Owner } from "../model/finding.ts";
import { allowedText } from "./allowed-text.ts";
import { placeText } from "./place-text.ts";
import type { Standing } from "./standing.ts";
import { plural } from "./summary-text.ts";

/** `AWS access key with its secret, AKIA…`. Not escaped. */
export function credentialText({ title, accessKeyId, canary }: Finding): string {
  return `${title}${accessKeyId === null ? "" : `, ${accessKeyId}`}${canary ? " (a decoy: never use it)" : ""}`;
}

/** `user deploy of account 123456789012, active, made 2024-01-02`. Not escaped. */
export function ownerText({ userName, accountId, status, createdAt, lastUsedAt, asOf }: Owner): string {
  const use = lastUsedAt === null ? "never used" : `last used ${day(lastUsedAt)}`;
  return `user ${userName} of account ${accountId}, ${status.toLowerCase()}, made ${day(createdAt)}, ${use} as of ${day(asOf)}`;
}

/**
 * Whose it is, as far as that is known: nothing, or one part; and why AWS did not say, where it was asked. Not escaped.
 * @param whyUnidentified why it did not; null: it did, or was not asked.
 */
export function whoseParts(finding: Finding, whyUnidentified: string | null): string[] {
  return [...knownParts(finding), ...(whyUnidentified === null ? [] : [`not identified: ${whyUnidentified}`])];
}

function knownParts({ owner, accountId, outsideOrganization }: Finding): string[] {
  const outside =
    outsideOrganization === undefined ? "" : ` (outside organization ${outsideOrganization.organizationId})`;
  if (owner !== null) return [ownerText(owner) + outside];
  return accountId === null ? [] : [`account ${accountId}${outside}`];
}

/** How many places it was seen in, the first of them by name. Not escaped. */
export function placesText({ places, placesLeftOut = 0 }: Finding): string {
  const [first] = places;
  if (first === undefined) return "";
  const more = places.length - 1 + placesLeftOut;
  return `${placeText(first)}${more > 0 ? ` and ${plural(more, "more place")}` : ""}`;
}

/** Why a finding does not fail the run, though it is told: nothing, or one part. Not escaped. */
export function whyPassing(
  { allowed, severity }: Pick<Finding, "allowed" | "severity">,
  standing: Standing | null,
): string {
  if (allowed !== null) return `allowed: ${allowedText(allowed)}`;
  return standing === "known" ? "known from before" : `${severity}: below the threshold`;
}

export function day(time: string): string {
  return time.slice(0, 10);
}

import type { Finding, Owner } from "../../model/finding.ts";
import { severityRank } from "../../model/severity.ts";
import { placeText } from "../place-text.ts";

/**
 * Findings as a person wants to go through them: the worst first; of those, keys that are known to work before others, the oldest first,
 * then by place. What is known of one access key stands together.
 */
export function inReadingOrder(findings: readonly Finding[]): Finding[] {
  const ranked = findings
    .map((finding) => ({ finding, rank: rankOf(finding) }))
    .sort((a, b) => compare(a.rank, b.rank));
  const groups = Map.groupBy(ranked, ({ finding }) => finding.accessKeyId ?? finding.fingerprint);
  return [...groups.values()].flatMap((group) => group.map(({ finding }) => finding));
}

type Rank = readonly (number | string)[];

function rankOf({ severity, owner, places, fingerprint }: Finding): Rank {
  const [first] = places;
  return [
    severityRank(severity),
    activity(owner),
    owner?.createdAt ?? UNKNOWN_AGE,
    first === undefined ? "" : placeText(first),
    fingerprint,
  ];
}

/** Behind every time. */
const UNKNOWN_AGE = "~";

function activity(owner: Owner | null): number {
  if (owner === null) return 1;
  return owner.status === "Active" ? 0 : 2;
}

/** By code units, so that no locale changes the order. */
function compare(a: Rank, b: Rank): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? "";
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

import type { Allowed } from "../model/finding.ts";

/** Why it is accepted, by whom and for how long. */
export function allowedText({ reason, owner, expires }: Allowed): string {
  return `${reason}${owner === null ? "" : `, by ${owner}`}${expires === null ? "" : `, until ${expires}`}`;
}

import type { Fingerprint } from "../model/finding.ts";

/** How a finding stands to the run that this one is compared with. */
export type Standing = "new" | "worse" | "known";

/** What changed, of scans as of audits. */
export interface Compared {
  readonly new: readonly Fingerprint[];
  readonly worse?: readonly Fingerprint[];
}

/** How each finding stands; null for all where there is nothing to compare with. */
export function standingIn(changes: Compared | null | undefined): (fingerprint: Fingerprint) => Standing | null {
  if (!changes) return () => null;
  const added = new Set(changes.new);
  const worse = new Set(changes.worse ?? []);
  return (fingerprint) => (added.has(fingerprint) ? "new" : worse.has(fingerprint) ? "worse" : "known");
}

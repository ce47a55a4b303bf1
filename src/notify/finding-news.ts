import type { Fingerprint } from "../model/finding.ts";
import { atLeast, SEVERITIES, type Severity } from "../model/severity.ts";
import type { ToldFindings } from "../model/told-findings.ts";

/** What of a finding decides whether people are told of it. */
export interface Judged {
  readonly fingerprint: Fingerprint;
  readonly severity: Severity;
}

/** What people do not know yet of a run's findings. */
export interface FindingNews<F extends Judged> {
  /** How many there are, by severity. */
  readonly counts: Readonly<Record<Severity, number>>;
  /** The first of them, no more than {@link MOST_TOLD}. */
  readonly told: readonly F[];
  /** What they know once they are told. */
  readonly afterwards: ToldFindings;
  /** What they know if they cannot be told: what is no more is news when it comes back. */
  readonly otherwise: ToldFindings;
}

/** A notice says where so many findings are; of the others it says how many there are. */
export const MOST_TOLD = 10;

/**
 * What is new to whoever was told before, or worse than they were told.
 * @param failing the run's findings that are to be told, worst first.
 * @param unread earlier findings that could not be looked at again: they may still be there, so that they are no news later.
 */
export function newsAmong<F extends Judged>(
  failing: Iterable<F>,
  known: ToldFindings,
  unread: Iterable<Fingerprint>,
): FindingNews<F> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  const told: F[] = [];
  const afterwards = new Map<Fingerprint, Severity>();
  const otherwise = new Map<Fingerprint, Severity>();
  for (const finding of failing) {
    const { fingerprint, severity } = finding;
    const before = known.get(fingerprint);
    afterwards.set(fingerprint, severity);
    if (before !== undefined) otherwise.set(fingerprint, before);
    if (before !== undefined && atLeast(before, severity)) {
      // It may have become less severe: getting as bad again is news.
      otherwise.set(fingerprint, severity);
      continue;
    }
    counts[severity] += 1;
    if (told.length < MOST_TOLD) told.push(finding);
  }
  for (const fingerprint of unread) {
    const before = known.get(fingerprint);
    if (before === undefined || afterwards.has(fingerprint)) continue;
    afterwards.set(fingerprint, before);
    otherwise.set(fingerprint, before);
  }
  return { counts, told, afterwards, otherwise };
}

/** How many there are in all. */
export function newsCount(counts: Readonly<Record<Severity, number>>): number {
  return SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0);
}

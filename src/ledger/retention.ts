const DAY_MS = 24 * 60 * 60 * 1000;

/** How much is remembered. What is past it goes when the next run is written. */
export interface Retention {
  /** The last runs of a scope whose findings can still be told. */
  readonly detailedRuns: number;
  /** Findings of a scope that are no more as they were: past so many, the oldest runs lose their findings earlier. */
  readonly endedFindings: number;
  /** Of runs before those, the last of each day is kept for so long, with its counts. Nothing is older. */
  readonly days: number;
  /** Scopes, by when they were scanned last. */
  readonly scopes: number;
}

export const RETENTION: Retention = { detailedRuns: 100, endedFindings: 100_000, days: 400, scopes: 1000 };

/** The day from which on something is remembered: an ISO 8601 time, UTC. */
export function rememberedSince({ days }: Retention, nowIso: string): string {
  return new Date(Date.parse(nowIso) - days * DAY_MS).toISOString();
}

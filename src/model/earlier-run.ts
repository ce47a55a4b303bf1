import type { Severity } from "./severity.ts";

/** What is remembered of every run, also of those whose findings are forgotten. */
export interface EarlierRun {
  /** ISO 8601, UTC. */
  readonly finishedAt: string;
  /** Whether everything was read that should have been. */
  readonly complete: boolean;
  /** Findings by severity; allowed ones are not counted. */
  readonly summary: Readonly<Record<Severity, number>>;
}

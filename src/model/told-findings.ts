import type { Fingerprint } from "./finding.ts";
import type { JobName } from "./scheduled-job.ts";
import type { Severity } from "./severity.ts";

/** Findings by their fingerprints, each as severe as it was when people were told. */
export type ToldFindings = ReadonlyMap<Fingerprint, Severity>;

/** The record of which findings people were told of. Both throw a KeysweepError `ledger` when they cannot. */
export interface ToldRecord {
  /** Those of a job that people know of. */
  of(job: JobName): ToldFindings;
  /** These, and no others. */
  replace(job: JobName, findings: ToldFindings): void;
}

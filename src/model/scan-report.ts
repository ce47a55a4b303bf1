import type { Coverage } from "./coverage.ts";
import type { Finding } from "./finding.ts";
import type { KeyIdentification } from "./key-identification.ts";
import type { ScanChanges } from "./scan-changes.ts";
import type { Severity } from "./severity.ts";

/** The result of a scan, as `--format json` prints it. */
export interface ScanReport {
  readonly schema: "keysweep/scan@1";
  readonly tool: { readonly name: "keysweep"; readonly version: string };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly coverage: Coverage;
  /** Against the last scan of the same; null when there was none, absent when nothing is remembered of such scans. */
  readonly changes?: ScanChanges | null;
  /** Absent where AWS was not asked whose the keys are. */
  readonly identification?: KeyIdentification;
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** Findings by severity; allowed ones are not counted. */
  readonly summary: Readonly<Record<Severity, number>>;
}

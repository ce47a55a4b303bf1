import type { Finding, Fingerprint } from "../model/finding.ts";
import type { FoundKey } from "../model/found-keys.ts";
import type { Place } from "../model/place.ts";
import type { ScanChanges } from "../model/scan-changes.ts";
import type { ScanReport } from "../model/scan-report.ts";

/** What a scan was asked to look at. Only scans of the same scope are compared with one another. */
export interface ScanScope {
  /** Absolute paths; neither order nor doubles matter. */
  readonly roots: readonly string[];
  /** Whether the well-known places outside the home directory were looked at too. */
  readonly catalogue: boolean;
  readonly environment: boolean;
  readonly history: boolean;
  /** Whether repositories had their say in what is allowed and left out. */
  readonly repositoryConfiguration: boolean;
}

/** A scan that has ended. */
export interface ScanRun {
  readonly scope: ScanScope;
  readonly report: ScanReport;
  /** Whether this scan looked at a place, so that what it did not find there is there no more. */
  lookedAt(place: Place): boolean;
}

/** A finding as it is remembered. Its remedy follows from the rest and is written anew, so that old findings get today's advice. */
export type RememberedFinding = Omit<Finding, "remedy">;

/** The report of an earlier scan, as far as it is remembered. */
export interface RememberedReport extends Omit<ScanReport, "findings" | "changes"> {
  /** Worst first. */
  readonly findings: readonly RememberedFinding[];
}

/** A run among others. */
export interface RememberedRun {
  readonly id: number;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly toolVersion: string;
  readonly complete: boolean;
  readonly summary: ScanReport["summary"];
  /** Whether its findings can still be told. */
  readonly detailed: boolean;
}

/** A scope that was scanned, and when it was last. */
export interface RememberedScope {
  readonly scope: ScanScope;
  readonly lastFinishedAt: string;
}

/** When a credential was seen, in whatever scan: ISO 8601, UTC. */
export interface Sighting {
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** What the ledger remembers of scans. Each method throws KeysweepError `ledger` when the ledger cannot be used. */
export interface ScanHistory {
  /** What a run would change; null when it is the first of its scope. Nothing is written. */
  changes(run: ScanRun): ScanChanges | null;
  /** Remembers a run: wholly or, when it fails, not at all. */
  remember(run: ScanRun): void;
  /** The scopes, the last scanned first. */
  scopes(): RememberedScope[];
  /** The runs of a scope, the last first. Of those long past, only the last of each day is left. */
  runs(scope: ScanScope): RememberedRun[];
  /** The report of a run; null when there is no such run, or its findings are forgotten. */
  report(run: number): RememberedReport | null;
  /**
   * What a run changed against an earlier one of its scope, by default the one before it: as it was told then. Null when there was none before it; undefined when that is forgotten, or there is no such run.
   */
  changesIn(run: number, since?: number): ScanChanges | null | undefined;
  /**
   * The keys that the last scan of any scope found with their secret, each once; none of a decoy. By whichever scan saw it last, where several
   * did.
   */
  foundKeys(): FoundKey[];
  /** When a credential was first and last seen; null when it is not remembered. */
  sighting(fingerprint: Fingerprint): Sighting | null;
}

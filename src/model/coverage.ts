import type { Allowed } from "./finding.ts";

/**
 * Why something was not read: a closed list. `true` marks a failure: it should have been read, and a scan that
 * skipped it does not count as clean (exit 3). `false` is by design.
 */
export const SKIP_REASONS = {
  "permission-denied": true,
  "read-error": true,
  "changed-while-read": true,
  "archive-damaged": true,
  "archive-suspicious": true,
  "object-damaged": true,
  "object-missing": true,
  "object-bound": true,
  "repository-damaged": true,
  "repository-elsewhere": true,
  unmerged: true,
  "internal-error": true,
  vanished: false,
  "special-file": false,
  "link-out-of-tree": false,
  "pseudo-file-system": false,
  "archive-bound": false,
  "archive-encrypted": false,
  "archive-unsupported": false,
  "object-absent": false,
  "repository-unsupported": false,
  "history-bound": false,
  submodule: false,
  "other-user": false,
} as const satisfies Record<string, boolean>;

export type SkipReason = keyof typeof SKIP_REASONS;

/** One thing that was not read, or not wholly. */
export interface Skipped {
  /** The path, `path!member` inside an archive, or `process PID`; for people, never parsed. */
  readonly place: string;
  readonly reason: SkipReason;
  readonly failure: boolean;
  /** One sentence, no secret in it, e.g. `EACCES` or which bound was met. */
  readonly detail: string;
  /** Who accepted that it was not read, and why: then it is no gap in the coverage. Absent where nobody did. */
  readonly allowed?: Allowed;
}

/** A skipped row; whether it is a failure follows from the reason. */
export function skipped(place: string, reason: SkipReason, detail: string): Skipped {
  return { place, reason, failure: SKIP_REASONS[reason], detail };
}

/** Something left out because somebody asked for it. */
export interface Excluded {
  /** Who asked: `keysweep` (built in), or the configuration file that says so. */
  readonly by: string;
  readonly pattern: string;
  /** Files and folders left out; a folder counts once, with all that is below it. */
  readonly count: number;
}

/** What a scan looked at, and what it did not. */
export interface Coverage {
  /** False when something that should have been read was not, and nobody accepted that. */
  readonly complete: boolean;
  readonly files: number;
  readonly bytes: number;
  readonly repositories: number;
  readonly objects: number;
  readonly processes: number;
  readonly skipped: readonly Skipped[];
  readonly excluded: readonly Excluded[];
}

/** Failures first; the same whatever the order in which they were met. */
export function bySkipped(a: Skipped, b: Skipped): number {
  return (
    Number(b.failure) - Number(a.failure) ||
    order(a.place, b.place) ||
    order(a.reason, b.reason) ||
    order(a.detail, b.detail)
  );
}

/** By code units, so that no locale changes the order. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

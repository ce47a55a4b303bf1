import type { Coverage, Skipped } from "../model/coverage.ts";
import type { Place } from "../model/place.ts";
import type { WrittenReport } from "../model/written-report.ts";
import type { Detection } from "./detect/detection.ts";
import type { RangeChange } from "./sources/change/range.ts";
import type { StagedChange } from "./sources/change/staged.ts";

/** A glob of things to leave out, in the manner of a .gitignore file. */
export interface ExcludePattern {
  readonly pattern: string;
  /** Who asked, for the report: the configuration file's path. */
  readonly by: string;
  /** The folder that the pattern is relative to; null: it is tried against absolute paths. */
  readonly base: string | null;
  /**
   * Not what the pattern matches is left out, which then only says it to people, but these very files and folders on this machine, with all that is below
   * them: absolute paths with no symbolic link in them. What a history says of such a path is not meant.
   */
  readonly paths?: readonly string[];
}

/** What is to be scanned. */
export interface ScanRequest {
  /** Files and folders, absolute or relative to the working directory. One may be a symbolic link; below them none is followed. */
  readonly roots: readonly string[];
  /** Whether to look in the well-known places outside the home directory too. */
  readonly catalogue: boolean;
  /** `user`: the environments of this process and of every other one that may be read. */
  readonly environment: "none" | "user";
  readonly stdin: null | { readonly name: string; readonly stream: AsyncIterable<Uint8Array> };
  readonly exclude: readonly ExcludePattern[];
  /** What keysweep wrote itself: files that still are just that are left out, unless they are roots. */
  readonly ownReports: readonly WrittenReport[];
  /** Whether the object databases of repositories are read, and the folder in which is kept what was seen in them; null: nothing is kept. */
  readonly history: null | { readonly cacheFolder: string | null };
  /** Only what a commit or a range of commits adds; then nothing else is scanned. */
  readonly change: null | StagedChange | RangeChange;
}

/** How far a scan has come. */
export interface ScanProgress {
  readonly files: number;
  readonly bytes: number;
  readonly objects: number;
  readonly processes: number;
}

/** What a scan tells while it runs, always from the main thread. */
export interface ScanEvents {
  onDetection(detection: Detection, place: Place): void;
  onSkipped(skipped: Skipped): void;
  /** Some fifty times a second at most. */
  onProgress(progress: ScanProgress): void;
}

/** What was looked at, without the rows that went to {@link ScanEvents.onSkipped}. */
export type ScanTotals = Pick<Coverage, "files" | "bytes" | "repositories" | "objects" | "processes" | "excluded">;

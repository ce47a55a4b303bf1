import type { Skipped } from "../../model/coverage.ts";
import type { Place } from "../../model/place.ts";
import type { Detection } from "../detect/detection.ts";

/** Where a source reports what it met. */
export interface Sink {
  onDetection(detection: Detection, place: Place): void;
  onSkipped(skipped: Skipped): void;
  /**
   * A folder that looks like a repository's own (`HEAD`, `objects`, `refs`), or a file named `.git`, which says where that folder is.
   * Several threads may tell of the same one.
   */
  onRepository(path: string): void;
}

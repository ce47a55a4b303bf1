import type { Excluded } from "../../../model/coverage.ts";
import type { WrittenReport } from "../../../model/written-report.ts";
import type { RandomAccess } from "../archive/random-access.ts";
import type { DiskPath } from "./disk-path.ts";

/** What is left out, as reports tell it to people. */
const PATTERN = "reports that it wrote, as it wrote them";

const CHUNK_BYTES = 64 * 1024;

/**
 * Tells what keysweep itself has written, and nobody has changed since, from all other files: it names ids of other places, long after they are
 * gone from there. Path, size and digest have to be those that were noted, so nothing in a file can say of itself that it is a report of ours.
 */
export class OwnReports {
  readonly #reports: ReadonlyMap<DiskPath, WrittenReport>;
  #count = 0;

  constructor(reports: readonly WrittenReport[]) {
    this.#reports = new Map(reports.map((report) => [report.path, report]));
  }

  /** Whether the file that was opened at a path is one; counts it if it is. */
  includes(path: DiskPath, file: RandomAccess): boolean {
    const report = this.#reports.get(path);
    if (report === undefined || !isUnchanged(report, file)) return false;
    this.#count++;
    return true;
  }

  get counts(): readonly Excluded[] {
    return this.#count === 0 ? [] : [{ by: "keysweep", pattern: PATTERN, count: this.#count }];
  }
}

function isUnchanged({ bytes, sha256 }: WrittenReport, file: RandomAccess): boolean {
  if (file.size !== bytes) return false;
  // Loaded only for what is all but certain to be a report: that takes milliseconds.
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let position = 0; position < bytes; ) {
    const count = file.read(chunk.subarray(0, Math.min(CHUNK_BYTES, bytes - position)), position);
    // It became shorter meanwhile.
    if (count === 0) return false;
    hash.update(chunk.subarray(0, count));
    position += count;
  }
  return hash.digest("hex") === sha256;
}

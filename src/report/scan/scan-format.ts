import type { Skipped } from "../../model/coverage.ts";
import type { ScanReport } from "../../model/scan-report.ts";
import type { Format, LiveFormat } from "../format.ts";

/** A format of scan reports. */
export type ScanFormat = Format<ScanReport, LiveScanFormat>;

/** A format whose records are written as things become known. */
export interface LiveScanFormat extends LiveFormat<ScanReport> {
  start(run: Pick<ScanReport, "schema" | "tool" | "startedAt">): string;
  skipped(row: Skipped): string;
}

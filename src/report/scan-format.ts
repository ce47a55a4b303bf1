import type { Skipped } from "../model/coverage.ts";
import type { ScanReport } from "../model/scan-report.ts";

/** How a report is to look. */
export interface Appearance {
  readonly color: boolean;
  /** Of the terminal, in columns. */
  readonly width: number;
  /** Every place and every step, not only the first ones. */
  readonly verbose: boolean;
}

/** A format of scan reports: one file in formats/. */
export interface ScanFormat {
  readonly name: string;
  /** The report in pieces, each to be written as it comes. No piece holds a secret, and none a name that is not escaped. */
  write(report: ScanReport, appearance: Appearance): Iterable<string>;
  /** Where a reader can follow a scan while it runs; absent for formats that are written when it has ended. */
  readonly live?: LiveScanFormat;
}

/** A format whose records are written as things become known. */
export interface LiveScanFormat {
  start(run: Pick<ScanReport, "schema" | "tool" | "startedAt">): string;
  skipped(row: Skipped): string;
  /** What is known only in the end. */
  rest(report: ScanReport): Iterable<string>;
}

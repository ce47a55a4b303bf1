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
}

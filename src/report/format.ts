import type { EarlierRun } from "../model/earlier-run.ts";
import type { Finding } from "../model/finding.ts";
import type { RotationReport } from "../model/rotation.ts";

/** How a report is to look. */
export interface Appearance {
  readonly color: boolean;
  /** Whether the terminal knows links (OSC 8). */
  readonly hyperlinks: boolean;
  /** Of the terminal, in columns. */
  readonly width: number;
  /** Every place and every step, not only the first ones. */
  readonly verbose: boolean;
}

/** Whether a finding fails the run: by its severity, and where only what is new counts, by that too. */
export type Verdict = (finding: Pick<Finding, "fingerprint" | "severity" | "allowed">) => boolean;

/** What a report is written for, besides how it is to look. */
export interface Circumstances {
  readonly fails: Verdict;
  /** The working directory, absolute: CI systems want the names of files relative to it. */
  readonly folder: string;
  /** What the ledger remembers of earlier runs of the same; absent where nothing is remembered. */
  readonly earlier?: readonly EarlierRun[];
  /** The rotations that the ledger knows of; absent where none is asked for. */
  readonly rotations?: readonly RotationReport[];
}

/** What a format of a kind of report that can be followed while it is made has in common: what is known only in the end. */
export interface LiveFormat<Report> {
  rest(report: Report): Iterable<string>;
}

/** A format of one kind of report: one file in that kind's formats/. */
export interface Format<Report, Live extends LiveFormat<Report> = LiveFormat<Report>> {
  readonly name: string;
  /** The report in pieces, each to be written as it comes. No piece holds a secret, and none a name that is not escaped. */
  write(report: Report, appearance: Appearance, circumstances: Circumstances): Iterable<string>;
  /** Where a reader can follow what is reported on while it goes on; absent for formats that are written when it has ended. */
  readonly live?: Live;
}

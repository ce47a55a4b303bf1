/** A report as keysweep wrote it to a file. */
export interface WrittenReport {
  /** Absolute, with no symbolic link in it. */
  readonly path: string;
  readonly bytes: number;
  /** Of all of it, in hexadecimal. */
  readonly sha256: string;
}

/** Which files are reports of our own. Each method throws KeysweepError `ledger` when the record cannot be used. */
export interface WrittenReports {
  /** Remembers a report, in place of what was written to that path before. */
  note(report: WrittenReport): void;
  /** Those written last, up to a bound. Whether they are still there, and as they were, is for the reader to find out. */
  all(): WrittenReport[];
}

/**
 * The search kernel: finds in one pass over the bytes every anchor of rules/ (raw or encoded), and no more.
 * What it reports is a reason to look closer, not yet a finding.
 */
export interface Kernel {
  /** The kernel's own memory for one chunk of a document: write here, then call {@link Kernel.search}. */
  readonly input: Uint8Array;
  /** Offsets into `input` of the last search, ascending. */
  readonly hits: Uint32Array;
  /**
   * Searches `input[from, to)` for anchors that begin there (what follows an anchor is read up to `to` only).
   * @returns how many offsets it put into `hits`; when that is `hits.length`, search again from the last hit + 1.
   */
  search(from: number, to: number): number;
  /** The number of line feeds in `input[from, to)`. */
  countLines(from: number, to: number): number;
}

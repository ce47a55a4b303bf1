import { lstatSync, realpathSync } from "node:fs";
import type { Ledger } from "../ledger/ledger.ts";
import type { WrittenReport } from "../model/written-report.ts";
import type { Context } from "./context.ts";
import { report as reportError } from "./reporting.ts";

/** Called with each report that was written to a file, so that no scan takes it for a place where keys lie. */
export type NoteReport = (report: WrittenReport) => Promise<void>;

/** A report's text on its way into a file: what it comes to is known once it is written. */
export class ReportText implements Iterable<string> {
  readonly #pieces: Iterable<string>;
  readonly #hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  #bytes = 0;

  constructor(pieces: Iterable<string>) {
    this.#pieces = pieces;
  }

  *[Symbol.iterator](): Generator<string> {
    for (const piece of this.#pieces) {
      this.#hash.update(piece);
      this.#bytes += Buffer.byteLength(piece);
      yield piece;
    }
  }

  /**
   * The file that was written; null where it is none that holds this text and no more, such as a pipe, or what could be a
   * secret in its name would be kept. To be called once.
   */
  async asWrittenTo(path: string): Promise<WrittenReport | null> {
    // Loaded only where there is a file: that takes milliseconds.
    const { shownName } = await import("../scan/shown-name.ts");
    try {
      const real = realpathSync.native(path);
      const stat = lstatSync(real);
      if (!stat.isFile() || stat.size !== this.#bytes || shownName(real) !== real) return null;
      return { path: real, bytes: this.#bytes, sha256: this.#hash.digest("hex") };
    } catch {
      // Somebody has taken it away already.
      return null;
    }
  }
}

/** Notes reports in a ledger that is open. What cannot be noted is told, and costs the report nothing. */
export function notingIn(
  ledger: Ledger,
  { stderr }: Pick<Context, "stderr">,
  { verbose }: { readonly verbose: boolean },
): NoteReport {
  return async (written) => {
    try {
      ledger.reports.note(written);
    } catch (error) {
      await reportError(stderr, error, verbose);
    }
  };
}

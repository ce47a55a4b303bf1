import type { KeysweepError } from "../model/error.ts";
import type { Context } from "./context.ts";
import { EXIT, type ExitStatus } from "./exit.ts";
import { report } from "./reporting.ts";

/** A run that nobody waits for: a PATH, or a folder of a report, that is not there is told, and costs nothing else. */
export interface Unattended<Report> {
  /** Called with the report once it is remembered. */
  onReport(report: Report): Promise<void>;
}

/** The reports that could not be written. Each is told as it happens. */
export class UnwrittenReports {
  readonly #context: Context;
  readonly #isVerbose: boolean;
  /** Null: there is none. */
  status: ExitStatus | null = null;

  constructor(context: Context, { verbose }: { readonly verbose: boolean }) {
    this.#context = context;
    this.#isVerbose = verbose;
  }

  readonly add = async (error: KeysweepError): Promise<void> => {
    this.status = EXIT.failed;
    await report(this.#context.stderr, error, this.#isVerbose);
  };
}

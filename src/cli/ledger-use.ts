import { existsSync } from "node:fs";
import type { Ledger } from "../ledger/ledger.ts";
import { KeysweepError } from "../model/error.ts";
import { type LedgerLocation, openLedgerAt } from "./ledger-location.ts";
import type { NoteReport } from "./written-report.ts";

/**
 * The ledger, used beside what a command is about, which owes its result whatever becomes of the ledger: it is opened when it is first
 * needed, the first problem is kept, and from then on it is left alone.
 */
export class LedgerUse implements Disposable {
  readonly #location: LedgerLocation | null;
  #ledger: Ledger | null = null;
  #problem: KeysweepError | null = null;

  /** @param location null: the operator wants none. */
  constructor(location: LedgerLocation | null) {
    this.#location = location;
  }

  /** Why the ledger could not be used; null when it could, or was not needed. */
  get problem(): KeysweepError | null {
    return this.#problem;
  }

  /** Whether the operator said which ledger is to be used: then a problem with it fails the command. */
  get isNamed(): boolean {
    return this.#location?.isNamed === true;
  }

  /** Whether there is a ledger already. */
  get exists(): boolean {
    return this.#location !== null && existsSync(this.#location.path);
  }

  /** Null where none is wanted, or it cannot be used. */
  async open(): Promise<Ledger | null> {
    if (this.#location === null || this.#problem !== null) return null;
    try {
      this.#ledger ??= await openLedgerAt(this.#location);
    } catch (error) {
      this.#note(error);
    }
    return this.#ledger;
  }

  /** The same where there is a ledger already: none is made. */
  async openExisting(): Promise<Ledger | null> {
    return this.exists ? this.open() : null;
  }

  /** What the work gives; undefined when the ledger could not be used for it. */
  tried<T>(work: () => T): T | undefined {
    if (this.#problem !== null) return undefined;
    try {
      return work();
    } catch (error) {
      this.#note(error);
      return undefined;
    }
  }

  /** Remembers which file is a report of ours. A ledger that does not exist is not made for that. */
  readonly noteReport: NoteReport = async (written) => {
    const reports = (await this.openExisting())?.reports;
    if (reports !== undefined) this.tried(() => reports.note(written));
  };

  close(): void {
    const ledger = this.#ledger;
    this.#ledger = null;
    if (ledger !== null) this.tried(() => ledger.close());
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** A fault of ours must not cost the result either. */
  #note(error: unknown): void {
    this.#problem =
      error instanceof KeysweepError
        ? error
        : new KeysweepError("internal", "the ledger could not be used: an internal error", { cause: error });
  }
}

import { removeUnfinishedFiles } from "../runtime/atomic-file.ts";
import type { OutputStream } from "../runtime/standard-streams.ts";
import { EXIT } from "./exit.ts";

/** Ctrl-C, a polite end, and a terminal that was closed. */
export const INTERRUPTING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type InterruptingSignal = (typeof INTERRUPTING)[number];

/** How long an interrupted run may take to tidy up, and one that finishes its step until it says so; in milliseconds. */
const TIDY_MS = 2000;

export interface InterruptionWorld {
  /** Ends the process there and then. */
  leave(): void;
  /** Tells a person. */
  tell(text: string): void;
  /** Does something later, unless the process has ended by then. */
  after(ms: number, work: () => void): void;
}

/** What signals that ask for an end do to a run: they are told to it at once, and it is ended if it takes its time. */
export class Interruption {
  readonly #aborted = new AbortController();
  readonly #world: InterruptionWorld;
  #finishes = false;
  #isTold = false;
  #isLent = false;

  constructor(world: InterruptionWorld) {
    this.#world = world;
  }

  /** Aborted by the first of them. */
  get signal(): AbortSignal {
    return this.#aborted.signal;
  }

  /** From now on the run is waited for, however long it takes. Only who has been told so, and then presses Ctrl-C once more, ends it. */
  finish(): void {
    this.#finishes = true;
  }

  /**
   * @param isLent whether another program has the keyboard: Ctrl-C is meant for that, though the system tells everybody on the terminal. Nothing
   * ends the run while it is not back: nobody would be left to put the terminal right.
   */
  lendKeyboard(isLent: boolean): void {
    this.#isLent = isLent;
    if (!isLent && this.#aborted.signal.aborted) this.#tidy();
  }

  come(signal: InterruptingSignal): void {
    if (signal === "SIGINT" && this.#isLent) return;
    if (!this.#aborted.signal.aborted) this.#first();
    else if (this.#isLent) return;
    else if (!this.#finishes) this.#world.leave();
    // One interruption may come as several signals, in any order: the system keeps none, a terminal that is closed and what ends its programs
    // both say so, and npm says once more what the terminal said. So what comes before a person was told does not count.
    else if (this.#isTold && signal === "SIGINT") this.#world.leave();
  }

  #first(): void {
    this.#aborted.abort();
    this.#tidy();
  }

  /** Ends what takes its time. */
  #tidy(): void {
    const { after, leave, tell } = this.#world;
    after(TIDY_MS, () => {
      if (this.#isLent) return;
      if (!this.#finishes) return leave();
      tell("the step in hand is finished first; Ctrl-C once more does not wait");
      this.#isTold = true;
    });
  }
}

/** @returns what makes an end of listening. */
export function listen(interruption: Interruption, signals: readonly InterruptingSignal[]): () => void {
  const come = (signal: NodeJS.Signals): void => interruption.come(signal as InterruptingSignal);
  for (const signal of signals) process.on(signal, come);
  return () => {
    for (const signal of signals) process.off(signal, come);
  };
}

export function interruptionOfProcess(stderr: OutputStream): Interruption {
  return new Interruption({
    leave,
    tell: (text) => stderr.write(`keysweep: ${text}\n`),
    after: (ms, work) => setTimeout(work, ms).unref(),
  });
}

/** Ends the process there and then. */
export function leave(): never {
  removeUnfinishedFiles();
  process.exit(EXIT.interrupted);
}

import { setImmediate } from "node:timers/promises";

/** What long work does between two turns: a few dozen milliseconds' worth of it. */
const STEPS = 256;

/** Ends long work when it is no longer wanted, and lets others (a signal's handler, progress) have a turn now and then. */
export class Turns {
  readonly #signal: AbortSignal;
  #steps = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Counts a step. Whether it is time to `take` a turn. */
  isDue(): boolean {
    return ++this.#steps % STEPS === 0;
  }

  /** @throws the signal's reason when it is aborted */
  async take(): Promise<void> {
    await setImmediate();
    this.#signal.throwIfAborted();
  }
}

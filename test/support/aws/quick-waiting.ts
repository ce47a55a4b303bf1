import type { Waiting } from "../../../src/runtime/waiting.ts";

/** Time that passes only by waiting for it, and then at once. */
export interface QuickWaiting extends Waiting {
  /** What was slept in all, in milliseconds. */
  readonly sleptMs: number;
}

export function quickWaiting(start: number = Date.now()): QuickWaiting {
  let sleptMs = 0;
  return {
    get sleptMs() {
      return sleptMs;
    },
    now: () => start + sleptMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      sleptMs += ms;
    },
    random: () => 0.5,
  };
}

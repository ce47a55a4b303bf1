import { setTimeout as timeout } from "node:timers/promises";
import type { Clock } from "./clock.ts";

/** How time passes between two attempts; tests let it pass at once. */
export interface Waiting extends Clock {
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** From 0 up to, but not including, 1. */
  random(): number;
}

export const systemWaiting: Waiting = {
  now: () => Date.now(),
  sleep: (ms, signal) => timeout(ms, undefined, signal === undefined ? {} : { signal }),
  random: () => Math.random(),
};

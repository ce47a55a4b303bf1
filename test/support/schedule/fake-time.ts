import { setImmediate as turn } from "node:timers/promises";
import type { Waiting } from "../../../src/runtime/waiting.ts";

interface Sleeper {
  atMs: number;
  wake(): void;
}

/** A clock that goes only when it is told to, and then from one sleeper's end to the next. */
export class FakeTime implements Waiting {
  readonly #sleepers = new Set<Sleeper>();
  #nowMs: number;
  #random: number;

  constructor(start: string, random = 0) {
    this.#nowMs = Date.parse(start);
    this.#random = random;
  }

  now(): number {
    return this.#nowMs;
  }

  random(): number {
    return this.#random;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(new Error("aborted"));
      const abort = (): void => {
        this.#sleepers.delete(sleeper);
        reject(new Error("aborted"));
      };
      const sleeper: Sleeper = {
        atMs: this.#nowMs + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#sleepers.add(sleeper);
    });
  }

  /** Lets the time pass until then, and everything happen that it brings. */
  async until(time: string): Promise<void> {
    const end = Date.parse(time);
    for (;;) {
      await settled();
      const next = [...this.#sleepers].toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > end) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
    this.#nowMs = end;
    await settled();
  }

  /** As somebody sets a clock: nobody's sleep becomes shorter or longer by it. */
  set(time: string): void {
    const aheadMs = Date.parse(time) - this.#nowMs;
    this.#nowMs += aheadMs;
    for (const sleeper of this.#sleepers) sleeper.atMs += aheadMs;
  }
}

/** When nothing more happens without the clock's going on. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 8; turns++) await turn();
}

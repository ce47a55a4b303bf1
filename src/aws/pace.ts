import { Places } from "../runtime/places.ts";
import type { Waiting } from "../runtime/waiting.ts";

/** Calls at once, at most, in one account: IAM's limits are each account's own, and its operators' tools need them too. */
const MOST_AT_ONCE = 4;
/** The time between two calls after the first "slow down", and at most, in milliseconds. */
const FIRST_GAP_MS = 25;
const LONGEST_GAP_MS = 5000;
/** Below this there is no gap any more. */
const SHORTEST_GAP_MS = 5;
/** What is left of the gap after each call that went well. */
const RECOVERY = 0.97;

/**
 * How fast one account is called: a few calls at once, and once AWS has asked to slow down with a time between them, which doubles each time
 * and shrinks while all goes well.
 */
export class Pace {
  readonly #waiting: Waiting;
  readonly #signal: AbortSignal;
  readonly #places = new Places(MOST_AT_ONCE);
  #gapMs = 0;
  #nextStart = 0;

  constructor(waiting: Waiting, signal: AbortSignal) {
    this.#waiting = waiting;
    this.#signal = signal;
  }

  /** The time between two calls, in milliseconds. */
  get gapMs(): number {
    return this.#gapMs;
  }

  /** Does it when it is its turn. */
  turn<T>(call: () => Promise<T>): Promise<T> {
    return this.#places.within(async () => {
      await this.#gap();
      return call();
    });
  }

  slower(): void {
    this.#gapMs = Math.min(Math.max(this.#gapMs * 2, FIRST_GAP_MS), LONGEST_GAP_MS);
  }

  wentWell(): void {
    const shorter = this.#gapMs * RECOVERY;
    this.#gapMs = shorter < SHORTEST_GAP_MS ? 0 : shorter;
  }

  async #gap(): Promise<void> {
    if (this.#gapMs === 0) return;
    const now = this.#waiting.now();
    const start = Math.max(now, this.#nextStart);
    this.#nextStart = start + this.#gapMs;
    if (start > now) await this.#waiting.sleep(start - now, this.#signal);
  }
}

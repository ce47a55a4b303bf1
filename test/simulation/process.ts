import type { Waiting } from "../../src/runtime/waiting.ts";
import type { Random } from "../support/random.ts";
import type { SimulatedTime } from "./time.ts";

/** The process is no more: nothing it calls answers, and nothing it awaits comes back. */
export class PowerCut extends Error {}

/** What goes wrong with calls: often at first, then no more, so that every run comes to an end. */
export class Faults {
  readonly #random: Random;
  readonly #oneIn: number;
  #left = 12;

  constructor(random: Random, oneIn: number) {
    this.#random = random;
    this.#oneIn = oneIn;
  }

  ofRead(): "none" | "busy" | "lost-before" {
    return this.#isDue() ? this.#random.pick(["busy", "lost-before"] as const) : "none";
  }

  ofMutation(): "none" | "busy" | "lost-before" | "lost-after" {
    return this.#isDue() ? this.#random.pick(["busy", "lost-before", "lost-after", "lost-after"] as const) : "none";
  }

  ofWrite(): "none" | "before" | "after" {
    return this.#isDue() ? this.#random.pick(["before", "after"] as const) : "none";
  }

  #isDue(): boolean {
    if (this.#oneIn === 0 || this.#left === 0 || !this.#random.oneIn(this.#oneIn)) return false;
    this.#left -= 1;
    return true;
  }
}

/** Longer than {@link ./store.ts} gives a lease for. */
const STALL_MS = 10 * 60_000;

/** One run of keysweep: it may be killed at any call of the world, and held up between any two. */
export class Process implements Waiting {
  readonly name: string;
  readonly time: SimulatedTime;
  readonly faults: Faults;
  isAlive = true;
  readonly #random: Random;
  readonly #skewMs: number;
  readonly #onCall: () => void;
  readonly #trace: ((line: () => string) => void) | null;
  readonly #stallOneIn: number;
  readonly #standsAt: number | null;
  #cutAt: number;

  constructor(
    name: string,
    time: SimulatedTime,
    options: {
      readonly faults: Faults;
      readonly random: Random;
      readonly skewMs: number;
      readonly clockStandsStill: boolean;
      /** At which step it is killed; 0: not at all. */
      readonly cutAt: number;
      /** Once in so many reads it is held up for longer than a lease lasts; 0: never. */
      readonly stallOneIn: number;
      readonly onCall: () => void;
      readonly trace: ((line: () => string) => void) | null;
    },
  ) {
    this.name = name;
    this.time = time;
    this.faults = options.faults;
    this.#random = options.random;
    this.#skewMs = options.skewMs;
    this.#standsAt = options.clockStandsStill ? time.now : null;
    this.#cutAt = options.cutAt;
    this.#stallOneIn = options.stallOneIn;
    this.#onCall = options.onCall;
    this.#trace = options.trace;
  }

  /** Its own clock, which may be wrong. */
  now(): number {
    return (this.#standsAt ?? this.time.now) + this.#skewMs;
  }

  random(): number {
    return this.#random.below(1000) / 1000;
  }

  async sleep(ms: number): Promise<void> {
    this.check();
    await this.time.sleep(ms);
    this.check();
  }

  /** A moment of a call: time passes, and the process may end here. */
  async step(ms: number, mayStall = false): Promise<void> {
    this.check();
    const stalls = mayStall && this.#stallOneIn > 0 && this.#random.oneIn(this.#stallOneIn);
    if (stalls) {
      // Long enough for a person to do something, and for another process to take over.
      await this.time.sleep(STALL_MS / 2);
      this.#onCall();
      await this.time.sleep(STALL_MS / 2);
    } else await this.time.sleep(ms);
    this.check();
  }

  /** Dies here, if it is its time. */
  check(): void {
    if (this.#cutAt > 0 && --this.#cutAt === 0) {
      this.isAlive = false;
      this.trace(() => "killed");
    }
    if (!this.isAlive) throw new PowerCut("killed");
  }

  called(): void {
    this.#onCall();
  }

  trace(line: () => string): void {
    this.#trace?.(() => `${this.name}: ${line()}`);
  }
}

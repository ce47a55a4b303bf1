import { type AwsTime, awsTime } from "../../src/model/aws-answer.ts";

interface Moment {
  readonly at: number;
  readonly order: number;
  run(): void;
}

/**
 * Time in which nothing takes any: processes run until each of them sleeps, then the clock jumps to whoever wakes first. Everything that wakes
 * at the same time does so in the order in which it fell asleep, so that a run can be replayed.
 */
export class SimulatedTime {
  now: number;
  readonly #moments: Moment[] = [];
  #order = 0;
  #running = 0;
  #idle: (() => void) | null = null;

  constructor(start: number) {
    this.now = start;
  }

  get aws(): AwsTime {
    return awsTime(this.now);
  }

  /** Something that happens at a time, at once. */
  at(time: number, run: () => void): void {
    this.#push({ at: Math.max(time, this.now), order: this.#order++, run });
  }

  /** Only within what was {@link start}ed. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.at(this.now + ms, () => {
        this.#running += 1;
        resolve();
      });
      this.#stop();
    });
  }

  start(process: () => Promise<void>): void {
    this.#running += 1;
    void process().finally(() => this.#stop());
  }

  /** Until nothing happens any more, or `isOver`. */
  async run(isOver: () => boolean): Promise<void> {
    for (;;) {
      if (this.#running > 0)
        await new Promise<void>((resolve) => {
          this.#idle = resolve;
        });
      const next = this.#pop();
      if (next === undefined || isOver()) return;
      this.now = next.at;
      next.run();
    }
  }

  #stop(): void {
    this.#running -= 1;
    if (this.#running > 0) return;
    this.#idle?.();
    this.#idle = null;
  }

  #push(moment: Moment): void {
    const heap = this.#moments;
    let index = heap.push(moment) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(moment, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = moment;
  }

  #pop(): Moment | undefined {
    const heap = this.#moments;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const one = heap[left];
      const other = heap[right];
      if (one === undefined) break;
      const [child, moment] = other !== undefined && isBefore(other, one) ? [right, other] : [left, one];
      if (!isBefore(moment, last)) break;
      heap[index] = moment;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(one: Moment, other: Moment): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

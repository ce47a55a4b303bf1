/*
 * Threads share out folders through a piece of shared memory. Each has work of its own; one that has none is fed by the others,
 * who look at one number of the shared memory now and then. So the usual case costs nothing: no path crosses a thread's border
 * unless another thread would idle.
 */

/** Places in the 32-bit part of the shared memory; behind {@link STATES} follows one for each thread. */
const LOCK = 0;
const STOPPED = 1;
/** Changes with everything that an idle thread waits for. */
const NEWS = 2;
/** 1 while a thread idles and nothing lies ready for it. */
const HUNGRY = 3;
/** How many bytes of the stack are in use. */
const TOP = 4;
const STATES = 8;

const ABSENT = 0;
const WORKING = 1;
const IDLE = 2;
/** Told not to join before it did. */
const DISMISSED = 3;

export const MOST_THREADS = 64;
const NUMBERS_AT = (STATES + MOST_THREADS) * 4;
/** Files and bytes, of each thread. */
const NUMBERS_OF_THREAD = 2;
const TAKEN_AT = NUMBERS_AT + MOST_THREADS * NUMBERS_OF_THREAD * 8;
/** What a thread took last, for the case that it dies: that many bytes of it. */
const TAKEN_BYTES = 4096 + 8;
const STACK_AT = TAKEN_AT + MOST_THREADS * TAKEN_BYTES;
const STACK_BYTES = 1 << 18;

/** A thread's view of the work that all share. Work is text. */
export class WorkPool {
  readonly memory: SharedArrayBuffer;
  readonly #me: number;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #stack: Buffer;

  private constructor(memory: SharedArrayBuffer, me: number) {
    this.memory = memory;
    this.#me = me;
    this.#words = new Int32Array(memory, 0, NUMBERS_AT / 4);
    this.#numbers = new Float64Array(memory, NUMBERS_AT, MOST_THREADS * NUMBERS_OF_THREAD);
    this.#stack = Buffer.from(memory, STACK_AT, STACK_BYTES);
  }

  /** A new pool, as thread 0. */
  static create(): WorkPool {
    const pool = new WorkPool(new SharedArrayBuffer(STACK_AT + STACK_BYTES), 0);
    pool.#words[STATES] = WORKING;
    return pool;
  }

  /** Joins the pool of another thread, as thread `me`, from 1. Null: it came too late. */
  static join(memory: SharedArrayBuffer, me: number): WorkPool | null {
    const pool = new WorkPool(memory, me);
    const before = pool.#locked(() => Atomics.compareExchange(pool.#words, STATES + me, ABSENT, WORKING));
    return before === ABSENT ? pool : null;
  }

  /** Bars a thread from joining; false if it already has. */
  dismiss(thread: number): boolean {
    return this.#locked(() => Atomics.compareExchange(this.#words, STATES + thread, ABSENT, DISMISSED)) === ABSENT;
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, STOPPED) === 1;
  }

  /** Tells every thread to leave off. */
  stop(): void {
    Atomics.store(this.#words, STOPPED, 1);
    this.#tell();
  }

  /** Whether another thread has nothing to do. Cheap enough to be asked before each file. */
  get hungry(): boolean {
    return Atomics.load(this.#words, HUNGRY) === 1;
  }

  /** Gives work away. How many of `items` there was room for, from the first on. */
  offer(items: readonly string[]): number {
    const given = this.#locked(() => {
      let count = 0;
      while (count < items.length && this.#push(items[count] ?? "")) count++;
      Atomics.store(this.#words, HUNGRY, 0);
      return count;
    });
    this.#tell();
    return given;
  }

  /**
   * Takes what was given away last. Null: nothing is there, and this thread counts as idle until it takes something.
   * When all are idle, all are told to stop.
   */
  take(): string | null {
    let finished = false;
    const item = this.#locked(() => {
      const item = this.#pop();
      Atomics.store(this.#words, STATES + this.#me, item === null ? IDLE : WORKING);
      if (item === null) {
        Atomics.store(this.#words, HUNGRY, 1);
        finished = !this.#words.subarray(STATES).includes(WORKING);
      }
      return item;
    });
    if (finished) this.stop();
    return item;
  }

  /** What {@link waitForNews} compares with: read it before looking for work. */
  get news(): number {
    return Atomics.load(this.#words, NEWS);
  }

  /** Blocks until something changed since `news` was read. */
  waitForNews(news: number): void {
    Atomics.wait(this.#words, NEWS, news);
  }

  /** The same for a thread that must not block, at most for so long. */
  async newsSince(news: number, milliseconds: number): Promise<void> {
    await Atomics.waitAsync(this.#words, NEWS, news, milliseconds).value;
  }

  /** A thread has died: takes it off the list and tells what it was at; null if it had nothing. */
  bury(thread: number): string | null {
    Atomics.compareExchange(this.#words, LOCK, thread + 1, 0);
    const state = this.#locked(() => Atomics.exchange(this.#words, STATES + thread, ABSENT));
    this.#tell();
    return (state === WORKING && this.#taken(thread)) || null;
  }

  /** Adds to this thread's count. */
  count(files: number, bytes: number): void {
    const at = this.#me * NUMBERS_OF_THREAD;
    this.#numbers[at] = (this.#numbers[at] ?? 0) + files;
    this.#numbers[at + 1] = (this.#numbers[at + 1] ?? 0) + bytes;
  }

  /** The counts of all threads together. */
  get totals(): { readonly files: number; readonly bytes: number } {
    let files = 0;
    let bytes = 0;
    for (let at = 0; at < this.#numbers.length; at += NUMBERS_OF_THREAD) {
      files += this.#numbers[at] ?? 0;
      bytes += this.#numbers[at + 1] ?? 0;
    }
    return { files, bytes };
  }

  #push(item: string): boolean {
    const top = Atomics.load(this.#words, TOP);
    const length = Buffer.byteLength(item);
    if (top + length + 4 > STACK_BYTES) return false;
    this.#stack.write(item, top);
    this.#stack.writeUInt32LE(length, top + length);
    Atomics.store(this.#words, TOP, top + length + 4);
    return true;
  }

  #pop(): string | null {
    const top = Atomics.load(this.#words, TOP);
    if (top === 0) return null;
    const start = top - 4 - this.#stack.readUInt32LE(top - 4);
    const item = this.#stack.toString("utf8", start, top - 4);
    Atomics.store(this.#words, TOP, start);
    const taken = this.#takenBy(this.#me);
    taken.writeUInt32LE(taken.write(item, 4), 0);
    return item;
  }

  #taken(thread: number): string {
    const taken = this.#takenBy(thread);
    return taken.toString("utf8", 4, 4 + taken.readUInt32LE(0));
  }

  #takenBy(thread: number): Buffer {
    return Buffer.from(this.memory, TAKEN_AT + thread * TAKEN_BYTES, TAKEN_BYTES);
  }

  #tell(): void {
    Atomics.add(this.#words, NEWS, 1);
    Atomics.notify(this.#words, NEWS);
  }

  /** Held for microseconds only, so the main thread may block for it too. */
  #locked<T>(action: () => T): T {
    let holder = Atomics.compareExchange(this.#words, LOCK, 0, this.#me + 1);
    while (holder !== 0) {
      Atomics.wait(this.#words, LOCK, holder, 1);
      holder = Atomics.compareExchange(this.#words, LOCK, 0, this.#me + 1);
    }
    try {
      return action();
    } finally {
      Atomics.store(this.#words, LOCK, 0);
      Atomics.notify(this.#words, LOCK, 1);
    }
  }
}

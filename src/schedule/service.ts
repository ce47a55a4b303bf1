import { KeysweepError } from "../model/error.ts";
import type { JobName } from "../model/scheduled-job.ts";
import { type Entry, type Jitter, type Planned, plan } from "./planner.ts";
import { type HeldLease, isHeld, type LogLevel, type RunWorld } from "./ports.ts";
import { isHung, runJob, wasRun, whyFailed } from "./run-job.ts";
import type { ServiceNotices } from "./service-notices.ts";

/** What a service is to do. */
export interface ServiceSettings {
  readonly entries: readonly Entry[];
  readonly jitterMs: number;
}

/** Where a service's settings come from. */
export interface SettingsSource {
  /** Those of now; what is wrong with them is told once, and then the ones before are given again. */
  current(): Promise<ServiceSettings>;
  /** Why the settings in force are not those that are written; null: they are. */
  readonly problem: string | null;
}

export interface ServiceWorld extends RunWorld {
  readonly settings: SettingsSource;
  readonly notices: ServiceNotices;
}

/** How a service is, for whoever asks. Times in milliseconds since 1970. */
export interface ServiceState {
  readonly isLeader: boolean;
  readonly running: readonly JobName[];
  /** Of those, what took too long, was told to end, and does not. */
  readonly hanging: readonly JobName[];
  /** When it last looked at what is due. */
  readonly lookedMs: number;
  /** Why it can do nothing at present: the ledger cannot be used. Null: it can. */
  readonly problem: string | null;
}

/** It looks at least so often, in milliseconds: clocks may be set, and machines sleep. */
const LOOK_MS = 15_000;

/**
 * Runs what is due until it is told to stop. Of several services on one ledger one leads, and the others stand by. A job never overlaps itself;
 * different jobs do not wait for one another.
 */
export class Service {
  readonly #world: ServiceWorld;
  readonly #running = new Map<JobName, Promise<void>>();
  readonly #shares = new Map<JobName, number>();
  readonly #hanging = new Set<JobName>();
  /** Why a job could not be run when it was tried last: told of once. */
  readonly #refused = new Map<JobName, string>();
  /** Stops the jobs in hand. */
  readonly #stopJobs = new AbortController();
  #settings: ServiceSettings = { entries: [], jitterMs: 0 };
  #lease: HeldLease | null = null;
  #standsBy = false;
  #lookedMs: number;
  #wake = new AbortController();
  #isReloading = false;
  #problem: string | null = null;
  /** What only ends with the process. */
  #left: JobName | null = null;

  constructor(world: ServiceWorld) {
    this.#world = world;
    this.#lookedMs = world.waiting.now();
  }

  get state(): ServiceState {
    return {
      isLeader: this.#lease !== null,
      running: [...this.#running.keys()],
      hanging: [...this.#hanging],
      lookedMs: this.#lookedMs,
      problem: this.#problem,
    };
  }

  /** When each job that does not run now runs next, the first first. @throws KeysweepError `ledger`. */
  planned(): readonly Planned[] {
    return this.#plan();
  }

  /** Looks at once, and once however often it is called meanwhile: its settings may have changed. */
  reload(): void {
    this.#isReloading = true;
    this.#wake.abort();
  }

  /**
   * Ends when `stop` is given and the steps in hand are done, or when something hangs.
   * @returns what hangs: all else has ended, and the process has to. Null: it was stopped.
   */
  async run(stop: AbortSignal): Promise<JobName | null> {
    const { notices, log } = this.#world;
    const wake = (): void => this.#wake.abort();
    stop.addEventListener("abort", wake);
    try {
      this.#settings = await this.#world.settings.current();
      await notices.ready();
      while (!stop.aborted && this.#left === null) await this.#look(stop);
    } finally {
      stop.removeEventListener("abort", wake);
      log("info", "service.stopping", { running: [...this.#running.keys()] });
      await notices.stopping();
      this.#stopJobs.abort();
      await Promise.all(this.#running.values());
      this.#release();
      log("info", "service.stopped");
    }
    return this.#left;
  }

  #release(): void {
    try {
      this.#lease?.release();
    } catch (error) {
      // It runs out by itself.
      this.#world.log("warning", "service.lead-kept", { error: whyFailed(error) });
    }
    this.#lease = null;
  }

  async #look(stop: AbortSignal): Promise<void> {
    const { notices, settings, waiting } = this.#world;
    const isReloading = this.#isReloading;
    this.#isReloading = false;
    this.#wake = new AbortController();
    if (isReloading) await notices.reloading();
    this.#settings = await settings.current();
    if (isReloading) await this.#reloaded();
    this.#lookedMs = waiting.now();
    await notices.alive(this.#lookedMs);
    // Told to stop meanwhile: nothing is begun any more.
    if (stop.aborted) return;
    await this.#pause(this.#startWhatIsDue());
  }

  async #reloaded(): Promise<void> {
    const { notices, settings, log } = this.#world;
    // It is waited for until the reload is said to be over.
    await notices.ready();
    // Whoever asked for it hears of it, whether anything is other than it was or not.
    if (settings.problem === null) log("info", "service.reloaded");
    else log("warning", "service.reloaded", { problem: settings.problem });
  }

  /** A ledger that cannot be used, because it is locked or its disk is full, is looked at again: that passes. @returns as `#startDue`. */
  #startWhatIsDue(): number | null {
    try {
      const next = this.#lead() ? this.#startDue() : null;
      if (this.#problem !== null) this.#world.log("info", "service.ledger-usable");
      this.#problem = null;
      return next;
    } catch (error) {
      if (!(error instanceof KeysweepError)) throw error;
      if (this.#problem === null) this.#world.log("error", "service.ledger-unusable", { error: error.message });
      this.#problem = error.message;
      return null;
    }
  }

  /** Whether this is the service that runs things. */
  #lead(): boolean {
    const { leases, log } = this.#world;
    if (this.#lease !== null) {
      if (this.#lease.hold()) return true;
      this.#lease = null;
      log("warning", "service.lead-lost");
    }
    const answer = leases.acquire("schedule");
    if (isHeld(answer)) {
      this.#lease = answer;
      this.#standsBy = false;
      log("info", "service.leading");
      return true;
    }
    if (!this.#standsBy) log("info", "service.standing-by", { leader: answer.heldBy });
    this.#standsBy = true;
    return false;
  }

  /** @returns when something is due next, in milliseconds since 1970; null: nothing. */
  #startDue(): number | null {
    const now = this.#world.waiting.now();
    for (const { job, startMs } of this.#plan()) {
      if (startMs > now) return startMs;
      const entry = this.#settings.entries.find((one) => one.job === job);
      if (entry !== undefined) this.#start(entry);
    }
    return null;
  }

  #start(entry: Entry): void {
    const { job } = entry;
    const work = runJob(entry, this.#world, this.#stopJobs.signal, () => this.#hanging.add(job))
      .then((result) => {
        if (isHung(result)) this.#left = job;
        const heldBy = isHung(result) || wasRun(result) ? null : result.heldBy;
        if (heldBy !== null) this.#refuse(job, "info", "job.busy", { heldBy });
        else this.#refused.delete(job);
        return heldBy === null;
      })
      .catch((error: unknown) => {
        this.#refuse(job, "error", "job.failed", { error: whyFailed(error) });
        return false;
      })
      .then((ran) => {
        this.#running.delete(job);
        this.#hanging.delete(job);
        this.#shares.delete(job);
        // What could not be run is looked at again when it is time to look, and not over and over.
        if (ran) this.#wake.abort();
      });
    this.#running.set(job, work);
  }

  #refuse(job: JobName, level: LogLevel, event: string, why: Readonly<Record<string, string>>): void {
    const text = JSON.stringify([event, why]);
    if (this.#refused.get(job) !== text) this.#world.log(level, event, { job, ...why });
    this.#refused.set(job, text);
  }

  #plan(): Planned[] {
    const { record, waiting } = this.#world;
    const now = waiting.now();
    const idle = this.#settings.entries.filter(({ job }) => !this.#running.has(job));
    return plan(idle, now, (job) => record.of(job, now), this.#jitter());
  }

  /** Drawn anew for each run, and the same as often as it is looked at. */
  #jitter(): Jitter {
    return {
      mostMs: this.#settings.jitterMs,
      share: (job) => {
        const share = this.#shares.get(job) ?? this.#world.waiting.random();
        this.#shares.set(job, share);
        return share;
      },
    };
  }

  async #pause(untilMs: number | null): Promise<void> {
    const { notices, waiting } = this.#world;
    const lookMs = Math.min(LOOK_MS, (notices.watchdogMs ?? Number.POSITIVE_INFINITY) / 3);
    const ms = Math.max(0, Math.min(lookMs, untilMs === null ? lookMs : untilMs - waiting.now()));
    const { signal } = this.#wake;
    try {
      await waiting.sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

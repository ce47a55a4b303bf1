import { KeysweepError } from "../model/error.ts";
import type { JobName } from "../model/scheduled-job.ts";
import { type Entry, type Jitter, type Planned, plan } from "./planner.ts";
import { type HeldLease, isHeld, type RunWorld } from "./ports.ts";
import { runJob, wasRun } from "./run-job.ts";
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
  /** When it last looked at what is due. */
  readonly lookedMs: number;
  readonly planned: readonly Planned[];
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
  /** Those that another process was seen to run: told of once. */
  readonly #busy = new Set<JobName>();
  /** Stops the jobs in hand. */
  readonly #stopJobs = new AbortController();
  #settings: ServiceSettings = { entries: [], jitterMs: 0 };
  #lease: HeldLease | null = null;
  #standsBy = false;
  #lookedMs: number;
  #wake = new AbortController();
  #isReloading = false;

  constructor(world: ServiceWorld) {
    this.#world = world;
    this.#lookedMs = world.waiting.now();
  }

  get state(): ServiceState {
    return {
      isLeader: this.#lease !== null,
      running: [...this.#running.keys()],
      lookedMs: this.#lookedMs,
      planned: this.#plan(),
    };
  }

  /** Looks at once: its settings may have changed. */
  async reload(): Promise<void> {
    await this.#world.notices.reloading();
    this.#isReloading = true;
    this.#wake.abort();
  }

  /** Ends when `stop` is given and the steps in hand are done. @throws KeysweepError `ledger`. */
  async run(stop: AbortSignal): Promise<void> {
    const { notices, log } = this.#world;
    const wake = (): void => this.#wake.abort();
    stop.addEventListener("abort", wake);
    try {
      this.#settings = await this.#world.settings.current();
      await notices.ready();
      while (!stop.aborted) await this.#look(stop);
    } finally {
      stop.removeEventListener("abort", wake);
      log("info", "service.stopping", { running: [...this.#running.keys()] });
      await notices.stopping();
      this.#stopJobs.abort();
      await Promise.all(this.#running.values());
      this.#lease?.release();
      this.#lease = null;
      log("info", "service.stopped");
    }
  }

  async #look(stop: AbortSignal): Promise<void> {
    const { notices, settings, waiting } = this.#world;
    const isReloading = this.#isReloading;
    this.#isReloading = false;
    this.#wake = new AbortController();
    this.#settings = await settings.current();
    // It is waited for until the reload is said to be over.
    if (isReloading) await notices.ready();
    this.#lookedMs = waiting.now();
    await notices.alive(this.#lookedMs);
    const next = this.#lead() ? this.#startDue() : null;
    if (stop.aborted) return;
    await this.#pause(next);
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
    const { log } = this.#world;
    const { job } = entry;
    const work = runJob(entry, this.#world, this.#stopJobs.signal)
      .then((result) => {
        const heldBy = wasRun(result) ? null : result.heldBy;
        if (heldBy === null) this.#busy.delete(job);
        else if (!this.#busy.has(job)) log("info", "job.busy", { job, heldBy });
        if (heldBy !== null) this.#busy.add(job);
        return heldBy === null;
      })
      .catch((error: unknown) => {
        log("error", "job.failed", {
          job,
          error: error instanceof KeysweepError ? error.message : `an internal error (${kindOf(error)})`,
        });
        return false;
      })
      .then((ran) => {
        this.#running.delete(job);
        this.#shares.delete(job);
        // What could not be run is looked at again when it is time to look, and not over and over.
        if (ran) this.#wake.abort();
      });
    this.#running.set(job, work);
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

/** What others' errors say may hold what they were told: only their kind is. */
function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}

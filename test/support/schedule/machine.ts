import { onTestFinished } from "vitest";
import { isGranted } from "../../../src/ledger/leases.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import type { JobName, JobRecord } from "../../../src/model/scheduled-job.ts";
import { cronTimes } from "../../../src/runtime/cron-times.ts";
import type { Entry } from "../../../src/schedule/planner.ts";
import type { JobOutcome, ScheduleLeases } from "../../../src/schedule/ports.ts";
import { Service, type ServiceSettings } from "../../../src/schedule/service.ts";
import { NO_NOTICES, type ServiceNotices } from "../../../src/schedule/service-notices.ts";
import { everyTimes, rememberedTimes } from "../../../src/schedule/times.ts";
import { temporaryLedger } from "../ledger/folder.ts";
import { FakeTime } from "./fake-time.ts";

export const DONE: JobOutcome = { status: 0, interrupted: false, completed: true, partial: false };
const FOR_MS = 300_000;

/** Leases of a process of that name, which is there as long as it is in `alive`. */
export function leasesOf(ledger: Ledger, time: FakeTime, holder: string, alive: ReadonlySet<string>): ScheduleLeases {
  return {
    acquire(name) {
      const request = { name, holder, nowMs: time.now(), forMs: FOR_MS, isGone: (other: string) => !alive.has(other) };
      const granted = ledger.leases.acquire(request);
      if (!isGranted(granted)) return { heldBy: granted.heldBy };
      return {
        hold: () => alive.has(holder) && ledger.leases.renew(granted, time.now(), FOR_MS) !== null,
        release: () => {
          if (alive.has(holder)) ledger.leases.release(granted);
        },
      };
    },
  };
}

export interface Made {
  readonly service: Service;
  readonly log: string[];
  settings: ServiceSettings;
  /** What the service said at its end. */
  readonly ended: Promise<JobName | null>;
  stop(): Promise<void>;
  /** As SIGKILL does it. */
  kill(): void;
}

/** Everything that services of one machine share. */
export function machine(start: string, random = 0) {
  const time = new FakeTime(start, random);
  const ledger = temporaryLedger();
  const alive = new Set<string>();
  const runs: string[] = [];
  const serve = (name: string, entries: readonly Entry[], options: Serving = {}): Made => {
    alive.add(name);
    const stopping = new AbortController();
    const log: string[] = [];
    const perform = options.perform ?? (async () => DONE);
    const service = new Service({
      waiting: time,
      record: options.record ?? ledger.jobs,
      leases: options.leases ?? leasesOf(ledger, time, name, alive),
      log: (_level, event, details) =>
        log.push([event, details?.job, details?.problem].filter((part) => part !== undefined).join(" ")),
      settings: { current: async () => made.settings, problem: options.problem ?? null },
      notices: options.notices ?? NO_NOTICES,
      async perform(job, signal) {
        // A process that was killed does nothing any more.
        if (!alive.has(name)) return new Promise(() => {});
        runs.push(`${name} ${job} ${new Date(time.now()).toISOString().slice(5, 16)}`);
        return perform(job, signal, time);
      },
    });
    const made: Mutable<Made> = {
      log,
      service,
      settings: { entries, jitterMs: options.jitterMs ?? 0 },
      ended: Promise.resolve(null),
      async stop() {
        stopping.abort();
        await made.ended;
      },
      kill() {
        alive.delete(name);
      },
    };
    made.ended = service.run(stopping.signal).catch((error: unknown) => {
      if (alive.has(name)) throw error;
      return null;
    });
    onTestFinished(() => stopping.abort());
    return made;
  };
  return { time, ledger, alive, runs, serve };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface Serving {
  readonly record?: JobRecord;
  readonly leases?: ScheduleLeases;
  readonly jitterMs?: number;
  /** What is wrong with its settings. */
  readonly problem?: string;
  readonly notices?: ServiceNotices;
  readonly perform?: (job: JobName, signal: AbortSignal, time: FakeTime) => Promise<JobOutcome>;
}

/** Longer than what runs in these tests, but where it is about that. */
const TIMEOUT_MS = 40 * 3_600_000;
export const NIGHTLY: Entry = {
  job: "scan",
  times: rememberedTimes(cronTimes("30 2 * * *", "Europe/Berlin")),
  timeoutMs: TIMEOUT_MS,
};
export const QUARTERLY: Entry = { job: "rotate", times: everyTimes(900_000), timeoutMs: TIMEOUT_MS };

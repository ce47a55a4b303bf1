import { describe, expect, it } from "vitest";
import { scheduleLeases } from "../../src/cli/schedule/schedule-leases.ts";
import { jsonLog } from "../../src/cli/schedule/schedule-log.ts";
import { measuredOf } from "../../src/cli/schedule/schedule-metrics.ts";
import type { ScheduleSource } from "../../src/cli/schedule/schedule-source.ts";
import { KeysweepError } from "../../src/model/error.ts";
import type { JobName } from "../../src/model/scheduled-job.ts";
import { thisHolder } from "../../src/runtime/holder.ts";
import type { OutputStream } from "../../src/runtime/standard-streams.ts";
import { runOnce } from "../../src/schedule/once.ts";
import type { Entry } from "../../src/schedule/planner.ts";
import { isHeld, type JobOutcome, type ScheduleLeases } from "../../src/schedule/ports.ts";
import { runJob } from "../../src/schedule/run-job.ts";
import { temporaryLedger } from "../support/ledger/folder.ts";
import { FakeTime, settled } from "../support/schedule/fake-time.ts";
import { DONE, leasesOf, type Made, machine, NIGHTLY, QUARTERLY } from "../support/schedule/machine.ts";

const HOUR = 3_600_000;
const IMPATIENT: Entry = { ...NIGHTLY, timeoutMs: 2 * HOUR };

/** Ends as soon as it is told to. */
function untilTold(signal: AbortSignal): Promise<JobOutcome> {
  return new Promise((resolve) =>
    signal.addEventListener("abort", () =>
      resolve({ status: 130, interrupted: true, completed: false, partial: false }),
    ),
  );
}

const never = (): Promise<JobOutcome> => new Promise(() => {});

describe("a job that takes longer than it may", () => {
  it("is told to end, has failed, and is begun again at its next time, not before", async () => {
    const { time, runs, ledger, serve } = machine("2027-01-01T01:00Z");
    const { stop, log } = serve("a", [IMPATIENT], { perform: (_job, signal) => untilTold(signal) });
    await time.until("2027-01-01T12:00Z");
    expect(log.slice(-3)).toEqual(["job.started scan", "job.timed-out scan", "job.ended scan"]);
    expect(ledger.jobs.of("scan", 0)).toMatchObject({
      last: { status: 4, endedMs: Date.parse("2027-01-01T03:30Z") },
      completedMs: null,
    });
    await time.until("2027-01-02T02:00Z");
    expect(runs).toEqual(["a scan 01-01T01:30", "a scan 01-02T01:30"]);
    await stop();
  });

  it("has done what it did if it comes to its end all the same", async () => {
    const { time, ledger, serve } = machine("2027-01-01T01:00Z");
    const perform = async (_job: JobName, _signal: AbortSignal, clock: FakeTime): Promise<JobOutcome> => {
      await clock.sleep(2 * HOUR + 60_000);
      return DONE;
    };
    const { stop } = serve("a", [IMPATIENT], { perform });
    await time.until("2027-01-01T12:00Z");
    expect(ledger.jobs.of("scan", 0).last).toMatchObject({ status: 0 });
    await stop();
  });

  it("and hangs, ends the service when the step of a rotation is done, so that another one goes on", async () => {
    const { time, ledger, runs, serve } = machine("2027-01-01T01:00Z");
    const steps: string[] = [];
    const first = serve("a", [IMPATIENT, QUARTERLY], {
      async perform(job, signal, clock) {
        if (job === "scan") return never();
        await clock.sleep(10 * 60_000);
        steps.push(`${new Date(clock.now()).toISOString().slice(11, 16)} ${signal.aborted}`);
        return signal.aborted ? { status: 130, interrupted: true, completed: false, partial: false } : DONE;
      },
    });
    await time.until("2027-01-01T03:34Z");
    expect(first.service.state).toMatchObject({ hanging: [], running: ["scan", "rotate"] });
    await time.until("2027-01-01T03:50Z");
    expect(await first.ended).toBe("scan");
    expect(first.log.slice(-4)).toEqual([
      "job.hangs scan",
      "service.stopping",
      "job.interrupted rotate",
      "service.stopped",
    ]);
    expect(steps.at(-1)).toBe("03:40 true");
    expect(ledger.jobs.of("scan", 0).last).toMatchObject({ status: 4 });
    const second = serve("b", [IMPATIENT, QUARTERLY]);
    await time.until("2027-01-02T02:00Z");
    // What hung is not begun again before its time; what was cut off is.
    expect(runs.filter((run) => run.startsWith("b")).filter((run) => run.includes("scan"))).toEqual([
      "b scan 01-02T01:30",
    ]);
    expect(runs.find((run) => run.startsWith("b"))).toBe("b rotate 01-01T03:50");
    await second.stop();
  });

  it("is never left in the middle of a rotation: that is told, and waited for", async () => {
    const { time, serve } = machine("2027-01-01T00:10Z");
    const done = Promise.withResolvers<JobOutcome>();
    const made = serve("a", [{ ...QUARTERLY, timeoutMs: HOUR }], { perform: () => done.promise });
    await time.until("2027-01-01T09:00Z");
    expect(made.service.state.hanging).toEqual(["rotate"]);
    expect(problemOf(made, time)).toBe("rotate: takes too long and does not end");
    done.resolve(DONE);
    await time.until("2027-01-01T09:00:10Z");
    expect(problemOf(made, time)).toBeNull();
    expect(made.log).toContain("job.ended rotate");
    await made.stop();
  });

  it("holds up nothing that is started again and again", async () => {
    const { time, ledger, alive } = machine("2027-01-01T01:00Z");
    alive.add("cron");
    ledger.jobs.of("scan", time.now());
    time.set("2027-01-01T02:00Z");
    const ran = runOnce([IMPATIENT], worldOf(ledger, time, alive, never), new AbortController().signal);
    await time.until("2027-01-01T05:00Z");
    expect(await ran).toEqual({ outcomes: [], hanging: "scan" });
  });
});

describe("rotations", () => {
  it("go on beside a long scan where nothing but `--once` is started", async () => {
    const { time, ledger, alive, runs } = machine("2027-01-01T01:00Z");
    alive.add("cron");
    for (const { job } of [NIGHTLY, QUARTERLY]) ledger.jobs.of(job, time.now());
    time.set("2027-01-01T02:00Z");
    const scanned = Promise.withResolvers<JobOutcome>();
    const world = worldOf(ledger, time, alive, async (job) => {
      runs.push(`${job} ${new Date(time.now()).toISOString().slice(11, 16)}`);
      return job === "scan" ? scanned.promise : DONE;
    });
    const ran = runOnce([NIGHTLY, QUARTERLY], world, new AbortController().signal);
    await time.until("2027-01-01T02:50Z");
    scanned.resolve(DONE);
    await time.until("2027-01-01T04:00Z");
    expect((await ran).outcomes).toHaveLength(5);
    expect(runs).toEqual(["rotate 02:00", "scan 02:00", "rotate 02:15", "rotate 02:30", "rotate 02:45"]);
  });

  it("come to their end when something else fails", async () => {
    const { time, ledger, alive } = machine("2027-01-01T01:00Z");
    alive.add("cron");
    for (const { job } of [NIGHTLY, QUARTERLY]) ledger.jobs.of(job, time.now());
    time.set("2027-01-01T02:00Z");
    const rotated = Promise.withResolvers<JobOutcome>();
    const world = worldOf(ledger, time, alive, (job) =>
      job === "scan" ? Promise.reject(new Error("x")) : rotated.promise,
    );
    let ended = false;
    const ran = runOnce([NIGHTLY, QUARTERLY], world, new AbortController().signal).finally(() => {
      ended = true;
    });
    ran.catch(() => {});
    await settled();
    expect(ended).toBe(false);
    rotated.resolve(DONE);
    await expect(ran).rejects.toThrow("x");
  });
});

function worldOf(
  ledger: ReturnType<typeof temporaryLedger>,
  time: FakeTime,
  alive: ReadonlySet<string>,
  perform: (job: JobName, signal: AbortSignal) => Promise<JobOutcome>,
) {
  return { waiting: time, record: ledger.jobs, leases: leasesOf(ledger, time, "cron", alive), log() {}, perform };
}

function problemOf({ service }: Made, time: FakeTime): string | null {
  const none = { entries: [] } as unknown as ScheduleSource;
  return measuredOf(service, none, temporaryLedger(), { clock: time, version: "1" }).problem();
}

describe("a ledger that cannot be used for a while", () => {
  it("stops nothing for good: it is told once, and what was due then runs when it can be used again", async () => {
    const { time, ledger, runs, serve, alive } = machine("2027-01-01T00:10Z");
    let isLocked = false;
    const locked = (): void => {
      if (isLocked) throw new KeysweepError("ledger", "the ledger is locked");
    };
    const own = leasesOf(ledger, time, "a", alive);
    const leases: ScheduleLeases = {
      acquire(name) {
        locked();
        const lease = own.acquire(name);
        return isHeld(lease) ? { ...lease, hold: () => (locked(), lease.hold()) } : lease;
      },
    };
    const made = serve("a", [QUARTERLY], { leases });
    await time.until("2027-01-01T00:20Z");
    isLocked = true;
    await time.until("2027-01-01T01:20Z");
    expect(made.service.state.problem).toBe("the ledger is locked");
    expect(problemOf(made, time)).toBe("the ledger cannot be used: the log says why");
    expect(made.log.filter((line) => line === "service.ledger-unusable")).toHaveLength(1);
    isLocked = false;
    await time.until("2027-01-01T01:35Z");
    expect(problemOf(made, time)).toBeNull();
    expect(runs).toEqual(["a rotate 01-01T00:15", "a rotate 01-01T01:20", "a rotate 01-01T01:30"]);
    await made.stop();
  });

  it("is told once of each job that cannot be begun", async () => {
    const { time, ledger, serve } = machine("2027-01-01T00:10Z");
    const full = {
      known: (job: JobName) => ledger.jobs.known(job),
      of: (job: JobName, now: number) => ledger.jobs.of(job, now),
      begin() {
        throw new KeysweepError("ledger", "the disk is full");
      },
      end: () => expect.unreachable(),
    };
    const made = serve("a", [QUARTERLY], { record: full });
    await time.until("2027-01-01T03:00Z");
    expect(made.log.filter((line) => line === "job.failed rotate")).toHaveLength(1);
    await made.stop();
  });

  it("does not keep a log that cannot be written from going on", () => {
    const said: string[] = [];
    const full: OutputStream = {
      isTTY: false,
      columns: undefined,
      write() {
        throw new KeysweepError("output", "no room");
      },
    };
    const stderr: OutputStream = { ...full, write: (text) => said.push(text) > 0 };
    const log = jsonLog({ stdout: full, stderr }, { now: () => 0 });
    log("info", "one");
    log("info", "two");
    expect(said).toEqual(["keysweep: the log cannot be written: no room\n"]);
  });
});

describe("a lease of the schedule", () => {
  const start = "2027-01-01T00:00Z";
  /** A process of another host: nobody here can tell whether it is gone. */
  const other = JSON.stringify({ ...JSON.parse(thisHolder()), host: "other" });

  it("is as good as before when the machine slept for hours, and nobody else had it", async () => {
    const time = new FakeTime(start);
    const lease = scheduleLeases(temporaryLedger().leases, time).acquire("schedule/scan");
    time.set("2027-01-01T09:00Z");
    expect(isHeld(lease) && lease.hold()).toBe(true);
    time.set("2027-01-01T09:04Z");
    expect(isHeld(lease) && lease.hold()).toBe(true);
  });

  it("is lost when somebody else had it meanwhile, even if that one has given it back", async () => {
    for (const isGivenBack of [false, true]) {
      const time = new FakeTime(start);
      const ledger = temporaryLedger();
      const lease = scheduleLeases(ledger.leases, time).acquire("schedule/scan");
      time.set("2027-01-01T09:00Z");
      const taken = leasesOf(ledger, time, other, new Set([other])).acquire("schedule/scan");
      if (isGivenBack && isHeld(taken)) taken.release();
      expect(isHeld(lease) && lease.hold()).toBe(false);
      // And it is left to whoever may have it.
      expect(isHeld(leasesOf(ledger, time, "third", new Set([other, "third"])).acquire("schedule/scan"))).toBe(
        isGivenBack,
      );
    }
  });

  it("is kept when the clock is set back by hours", () => {
    const time = new FakeTime(start);
    const lease = scheduleLeases(temporaryLedger().leases, time).acquire("schedule/scan");
    time.set("2026-12-31T09:00Z");
    expect(isHeld(lease) && lease.hold()).toBe(true);
  });

  it("that is lost stops its job, whoever took it", async () => {
    const { time, ledger, alive } = machine("2027-01-01T00:00Z");
    alive.add("cron").add("thief");
    ledger.jobs.of("rotate", time.now());
    time.set("2027-01-01T00:15Z");
    const running = runJob(
      QUARTERLY,
      worldOf(ledger, time, alive, (_job, signal) => untilTold(signal)),
      new AbortController().signal,
    );
    await settled();
    // As somebody whose clock is far ahead takes it.
    time.set("2027-01-01T09:15Z");
    expect(isHeld(leasesOf(ledger, time, "thief", alive).acquire("schedule/rotate"))).toBe(true);
    await time.until("2027-01-01T09:17Z");
    expect(await running).toMatchObject({ interrupted: true });
  });
});

describe("a clock that is set while the service runs", () => {
  it("forward by hours: what was due meanwhile runs once, then all goes on", async () => {
    const { time, runs, serve } = machine("2027-01-01T00:10Z");
    const { stop } = serve("a", [QUARTERLY, NIGHTLY]);
    await time.until("2027-01-01T00:20Z");
    time.set("2027-01-01T07:20Z");
    await time.until("2027-01-01T07:46Z");
    expect(runs).toEqual([
      "a rotate 01-01T00:15",
      "a rotate 01-01T07:20",
      "a scan 01-01T07:20",
      "a rotate 01-01T07:30",
      "a rotate 01-01T07:45",
    ]);
    await stop();
  });

  it("back by hours: nothing stands still until it is as late again", async () => {
    const { time, runs, serve } = machine("2027-01-01T09:10Z");
    const { stop } = serve("a", [QUARTERLY]);
    await time.until("2027-01-01T09:20Z");
    time.set("2027-01-01T02:20Z");
    await time.until("2027-01-01T02:46Z");
    expect(runs).toEqual([
      "a rotate 01-01T09:15",
      "a rotate 01-01T02:20",
      "a rotate 01-01T02:30",
      "a rotate 01-01T02:45",
    ]);
    await stop();
  });
});

describe("a storm of SIGHUP", () => {
  it("reads the configuration and tells systemd a few times, and not each time", async () => {
    const { time, serve } = machine("2027-01-01T00:00Z");
    const told: string[] = [];
    const tell = (what: string) => async () => void told.push(what);
    const notices = {
      ready: tell("ready"),
      reloading: tell("reloading"),
      stopping: tell("stopping"),
      alive: async () => {},
      watchdogMs: null,
    };
    const { service, stop } = serve("a", [], { notices });
    await settled();
    told.length = 0;
    for (let count = 0; count < 10_000; count++) service.reload();
    await settled();
    await time.until("2027-01-01T00:01Z");
    expect(told).toEqual(["reloading", "ready"]);
    await stop();
  });
});

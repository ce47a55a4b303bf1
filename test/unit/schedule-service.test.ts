import { describe, expect, it } from "vitest";
import { runOnce } from "../../src/schedule/once.ts";
import { runJob } from "../../src/schedule/run-job.ts";
import type { ServiceNotices } from "../../src/schedule/service-notices.ts";
import { settled } from "../support/schedule/fake-time.ts";
import { DONE, leasesOf, machine, NIGHTLY, QUARTERLY } from "../support/schedule/machine.ts";

describe("a service", () => {
  it("runs what is due when it is due, through both changes of clocks", async () => {
    const { time, runs, serve } = machine("2027-03-28T00:00Z");
    const { stop } = serve("a", [NIGHTLY]);
    await time.until("2027-03-29T01:00Z");
    expect(runs).toEqual(["a scan 03-28T01:00", "a scan 03-29T00:30"]);
    await stop();
    const autumn = machine("2027-10-31T00:00Z");
    const later = autumn.serve("a", [NIGHTLY]);
    await autumn.time.until("2027-11-01T02:00Z");
    expect(autumn.runs).toEqual(["a scan 10-31T00:30", "a scan 11-01T01:30"]);
    await later.stop();
  });

  it("makes up once for what it missed while it was down", async () => {
    const { time, runs, serve } = machine("2027-01-01T00:00Z");
    const first = serve("a", [NIGHTLY]);
    await time.until("2027-01-01T02:00Z");
    await first.stop();
    time.set("2027-01-05T12:00Z");
    const second = serve("b", [NIGHTLY]);
    await time.until("2027-01-06T02:00Z");
    expect(runs).toEqual(["a scan 01-01T01:30", "b scan 01-05T12:00", "b scan 01-06T01:30"]);
    await second.stop();
  });

  it("begins later by its jitter", async () => {
    const { time, runs, serve } = machine("2027-01-01T00:00Z", 0.5);
    const { stop } = serve("a", [NIGHTLY], { jitterMs: 600_000 });
    await time.until("2027-01-02T02:00Z");
    expect(runs).toEqual(["a scan 01-01T01:35", "a scan 01-02T01:35"]);
    await stop();
  });

  it("never overlaps itself, and what takes long keeps nothing else waiting", async () => {
    const { time, runs, serve } = machine("2027-01-01T01:00Z");
    let running = 0;
    let most = 0;
    const { stop } = serve("a", [NIGHTLY, QUARTERLY], {
      async perform(job, signal, clock) {
        if (job === "rotate") return DONE;
        most = Math.max(most, ++running);
        await clock.sleep(30 * 3_600_000, signal).catch(() => {});
        running--;
        return DONE;
      },
    });
    await time.until("2027-01-02T09:00Z");
    expect(most).toBe(1);
    // The one of the 2nd was due while that of the 1st ran: made up for right after it.
    expect(runs.filter((run) => run.includes("scan"))).toEqual(["a scan 01-01T01:30", "a scan 01-02T07:30"]);
    expect(runs.filter((run) => run.includes("rotate"))).toHaveLength(32 * 4);
    await stop();
  });

  it("stands by where another one leads, and takes over when that one is killed: nothing runs twice, nothing is left out", async () => {
    const { time, runs, serve } = machine("2027-01-01T00:00Z");
    const first = serve("a", [QUARTERLY]);
    await settled();
    const second = serve("b", [QUARTERLY]);
    await time.until("2027-01-01T00:20Z");
    expect(runs).toEqual(["a rotate 01-01T00:15"]);
    expect(second.log).toEqual(["service.standing-by"]);
    expect([first.service.state.isLeader, second.service.state.isLeader]).toEqual([true, false]);
    first.kill();
    await time.until("2027-01-01T00:50Z");
    expect(runs).toEqual(["a rotate 01-01T00:15", "b rotate 01-01T00:30", "b rotate 01-01T00:45"]);
    expect(second.service.state.isLeader).toBe(true);
    await second.stop();
  });

  it("runs nothing while it stands by, not even what the leader does not know", async () => {
    const { time, runs, serve } = machine("2027-01-01T00:00Z");
    const first = serve("a", []);
    await settled();
    const second = serve("b", [QUARTERLY]);
    await time.until("2027-01-01T00:40Z");
    expect(runs).toEqual([]);
    await first.stop();
    await time.until("2027-01-01T00:46Z");
    expect(runs).toEqual(["b rotate 01-01T00:45"]);
    await second.stop();
  });

  it("begins again what a killed one was at", async () => {
    const { time, runs, serve } = machine("2027-01-01T01:00Z");
    const first = serve("a", [NIGHTLY], { perform: () => new Promise(() => {}) });
    await time.until("2027-01-01T01:40Z");
    first.kill();
    const second = serve("b", [NIGHTLY]);
    await time.until("2027-01-02T02:00Z");
    expect(runs).toEqual(["a scan 01-01T01:30", "b scan 01-01T01:40", "b scan 01-02T01:30"]);
    await second.stop();
  });

  it("finishes the step in hand when it is told to stop, begins none, and leaves the run open", async () => {
    const { time, runs, ledger, serve } = machine("2027-01-01T01:00Z");
    const steps: string[] = [];
    const { stop, log } = serve("a", [NIGHTLY, QUARTERLY], {
      async perform(job, signal, clock) {
        if (job === "rotate") return DONE;
        for (const step of ["one", "two", "three"]) {
          if (signal.aborted) return { status: 130, interrupted: true, completed: false, partial: false };
          await clock.sleep(60_000);
          steps.push(step);
        }
        return DONE;
      },
    });
    await time.until("2027-01-01T01:31Z");
    const stopped = stop();
    await time.until("2027-01-01T03:00Z");
    await stopped;
    expect(steps).toEqual(["one", "two"]);
    expect(runs.filter((run) => run > "a scan" || run > "a rotate 01-01T01:30")).toEqual(["a scan 01-01T01:30"]);
    expect(log.slice(-3)).toEqual(["service.stopping", "job.interrupted scan", "service.stopped"]);
    expect(ledger.jobs.of("scan", 0).last).toMatchObject({ endedMs: null, attempts: 1 });
  });

  it("takes new settings at once when it is told to, and else when it looks", async () => {
    const { time, runs, serve } = machine("2027-01-01T00:00Z");
    const made = serve("a", [NIGHTLY]);
    await time.until("2027-01-01T00:05Z");
    made.settings = { entries: [QUARTERLY], jitterMs: 0 };
    made.service.reload();
    await settled();
    expect(made.service.planned().map(({ job }) => job)).toEqual(["rotate"]);
    await time.until("2027-01-01T00:16Z");
    made.settings = { entries: [NIGHTLY], jitterMs: 0 };
    await time.until("2027-01-01T00:59Z");
    expect(runs).toEqual(["a rotate 01-01T00:15"]);
    await made.stop();
  });

  it("tells systemd that it is ready, alive, reloading and stopping", async () => {
    const { time, serve } = machine("2027-01-01T00:00Z");
    const told: string[] = [];
    const tell = (what: string) => async () => void told.push(what);
    const notices: ServiceNotices = {
      ready: tell("ready"),
      reloading: tell("reloading"),
      stopping: tell("stopping"),
      alive: tell("alive"),
      watchdogMs: 30_000,
    };
    const { service, stop, log } = serve("a", [], { notices });
    await time.until("2027-01-01T00:01Z");
    expect(told.length).toBeGreaterThanOrEqual(7);
    expect(new Set(told)).toEqual(new Set(["ready", "alive"]));
    told.length = 0;
    service.reload();
    await settled();
    expect(told).toEqual(["reloading", "ready", "alive"]);
    expect(log.at(-1)).toBe("service.reloaded");
    await stop();
    expect(told.at(-1)).toBe("stopping");
  });

  it("tells whoever has it reload that the settings in force are not those that are written", async () => {
    const { serve } = machine("2027-01-01T00:00Z");
    const { service, stop, log } = serve("a", [], { problem: "config.yaml:3: no such key" });
    await settled();
    service.reload();
    await settled();
    expect(log.at(-1)).toBe("service.reloaded config.yaml:3: no such key");
    await stop();
  });

  it("survives a job that fails in a way that nobody thought of", async () => {
    const { time, runs, serve } = machine("2027-01-01T00:00Z");
    const { stop, log } = serve("a", [QUARTERLY], { perform: () => Promise.reject(new Error("unexpected")) });
    await time.until("2027-01-01T00:16Z");
    expect(log).toContain("job.failed rotate");
    expect(runs.length).toBeLessThanOrEqual(5);
    await stop();
  });
});

describe("a run", () => {
  it("is none where another process has done it just before", async () => {
    const { time, ledger, alive } = machine("2027-01-01T00:00Z");
    alive.add("late");
    ledger.jobs.of("rotate", time.now());
    time.set("2027-01-01T00:15Z");
    ledger.jobs.begin("rotate", time.now(), time.now());
    ledger.jobs.end("rotate", time.now(), 0, true);
    const world = {
      waiting: time,
      record: ledger.jobs,
      leases: leasesOf(ledger, time, "late", alive),
      log() {},
      perform: () => Promise.reject(new Error("it was run")),
    };
    expect(await runJob(QUARTERLY, world, new AbortController().signal)).toEqual({ heldBy: null });
  });

  it.each([
    [DONE, "info", true],
    [{ ...DONE, partial: true }, "warning", false],
    [{ ...DONE, status: 4, completed: false }, "error", false],
  ] as const)(
    "is a success where it looked at all that it should, and is told as it was: %o",
    async (outcome, level, isSuccess) => {
      const { time, ledger, alive } = machine("2027-01-01T00:00Z");
      alive.add("one");
      ledger.jobs.of("rotate", time.now());
      time.set("2027-01-01T00:15Z");
      const told: string[] = [];
      const world = {
        waiting: time,
        record: ledger.jobs,
        leases: leasesOf(ledger, time, "one", alive),
        log: (how: string, event: string) => told.push(`${how} ${event}`),
        perform: async () => outcome,
      };
      await runJob(QUARTERLY, world, new AbortController().signal);
      expect(told).toEqual(["info job.started", `${level} job.ended`]);
      expect(ledger.jobs.known("rotate")?.completedMs ?? null).toBe(isSuccess ? time.now() : null);
    },
  );

  it("stops when its lease is lost", async () => {
    const { time, ledger, alive } = machine("2027-01-01T00:00Z");
    alive.add("slow");
    ledger.jobs.of("rotate", time.now());
    time.set("2027-01-01T00:15Z");
    const running = runJob(
      QUARTERLY,
      {
        waiting: time,
        record: ledger.jobs,
        leases: leasesOf(ledger, time, "slow", alive),
        log() {},
        async perform(_job, signal) {
          await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
          return { status: 130, interrupted: true, completed: false, partial: false };
        },
      },
      new AbortController().signal,
    );
    await settled();
    // As a machine that slept: nobody renewed it, and somebody else took it.
    alive.delete("slow");
    await time.until("2027-01-01T00:17Z");
    expect(await running).toMatchObject({ interrupted: true });
  });
});

describe("what is started again and again", () => {
  it("runs what is due once, whoever else does", async () => {
    const { time, ledger, alive, runs } = machine("2027-01-01T00:00Z");
    alive.add("cron").add("other");
    const once = (name: string) =>
      runOnce(
        [NIGHTLY, QUARTERLY],
        {
          waiting: time,
          record: ledger.jobs,
          leases: leasesOf(ledger, time, name, alive),
          log() {},
          async perform(job) {
            runs.push(`${name} ${job}`);
            await settled();
            return DONE;
          },
        },
        new AbortController().signal,
      );
    expect(await once("cron")).toEqual({ outcomes: [], hanging: null });
    time.set("2027-01-01T02:00Z");
    const both = await Promise.all([once("cron"), once("other")]);
    expect(runs.map((run) => run.split(" ")[1])).toEqual(["rotate", "scan"]);
    expect(both.flatMap(({ outcomes }) => outcomes)).toEqual([DONE, DONE]);
    expect((await once("cron")).outcomes).toEqual([]);
  });
});

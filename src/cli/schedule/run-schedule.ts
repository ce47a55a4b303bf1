import { EventEmitter } from "node:events";
import type { Ledger } from "../../ledger/ledger.ts";
import { KeysweepError } from "../../model/error.ts";
import type { JobName } from "../../model/scheduled-job.ts";
import { removeUnfinishedFiles } from "../../runtime/atomic-file.ts";
import { runProgram } from "../../runtime/program.ts";
import { watchForStalls } from "../../runtime/stall-watch.ts";
import { systemWaiting, type Waiting } from "../../runtime/waiting.ts";
import { runOnce } from "../../schedule/once.ts";
import type { JobOutcome, Log, RunWorld } from "../../schedule/ports.ts";
import { whyFailed } from "../../schedule/run-job.ts";
import { Service, type SettingsSource } from "../../schedule/service.ts";
import { NO_NOTICES, type ServiceNotices, systemdNotices } from "../../schedule/service-notices.ts";
import type { ScheduleRunFlags } from "../commands/schedule.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { INTERRUPTING, interruptionOfProcess, listen } from "../interruption.ts";
import { ledgerLocation, openLedgerAt } from "../ledger-location.ts";
import { operatorPath } from "../policy.ts";
import { performJob } from "./schedule-jobs.ts";
import { scheduleLeases } from "./schedule-leases.ts";
import { jsonLog } from "./schedule-log.ts";
import { presenceOf } from "./schedule-presence.ts";
import { ScheduleSource } from "./schedule-source.ts";

/** The command `schedule run`. */
export async function runSchedule(
  context: Context,
  flags: ScheduleRunFlags,
  waiting: Waiting = systemWaiting,
): Promise<void> {
  // Before anything else: what is told to stop while it starts must not be cut off in a step a moment later, and what is told to read its
  // configuration anew while it reads it is not to end.
  const hangups = new EventEmitter();
  const onHangup = (): boolean => hangups.emit("hangup");
  if (!flags.once) process.on("SIGHUP", onHangup);
  const stop = stopSignal(context, flags);
  const log = jsonLog(context, context.clock);
  const source = await openSource(context, flags, log);
  const location = ledgerLocation(context, flags.ledger);
  if (location === null) throw needsLedger();
  const ledger = await openLedgerAt(location);
  const isThere = presenceOf(location.path);
  await using _watch = watchForStalls();
  let hanging: JobName | null = null;
  try {
    const world: RunWorld = {
      waiting,
      log,
      record: ledger.jobs,
      leases: scheduleLeases(ledger.leases, waiting),
      async perform(job, signal) {
        const setting = source.setting(job);
        // It was taken out of the configuration just now.
        if (setting === undefined) return { status: EXIT.clean, interrupted: false, completed: false, partial: false };
        return performJob(context, flags, setting, {
          waiting,
          log,
          signal,
          async onReport(step, found, report) {
            const { tellFindings } = await import("./finding-notices.ts");
            await tellFindings(step, found, report, { path: source.path, ledger, waiting });
          },
        });
      },
    };
    hanging = flags.once
      ? await once(context, source, world, stop)
      : await serve(context, source, world, { ledger, path: location.path, isThere, hangups }, stop);
  } finally {
    process.off("SIGHUP", onHangup);
    ledger.close();
  }
  if (hanging !== null) endWith(context, hanging);
}

/**
 * Ends the process in which something hangs, for whoever starts it again. A thread that waits for a disk that does not answer keeps the process
 * from any other end.
 */
function endWith({ stderr }: Context, job: JobName): never {
  stderr.write(`keysweep: the ${job} does not end: its process does\n`);
  removeUnfinishedFiles();
  process.kill(process.pid, "SIGKILL");
  throw new KeysweepError("internal", "the process does not end");
}

/** Whoever starts a service on the file that is there now has other leases: two would lead, and run the same at once. */
function ledgerGone(path: string): KeysweepError {
  return new KeysweepError("ledger", `the ledger ${path} was taken away or exchanged while the schedule ran`, {
    hint: "Put it back with its log (-wal), unless that was meant: then take the log away too. Then start keysweep schedule run again.",
  });
}

/** @throws KeysweepError `configuration`, `usage` when nothing is scheduled. */
export async function openSource(
  context: Context,
  flags: Pick<ScheduleRunFlags, "config">,
  log: Log,
): Promise<ScheduleSource> {
  const path = operatorPath(context, flags);
  if (path === null) throw nothingScheduled("there is no configuration");
  const source = await ScheduleSource.open(path, { clock: context.clock, home: context.system.home, log });
  if (source.configuration.jobs.length === 0) throw nothingScheduled(`nothing is scheduled in ${path}`);
  return source;
}

async function once(
  context: Context,
  source: ScheduleSource,
  world: RunWorld,
  stop: AbortSignal,
): Promise<JobName | null> {
  const { entries } = await source.current();
  const { outcomes, hanging } = await runOnce(entries, world, stop);
  context.exitWith(worst(outcomes));
  return hanging;
}

/** What a service that stays is given besides. */
interface Served {
  readonly ledger: Ledger;
  readonly path: string;
  /** Whether the ledger is the file that is at its path. */
  isThere(): boolean;
  /** Emits `hangup` for each SIGHUP. */
  readonly hangups: EventEmitter;
}

async function serve(
  context: Context,
  source: ScheduleSource,
  world: RunWorld,
  { ledger, path, isThere, hangups }: Served,
  stop: AbortSignal,
): Promise<JobName | null> {
  const { log, waiting } = world;
  const notices = noticesFor(context, log);
  const gone = new AbortController();
  const settings: SettingsSource = {
    async current() {
      if (!isThere()) gone.abort();
      return source.current();
    },
    get problem() {
      return source.problem;
    },
  };
  const service = new Service({ ...world, settings, notices });
  const reload = (): void => service.reload();
  hangups.on("hangup", reload);
  const { metricsPort } = source.configuration;
  const jobs = source.configuration.jobs.map(({ job }): JobName => job);
  source.tellDoubts();
  log("info", "service.started", { version: context.version, configuration: source.path, jobs, pid: process.pid });
  try {
    await using _metrics =
      metricsPort === null
        ? null
        : tellMetrics(() => metricsOn(metricsPort, service, source, ledger, context), waiting, log);
    context.exitWith(EXIT.clean);
    const left = await service.run(AbortSignal.any([stop, gone.signal]));
    if (left === null && gone.signal.aborted) throw ledgerGone(path);
    return left;
  } finally {
    hangups.off("hangup", reload);
  }
}

/** How often a port is asked for that somebody has, in milliseconds. */
const PORT_MS = 15_000;

/** Tells metrics from when on the port can be had: on one machine the service that leads has it, and what stands by is not to give up for that. */
function tellMetrics(
  listen: () => Promise<AsyncDisposable & { readonly port: number }>,
  waiting: Waiting,
  log: Log,
): AsyncDisposable {
  const ended = new AbortController();
  const telling = (async () => {
    for (let isTold = false; ; isTold = true) {
      try {
        const server = await listen();
        log("info", "metrics.told", { address: `http://127.0.0.1:${server.port}/metrics` });
        return server;
      } catch (error) {
        if (!isTold) log("error", "metrics.not-told", { error: whyFailed(error) });
      }
      await waiting.sleep(PORT_MS, ended.signal);
    }
  })();
  // Ended while it waits.
  telling.catch(() => {});
  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      const server = await telling.catch(() => null);
      await server?.[Symbol.asyncDispose]();
    },
  };
}

async function metricsOn(
  port: number,
  service: Service,
  source: ScheduleSource,
  ledger: Ledger,
  { clock, version }: Context,
): Promise<AsyncDisposable & { readonly port: number }> {
  const [{ serveMetrics }, { measuredOf }] = await Promise.all([
    import("../../schedule/metrics-server.ts"),
    import("./schedule-metrics.ts"),
  ]);
  return serveMetrics(port, measuredOf(service, source, ledger, { clock, version }));
}

/** Given by whatever interrupts: then the step in hand is finished, which takes as long as it takes. */
function stopSignal(context: Context, { once }: ScheduleRunFlags): AbortSignal {
  const interruption = interruptionOfProcess(context.stderr);
  interruption.finish();
  // What stays is told by a closed terminal to read its configuration anew, as services are.
  listen(interruption, once ? INTERRUPTING : ["SIGINT", "SIGTERM"]);
  // Only now: a signal that has come, and was not told of yet, is lost when the last who listens goes.
  context.endWhenInterrupted();
  if (context.signal.aborted) interruption.come("SIGTERM");
  return interruption.signal;
}

const NOTIFY_TIMEOUT_MS = 10_000;

function noticesFor({ system }: Context, log: Log): ServiceNotices {
  let isTold = false;
  const notices = systemdNotices({
    environment: system.environment,
    pid: process.pid,
    monotonicUs: () => process.hrtime.bigint() / 1000n,
    async send(assignments) {
      // Node has no datagram sockets of the file system, so systemd's own program sends.
      const command = {
        argv: ["systemd-notify", ...assignments] as const,
        stdin: "",
        environment: { NOTIFY_SOCKET: system.environment.NOTIFY_SOCKET ?? "" },
        timeoutMs: NOTIFY_TIMEOUT_MS,
      };
      try {
        const { status } = await runProgram(command, system);
        if (status === 0) return;
      } catch (error) {
        if (!(error instanceof KeysweepError)) throw error;
      }
      if (!isTold) log("error", "systemd.not-told", { why: "systemd-notify cannot be run, or failed" });
      isTold = true;
    },
  });
  return notices ?? NO_NOTICES;
}

/** Of all runs one status, what is worst first. */
function worst(outcomes: readonly JobOutcome[]): ExitStatus {
  const order = [EXIT.interrupted, EXIT.failed, EXIT.usage, EXIT.findings, EXIT.incomplete] as const;
  return order.find((status) => outcomes.some((outcome) => outcome.status === status)) ?? EXIT.clean;
}

function nothingScheduled(message: string): KeysweepError {
  return new KeysweepError("usage", message, {
    hint: 'Say in it what is to run, e.g. schedule: { scan: { at: "0 2 * * *" } }; see docs/schedule.md.',
  });
}

function needsLedger(): KeysweepError {
  return new KeysweepError("usage", "--ledger none: then nobody knows what ran last", {
    hint: "Name a file, or leave the flag out.",
  });
}

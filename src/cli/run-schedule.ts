import type { Ledger } from "../ledger/ledger.ts";
import { KeysweepError } from "../model/error.ts";
import type { JobName } from "../model/scheduled-job.ts";
import { runProgram } from "../runtime/program.ts";
import { systemWaiting, type Waiting } from "../runtime/waiting.ts";
import { runOnce } from "../schedule/once.ts";
import type { JobOutcome, Log, RunWorld } from "../schedule/ports.ts";
import { Service } from "../schedule/service.ts";
import { NO_NOTICES, type ServiceNotices, systemdNotices } from "../schedule/service-notices.ts";
import type { ScheduleRunFlags } from "./commands/schedule.ts";
import type { Context } from "./context.ts";
import { EXIT, type ExitStatus } from "./exit.ts";
import { ledgerLocation, openLedgerAt } from "./ledger-location.ts";
import { operatorPath } from "./policy.ts";
import { performJob } from "./schedule-jobs.ts";
import { scheduleLeases } from "./schedule-leases.ts";
import { jsonLog } from "./schedule-log.ts";
import { ScheduleSource } from "./schedule-source.ts";

/** The command `schedule run`. */
export async function runSchedule(
  context: Context,
  flags: ScheduleRunFlags,
  waiting: Waiting = systemWaiting,
): Promise<void> {
  const log = jsonLog(context.stdout, context.clock);
  const source = await openSource(context, flags, log);
  const location = ledgerLocation(context, flags.ledger);
  if (location === null) throw needsLedger();
  const ledger = await openLedgerAt(location);
  try {
    const world: RunWorld = {
      waiting,
      log,
      record: ledger.jobs,
      leases: scheduleLeases(ledger.leases, waiting),
      async perform(job, signal) {
        const setting = source.setting(job);
        // It was taken out of the configuration just now.
        if (setting === undefined) return { status: EXIT.clean, interrupted: false, completed: false };
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
    if (flags.once) await once(context, source, world);
    else await serve(context, source, world, ledger);
  } finally {
    ledger.close();
  }
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

async function once(context: Context, source: ScheduleSource, world: RunWorld): Promise<void> {
  const { entries } = await source.current();
  const stop = stopSignal(context);
  context.exitWith(worst(await runOnce(entries, world, stop)));
}

async function serve(context: Context, source: ScheduleSource, world: RunWorld, ledger: Ledger): Promise<void> {
  const { log } = world;
  const notices = noticesFor(context, log);
  const service = new Service({ ...world, settings: source, notices });
  const stop = stopSignal(context);
  const reload = (): void => void service.reload();
  process.on("SIGHUP", reload);
  const { metricsPort } = source.configuration;
  const jobs = source.configuration.jobs.map(({ job }): JobName => job);
  log("info", "service.started", { version: context.version, configuration: source.path, jobs, pid: process.pid });
  try {
    await using metrics = metricsPort === null ? null : await metricsOn(metricsPort, service, source, ledger, context);
    if (metrics !== null) log("info", "metrics.told", { address: `http://127.0.0.1:${metrics.port}/metrics` });
    await service.run(stop);
    context.exitWith(EXIT.clean);
  } finally {
    process.off("SIGHUP", reload);
  }
}

async function metricsOn(
  port: number,
  service: Service,
  source: ScheduleSource,
  ledger: Ledger,
  { clock, version }: Context,
): Promise<AsyncDisposable & { readonly port: number }> {
  const [{ serveMetrics }, { measuredOf }] = await Promise.all([
    import("../schedule/metrics-server.ts"),
    import("./schedule-metrics.ts"),
  ]);
  return serveMetrics(port, measuredOf(service, source, ledger, { clock, version }));
}

/** Given by SIGTERM and Ctrl-C: then the step in hand is finished, which takes as long as it takes. A second one ends the process at once. */
function stopSignal(context: Context): AbortSignal {
  const stop = new AbortController();
  context.endWhenInterrupted();
  // A terminal that is closed stops what is not told to read its configuration anew by it.
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(EXIT.interrupted);
      stop.abort();
    });
  }
  return stop.signal;
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

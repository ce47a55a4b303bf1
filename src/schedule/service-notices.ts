/** Tells whoever started the service how it is. */
export interface ServiceNotices {
  ready(): Promise<void>;
  reloading(): Promise<void>;
  stopping(): Promise<void>;
  /** It is alive; told as often as the watchdog wants it, however often this is called. */
  alive(nowMs: number): Promise<void>;
  /** How often it has to be alive at least, in milliseconds; null: nobody watches. */
  readonly watchdogMs: number | null;
}

const nothing = async (): Promise<void> => {};

/** Where nobody is to be told. */
export const NO_NOTICES: ServiceNotices = {
  ready: nothing,
  reloading: nothing,
  stopping: nothing,
  alive: nothing,
  watchdogMs: null,
};

export interface SystemdSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** CLOCK_MONOTONIC in microseconds. */
  monotonicUs(): bigint;
  /** Sends these assignments to the notification socket; it must not reject. */
  send(assignments: readonly string[]): Promise<void>;
}

/**
 * systemd's protocol for services, see sd_notify(3).
 * @returns null when systemd does not want to know.
 */
export function systemdNotices({ environment, pid, monotonicUs, send }: SystemdSurroundings): ServiceNotices | null {
  if (environment.NOTIFY_SOCKET === undefined) return null;
  const watchdogMs = watchdogOf(environment, pid);
  let toldMs = Number.NEGATIVE_INFINITY;
  return {
    watchdogMs,
    ready: () => send(["READY=1"]),
    reloading: () => send(["RELOADING=1", `MONOTONIC_USEC=${monotonicUs()}`]),
    stopping: () => send(["STOPPING=1"]),
    async alive(nowMs) {
      // A clock that was set back must not keep it silent.
      if (watchdogMs === null || (nowMs >= toldMs && nowMs - toldMs < watchdogMs / 3)) return;
      toldMs = nowMs;
      await send(["WATCHDOG=1"]);
    },
  };
}

/** See sd_watchdog_enabled(3): it may be meant for another process. */
function watchdogOf({ WATCHDOG_USEC, WATCHDOG_PID }: SystemdSurroundings["environment"], pid: number): number | null {
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== String(pid)) return null;
  const us = Number(WATCHDOG_USEC ?? "");
  return Number.isSafeInteger(us) && us > 0 ? us / 1000 : null;
}

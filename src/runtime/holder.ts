import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * A process by what tells it from every other one, now and later: process ids are used again, so its start counts too, and
 * they count from the boot of the machine and within one name space. What the system does not tell is empty.
 */
interface ProcessIdentity {
  readonly host: string;
  readonly boot: string;
  readonly space: string;
  readonly pid: number;
  readonly started: string;
}

/** This process as the holder of a lease, to be written down. */
export function thisHolder(): string {
  return JSON.stringify({ ...here(), pid: process.pid, started: startOf(process.pid) } satisfies ProcessIdentity);
}

/** Whether the process that {@link thisHolder} named is certainly no more. False where it cannot be told: on another host, for instance. */
export function isHolderGone(holder: string): boolean {
  const { host, boot, space, pid, started } = JSON.parse(holder) as ProcessIdentity;
  const now = here();
  if (host !== now.host) return false;
  if (differ(boot, now.boot)) return true;
  if (boot !== now.boot || space !== now.space) return false;
  return !exists(pid) || differ(started, startOf(pid));
}

/** Whether both are known and not the same: what may not be looked at proves nothing. */
function differ(one: string, other: string): boolean {
  return one !== "" && other !== "" && one !== other;
}

function here(): Pick<ProcessIdentity, "host" | "boot" | "space"> {
  return {
    host: hostname(),
    boot: told(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()),
    space: told(() => readlinkSync("/proc/self/ns/pid")),
  };
}

/** The process's start in ticks since boot: the 22nd field of proc_pid_stat(5). The second, its name, may hold anything. */
function startOf(pid: number): string {
  return told(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  });
}

/** A signal 0 only asks. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function told(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * A process by what tells it from every other one, now and later: process ids are used again, so its start counts too, and
 * they count from the boot of the machine and within one name space. What the system does not tell is empty.
 */
interface ProcessIdentity {
  readonly host: string;
  readonly machine: string;
  readonly boot: string;
  readonly space: string;
  readonly pid: number;
  readonly started: string;
}

/** This process as the holder of a lease, to be written down. */
export function thisHolder(): string {
  return JSON.stringify({ ...here(), pid: process.pid, started: startOf(process.pid) } satisfies ProcessIdentity);
}

/**
 * Whether the process that {@link thisHolder} named is certainly no more. False where it cannot be told: on another host, for instance, or
 * when what is written down is not what that wrote.
 */
export function isHolderGone(holder: string): boolean {
  const known = identityIn(holder);
  if (known === null) return false;
  const { host, machine, boot, space, pid, started } = known;
  const now = here();
  if (host !== now.host) return false;
  if (differ(boot, now.boot)) {
    // Two machines, or containers of one image, may have one name: then both are there. In a container the machine's id is the image's.
    return machine !== "" && machine === now.machine && space === FIRST_SPACE && now.space === FIRST_SPACE;
  }
  if (boot !== now.boot || space !== now.space) return false;
  return !exists(pid) || differ(started, startOf(pid));
}

/** `process 4711 on build-7` */
export function holderText(holder: string): string {
  const known = identityIn(holder);
  return known === null ? "somebody who cannot be made out" : `process ${known.pid} on ${known.host}`;
}

/** The name space of processes that a kernel begins with (PROC_PID_INIT_INO): who is in it is in no container. */
const FIRST_SPACE = "pid:[4026531836]";

/** Null: a ledger can be written to by others. */
function identityIn(holder: string): ProcessIdentity | null {
  try {
    const { host, machine = "", boot, space, pid, started } = JSON.parse(holder) as Partial<ProcessIdentity>;
    const texts = [host, machine, boot, space, started];
    if (!texts.every((text) => typeof text === "string") || !Number.isSafeInteger(pid)) return null;
    return { host, machine, boot, space, pid, started } as ProcessIdentity;
  } catch {
    return null;
  }
}

/** Whether both are known and not the same: what may not be looked at proves nothing. */
function differ(one: string, other: string): boolean {
  return one !== "" && other !== "" && one !== other;
}

function here(): Pick<ProcessIdentity, "host" | "machine" | "boot" | "space"> {
  return {
    host: hostname(),
    machine: told(() => readFileSync("/etc/machine-id", "latin1").trim()),
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

import { readFileSync } from "node:fs";

/** File systems that hold no files of anybody: they show the kernel's state, some of it without end. */
const PSEUDO = new Set(
  (
    "proc sysfs cgroup cgroup2 devtmpfs devpts debugfs tracefs securityfs bpf pstore efivarfs binfmt_misc configfs " +
    "fusectl mqueue hugetlbfs selinuxfs nsfs rpc_pipefs autofs"
  ).split(" "),
);

/**
 * Tells pseudo file systems by the device number that every file on them has.
 * The mount table is read only once the first folder is asked about; where there is none (macOS, Windows) all are ordinary:
 * what they hold of devices is told apart file by file.
 */
export class FileSystems {
  readonly #readMounts: () => string;
  #pseudo: ReadonlyMap<number, string> | null = null;

  /** @param readMounts the mount table in the form of Linux's /proc/self/mountinfo */
  constructor(readMounts: () => string = readMountInfo) {
    this.#readMounts = readMounts;
  }

  /** The type of the pseudo file system with this number (`stat.dev`); null for an ordinary one. */
  pseudoType(device: number): string | null {
    this.#pseudo ??= pseudoDevices(this.#readMounts());
    return this.#pseudo.get(device) ?? null;
  }
}

function readMountInfo(): string {
  try {
    return readFileSync("/proc/self/mountinfo", "latin1");
  } catch {
    return "";
  }
}

/** Lines are `36 35 98:0 /root /mount/point options … - type source options` (proc_pid_mountinfo(5)). */
function pseudoDevices(mounts: string): ReadonlyMap<number, string> {
  const types = new Map<number, string>();
  for (const line of mounts.split("\n")) {
    const [, major, minor, type] = /^\d+ \d+ (\d+):(\d+) .*? - (\S+)/.exec(line) ?? [];
    if (type !== undefined && PSEUDO.has(type)) types.set(deviceNumber(Number(major), Number(minor)), type);
  }
  return types;
}

/** As glibc's makedev(3) puts it together. */
function deviceNumber(major: number, minor: number): number {
  const low = (minor & 0xff) | ((major & 0xfff) << 8);
  return low + (minor & ~0xff) * 2 ** 12 + (major & ~0xfff) * 2 ** 32;
}

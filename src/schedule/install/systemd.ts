import { join } from "node:path";
import { type Artefact, argumentsOf, EVERY_MINUTES, MARK, type Started } from "./installation.ts";

export interface SystemdOptions extends Started {
  /** Where units lie. */
  readonly folder: string;
  /** Units of the system, and not of a user. */
  readonly isSystem: boolean;
  /** A service that stays, and not a timer. */
  readonly stays: boolean;
  /** Folders that are written to: of the ledger, of reports, of files that hold keys. */
  readonly writable: readonly string[];
  /** What `~` stands for. */
  readonly home: string;
  readonly jitterMs: number;
}

/** The names of the units, as `systemctl` takes them. */
export const SYSTEMD_UNITS = ["keysweep.service", "keysweep.timer"] as const;

/** What wants the units: that of the system, that of a user, and that of timers. */
export const SYSTEMD_TARGETS = ["multi-user.target", "default.target", "timers.target"] as const;

/** A service, and where it does not stay the timer that starts it. See systemd.service(5), systemd.exec(5). */
export function systemdUnits(options: SystemdOptions): Artefact[] {
  const { folder, stays } = options;
  const service = { path: join(folder, SYSTEMD_UNITS[0]), text: serviceUnit(options) };
  return stays ? [service] : [service, { path: join(folder, SYSTEMD_UNITS[1]), text: timerUnit(options) }];
}

function serviceUnit(options: SystemdOptions): string {
  const { isSystem, stays } = options;
  const [program, ...rest] = argumentsOf(options, !stays);
  const start = [quoted(program), ...rest.map((text) => quoted(text.replaceAll("$", "$$$$")))].join(" ");
  return unit([
    ["Unit", ["Description=keysweep: scans, audits and rotations at their times", ...(isSystem ? NETWORK : [])]],
    ["Service", [`ExecStart=${start}`, ...(stays ? STAYING : STARTED), ...COMMON, ...hardening(options)]],
    ...(stays ? [["Install", [`WantedBy=${SYSTEMD_TARGETS[isSystem ? 0 : 1]}`]] as const] : []),
  ]);
}

function timerUnit({ jitterMs }: SystemdOptions): string {
  return unit([
    ["Unit", ["Description=Looks for what keysweep has to do"]],
    [
      "Timer",
      [
        `OnCalendar=*:0/${EVERY_MINUTES}`,
        "AccuracySec=30s",
        `RandomizedDelaySec=${Math.round(jitterMs / 1000)}s`,
        "# What was missed is made up for by keysweep itself; this starts it early after a start of the machine.",
        "Persistent=true",
      ],
    ],
    ["Install", [`WantedBy=${SYSTEMD_TARGETS[2]}`]],
  ]);
}

const NETWORK = ["Wants=network-online.target", "After=network-online.target"];

/** Started again and again. Findings (1) and what could not be read (3) are told by reports, and are no failure of the service. */
const STARTED = ["Type=oneshot", "SuccessExitStatus=1 3"];

const STAYING = [
  "Type=notify",
  "# Node has no such socket: systemd-notify sends for it.",
  "NotifyAccess=all",
  "ExecReload=/bin/kill -HUP $MAINPID",
  "WatchdogSec=10min",
  "Restart=on-failure",
  "RestartSec=30s",
];

const COMMON = [
  "# The step in hand is finished before it stops.",
  "KillMode=mixed",
  "TimeoutStopSec=5min",
  "Nice=10",
  "IOSchedulingClass=idle",
  "UMask=0077",
];

/** What works for every user. Not MemoryDenyWriteExecute: V8 compiles. Not PrivateTmp: keys are looked for in /tmp, too. */
const FOR_ALL = [
  "NoNewPrivileges=true",
  "LockPersonality=true",
  "RestrictRealtime=true",
  "RestrictSUIDSGID=true",
  "SystemCallArchitectures=native",
];

/** What only the system's own manager can do. */
const FOR_SYSTEM = [
  "PrivateDevices=true",
  "ProtectClock=true",
  "ProtectControlGroups=true",
  "ProtectHostname=true",
  "ProtectKernelLogs=true",
  "ProtectKernelModules=true",
  "ProtectKernelTunables=true",
  "RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX",
  "RestrictNamespaces=true",
  "# Reads every user's files and processes, and hands files back to their owners.",
  "CapabilityBoundingSet=CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_SYS_PTRACE CAP_CHOWN CAP_FOWNER CAP_KILL",
  "ProtectSystem=strict",
];

function hardening({ isSystem, writable, home }: SystemdOptions): string[] {
  if (!isSystem) return FOR_ALL;
  const paths = [...new Set(writable)].map((path) => quoted(`-${path}`));
  // The system's manager sets none; root's may not be that of whoever wrote the configuration.
  const homeSet = `Environment=${quoted(`HOME=${home}`)}`;
  return [homeSet, ...FOR_ALL, ...FOR_SYSTEM, `ReadWritePaths=${paths.join(" ")}`];
}

function unit(sections: readonly (readonly [string, readonly string[]])[]): string {
  return `# ${MARK}\n${sections.map(([name, lines]) => `[${name}]\n${lines.join("\n")}\n`).join("\n")}`;
}

/** As systemd reads a word: `%` begins a specifier, and in quotes C's escapes mean what they do in C. */
function quoted(text: string): string {
  const plain = text.replaceAll("%", "%%");
  return /^[\w@+=:,./%$-]+$/.test(plain) ? plain : `"${plain.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

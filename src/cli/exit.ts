import type { AuditReport } from "../model/audit-report.ts";
import { type ErrorCode, KeysweepError } from "../model/error.ts";
import type { Finding } from "../model/finding.ts";
import type { ScanReport } from "../model/scan-report.ts";
import { atLeast, SEVERITIES, type Severity } from "../model/severity.ts";

/** What keysweep's exit statuses mean; `--help` prints this table. */
export const EXIT = {
  clean: 0,
  findings: 1,
  usage: 2,
  incomplete: 3,
  failed: 4,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** The part of every command's help that says what its exit status means. */
export const EXIT_STATUS_HELP = `EXIT STATUS
  0    nothing at or above the threshold (--fail-on), and everything was read
  1    findings at or above the threshold
  2    bad usage or configuration: nothing was done
  3    no such finding, but something that should have been read was not
  4    an operation failed: the message says what was done
  130  interrupted`;

/** A severity, or `never`: findings do not fail the run. */
export type FailOn = Severity | "never";

/**
 * The exit status of a scan. Allowed findings do not count; what could not be read always does.
 * @param sinceLast only what is new or worse since the last scan counts; where there was none, or it is not known, all does.
 */
export function scanExit({ findings, coverage, changes }: ScanReport, failOn: FailOn, sinceLast = false): ExitStatus {
  const counted = sinceLast && changes ? new Set([...changes.new, ...changes.worse]) : null;
  if (findings.some((finding) => isFailing(finding, failOn) && counted?.has(finding.fingerprint) !== false))
    return EXIT.findings;
  return coverage.complete ? EXIT.clean : EXIT.incomplete;
}

/** The exit status of an audit. Allowed findings do not count; what could not be audited always does. */
export function auditExit({ summary, coverage }: AuditReport, failOn: FailOn): ExitStatus {
  const failing =
    failOn !== "never" && SEVERITIES.some((severity) => summary[severity] > 0 && atLeast(severity, failOn));
  if (failing) return EXIT.findings;
  return coverage.complete ? EXIT.clean : EXIT.incomplete;
}

/** Whether this finding fails a run. */
export function isFailing({ severity, allowed }: Finding, failOn: FailOn): boolean {
  return failOn !== "never" && allowed === null && atLeast(severity, failOn);
}

const STATUS_OF: Readonly<Record<ErrorCode, ExitStatus>> = {
  usage: EXIT.usage,
  configuration: EXIT.usage,
  output: EXIT.failed,
  ledger: EXIT.failed,
  git: EXIT.failed,
  aws: EXIT.failed,
  target: EXIT.failed,
  internal: EXIT.failed,
  interrupted: EXIT.interrupted,
};

export function errorExit(error: unknown): ExitStatus {
  return error instanceof KeysweepError ? STATUS_OF[error.code] : EXIT.failed;
}

/** The text as a threshold. @throws KeysweepError `usage` that names those there are. */
export function parseFailOn(text: string): FailOn {
  const known = [...SEVERITIES, "never"] as const;
  const found = known.find((name) => name === text);
  if (found !== undefined) return found;
  throw new KeysweepError("usage", `--fail-on ${text}: no such severity`, {
    hint: `It is one of ${known.join(", ")}.`,
  });
}

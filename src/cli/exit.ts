import { type ErrorCode, KeysweepError } from "../model/error.ts";
import type { Finding, Fingerprint } from "../model/finding.ts";
import { atLeast, SEVERITIES, type Severity } from "../model/severity.ts";
import type { Verdict } from "../report/format.ts";
import type { RotationRun } from "../rotate/run.ts";

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

/** The same of commands that judge nothing: they do as they are told, or say why not. */
export const PLAIN_EXIT_STATUS_HELP = `EXIT STATUS
  0    done
  2    bad usage or configuration: nothing was done
  4    an operation failed: the message says what was done
  130  interrupted`;

/** The same of commands about rotations. */
export const ROTATE_EXIT_STATUS_HELP = `EXIT STATUS
  0    done, or waiting as planned
  1    a rotation needs a person
  2    bad usage or configuration: nothing was done
  4    an operation failed: the message says what was done, and the next run goes on
  130  interrupted: the next run goes on`;

/** A severity, or `never`: findings do not fail the run. */
export type FailOn = Severity | "never";

/**
 * Which findings of a scan or an audit fail the run: those at or above the threshold that nobody allowed.
 * @param onlyNew of those, only what is new or worse since the run that it is compared with; where there was none, or it is not known, all.
 */
export function verdictOn({ changes }: Compared, failOn: FailOn, onlyNew = false): Verdict {
  const counted = onlyNew && changes ? new Set([...changes.new, ...(changes.worse ?? [])]) : null;
  return (finding) => isFailing(finding, failOn) && counted?.has(finding.fingerprint) !== false;
}

interface Compared {
  readonly changes?: { readonly new: readonly Fingerprint[]; readonly worse?: readonly Fingerprint[] } | null;
}

/** The exit status of a scan or an audit. What could not be looked at always counts. */
export function reportExit({ findings, coverage }: Judged, fails: Verdict): ExitStatus {
  for (const finding of findings) if (fails(finding)) return EXIT.findings;
  return coverage.complete ? EXIT.clean : EXIT.incomplete;
}

interface Judged {
  readonly findings: Iterable<Parameters<Verdict>[0]>;
  readonly coverage: { readonly complete: boolean };
}

/** The exit status of rotations. */
export function rotationExit(outcomes: readonly RotationRun["outcome"][]): ExitStatus {
  if (outcomes.includes("interrupted")) return EXIT.interrupted;
  if (outcomes.includes("unreachable")) return EXIT.failed;
  return outcomes.includes("needs-person") ? EXIT.findings : EXIT.clean;
}

/** Whether this finding fails a run. */
export function isFailing({ severity, allowed }: Pick<Finding, "severity" | "allowed">, failOn: FailOn): boolean {
  return failOn !== "never" && allowed === null && atLeast(severity, failOn);
}

const STATUS_OF: Readonly<Record<ErrorCode, ExitStatus>> = {
  usage: EXIT.usage,
  configuration: EXIT.usage,
  output: EXIT.failed,
  ledger: EXIT.failed,
  git: EXIT.failed,
  aws: EXIT.failed,
  credentials: EXIT.failed,
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

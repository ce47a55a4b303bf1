import { KeysweepError } from "../model/error.ts";
import { visible } from "../report/escape.ts";
import type { OutputStream } from "../runtime/standard-streams.ts";
import type { Context } from "./context.ts";
import { EXIT, type ExitStatus, errorExit } from "./exit.ts";
import type { LedgerUse } from "./ledger-use.ts";

/** Runs a command; whatever it throws becomes a message for a person and an exit status. */
export async function reporting(context: Context, verbose: boolean, command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    report(context.stderr, error, verbose);
    context.exitWith(errorExit(error));
  }
}

/** Tells why the ledger could not be used, if it could not; and the exit status, if that fails the command. */
export function reportLedgerProblem(
  { stderr }: Context,
  { quiet, verbose }: { readonly quiet: boolean; readonly verbose: boolean },
  { problem, isNamed }: Pick<LedgerUse, "problem" | "isNamed">,
): ExitStatus | null {
  if (problem === null) return null;
  if (isNamed || !quiet) report(stderr, problem, verbose);
  return isNamed ? EXIT.failed : null;
}

/** Tells a person what went wrong, on stderr. */
export function report(stderr: OutputStream, error: unknown, verbose: boolean): void {
  stderr.write(`${errorText(error, verbose)}\n`);
}

/** What went wrong, for a person: a sentence, and what to do about it. */
export function errorText(error: unknown, verbose: boolean): string {
  if (error instanceof KeysweepError) {
    return `keysweep: ${visible(error.message)}${error.hint === null ? "" : `\n  ${visible(error.hint)}`}`;
  }
  // The message of a foreign error may quote what was being read, so only its kind is told.
  const kind = error instanceof Error ? `${error.name}${"code" in error ? ` ${String(error.code)}` : ""}` : "unknown";
  const frames = verbose && error instanceof Error ? (error.stack ?? "").split("\n") : [];
  return [
    `keysweep: internal error (${visible(kind)})`,
    "  Run again with --verbose for where it happened, and tell us.",
    ...frames.filter((line) => /^\s+at /.test(line)).map(visible),
  ].join("\n");
}

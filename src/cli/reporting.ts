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
    await report(context.stderr, error, verbose);
    if (error instanceof KeysweepError) context.follower?.tell({ type: "failed", code: error.code });
    context.exitWith(errorExit(error));
  }
}

/** Tells why the ledger could not be used, if it could not; and the exit status, if that fails the command. */
export async function reportLedgerProblem(
  { stderr }: Context,
  { quiet, verbose }: { readonly quiet: boolean; readonly verbose: boolean },
  { problem, isNamed }: Pick<LedgerUse, "problem" | "isNamed">,
): Promise<ExitStatus | null> {
  if (problem === null) return null;
  if (isNamed || !quiet) await report(stderr, problem, verbose);
  return isNamed ? EXIT.failed : null;
}

/** Tells a person what went wrong, on stderr: without what could be a secret in the name of a file, or in what one says. */
export async function report(stderr: OutputStream, error: unknown, verbose: boolean): Promise<void> {
  // Loaded only now: most runs have nothing to say.
  const { shownName } = await import("../scan/shown-name.ts");
  stderr.write(`${errorText(error, verbose, shownName)}\n`);
}

/**
 * What went wrong, for a person: a sentence, and what to do about it.
 * @param shown makes of a text what may be shown of it; for what a person has typed, it is the same
 */
export function errorText(error: unknown, verbose: boolean, shown = (text: string): string => text): string {
  if (error instanceof KeysweepError) {
    const { message, hint } = error;
    return `keysweep: ${visible(shown(message))}${hint === null ? "" : `\n  ${visible(shown(hint))}`}`;
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

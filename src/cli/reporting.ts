import { KeysweepError } from "../model/error.ts";
import { visible } from "../report/escape.ts";
import type { OutputStream } from "../runtime/standard-streams.ts";
import type { Context } from "./context.ts";
import { errorExit } from "./exit.ts";

/** Runs a command; whatever it throws becomes a message for a person and an exit status. */
export async function reporting(context: Context, verbose: boolean, command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    report(context.stderr, error, verbose);
    context.exitWith(errorExit(error));
  }
}

/** Tells a person what went wrong, on stderr. */
export function report(stderr: OutputStream, error: unknown, verbose: boolean): void {
  if (error instanceof KeysweepError) {
    stderr.write(`keysweep: ${visible(error.message)}\n${error.hint === null ? "" : `  ${visible(error.hint)}\n`}`);
    return;
  }
  // The message of a foreign error may quote what was being read, so only its kind is told.
  const kind = error instanceof Error ? `${error.name}${"code" in error ? ` ${String(error.code)}` : ""}` : "unknown";
  stderr.write(
    `keysweep: internal error (${visible(kind)})\n  Run again with --verbose for where it happened, and tell us.\n`,
  );
  if (verbose && error instanceof Error) {
    const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
    stderr.write(`${frames.map(visible).join("\n")}\n`);
  }
}

import { ExitCode, run } from "@stricli/core";
import { version } from "../generated/version.ts";
import { systemClock } from "../runtime/clock.ts";
import { standardInput, standardStream } from "../runtime/standard-streams.ts";
import { thisSystem } from "../runtime/system.ts";
import { applicationOf } from "./application.ts";
import type { Context } from "./context.ts";
import { EXIT, type ExitStatus, errorExit } from "./exit.ts";
import { followerOf } from "./follower.ts";
import { INTERRUPTING, interruptionOfProcess, leave, listen } from "./interruption.ts";
import { report } from "./reporting.ts";
import { isUnfinished, typedArguments } from "./typed-arguments.ts";

/** How wide help is at least and at most, however wide the terminal is: there are such as say they have no width. */
const HELP_COLUMNS = { least: 40, most: 100 };

/** For somebody who typed `keysweep` alone. */
const SHORT_HELP = `keysweep finds static AWS access keys, and names the way off each.

  keysweep                 the dashboard, on a terminal
  keysweep scan            your home directory, your processes' environments
  keysweep scan PATH…      files and folders
  keysweep help [COMMAND]  all commands and options; also: keysweep --help
`;

/** Runs what was typed, and sets the status that the process ends with. */
export async function main(): Promise<void> {
  const argv = typedArguments();
  const stderr = standardStream(2);
  const interruption = interruptionOfProcess(stderr);
  const endListening = listen(interruption, INTERRUPTING);
  const isComplaint = isUnfinished(argv);
  const stdout = isComplaint ? stderr : standardStream(1);
  const io = {
    stdout,
    stderr,
    env: process.env,
    exitCode: null as number | string | null,
  };
  let status: number | null = null;
  const context: Context = {
    process: io,
    system: thisSystem(),
    clock: systemClock,
    // Made only when it is read: that takes milliseconds.
    get stdin() {
      return standardInput();
    },
    stdout,
    stderr,
    signal: interruption.signal,
    endWhenInterrupted: endListening,
    finishWhenInterrupted: () => interruption.finish(),
    lendKeyboard: (isLent) => interruption.lendKeyboard(isLent),
    version,
    follower: followerOf(process.env, () => systemClock.now()),
    exitWith(code) {
      status = code;
    },
  };
  if (argv.length === 0) {
    stderr.write(SHORT_HELP);
    process.exitCode = EXIT.usage;
    return;
  }
  const { least, most } = HELP_COLUMNS;
  const helpColumns = () => Math.max(least, Math.min(stdout.columns ?? most, most));
  try {
    await run(applicationOf(helpColumns), argv, context);
  } catch (error) {
    // Help that cannot be written, for one; what commands throw has been told already.
    await report(stderr, error, false);
    process.exitCode = errorExit(error);
    return;
  }
  // What was interrupted may still be waiting for input.
  if (interruption.signal.aborted) leave();
  process.exitCode = isComplaint ? EXIT.usage : (status ?? statusOf(io.exitCode));
}

/** The status for Stricli's own, which is negative where it refuses: bad usage, unless something went wrong inside. */
function statusOf(code: number | string | null): ExitStatus {
  if (code === null || code === ExitCode.Success) return EXIT.clean;
  return code === ExitCode.InvalidArgument || code === ExitCode.UnknownCommand ? EXIT.usage : EXIT.failed;
}

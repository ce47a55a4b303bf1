import { spawnSync } from "node:child_process";
import { KeysweepError } from "../../model/error.ts";
import { findProgram } from "../../runtime/program.ts";
import { ownLines, withLines, withoutLines } from "../../schedule/install/cron.ts";
import type { ScheduleInstallFlags, ScheduleUninstallFlags } from "../commands/schedule.ts";
import type { Context } from "../context.ts";
import { say } from "./schedule-say.ts";

/** Writes these lines to the operator's crontab, in place of those that were there. */
export function installCrontab(context: Context, flags: ScheduleInstallFlags, lines: string): void {
  if (flags.print) {
    context.stdout.write(lines);
    return;
  }
  const before = crontab(context);
  const after = withLines(withoutLines(before), bytesOf(lines));
  const isSame = after === before;
  if (!isSame) writeCrontab(context, after);
  say(context, flags, isSame ? "the crontab is as it should be" : "written to the crontab:");
  if (!isSame) context.stdout.write(lines);
}

/** Takes keysweep's lines out of the operator's crontab, or shows them. */
export function uninstallCrontab(context: Context, flags: ScheduleUninstallFlags): void {
  const before = crontab(context);
  const ours = ownLines(before);
  if (ours === "") return say(context, flags, "the crontab has nothing of keysweep's");
  if (flags.print) {
    context.stdout.write(Buffer.from(ours, "latin1").toString());
    return say(context, flags, "that would be taken out of the crontab");
  }
  writeCrontab(context, withoutLines(before));
  say(context, flags, "taken out of the crontab");
}

/** A text as {@link crontab} has one: a character a byte. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/**
 * The operator's crontab, a character a byte: it may be of any encoding, and is to stay as it is. Empty where there is none.
 * @throws KeysweepError `output` when it cannot be read: nothing is to be lost.
 */
function crontab(context: Context): string {
  const { status, stdout, stderr } = runCrontab(context, ["-l"]);
  if (status === 0) return stdout;
  // BSD's and macOS' say their own name first; BusyBox' says that there is no such file.
  if (/(?:^|: )no crontab for|can't open .*No such file/m.test(stderr)) return "";
  throw crontabFailure("read");
}

function writeCrontab(context: Context, text: string): void {
  const { status } = text === "" ? runCrontab(context, ["-r"]) : runCrontab(context, ["-"], text);
  if (status !== 0) throw crontabFailure("written");
}

function runCrontab(
  { system }: Context,
  words: readonly string[],
  input = "",
): { status: number | null; stdout: string; stderr: string } {
  const program = findProgram("crontab", system);
  if (program === null)
    throw new KeysweepError("usage", "there is no crontab on this machine", { hint: "Use --with systemd." });
  const env = { ...system.environment, LC_ALL: "C" };
  return spawnSync(program, words, {
    input: Buffer.from(input, "latin1"),
    env,
    encoding: "latin1",
    maxBuffer: 1 << 26,
    timeout: 30_000,
  });
}

function crontabFailure(what: string): KeysweepError {
  return new KeysweepError("output", `the crontab could not be ${what}`, {
    hint: "See what crontab -l says; --print shows the lines, to be added by hand.",
  });
}

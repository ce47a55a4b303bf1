import { spawnSync } from "node:child_process";
import { KeysweepError } from "../model/error.ts";
import { findProgram } from "../runtime/program.ts";
import { withLines, withoutLines } from "../schedule/install/cron.ts";
import type { ScheduleInstallFlags } from "./commands/schedule.ts";
import type { Context } from "./context.ts";
import { say } from "./schedule-say.ts";

/** Writes these lines to the operator's crontab, in place of those that were there. */
export function installCrontab(context: Context, flags: ScheduleInstallFlags, lines: string): void {
  if (flags.print) {
    context.stdout.write(lines);
    return;
  }
  const before = crontab(context);
  const after = withLines(withoutLines(before), lines);
  const isSame = after === before;
  if (!isSame) writeCrontab(context, after);
  say(context, flags, isSame ? "the crontab is as it should be" : "written to the crontab:");
  if (!isSame) context.stdout.write(lines);
}

/** Takes keysweep's lines out of the operator's crontab. */
export function uninstallCrontab(context: Context, flags: ScheduleInstallFlags): void {
  const before = crontab(context);
  const after = withoutLines(before);
  if (after !== before) writeCrontab(context, after);
  say(context, flags, after === before ? "the crontab has nothing of keysweep's" : "taken out of the crontab");
}

/** The operator's crontab; empty where there is none. @throws KeysweepError `usage` when it cannot be read: nothing is to be lost. */
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
  return spawnSync(program, words, { input, env, encoding: "utf8", maxBuffer: 1 << 26, timeout: 30_000 });
}

function crontabFailure(what: string): KeysweepError {
  return new KeysweepError("output", `the crontab could not be ${what}`, {
    hint: "See what crontab -l says; --print shows the lines, to be added by hand.",
  });
}

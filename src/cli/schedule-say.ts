import { visible } from "../report/escape.ts";
import type { ScheduleInstallFlags } from "./commands/schedule.ts";
import type { Context } from "./context.ts";

/** Tells people what was done; what it is about may be called anything. */
export function say({ stderr }: Context, { quiet }: ScheduleInstallFlags, text: string): void {
  if (!quiet) stderr.write(`keysweep: ${visible(text)}\n`);
}

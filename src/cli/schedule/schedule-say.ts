import { visible } from "../../report/escape.ts";
import type { CommonFlags } from "../commands/common-flags.ts";
import type { Context } from "../context.ts";

/** Tells people what was done; what it is about may be called anything. */
export function say({ stderr }: Context, { quiet }: Pick<CommonFlags, "quiet">, text: string): void {
  if (!quiet) stderr.write(`keysweep: ${visible(text)}\n`);
}

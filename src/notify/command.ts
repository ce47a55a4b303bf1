import { KeysweepError } from "../model/error.ts";
import type { Channel } from "./notice.ts";

/** Runs a program with a text on its standard input. */
export type Run = (
  argv: readonly [string, ...string[]],
  stdin: string,
  signal: AbortSignal,
) => Promise<{ readonly status: number | null }>;

/** A program of the operator's: the notice as JSON on its standard input. */
export function commandChannel(name: string, argv: readonly [string, ...string[]], run: Run): Channel {
  return {
    name,
    async send(notice, signal) {
      const { status } = await run(argv, `${JSON.stringify({ schema: "keysweep/notice@1", ...notice })}\n`, signal);
      if (status !== 0)
        throw new KeysweepError("target", `${argv[0]} ended with status ${status ?? "unknown, for it was ended"}`);
    },
  };
}

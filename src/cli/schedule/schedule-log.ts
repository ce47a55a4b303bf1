import { KeysweepError } from "../../model/error.ts";
import { jsonText } from "../../report/escape.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { OutputStream } from "../../runtime/standard-streams.ts";
import type { Log } from "../../schedule/ports.ts";

/** A log of one JSON object a line. One that cannot be written (its disk is full) stops nothing, a rotation least of all: that is told on stderr, once. */
export function jsonLog({ stdout, stderr }: Record<"stdout" | "stderr", OutputStream>, clock: Clock): Log {
  let isTold = false;
  return (level, event, details = {}) => {
    try {
      stdout.write(`${jsonText({ at: new Date(clock.now()).toISOString(), level, event, ...details })}\n`);
    } catch (error) {
      if (!(error instanceof KeysweepError)) throw error;
      if (!isTold) stderr.write(`keysweep: the log cannot be written: ${error.message}\n`);
      isTold = true;
    }
  };
}

/** Takes what is written line by line. */
export function lineSink(onLine: (line: string) => void): OutputStream & { end(): void } {
  let rest = "";
  return {
    isTTY: false,
    columns: undefined,
    write(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
      return true;
    },
    end() {
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}

import { jsonText } from "../report/escape.ts";
import type { Clock } from "../runtime/clock.ts";
import type { OutputStream } from "../runtime/standard-streams.ts";
import type { Log } from "../schedule/ports.ts";

/** A log of one JSON object a line. */
export function jsonLog(stdout: OutputStream, clock: Clock): Log {
  return (level, event, details = {}) => {
    stdout.write(`${jsonText({ at: new Date(clock.now()).toISOString(), level, event, ...details })}\n`);
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

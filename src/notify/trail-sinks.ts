import { closeSync, constants, fstatSync, fsyncSync, openSync, writeSync } from "node:fs";
import { KeysweepError } from "../model/error.ts";
import type { Trail, TrailEntry } from "../model/trail.ts";
import type { Run } from "./command.ts";

/** A place outside the ledger that the trail goes to as well. */
export interface TrailSink {
  /** Unlike any other's: the ledger remembers by it how far the trail was handed on. */
  readonly name: string;
  /** Keeps them all, in order, or rejects; some of them may come again. */
  write(entries: readonly TrailEntry[]): Promise<void>;
}

/** Lines of JSON at the end of a file, which only its owner may read. */
export function fileSink(path: string): TrailSink {
  return {
    name: `file:${path}`,
    async write(entries) {
      try {
        const file = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
        try {
          if (!fstatSync(file).isFile()) throw Object.assign(new Error("no file"), { code: "it is no file" });
          writeSync(file, entries.map(line).join(""));
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
      } catch (error) {
        const { code = "error" } = error as NodeJS.ErrnoException;
        throw new KeysweepError("output", `the trail cannot be written to ${path}: ${code}`, { cause: error });
      }
    },
  };
}

/** The system's own log, by logger(1), which every Unix has: under `auth`, which is kept apart from what everybody may read. */
export function syslogSink(run: Run): TrailSink {
  return {
    name: "syslog",
    async write(entries) {
      const { status } = await run(
        ["logger", "-t", "keysweep", "-p", "auth.notice"],
        entries.map(line).join(""),
        AbortSignal.timeout(LOGGER_MS),
      );
      if (status !== 0) throw new KeysweepError("output", "the trail cannot be written to syslog: logger failed");
    },
  };
}

const LOGGER_MS = 10_000;

function line(entry: TrailEntry): string {
  return `${JSON.stringify({ schema: "keysweep/trail@1", ...entry })}\n`;
}

/** Entries that are handed on at once. */
const BATCH = 500;

/** Hands on what the sinks do not have yet. What fails is told of, and handed on the next time. */
export async function handOn(
  trail: Trail,
  sinks: readonly TrailSink[],
  onFailure: (why: string) => void,
): Promise<void> {
  for (const sink of sinks) {
    try {
      for (;;) {
        const entries = [...trail.after(trail.handedOn(sink.name), BATCH)];
        const last = entries.at(-1);
        if (last === undefined) break;
        await sink.write(entries);
        trail.noteHandedOn(sink.name, last.number);
      }
    } catch (error) {
      onFailure(error instanceof KeysweepError ? error.message : "the trail cannot be handed on: an internal error");
    }
  }
}

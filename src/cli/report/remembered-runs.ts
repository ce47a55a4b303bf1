import { KeysweepError } from "../../model/error.ts";
import type { ScanReport } from "../../model/scan-report.ts";

/** A run that the ledger remembers. */
export interface Run {
  readonly id: number;
  readonly finishedAt: string;
  readonly complete: boolean;
  readonly summary: ScanReport["summary"];
  /** Whether its findings can still be told. */
  readonly detailed: boolean;
  /** What was looked at. Runs that differ in it are not compared. */
  readonly about: string;
}

interface RunFlags {
  readonly run?: string;
  readonly since?: string;
  readonly until?: string;
}

/** From the first moment on, up to and without the last: ISO 8601, UTC. */
export interface TimeRange {
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * The run that is asked for, by default the last; with a time, the last in it, and the one it is to be compared with: the last before that
 * time, or else the first in it.
 * @throws KeysweepError `usage` when there is none.
 */
export function chosenRun(runs: readonly Run[], flags: RunFlags, kind: string): { run: Run; since?: Run } {
  const { from, to } = timeRange(flags);
  const known = runs.toSorted((a, b) => order(a.finishedAt, b.finishedAt) || a.id - b.id);
  if (flags.run !== undefined) {
    const run = known.find(({ id }) => String(id) === flags.run);
    if (run === undefined) throw unknown(`there is no ${kind} ${JSON.stringify(flags.run)}`, kind);
    return { run };
  }
  const run = known.findLast(
    ({ finishedAt }) => (from === null || finishedAt >= from) && (to === null || finishedAt < to),
  );
  if (run === undefined)
    throw unknown(`no ${kind} is remembered${from === null && to === null ? "" : " of that time"}`, kind);
  if (from === null) return { run };
  const same = known.filter(({ about }) => about === run.about);
  const since =
    same.findLast(({ finishedAt }) => finishedAt < from) ?? same.find(({ finishedAt }) => finishedAt >= from);
  return since === undefined || since.id === run.id ? { run } : { run, since };
}

function unknown(message: string, kind: string): KeysweepError {
  return new KeysweepError("usage", message, { hint: `keysweep report ${kind} --list says which there are.` });
}

/** @throws KeysweepError `usage` for what is no time, or together with a run. */
export function timeRange({ run, since, until }: RunFlags): TimeRange {
  if (run !== undefined && (since ?? until) !== undefined) {
    throw new KeysweepError("usage", `--run and --${since === undefined ? "until" : "since"} exclude each other`);
  }
  return {
    from: since === undefined ? null : moment(since, "--since", 0),
    to: until === undefined ? null : moment(until, "--until", DAY_MS),
  };
}

const DAY_MS = 86_400_000;

/** @param dayMs what is added to a day, so that all of it is meant. */
function moment(text: string, flag: string, dayMs: number): string {
  const match = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text);
  const [, day = "", time] = match ?? [];
  const ms = Date.parse(text);
  if (!isDay(day) || Number.isNaN(ms)) {
    throw new KeysweepError("usage", `${flag} ${JSON.stringify(text)}: no time`, {
      hint: "Write a day as 2027-01-31, or a moment as 2027-01-31T12:00:00Z.",
    });
  }
  return new Date(time === undefined ? ms + dayMs : ms).toISOString();
}

/** A thirtieth of February is none, though it can be parsed. */
function isDay(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

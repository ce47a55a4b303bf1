import { readdirSync, readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { type SkipReason, skipped } from "../../model/coverage.ts";
import type { Place } from "../../model/place.ts";
import type { DocumentHint } from "../detect/detection.ts";
import { skipReason } from "./disk/skip-reason.ts";
import type { Documents } from "./documents.ts";
import type { Sink } from "./sink.ts";

/** Processes between two turns of the event loop. */
const PROCESSES_AT_ONCE = 64;

export interface EnvironmentOptions {
  readonly documents: Documents;
  readonly sink: Sink;
  readonly platform: NodeJS.Platform;
  /** This process: it is told as `environment`, and not again as a process. */
  readonly own: {
    readonly pid: number;
    readonly variables: Readonly<Record<string, string | undefined>>;
    /** Whether it may read every other. */
    readonly isRoot: boolean;
  };
  readonly signal: AbortSignal;
  /** Where Linux shows its processes; tests bring their own. */
  readonly processes?: string;
}

/**
 * Searches the environment of this process and, on Linux, environment and command line of every process that may be read: this
 * user's, or all when this user is root. macOS and Windows show no other process's environment to a program without privileges of its own:
 * there it is this process alone.
 * @returns how many other processes were searched
 */
export async function searchEnvironments(options: EnvironmentOptions): Promise<number> {
  searchOwn(options);
  if (options.platform === "linux") return searchProcesses(options);
  options.sink.onSkipped(
    skipped("other processes", "other-user", `${options.platform} does not show their environments`),
  );
  return 0;
}

function searchOwn({ documents, sink, own }: EnvironmentOptions): void {
  const block = Object.entries(own.variables).map(([name, value]) => `${name}=${value ?? ""}\0`);
  const bytes = Buffer.from(block.join(""));
  searchBlock(documents, sink, bytes, "environment", (offset) => ({
    kind: "environment",
    variable: variableAt(bytes, offset),
  }));
}

async function searchProcesses(options: EnvironmentOptions): Promise<number> {
  const { sink, own, signal, processes = "/proc" } = options;
  const pids = processIds(processes);
  // Even where all others are hidden it shows the process that asks.
  if (pids.length === 0)
    sink.onSkipped(skipped(processes, "read-error", "it shows no process: their environments are not searched"));
  if (!own.isRoot && hidesProcesses(processes))
    sink.onSkipped(skipped(processes, "other-user", "it is mounted with hidepid: processes of other users are hidden"));
  let searched = 0;
  let denied = 0;
  for (const [index, pid] of pids.filter((each) => each !== own.pid).entries()) {
    if (index % PROCESSES_AT_ONCE === 0) await setImmediate();
    if (signal.aborted) break;
    const outcome = searchProcess(options, pid, `${processes}/${pid}`);
    if (outcome === "searched") searched++;
    else if (outcome === "permission-denied") denied++;
    else if (outcome !== "vanished") sink.onSkipped(skipped(`process ${pid}`, outcome, "the system does not show it"));
  }
  if (denied > 0) {
    const detail = "only their users and root may read their environments";
    sink.onSkipped(skipped(`${denied} other processes`, "other-user", detail));
  }
  return searched;
}

function processIds(processes: string): number[] {
  try {
    return readdirSync(processes)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Whether processes are left out of the list that this user may not read (proc(5), hidepid): nobody can say how many. */
function hidesProcesses(processes: string): boolean {
  const mounts = partOf(`${processes}/self/mountinfo`);
  return (
    typeof mounts !== "string" &&
    /^(?:\S+ ){4}\/proc .* - proc .*\bhidepid=(?:[24]|invisible|ptraceable)\b/m.test(mounts.toString("latin1"))
  );
}

/**
 * Searches environment and command line; anybody may read the latter.
 * @returns why not all of it was read; `vanished` also for what has neither: a thread of the kernel, or a process that has ended
 */
function searchProcess({ documents, sink }: EnvironmentOptions, pid: number, folder: string): SkipReason | "searched" {
  const environment = partOf(`${folder}/environ`);
  const commandLine = partOf(`${folder}/cmdline`);
  const place = (variable: string | null): Place => ({ kind: "process", pid, command: commandOf(folder), variable });
  if (typeof environment !== "string")
    searchBlock(documents, sink, environment, "process", (offset) => place(variableAt(environment, offset)));
  if (typeof commandLine !== "string") searchBlock(documents, sink, commandLine, "process", () => place(null));
  if (typeof environment === "string") return environment;
  if (typeof commandLine === "string") return commandLine;
  return environment.length + commandLine.length === 0 ? "vanished" : "searched";
}

/** The file's bytes, or why it was not read. */
function partOf(path: string): Buffer | SkipReason {
  try {
    return readFileSync(path);
  } catch (error) {
    return skipReason(error)[0];
  }
}

function searchBlock(
  documents: Documents,
  sink: Sink,
  block: Uint8Array,
  kind: DocumentHint["kind"],
  placeOf: (offset: number) => Place,
): void {
  const leftOut = (detail: string) => sink.onSkipped(skipped(kind, "archive-suspicious", detail));
  documents.begin({ kind, path: null, ageMs: () => 0, leftOut });
  documents.push(block);
  for (const detection of documents.finish()) sink.onDetection(detection, placeOf(detection.offset));
}

/** The name of the variable that the byte belongs to, in a block of `NAME=value` that end in NUL. */
function variableAt(block: Buffer, offset: number): string {
  const start = offset === 0 ? 0 : block.lastIndexOf(0, offset - 1) + 1;
  const end = block.indexOf("=", start);
  return block.toString("utf8", start, end === -1 || end > offset ? offset : end);
}

function commandOf(folder: string): string {
  try {
    return readFileSync(`${folder}/comm`, "utf8").trimEnd();
  } catch {
    return "";
  }
}

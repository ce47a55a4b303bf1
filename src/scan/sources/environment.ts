import { readdirSync, readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { skipped } from "../../model/coverage.ts";
import type { Place } from "../../model/place.ts";
import type { DocumentHint } from "../detect/detection.ts";
import type { Documents } from "./documents.ts";
import type { Sink } from "./sink.ts";

/** Processes between two turns of the event loop. */
const PROCESSES_AT_ONCE = 64;

export interface EnvironmentOptions {
  readonly documents: Documents;
  readonly sink: Sink;
  readonly platform: NodeJS.Platform;
  /** This process: it is told as `environment`, and not again as a process. */
  readonly own: { readonly pid: number; readonly variables: Readonly<Record<string, string | undefined>> };
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

async function searchProcesses({
  documents,
  sink,
  own,
  signal,
  processes = "/proc",
}: EnvironmentOptions): Promise<number> {
  const pids = readdirSync(processes).filter((name) => /^\d+$/.test(name) && name !== String(own.pid));
  let searched = 0;
  let denied = 0;
  for (const [index, pid] of pids.entries()) {
    if (index % PROCESSES_AT_ONCE === 0) await setImmediate();
    if (signal.aborted) break;
    const folder = `${processes}/${pid}`;
    try {
      if (searchProcess(documents, sink, Number(pid), folder)) searched++;
    } catch (error) {
      // A process that ended meanwhile has no environment any more.
      if (isDenied(error)) denied++;
    }
  }
  if (denied > 0)
    sink.onSkipped(skipped(`${denied} other processes`, "other-user", "only their users and root may read them"));
  return searched;
}

/** False for what has neither environment nor command line: a thread of the kernel, or a process that has ended. */
function searchProcess(documents: Documents, sink: Sink, pid: number, folder: string): boolean {
  const environment = readFileSync(`${folder}/environ`);
  const commandLine = readFileSync(`${folder}/cmdline`);
  if (environment.length + commandLine.length === 0) return false;
  const place = (variable: string | null): Place => ({ kind: "process", pid, command: commandOf(folder), variable });
  searchBlock(documents, sink, environment, "process", (offset) => place(variableAt(environment, offset)));
  searchBlock(documents, sink, commandLine, "process", () => place(null));
  return true;
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

function isDenied(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EPERM");
}

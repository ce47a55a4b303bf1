import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { KeysweepError } from "../model/error.ts";
import type { System } from "./system.ts";

/** A program to run, without a shell. */
export interface Command {
  /** Nothing secret: every user of the host can see it. */
  readonly argv: readonly [string, ...string[]];
  readonly stdin: string;
  /** Added to a small environment (PATH, HOME, LANG); never a secret. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends the program, and what it started. */
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  /** Null: it was killed. */
  readonly status: number | null;
  readonly timedOut: boolean;
  /** Its first 64 KiB, which may hold a secret: never to be logged. */
  readonly stdout: string;
}

/** More is read, so that the program ends, and forgotten. */
const MOST_OUTPUT = 64 * 1024;

/** How long a program may take to end once it was asked to, in milliseconds. */
const GRACE_MS = 2000;

/** What a program has of our environment: none of our credentials. */
const PASSED = ["PATH", "HOME", "LANG", "LC_ALL", "LOGNAME", "USER", "TMPDIR", "TZ"];
/** What Windows' programs do not start without. */
const PASSED_ON_WINDOWS = ["SystemRoot", "SystemDrive", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA"];

/**
 * The program that a name stands for: an absolute path, or one in the folders of PATH. Null when there is none that could be run.
 * Paths that are neither are nobody's: they would mean another program in every folder.
 */
export function findProgram(name: string, { environment, platform }: System): string | null {
  if (isAbsolute(name)) return isProgram(name) ? name : null;
  if (name.includes("/") || (platform === "win32" && name.includes("\\"))) return null;
  const endings = platform === "win32" ? ["", ...(environment.PATHEXT ?? ".EXE").split(";")] : [""];
  const folders = (environment.PATH ?? "").split(delimiter).filter(isAbsolute);
  const found = folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))).find(isProgram);
  return found ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs a program in the home directory, in a process group of its own. What it writes to its standard error is dropped: it may hold what was
 * handed to it.
 * @throws KeysweepError `target`, `never`, when it cannot be started; the signal's reason when that was given.
 */
export async function runProgram(command: Command, system: System): Promise<CommandResult> {
  command.signal?.throwIfAborted();
  const [name, ...rest] = command.argv;
  const path = findProgram(name, system);
  if (path === null) throw notRun(name, "there is no such program");
  const child = spawn(path, rest, {
    cwd: system.home,
    env: { ...passed(system), ...command.environment },
    stdio: ["pipe", "pipe", "ignore"],
    // So that what it starts can be ended with it.
    detached: system.platform !== "win32",
    windowsHide: true,
  });
  let timedOut = false;
  const end = (): void => stop(child.pid, system.platform);
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, command.timeoutMs);
  command.signal?.addEventListener("abort", end, { once: true });
  try {
    const stdout = bounded(child.stdout, MOST_OUTPUT);
    // It need not read what it is given.
    child.stdin.on("error", () => {});
    child.stdin.end(command.stdin);
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on("error", (error: NodeJS.ErrnoException) => reject(notRun(name, error.code ?? "error", error)));
      child.on("exit", resolve);
    });
    // What it left behind may hold its output open for ever.
    const closed = new Promise<void>((resolve) => setTimeout(resolve, GRACE_MS).unref());
    await Promise.race([stdout.ended, closed]);
    child.stdout.destroy();
    command.signal?.throwIfAborted();
    return { status, timedOut, stdout: stdout.text() };
  } finally {
    clearTimeout(timer);
    command.signal?.removeEventListener("abort", end);
  }
}

function passed({ environment, platform }: System): Record<string, string> {
  const names = platform === "win32" ? [...PASSED, ...PASSED_ON_WINDOWS] : PASSED;
  return Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}

function bounded(stream: NodeJS.ReadableStream, most: number): { ended: Promise<void>; text(): string } {
  const pieces: Buffer[] = [];
  let length = 0;
  const ended = new Promise<void>((resolve) => {
    stream.on("data", (piece: Buffer) => {
      if (length < most) pieces.push(piece.subarray(0, most - length));
      length += piece.length;
    });
    stream.on("close", resolve);
    stream.on("error", () => resolve());
  });
  return { ended, text: () => Buffer.concat(pieces).toString("utf8") };
}

/** Politely first. The group outlives its first process, so it is ended by its number. */
function stop(pid: number | undefined, platform: NodeJS.Platform): void {
  if (pid === undefined) return;
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(platform === "win32" ? pid : -pid, name);
    } catch {
      // It is gone.
    }
  };
  signal("SIGTERM");
  setTimeout(() => signal("SIGKILL"), GRACE_MS);
}

function notRun(name: string, problem: string, cause?: unknown): KeysweepError {
  return new KeysweepError("target", `cannot run ${name}: ${problem}`, {
    hint: "Name it by its absolute path, or see that it is in a folder of PATH and may be run.",
    retry: "never",
    ...(cause === undefined ? {} : { cause }),
  });
}

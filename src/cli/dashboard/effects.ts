import { spawn, spawnSync } from "node:child_process";
import { changesKeys, type Effect, type Effects, type JobRequest, type Message } from "../../dashboard/message.ts";
import { KeysweepError } from "../../model/error.ts";
import type { JobControl } from "./job-control.ts";
import type { Jobs } from "./jobs.ts";
import type { Reader } from "./reader.ts";

export interface EffectsOptions {
  readonly jobs: Jobs;
  readonly reader: Reader;
  readonly control: JobControl;
  readonly editor: readonly string[] | null;
  readonly stdout: NodeJS.WriteStream;
  /** Aborted when the dashboard is to end. */
  readonly signal: AbortSignal;
  /** Tells who hears of Ctrl-C whom it is meant for. */
  lendKeyboard(isLent: boolean): void;
  now(): number;
}

/** How often a rotation that runs is looked at, in milliseconds. */
const LOOK_MS = 500;

/** How often it is asked whether another process has written to the ledger, in milliseconds. */
const CHANGED_MS = 2000;

/** What the dashboard does outside itself. */
export class TerminalEffects implements Effects {
  readonly #options: EffectsOptions;
  #looking: NodeJS.Timeout | null = null;
  #watching: NodeJS.Timeout | null = null;

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  perform(effect: Effect, tell: (message: Message) => void): void {
    const { jobs, now } = this.#options;
    this.#do(effect, tell).catch((error: unknown) => {
      tell({
        kind: "told",
        text: error instanceof KeysweepError ? error.message : "an internal error",
        tone: "bad",
        now: now(),
      });
    });
    if (effect.kind === "run" && changesKeys(effect.request)) this.#look(tell);
    if (effect.kind === "cancel") jobs.cancel(effect.job);
  }

  /** From now on what a schedule, another dashboard, somebody at a command line does is shown, too. */
  watch(tell: (message: Message) => void): void {
    const { reader } = this.#options;
    this.#watching ??= everyMs(CHANGED_MS, async () => {
      for (const part of await reader.changed()) await this.#recall(part, tell);
    });
  }

  close(): void {
    if (this.#looking !== null) clearInterval(this.#looking);
    if (this.#watching !== null) clearInterval(this.#watching);
    const { jobs, reader, control, stdout } = this.#options;
    control.close();
    reader.close();
    if (jobs.close()) stdout.write("keysweep: the rotation's step in hand is finished first\n");
  }

  async #do(effect: Effect, tell: (message: Message) => void): Promise<void> {
    switch (effect.kind) {
      case "run":
        return this.#run(effect.request, tell);
      case "recall":
        return this.#recall(effect.what, tell);
      case "copy":
        return this.#copy(effect.text, tell);
      case "edit":
        return this.#edit(effect.path, effect.line, tell);
      case "suspend":
        return this.#options.control.suspend();
      default:
    }
  }

  async #run(request: JobRequest, tell: (message: Message) => void): Promise<void> {
    const { jobs, now } = this.#options;
    try {
      await jobs.run(request, tell);
    } catch (error) {
      if (!(error instanceof KeysweepError)) throw error;
      const { message, hint } = error;
      tell({ kind: "job-refused", request, why: hint === null ? message : `${message}. ${hint}`, now: now() });
    }
  }

  async #recall(what: Extract<Effect, { kind: "recall" }>["what"], tell: (message: Message) => void): Promise<void> {
    const { reader, now } = this.#options;
    const parts = what === "all" ? (["rotations", "scan", "audit"] as const) : ([what] as const);
    const reading = parts.map(async (part) => {
      try {
        tell({ kind: "remembered", remembered: await reader.read({ part, now: now() }) });
      } catch (error) {
        if (!(error instanceof KeysweepError)) throw error;
        tell({ kind: "recall-failed", part, why: error.message, now: now() });
      }
    });
    await Promise.all(reading);
  }

  /** The journal says each step of a rotation as it is done; that of the end is read by whoever hears of it. */
  #look(tell: (message: Message) => void): void {
    this.#looking ??= everyMs(LOOK_MS, () => this.#recall("rotations", tell));
  }

  /** By the terminal itself (OSC 52), so that it works over ssh; terminals that do not know it ignore it. */
  #copy(text: string, tell: (message: Message) => void): void {
    const { stdout, now } = this.#options;
    stdout.write(`\x1b]52;c;${Buffer.from(text).toString("base64")}\x07`);
    tell({ kind: "told", text: `copied: ${text}`, tone: "good", now: now() });
  }

  async #edit(path: string, line: number, tell: (message: Message) => void): Promise<void> {
    const { editor, control, stdout, signal, lendKeyboard, now } = this.#options;
    const [program, ...before] = editor ?? [];
    if (program === undefined) return;
    await control.lend(async () => {
      // What quits one that is no editor must not leave it alone with the terminal.
      process.on("SIGQUIT", ignored);
      lendKeyboard(true);
      const settings = terminalSettings();
      const problem = await ranIn([program, ...before, ...placeArguments(program, path, line)], signal);
      // One that was ended from outside did not tidy up.
      if (problem !== null) putBack(settings, stdout);
      lendKeyboard(false);
      process.off("SIGQUIT", ignored);
      if (problem !== null) tell({ kind: "told", text: `${program}: ${problem}`, tone: "bad", now: now() });
    });
  }
}

/** Again and again, but never twice at once; what fails is told when it is asked for. */
function everyMs(ms: number, work: () => Promise<void>): NodeJS.Timeout {
  let isWorking = false;
  return setInterval(() => {
    if (isWorking) return;
    isWorking = true;
    work()
      .catch(() => {})
      .finally(() => {
        isWorking = false;
      });
  }, ms).unref();
}

/** The editor with its own arguments; null: none is named. */
export function editorOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] | null {
  const named = environment.VISUAL || environment.EDITOR || "";
  const words = named.split(/\s+/).filter((word) => word !== "");
  return words.length === 0 ? null : words;
}

/** How editors want to be told the line; one that is not known gets the file. */
export function placeArguments(program: string, path: string, line: number): readonly string[] {
  const name = program.replace(/^.*[/\\]/, "").replace(/\.(?:exe|cmd)$/, "");
  if (["vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "ne", "joe", "jed"].includes(name))
    return [`+${line}`, path];
  if (["code", "codium", "cursor", "windsurf"].includes(name)) return ["--wait", "--goto", `${path}:${line}`];
  if (["subl", "zed", "hx", "helix"].includes(name)) return [`${path}:${line}`];
  return [path];
}

function ignored(): void {}

/** How the terminal is set, in words of stty; null where there is none. */
function terminalSettings(): string | null {
  const { status, stdout } = spawnSync("stty", ["-g"], { stdio: ["inherit", "pipe", "ignore"], encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

/** The main screen, a cursor, and what is pasted and clicked told to nobody. */
const PLAIN_SCREEN = "\x1b[?1049l\x1b[?25h\x1b[?2004l\x1b[?1000l\x1b[?1006l\x1b[m";

function putBack(settings: string | null, stdout: NodeJS.WriteStream): void {
  stdout.write(PLAIN_SCREEN);
  if (settings !== null) spawnSync("stty", [settings], { stdio: ["inherit", "ignore", "ignore"] });
}

/**
 * Runs an editor to its end, which it is asked for as by a terminal that is closed: then editors save what was typed.
 * @returns null when it ended well.
 */
async function ranIn([program = "", ...rest]: readonly string[], signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(program, rest, { stdio: "inherit" });
    const end = (): void => void child.kill("SIGHUP");
    signal.addEventListener("abort", end);
    child.on("close", () => signal.removeEventListener("abort", end));
    child.on("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code === "ENOENT" ? "there is no such program" : (error.code ?? error.name)),
    );
    child.on("exit", (status) => resolve(status === 0 ? null : `it ended with ${status ?? "a signal"}`));
  });
}

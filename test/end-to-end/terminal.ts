import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { ENTRY, type World } from "./world.ts";

/** A shell's script that runs in a real pseudo-terminal, and the terminal that shows what it writes. */
export interface Session {
  /** All that was written so far, escape sequences and all. */
  readonly raw: string;
  /** Resolves once something is written that matches; rejects when the script ends without it. */
  until(pattern: RegExp): Promise<void>;
  /** As a person at the keyboard: `\x03` is Ctrl-C. */
  type(text: string): void;
  /** What a person sees at this moment, line by line. */
  frame(): Promise<readonly string[]>;
  /** Resolves with what a person sees once that matches; rejects when the script ends without it. */
  shows(pattern: RegExp): Promise<string>;
  resize(columns: number, rows: number): void;
  /** Resolves when the script has ended. */
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly status: number;
  readonly raw: string;
  /** What a person sees in the end, with what has scrolled away; without blank lines at the bottom. */
  readonly screen: readonly string[];
}

export interface SessionOptions {
  readonly columns?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs a script of `sh` in the world's folder. In it `keysweep` is the program, and Ctrl-C ends what the script runs, not the script.
 */
export function onTerminal(
  world: World,
  script: string,
  { columns = 80, environment = {} }: SessionOptions = {},
): Session {
  const shell = spawn("/bin/sh", ["-c", `trap : INT\nkeysweep() { "$NODE" "$ENTRY" "$@"; }\n${script}`], {
    cols: columns,
    rows: 40,
    cwd: world.folder,
    // As bytes: a character may be cut in two, and what is no UTF-8 has to be seen as it is.
    encoding: null,
    env: { ...world.environment, TERM: "xterm-256color", NODE: process.execPath, ENTRY, ...environment },
  });
  const terminal = new xterm.Terminal({ cols: columns, rows: 40, scrollback: 100_000, allowProposedApi: true });
  let raw = "";
  let waiting: (() => void)[] = [];
  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  };
  shell.onData((data: string | Uint8Array) => {
    raw += Buffer.from(data).toString("latin1");
    terminal.write(data);
    wake();
  });
  const frame = async (): Promise<string[]> => {
    await new Promise<void>((resolve) => terminal.write("", resolve));
    const { active } = terminal.buffer;
    return Array.from(
      { length: terminal.rows },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? "",
    );
  };
  let over = false;
  const ended = new Promise<Ended>((resolve) => {
    shell.onExit(({ exitCode }) => {
      over = true;
      wake();
      terminal.write("", () => resolve({ status: exitCode, raw, screen: screenOf(terminal) }));
    });
  });
  return {
    get raw() {
      return raw;
    },
    async until(pattern) {
      while (!pattern.test(raw)) {
        if (over) throw new Error(`it ended without ${pattern}`);
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    type: (text) => shell.write(text),
    frame,
    async shows(pattern) {
      for (;;) {
        const before = raw.length;
        const text = (await frame()).join("\n");
        if (pattern.test(text)) return text;
        if (over) throw new Error(`it ended without ${pattern}, showing\n${text}`);
        if (raw.length === before) await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    resize(width, height) {
      shell.resize(width, height);
      terminal.resize(width, height);
    },
    ended,
  };
}

function screenOf({ buffer }: xterm.Terminal): string[] {
  const lines = Array.from(
    { length: buffer.active.length },
    (_, row) => buffer.active.getLine(row)?.translateToString(true) ?? "",
  );
  return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
}

import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { ENTRY, type World } from "./world.ts";

/** A shell's script that runs in a real pseudo-terminal, and the terminal that shows what it writes. */
export interface Session {
  /** All that was written so far, escape sequences and all. */
  readonly raw: string;
  /** Resolves once something is written that matches; rejects when the script ends without it, or nothing comes of waiting. */
  until(pattern: RegExp): Promise<void>;
  /** As a person at the keyboard: `\x03` is Ctrl-C. */
  type(text: string): void;
  /** What a person sees at this moment, line by line. */
  frame(): Promise<readonly string[]>;
  /** Resolves with what a person sees once that is so; rejects with it when the script ends before, or nothing comes of waiting. */
  shows(expected: RegExp | ((text: string) => boolean)): Promise<string>;
  resize(columns: number, rows: number): void;
  /** What another program writes on the same terminal. */
  disturb(text: string): void;
  /** For what is more than text: colours, modes. */
  readonly terminal: xterm.Terminal;
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
  readonly rows?: number;
  /** What runs the script, with its arguments; by default `sh -c`. */
  readonly shell?: readonly [string, ...string[]];
  readonly environment?: Readonly<Record<string, string>>;
}

/** How long something may take to be seen, in milliseconds: far longer than it does, and shorter than a test may take. */
const PATIENCE_MS = 30_000;

/**
 * Runs a script of `sh` in the world's folder. In it `keysweep` is the program, and Ctrl-C ends what the script runs, not the script.
 */
export function onTerminal(
  world: World,
  script: string,
  { columns = 80, rows = 40, environment = {}, shell: [program, ...before] = ["/bin/sh", "-c"] }: SessionOptions = {},
): Session {
  const shell = spawn(program, [...before, `trap : INT\nkeysweep() { "$NODE" "$ENTRY" "$@"; }\n${script}`], {
    cols: columns,
    rows,
    cwd: world.folder,
    // As bytes: a character may be cut in two, and what is no UTF-8 has to be seen as it is.
    encoding: null,
    env: { ...world.environment, TERM: "xterm-256color", NODE: process.execPath, ENTRY, ...environment },
  });
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 100_000, allowProposedApi: true });
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
      // What lay right of the edge of a screen that has become narrower is still there.
      (_, row) =>
        active
          .getLine(active.baseY + row)
          ?.translateToString(true, 0, terminal.cols)
          .trimEnd() ?? "",
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
  /** Looks once more when it has waited long enough: what is told then says what was seen instead. */
  const patiently = async <T>(look: (isLate: () => boolean) => Promise<T>): Promise<T> => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      wake();
    }, PATIENCE_MS);
    try {
      return await look(() => late);
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    get raw() {
      return raw;
    },
    until: (pattern) =>
      patiently(async (isLate) => {
        while (!pattern.test(raw)) {
          if (over || isLate())
            throw new Error(
              `${over ? "it ended" : "it went on"} without ${pattern}, writing ${JSON.stringify(raw.slice(-2000))}`,
            );
          await new Promise<void>((resolve) => waiting.push(resolve));
        }
      }),
    type: (text) => shell.write(text),
    frame,
    shows: (expected) =>
      patiently(async (isLate) => {
        for (;;) {
          const before = raw.length;
          const text = (await frame()).join("\n");
          if (expected instanceof RegExp ? expected.test(text) : expected(text)) return text;
          if (over || isLate())
            throw new Error(`${over ? "it ended" : "it went on"} without ${expected}, showing\n${text}`);
          if (raw.length === before) await new Promise<void>((resolve) => waiting.push(resolve));
        }
      }),
    disturb: (text) => terminal.write(text),
    terminal,
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

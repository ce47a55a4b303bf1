import { render, useApp, useInput, usePaste } from "ink";
import { type ReactElement, useLayoutEffect } from "react";
import { App } from "./app.tsx";
import { keyPresses } from "./keyboard.ts";
import type { Effects, KeyPress, Message } from "./message.ts";
import { isTooSmall, type State } from "./state.ts";
import { typedOn } from "./terminal-input.ts";
import { update } from "./view-model.ts";

/** The terminal, as far as it is taken over. */
export interface Screen {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** Lets another program have the terminal while the work is done, and takes it back. */
export type Lend = (work: () => void | Promise<void>) => Promise<void>;

export interface ProgramOptions {
  readonly screen: Screen;
  readonly state: State;
  /** Told once how to lend the terminal. */
  effects(lend: Lend): Effects;
  /** Milliseconds between two looks at the clock while something runs. */
  readonly tickMs: number;
  now(): number;
  /** What is done once the first frame is on the screen. */
  begin(tell: (message: Message) => void): void;
  /** Ends the program from outside. */
  readonly signal: AbortSignal;
  /** Hears of errors that nobody has caught, until what it gives is called. They end the program: nobody knows what it would show after one. */
  onFailure(listener: (error: unknown) => void): () => void;
}

/** The home position, and everything after it erased: no terminal has to know where the last frame lies. */
const ERASE = "\x1b[H\x1b[J";

/** What terminals measure otherwise than we do is cut at the edge, and pushes no line down. */
const WRAP = { off: "\x1b[?7l", on: "\x1b[?7h" } as const;

/** Milliseconds between two looks at the clock while nothing runs. */
const IDLE_TICK_MS = 30_000;

/** Shows the dashboard until it is left, or fails. The terminal is as it was, then. */
export async function runProgram({
  screen,
  state: first,
  effects: makeEffects,
  tickMs,
  now,
  begin,
  signal,
  onFailure,
}: ProgramOptions): Promise<void> {
  const { stdin, stdout } = screen;
  let state = first;
  const { look } = first;
  let suspend: Lend = async (work) => {
    await work();
  };
  let lent: Promise<void> | null = null;
  const effects = makeEffects(async (work) => {
    lent = suspend(async () => {
      stdout.write(WRAP.on);
      await leaveUnread(stdin);
      await work();
      if (!hasEnded) wrapAtEdge(false);
    });
    try {
      await lent;
    } finally {
      lent = null;
    }
  });
  const wrapAtEdge = (wraps: boolean): void => {
    // What is read aloud is wrapped by ink, and nothing is drawn.
    if (!look.screenReader) stdout.write(wraps ? WRAP.on : WRAP.off);
  };
  let hasEnded = false;
  const stop = (): void => {
    hasEnded = true;
    app.unmount();
  };
  /** Whoever has the terminal gives it back first. */
  const interrupted = (): void => {
    hasEnded = true;
    if (lent === null) stop();
    else lent.then(stop, stop);
  };
  const tell = (message: Message): void => {
    // What is drawn after the end would take the terminal over again.
    if (hasEnded) return;
    const step = update(state, message);
    if (step.state !== state) {
      state = step.state;
      draw();
    }
    for (const effect of step.effects) {
      if (effect.kind === "quit") stop();
      else if (effect.kind === "redraw") redraw();
      else effects.perform(effect, tell);
    }
  };
  const node = (): ReactElement => (
    <Program
      state={state}
      tell={tell}
      lent={(by) => {
        suspend = by;
      }}
    />
  );
  // Before the first frame: a key that is pressed at its sight must not wait for the end of a line.
  stdin.setRawMode(true);
  const resized = (): void => {
    if (stdout.columns === state.columns && stdout.rows === state.rows) return;
    // What a terminal does with what it shows when it is resized, no two do alike.
    if (lent === null && !look.screenReader) erase();
    tell({ kind: "resized", columns: stdout.columns, rows: stdout.rows });
  };
  // Before ink hears of it, which would draw the old frame in the new size.
  stdout.on("resize", resized);
  const failed = Promise.withResolvers<never>();
  const stopListening = onFailure(failed.reject);
  const app = render(node(), {
    stdin: typedOn(stdin),
    stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    // Whoever listens wants to hear what was said before, too.
    alternateScreen: !look.screenReader,
    incrementalRendering: !look.screenReader,
    isScreenReaderEnabled: look.screenReader,
    interactive: true,
  });
  wrapAtEdge(false);
  const draw = (): void => app.rerender(node());
  const erase = (): void => {
    if (!look.screenReader) stdout.write(ERASE);
    app.clear();
  };
  const redraw = (): void => {
    erase();
    draw();
  };
  const ticking = setInterval(() => {
    const time = now();
    // A clock that only makes the screen flicker is not looked at; but what is left open must not go on saying `just now`.
    if (state.jobs.length > 0 || time - state.now >= IDLE_TICK_MS) tell({ kind: "ticked", now: time });
  }, tickMs);
  ticking.unref();
  signal.addEventListener("abort", interrupted, { once: true });
  try {
    const ended = Promise.race([app.waitUntilExit(), failed.promise]);
    // Whoever leaves at the first sight is not kept waiting for what nobody will see.
    await Promise.race([app.waitUntilRenderFlush(), ended]);
    if (!hasEnded) begin(tell);
    await ended;
    // What ink still had to do with its input is done now.
    await new Promise(setImmediate);
  } finally {
    clearInterval(ticking);
    stdout.off("resize", resized);
    signal.removeEventListener("abort", interrupted);
    stop();
    wrapAtEdge(true);
    stopListening();
    stdin.setRawMode(false);
    // Nobody reads it any more, so nothing waits for it.
    stdin.destroy();
    effects.close();
  }
}

/** Ink hears of no key any more, but Node would go on reading, and take keys away from whoever has the terminal now. */
async function leaveUnread(stdin: NodeJS.ReadStream): Promise<void> {
  // That nobody listens is known a tick later, that nothing is to be read another.
  await new Promise(setImmediate);
  stdin.pause();
  await new Promise(setImmediate);
}

/** Where keys come in; everything below is pure. */
function Program({
  state,
  tell,
  lent,
}: {
  readonly state: State;
  tell(message: Message): void;
  lent(lend: Lend): void;
}): ReactElement {
  const { suspendTerminal } = useApp();
  // With the first frame, and not some time after: whoever sees it may stop us.
  useLayoutEffect(() => lent((work) => suspendTerminal(async () => work())), [suspendTerminal]);
  const press = (key: KeyPress): void => {
    // Nobody answers by chance what there is no room to show.
    if (key.ctrl || !isTooSmall(state)) tell({ kind: "key", key });
  };
  useInput((input, key) => {
    for (const one of keyPresses(input, key)) press(one);
  });
  usePaste((text) => press({ name: "text", text, ctrl: false }));
  return <App state={state} />;
}

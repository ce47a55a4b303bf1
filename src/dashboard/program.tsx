import { render, useApp, useInput, usePaste } from "ink";
import { type ReactElement, useEffect } from "react";
import { App } from "./app.tsx";
import { keyPresses } from "./keyboard.ts";
import type { Look } from "./look.ts";
import type { Effects, Message } from "./message.ts";
import type { State } from "./state.ts";
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
  readonly look: Look;
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
}

/** Shows the dashboard until it is left. The terminal is as it was, then. */
export async function runProgram({
  screen,
  look,
  state: first,
  effects: makeEffects,
  tickMs,
  now,
  begin,
  signal,
}: ProgramOptions): Promise<void> {
  let state = first;
  let lend: Lend = async (work) => {
    await work();
  };
  const effects = makeEffects((work) => lend(work));
  let hasEnded = false;
  const stop = (): void => {
    hasEnded = true;
    app.unmount();
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
      else if (effect.kind === "redraw") app.clear();
      else effects.perform(effect, tell);
    }
  };
  const node = (): ReactElement => (
    <Program
      state={state}
      look={look}
      tell={tell}
      lent={(by) => {
        lend = by;
      }}
    />
  );
  // Before the first frame: a key that is pressed at its sight must not wait for the end of a line.
  screen.stdin.setRawMode(true);
  const app = render(node(), {
    ...screen,
    exitOnCtrlC: false,
    patchConsole: false,
    // Whoever listens wants to hear what was said before, too.
    alternateScreen: !look.screenReader,
    incrementalRendering: !look.screenReader,
    isScreenReaderEnabled: look.screenReader,
    interactive: true,
  });
  const draw = (): void => app.rerender(node());
  const resized = (): void => tell({ kind: "resized", columns: screen.stdout.columns, rows: screen.stdout.rows });
  const ticking = setInterval(() => {
    // A clock that only makes the screen flicker is not looked at.
    if (state.jobs.length > 0) tell({ kind: "ticked", now: now() });
  }, tickMs);
  ticking.unref();
  screen.stdout.on("resize", resized);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const ended = app.waitUntilExit();
    // Whoever leaves at the first sight is not kept waiting for what nobody will see.
    await Promise.race([app.waitUntilRenderFlush(), ended]);
    if (!hasEnded) begin(tell);
    await ended;
    // What ink still had to do with its input is done now.
    await new Promise(setImmediate);
  } finally {
    clearInterval(ticking);
    screen.stdout.off("resize", resized);
    signal.removeEventListener("abort", stop);
    stop();
    screen.stdin.setRawMode(false);
    // Nobody reads it any more, so nothing waits for it.
    screen.stdin.destroy();
    effects.close();
  }
}

/** Where keys come in; everything below is pure. */
function Program({
  state,
  look,
  tell,
  lent,
}: {
  readonly state: State;
  readonly look: Look;
  tell(message: Message): void;
  lent(lend: Lend): void;
}): ReactElement {
  const { suspendTerminal } = useApp();
  useEffect(() => lent((work) => suspendTerminal(async () => work())), [suspendTerminal]);
  useInput((input, key) => {
    for (const press of keyPresses(input, key)) tell({ kind: "key", key: press });
  });
  usePaste((text) => tell({ kind: "key", key: { name: "text", text, ctrl: false } }));
  return <App state={state} look={look} />;
}

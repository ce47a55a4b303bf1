import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { type ProgramOptions, runProgram, type Screen } from "../../src/dashboard/program.tsx";
import { NOW, stateOf } from "../support/dashboard/states.ts";

/** A terminal that keeps what is written, and tells who waits for it. */
class FakeScreen {
  text = "";
  #waiting: (() => void) | null = null;
  readonly #in = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => {},
    ref: () => {},
    unref: () => {},
  });
  readonly #out = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  // As much of a terminal as is used.
  readonly screen = { stdin: this.#in, stdout: this.#out } as unknown as Screen;

  constructor() {
    this.#out.on("data", (chunk: Buffer) => {
      this.text += chunk.toString();
      this.#waiting?.();
    });
  }

  async shows(text: string): Promise<void> {
    while (!this.text.includes(text)) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  type(keys: string): void {
    this.#in.write(keys);
  }
}

function run(fake: FakeScreen, options: Partial<ProgramOptions> = {}): Promise<void> {
  return runProgram({
    screen: fake.screen,
    state: { ...stateOf(), look: { color: false, ascii: false, screenReader: false } },
    effects: () => ({ perform: () => {}, close: () => {} }),
    tickMs: 1,
    now: () => NOW,
    begin: () => {},
    signal: new AbortController().signal,
    onFailure: () => () => {},
    ...options,
  });
}

test("what is left open while nothing runs does not go on calling what it knows fresh", async () => {
  const fake = new FakeScreen();
  let now = NOW;
  const ended = run(fake, { now: () => now });
  await fake.shows("2 hours ago");
  now += 3_600_000;
  await fake.shows("3 hours ago");
  fake.type("q");
  await expect(ended).resolves.toBeUndefined();
});

/** A line on a terminal that says how far a long run has come, and goes when it ends. */
export interface Progress {
  /** `text` is only made when it is shown. */
  update(text: () => string): void;
  end(): void;
}

const FIRST_AFTER_MS = 1000;
const EVERY_MS = 100;

/** Shows nothing in the first second, and then ten lines a second at most. Nothing at all where stderr is no terminal. */
export function progressOn(
  terminal: { readonly isTTY?: boolean; readonly columns?: number | undefined; write(text: string): unknown },
  nowMs: () => number,
): Progress {
  if (terminal.isTTY !== true) return { update() {}, end() {} };
  const startMs = nowMs();
  let shownMs = startMs + FIRST_AFTER_MS - EVERY_MS;
  let shown = false;
  return {
    update(text) {
      if (nowMs() < shownMs + EVERY_MS) return;
      shownMs = nowMs();
      shown = true;
      terminal.write(`\r\x1b[K${text().slice(0, (terminal.columns ?? 80) - 1)}`);
    },
    end() {
      if (shown) terminal.write("\r\x1b[K");
      shown = false;
    },
  };
}

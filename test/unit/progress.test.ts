import { expect, test } from "vitest";
import { progressOn } from "../../src/runtime/progress.ts";

/** A terminal that keeps what is written to it, and a clock that is set by hand. */
function started({ isTTY = true, columns }: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  let nowMs = 5000;
  let asked = 0;
  const terminal = { isTTY, columns, write: (text: string) => written.push(text) };
  const progress = progressOn(terminal, () => nowMs);
  return {
    written,
    end: () => progress.end(),
    asked: () => asked,
    /** Tells the progress at a time after the start. */
    at(ms: number, text = "so far"): void {
      nowMs = 5000 + ms;
      progress.update(() => {
        asked++;
        return text;
      });
    },
  };
}

test("nothing is shown in the first second, and nothing is wiped that was not shown", () => {
  const run = started();
  run.at(0);
  run.at(999);
  run.end();
  expect(run.written).toEqual([]);
  expect(run.asked()).toBe(0);
});

test("after a second a line is shown, ten times a second at most, each in place of the one before", () => {
  const run = started();
  run.at(1000, "one");
  run.at(1099, "too soon");
  run.at(1100, "two");
  run.at(1500, "three");
  run.at(1599, "too soon");
  expect(run.written).toEqual(["\r\x1b[Kone", "\r\x1b[Ktwo", "\r\x1b[Kthree"]);
  expect(run.asked()).toBe(3);
});

test("the line goes when the run ends, once", () => {
  const run = started();
  run.at(1000, "one");
  run.end();
  run.end();
  expect(run.written.slice(1)).toEqual(["\r\x1b[K"]);
});

test("the line never reaches the last column, where it would wrap", () => {
  for (const [columns, length] of [
    [40, 39],
    [undefined, 79],
  ] as const) {
    const run = started(columns === undefined ? {} : { columns });
    run.at(1000, "x".repeat(200));
    expect(run.written).toEqual([`\r\x1b[K${"x".repeat(length)}`]);
  }
});

test("nothing is shown where there is no terminal", () => {
  const run = started({ isTTY: false });
  run.at(5000);
  run.end();
  expect(run.written).toEqual([]);
  expect(run.asked()).toBe(0);
});

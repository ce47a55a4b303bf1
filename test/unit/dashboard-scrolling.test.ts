import { render } from "ink-testing-library";
import { createElement } from "react";
import { describe, expect, test } from "vitest";
import { App } from "../../src/dashboard/app.tsx";
import { reading } from "../../src/dashboard/questions.ts";
import type { State } from "../../src/dashboard/state.ts";
import { selectedRow } from "../../src/dashboard/table.ts";
import { LOOK, press, stateOf } from "../support/dashboard/states.ts";

function frame(state: State): string[] {
  const { lastFrame, unmount } = render(createElement(App, { state }));
  const text = lastFrame() ?? "";
  unmount();
  return text.replace(/\x1b\[[0-9;]*m/g, "").split("\n");
}

/** The text, without the table that it may stand beside. */
function body(state: State): string[] {
  return frame(state)
    .slice(2, -3)
    .map((line) => line.slice(line.search(/[│┃]/) + 1));
}

/** All that is shown on the way from the top to the end, by one key, a line each once. */
function walked(state: State, key: string): string[] {
  const isMark = (line: string): boolean => /^ *[↑↓] \d+ more lines/.test(line);
  const seen = new Set(body(state).filter((line) => !isMark(line)));
  let at = state;
  for (let presses = 0; presses < WHOLE; presses++) {
    const next = press(at, key).state;
    if (next.scroll === at.scroll) return [...seen];
    at = next;
    for (const line of body(at)) if (!isMark(line)) seen.add(line);
  }
  throw new Error(`${key} has no end`);
}

/** Longer than any of these texts. */
const WHOLE = 200;

/** Short texts on low screens. */
const TEXTS: readonly (readonly [what: string, columns: number, rows: number, keys: readonly string[]])[] = [
  ["a finding's detail", 80, 24, ["2", "[enter]"]],
  ["a detail beside its table", 120, 24, ["2", "[enter]"]],
  ["a rotation's detail", 60, 12, ["4", "[enter]"]],
  ["the help", 60, 14, ["2", "?"]],
  ["the overview", 60, 20, []],
];

describe.each(TEXTS)("%s", (_, columns, rows, keys) => {
  const top = press(stateOf(9, columns, rows), ...keys).state;
  const tall = body({ ...top, rows: WHOLE });
  // That is there only where there is room for it.
  const begin = tall.findIndex((line) => line.includes("Where to begin"));
  const whole = tall.slice(0, begin < 0 ? undefined : begin).filter((line) => line.trim() !== "");

  test.each([
    ["[down]", "[up]"],
    ["[page-down]", "[page-up]"],
  ])("is shown to its end by %j, line by line, and from there to its top by %j", (forward, back) => {
    expect(walked(top, forward)).toEqual(expect.arrayContaining(whole));
    const end = press(top, "[end]").state;
    expect(body(end)).not.toEqual(body(top));
    // One press back is seen at once, however often the end was passed.
    const past = press(end, forward, forward, forward).state;
    expect(body(press(past, back).state)).not.toEqual(body(end));
    expect(press(end, ...Array.from({ length: end.scroll }, () => back)).state.scroll).toBe(0);
  });

  test.each([
    ["j", "[down]"],
    [" ", "[page-down]"],
  ])("%j does as %j does", (letter, key) => {
    expect(press(top, letter).state).toEqual(press(top, key).state);
  });

  test("says how much there is above and below, and that it scrolls", () => {
    expect(body(top).join("\n")).toMatch(/↓ \d+ more lines/);
    expect(frame(top).at(-1)).toContain("↑↓ scroll");
    const end = press(top, "[end]").state;
    expect(body(end).join("\n")).toMatch(/↑ \d+ more lines/);
    expect(body(end).join("\n")).not.toContain("↓");
    expect(body(press(end, "[home]").state)).toEqual(body(top));
  });

  test("does not scroll where all of it is seen", () => {
    const all = { ...top, rows: WHOLE };
    expect(frame(all).at(-1)).not.toContain("scroll");
    expect(press(all, "[end]").state.scroll).toBe(0);
  });
});

test("what a question is about is read to its end, however few lines it is told in", () => {
  const words = Array.from({ length: 120 }, (_, at) => `word${at}`);
  const dialog = reading("Long", [words.join(" ")]);
  const state = { ...stateOf(1, 40, 12), dialog };
  expect(frame(state).join("\n")).toContain("↓");
  for (const key of ["[down]", "[page-down]", "[end]"]) {
    const end = press(state, ...Array.from({ length: 60 }, () => key)).state;
    expect(frame(end).join("\n")).toContain("word119");
    expect(frame(end).join("\n")).toMatch(/Long {2}↑ \d+ more/);
    expect(frame(press(end, "[up]").state)).not.toEqual(frame(end));
    expect(frame(press(end, "[home]").state)).toEqual(frame(state));
  }
});

test("from one detail to that of the row before and after, past the heads of groups", () => {
  const state = press(stateOf(9), "2", "[down]", "[enter]").state;
  const second = body(state);
  const third = press(state, "[right]").state;
  expect(body(third)).not.toEqual(second);
  expect(body(press(third, "[left]").state)).toEqual(second);
  expect(
    body(
      press(
        state,
        ..."x"
          .repeat(30)
          .split("")
          .map(() => "[left]"),
      ).state,
    ),
  ).toEqual(body(press(state, "[left]").state));
  const grouped = press(stateOf(9), "2", "g", "[down]", "[enter]").state;
  const { rows } = grouped.tables.findings;
  const seen = new Set([selectedRow(grouped.tables.findings)]);
  for (let at = grouped, row = 1; row < rows.length; row++) {
    at = press(at, "[right]").state;
    seen.add(selectedRow(at.tables.findings));
  }
  expect(seen).toEqual(new Set(rows));
});

test("read aloud, all of it is told, and nothing scrolls", () => {
  const spoken = { ...stateOf(9, 60, 20), look: { ...LOOK, screenReader: true } };
  const overview = frame(spoken).join("\n");
  for (const heading of ["Findings", "Ages of active keys", "Findings of the last 3 scans"]) {
    // No heading without what it is about.
    expect(overview).toMatch(new RegExp(`^ +${heading}.*\n +\\S`, "m"));
  }
  expect(overview).not.toContain("more lines");
  const detail = press(spoken, "2", "[enter]").state;
  expect(frame(detail).join("\n")).not.toContain("scroll");
  // The arrows go on to the next row, whose detail is told.
  expect(frame(press(detail, "[down]").state)).not.toEqual(frame(detail));
});

import { afterEach, expect, test, vi } from "vitest";
import { typedArguments } from "../../src/cli/typed-arguments.ts";

const before = process.argv;
afterEach(() => {
  process.argv = before;
  vi.unstubAllEnvs();
});

function typed(...words: readonly string[]): string[] {
  process.argv = ["node", "keysweep", ...words];
  return typedArguments();
}

test.each([
  [["--no-refresh"]],
  [["--noRefresh"]],
  [["--ledger", "/tmp/l.db"]],
  [["--ledger=/tmp/l.db", "--no-refresh"]],
  [["--screen-reader"]],
])("%j alone is the dashboard", (words) => {
  expect(typed(...words)).toEqual(["dashboard", ...words]);
});

test.each([[["--version"]], [["--help"]], [["-h"]], [["scan", "--ledger", "x"]], [["--ledgers"]]])(
  "%j is not",
  (words) => {
    expect(typed(...words)).toEqual(words);
  },
);

test("help of a command is asked for in two ways", () => {
  expect(typed("help", "scan")).toEqual(["scan", "--help"]);
});

test("nothing, where no terminal can show more, is nothing", () => {
  vi.stubEnv("TERM", "dumb");
  expect(typed()).toEqual([]);
});

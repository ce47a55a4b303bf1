import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { routes } from "../../src/cli/application.ts";
import type { HelpTarget } from "../../src/cli/help-text.ts";
import { optionName } from "../../src/cli/option-name.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const PAGES = [
  ...readdirSync(join(ROOT, "docs")).map((name) => join("docs", name)),
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "ARCHITECTURE.md",
].filter((name) => name.endsWith(".md"));

/** What stands as code in a page: spans, and lines of blocks. */
function codeOf(text: string): string[] {
  const blocks = Array.from(text.matchAll(/^```\w*\n(.*?)^```/gms), ([, block = ""]) => block);
  const spans = Array.from(text.replaceAll(/^```.*?^```/gms, "").matchAll(/`([^`\n]+)`/g), ([, span = ""]) => span);
  return [...blocks.flatMap((block) => block.split("\n")), ...spans];
}

/** The arguments of each call of keysweep in a line, as far as it is one: up to a comment, a pipe, another command, what explains it. */
function callsIn(line: string): string[][] {
  const [command = ""] = line.split(/(?:^|\s)#/, 1);
  const calls = command.matchAll(/(?:^|[\s(])(?:keysweep|npm start(?: --silent)? --) ((?:(?! {3}| \||&&|;|\)|>).)*)/g);
  return Array.from(calls, ([, words = ""]) =>
    words
      .replaceAll(/[[\](),.…"']/g, " ")
      .trim()
      .split(/\s+/),
  );
}

/** What is wrong with a call; null: it is one of a command, with options that it has. */
function problemOf(words: readonly string[]): string | null {
  let target: HelpTarget = routes;
  let at = 0;
  while ("getAllEntries" in target) {
    const word: string | undefined = words[at++];
    if (word === undefined || word === "" || word === "help" || word.startsWith("--")) return null;
    const entry: HelpTarget | undefined = target.getRoutingTargetForInput(word);
    // Several may stand for one another.
    if (entry === undefined) return /^[a-z]+(?:\|[a-z]+)+$/.test(word) ? null : `there is no command ${word}`;
    target = entry;
  }
  const known = new Set(["--help", "--", ...Object.keys(target.parameters.flags ?? {}).map(optionName)]);
  const unknown = words.slice(at).find((word) => /^--[a-z]/.test(word) && !known.has(word.split("=")[0] ?? ""));
  return unknown === undefined ? null : `there is no option ${unknown}`;
}

test.each(PAGES)("every command that %s names is one, and has the options", (page) => {
  const calls = codeOf(readFileSync(join(ROOT, page), "utf8")).flatMap(callsIn);
  const problems = calls.flatMap((words) => {
    const problem = problemOf(words);
    return problem === null ? [] : [`keysweep ${words.join(" ")}: ${problem}`];
  });
  expect(problems).toEqual([]);
});

test("a command that there is not, and an option that it has not, would be seen", () => {
  expect(callsIn("$ keysweep scan . --report html=x   # and so on")).toEqual([["scan", "--report", "html=x"]]);
  expect(problemOf(["scna"])).toBe("there is no command scna");
  expect(problemOf(["rotate", "run", "--sooner"])).toBe("there is no option --sooner");
  expect(problemOf(["rotate", "run", "--due", "--format=json"])).toBeNull();
});

import { describe, expect, test } from "vitest";
import { routes } from "../../src/cli/application.ts";
import { type HelpTarget, helpText } from "../../src/cli/help-text.ts";
import { optionName } from "../../src/cli/option-name.ts";

/** Every command and every group of commands, with the words that lead to it. */
function* targets(target: HelpTarget, words: readonly string[]): Generator<readonly [string, HelpTarget]> {
  yield [words.join(" "), target];
  if (!("getAllEntries" in target)) return;
  for (const entry of target.getAllEntries()) yield* targets(entry.target, [...words, entry.name.original]);
}

/** The briefs of options and arguments, or of commands. */
function briefsOf(target: HelpTarget): string[] {
  if ("getAllEntries" in target) return target.getAllEntries().map((entry) => entry.target.brief);
  const { flags = {}, positional } = target.parameters;
  const args = positional?.kind === "array" ? [positional.parameter] : (positional?.parameters ?? []);
  return [...Object.values(flags), ...args].map(({ brief }) => brief);
}

function filledAnew(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

const all = [...targets(routes, ["keysweep"])];

test("there are commands, also of commands", () => {
  expect(all.map(([words]) => words)).toEqual(
    expect.arrayContaining(["keysweep", "keysweep scan", "keysweep hook run"]),
  );
});

describe.each(all)("the help of %s", (words, target) => {
  test.each([100, 80, 60])("fits in %i columns, whatever it tells, and tells all", (columns) => {
    const help = helpText(target, words.split(" "), columns);
    expect(help.split("\n").filter((line) => line.length > columns || line !== line.trimEnd())).toEqual([]);
    const told = filledAnew(help);
    for (const text of [...briefsOf(target), target.fullDescription ?? target.brief])
      expect(told).toContain(filledAnew(text).trim());
    expect(help).toMatch(/^USAGE\n {2}keysweep/);
    expect(help.endsWith("\n") && !help.endsWith("\n\n")).toBe(true);
  });

  test("names what every option takes, and what is needed in the usage", () => {
    if ("getAllEntries" in target) return;
    const lines = helpText(target, words.split(" "), 100).split("\n");
    const usage = lines.slice(0, lines.indexOf("")).join(" ");
    const options = lines.slice(lines.indexOf("OPTIONS"));
    for (const [name, flag] of Object.entries(target.parameters.flags ?? {})) {
      const row = options.filter((line) => line.trimStart().split(" ")[0] === optionName(name));
      expect(row).toHaveLength(1);
      if (flag.kind === "boolean") continue;
      expect(row[0]).toMatch(/^ {6}--[a-z-]+ [A-Z][A-Za-z./=@]*(?: |$)/);
      const isNeeded = flag.optional !== true && !("default" in flag);
      expect(usage.includes(`${optionName(name)} `)).toBe(isNeeded);
    }
  });
});

test("a default is told of what takes a value, and of nothing else", () => {
  const help = filledAnew(helpText(routes.getRoutingTargetForInput("scan") ?? routes, ["keysweep", "scan"], 100));
  expect(help).toContain("or never (default: medium)");
  expect(help.match(/default:/g)).toHaveLength(1);
});

import { expect, test } from "vitest";
import { tidyHelp } from "../../src/cli/help-text.ts";

const options = Array.from({ length: 30 }, (_, number) => `[--option-${number} VALUE]`);

test("usage fits, keeps each option beside its value, and says what may be repeated", () => {
  const help = `USAGE\n  keysweep scan ${options.join(" ")} [--report FORMAT=FILE]... <PATH>...\n  keysweep scan --help\n\nLooks <for>... keys.`;
  const [usage = "", rest] = tidyHelp(help).split("\n\n");
  const lines = usage.split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  for (const option of options) expect(lines.filter((line) => line.includes(option))).toHaveLength(1);
  expect(usage).toContain("[--report FORMAT=FILE]… [PATH…]");
  expect(lines.at(-1)).toBe("  keysweep scan --help");
  expect(rest).toBe("Looks <for>... keys.");
});

test("what is no help stays as it is", () => {
  expect(tidyHelp("keysweep: there is no command <x>...")).toBe("keysweep: there is no command <x>...");
});

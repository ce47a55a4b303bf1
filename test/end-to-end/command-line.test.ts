import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

describe("what the command line is told when it is wrong", () => {
  test.each<[string[], string]>([
    [["bogus"], 'there is no command "bogus"\n  `keysweep --help` lists them.\n'],
    [["scna"], 'there is no command "scna"\n  Did you mean `scan`?\n'],
    [["scan", "--bogus"], "there is no option --bogus\n  --help lists them.\n"],
    [["scan", "-z"], "there is no option -z\n  --help lists them.\n"],
    [["scan", "--fal-on", "low"], "there is no option --fal-on\n  Did you mean --fail-on?\n"],
    [["scan", "--format"], "--format needs a value\n"],
    [["scan", "--format", "csv", "--format", "json"], "--format is given twice\n"],
    [["scan", "--stdin=maybe"], '--stdin takes no value "maybe"\n'],
    [["explain"], "SUBJECT is missing\n"],
    [["scan", "-"], "there is no file -\n  --stdin reads standard input.\n"],
    [["explain", "one", "two"], '"two" is one argument too many\n'],
    [["\x1b[2J\u202e"], 'there is no command "\\u001b[2J\\u202e"\n  `keysweep --help` lists them.\n'],
    [["scan", "-\x1b"], "-\\x1b does not exist\n  Check the spelling, and from where the path is meant.\n"],
  ])("%j", (args, words) => {
    expect(world.run(args)).toEqual({ status: 2, stdout: "", stderr: `keysweep: ${words}` });
  });
});

describe("help", () => {
  test.each<[string[], string[]]>([
    [["help"], ["--help"]],
    [
      ["help", "scan"],
      ["scan", "--help"],
    ],
    [
      ["help", "allow"],
      ["allow", "--help"],
    ],
  ])("%j is %j", (word, option) => {
    const help = world.run(word);
    expect(help).toEqual(world.run(option));
    expect(help).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("EXIT STATUS") });
  });

  test.each(["explain", "allow", "targets"])("of %s, which judges nothing, speaks of no threshold", (name) => {
    expect(world.run([name, "--help"]).stdout).not.toContain("threshold");
  });

  test("of a command that there is not is refused", () => {
    expect(world.run(["help", "bogus"])).toMatchObject({ status: 2, stdout: "" });
  });

  test("is short where nothing was asked for, and no data", () => {
    const { status, stdout, stderr } = world.run([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^keysweep finds [^]*keysweep scan [^]*keysweep --help\n$/);
    expect(Math.max(...stderr.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("of a command that does nothing by itself is data only where it was asked for", () => {
    const asked = world.run(["hook", "--help"]);
    expect(asked).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("install") });
    expect(world.run(["hook"])).toEqual({ status: 2, stdout: "", stderr: asked.stdout });
  });
});

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gnuLongName, tar } from "../support/archives/tar.ts";
import { generateMaterial } from "../support/material.ts";
import { onTerminal } from "./terminal.ts";
import { makeWorld, profile, type World } from "./world.ts";

/** What a name may try: to break lines, to command the terminal, to turn the text round, to be invisible, to be no text, to be a formula or a page. */
const NAMES: readonly (string | Uint8Array)[] = [
  "two\nlines",
  "return\rover",
  "tab\tbell\x07back\b",
  "clear\x1b[2J\x1b[31mred",
  "title\x1b]0;forged\x07",
  "link\x1b]8;;http:example\x1b\\click\x1b]8;;\x1b\\",
  "c1\u009b31m\u0085",
  "bidi\u202e\u2066gpj",
  "unseen\u200b\u2060\ufeff",
  Buffer.from("no text \xff\xfe\x80", "latin1"),
  "=cmd(1)",
  "<img src=x onerror=y>",
  "`code` | [a](b)",
  "-rf",
];
const FORMATS = ["pretty", "json", "jsonl", "csv", "markdown", "html"];
/** Nothing of this may be shown as it is. CSV ends its lines with a carriage return; that is taken off before. */
const RAW = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

let world: World;
/** Nearly as long as a path may be. */
let longest: string;

beforeAll(() => {
  world = makeWorld();
  const bytes = (name: string | Uint8Array): Buffer => Buffer.from(name as string);
  const at = (...parts: (string | Uint8Array)[]): Buffer =>
    Buffer.concat([Buffer.from(`${world.folder}/tree/`), ...parts.map(bytes)]);
  mkdirSync(join(world.folder, "tree"));
  for (const [index, name] of NAMES.entries()) {
    writeFileSync(at(name), profile(index + 1));
    // As a folder, and as a damaged archive.
    mkdirSync(at("folder ", name));
    writeFileSync(at("folder ", name, "/env"), profile(index + 1));
    writeFileSync(at("bad ", name, ".gz"), gzipSync(Buffer.alloc(99_999, "x")).subarray(0, -9));
  }
  const { id } = generateMaterial(50);
  const members = NAMES.flatMap((name) => [
    gnuLongName(`${Buffer.from(name as string).toString("latin1")}${" long".repeat(1000)}`),
    { name: "short", content: Buffer.from(`key ${id}\n`) },
  ]);
  writeFileSync(at("members.tar"), tar(members));
  longest = `${world.folder}/tree${`/${"and on ".repeat(30)}`.repeat(18)}`;
  mkdirSync(longest, { recursive: true });
  writeFileSync(join(longest, "env"), profile(60));
  const configuration = {
    allow: [
      {
        path: "**/two*",
        rule: "aws-access-key-pair",
        reason: "\x1b[2Jwhy\u202e",
        owner: "\x1b]0;me\x07",
        expires: "2020-01-01",
      },
      {
        path: "**/tab*",
        rule: "aws-access-key-pair",
        reason: "\x1b[2Jwhy\u202e",
        owner: "\x1b]0;me\x07",
        expires: "2999-01-01",
      },
    ],
    exclude: ["title\x1b*"],
  };
  writeFileSync(join(world.folder, "tree", "keysweep.yaml"), JSON.stringify(configuration));
});
afterAll(() => world.remove());

/** The text of what must be UTF-8, without the line ends of CSV. */
function textOf(bytes: Uint8Array, format: string): string {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  return format === "csv" ? text.replaceAll("\r\n", "\n") : text;
}

describe.each(FORMATS)("in %s, names are text and nothing else", (format) => {
  test("on a terminal", async () => {
    const { raw } = await onTerminal(world, `keysweep scan tree --verbose --format ${format}`).ended;
    const shown = textOf(Buffer.from(raw, "latin1"), format).replaceAll("\r\n", "\n");
    expect(shown.replace(/\x1b\[\d+m/g, "")).not.toMatch(RAW);
    expect(shown).toContain("two");
    expect(shown).toContain("onerror");
  });

  test("in a file, and beside it", () => {
    const file = `report.${format}`;
    const { status, stderr } = world.run(["scan", "tree", "--verbose", "--format", format, "--output", file]);
    expect(status).toBe(1);
    expect(textOf(readFileSync(join(world.folder, file)), format)).not.toMatch(RAW);
    expect(stderr).toContain("expired on 2020-01-01");
    expect(stderr).not.toMatch(RAW);
  });

  test("from a pipe that has such a name", () => {
    const name = NAMES.filter((candidate) => typeof candidate === "string").join(" ");
    const { stdout, status } = world.run(["scan", "--stdin", "--name", name, "--format", format], {
      input: profile(1),
    });
    expect(status).toBe(1);
    expect(stdout).toContain("onerror");
    expect(textOf(Buffer.from(stdout), format)).not.toMatch(RAW);
  });
});

test("every one of the names is told, and the longest is told whole", () => {
  const { stdout } = world.run(["scan", "tree", "--format", "json"]);
  const report = JSON.parse(stdout) as { findings: { places: { path: string; within: string[] }[] }[] };
  const places = report.findings.flatMap((finding) => finding.places);
  const paths = new Set(places.map(({ path }) => path));
  // One of them is excluded by the configuration.
  const told = NAMES.map((name) => Buffer.from(name as string).toString("utf8")).filter(
    (name) => !name.startsWith("title"),
  );
  for (const name of told) expect(paths).toContain(join(world.folder, "tree", name));
  expect(longest.length).toBeGreaterThan(3500);
  expect(paths).toContain(join(longest, "env"));
  // Of members, what is longer than a name can be takes too long to look into.
  expect(places.flatMap(({ within }) => within)).toContain("[name withheld: it is too long to be one]");
});

describe("in an error, what was typed is shown escaped", () => {
  const EVIL = "a\x1b[2J\u202e\nb";
  const fingerprint = `ks1:${"0".repeat(32)}`;
  const good = ["--reason", "r", "--owner", "o", "--expires", "2999-01-01"];
  test.each<[string, string[]]>([
    ["a path", ["scan", EVIL]],
    ["a configuration", ["scan", ".", "--config", EVIL]],
    ["a format", ["scan", ".", "--format", EVIL]],
    ["a report", ["scan", ".", "--report", EVIL]],
    ["an output", ["scan", ".", "--output", `${EVIL}/x`]],
    ["a severity", ["scan", ".", "--fail-on", EVIL]],
    ["a rule", ["explain", EVIL]],
    ["a use", ["explain", "aws-access-key-pair", "--use", EVIL]],
    ["a fingerprint", ["allow", EVIL, ...good]],
    ["a fingerprint to explain", ["explain", `ks1:${EVIL}`]],
    ["a rule to allow", ["allow", fingerprint, ...good, "--rule", EVIL]],
    ["a place to look in", ["allow", fingerprint, ...good, "--in", EVIL]],
    ["a date", ["allow", fingerprint, ...good.slice(0, 5), EVIL]],
    ["a command", [EVIL]],
    ["an option", ["scan", `--${EVIL}`]],
    ["a value too much", ["explain", "x", EVIL]],
  ])("%s", (_, args) => {
    const { status, stdout, stderr } = world.run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^keysweep: /);
    expect(stderr).not.toMatch(RAW);
    expect(stderr).not.toContain("\nb");
  });
});
